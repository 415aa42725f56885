//! The program as a shell sees it: exit codes, what is printed, how serving begins and ends.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use crate::support::{IntoRecord, claim, ndjson, party};
use claimd::proto::v1::GetCorpusRequest;
use claimd::proto::v1::corpus_service_client::CorpusServiceClient;
use serde_json::Value;
use tempfile::TempDir;

const FAULTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/faulty.ndjson");

/// The program, told nothing by the environment.
fn claimd(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimd"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    claimd(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A file of these records in a folder of its own.
fn file(records: &[&dyn IntoRecord]) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("corpus.ndjson");
    std::fs::write(&path, ndjson(records.iter().copied())).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

// === check ===

#[test]
fn check_of_a_clean_file_exits_0_and_counts_its_records() {
    let (_folder, path) = file(&[&claim("one"), &claim("two")]);
    let output = run(&["check", &path]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let printed = text(&output.stdout);
    assert!(printed.contains("0 articles, 0 actors, 2 claims"), "{printed}");
    assert!(printed.contains("0 errors, 0 warnings, 0 notes"), "{printed}");
}

#[test]
fn check_of_a_file_with_errors_exits_1_and_prints_place_and_advice() {
    let output = run(&["check", FAULTY]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let printed = text(&output.stdout);
    let place = format!("{FAULTY}:13: error REFERENCE_UNKNOWN claims/unknown-speaker speakers[1].actor: ");
    assert!(printed.contains(&place), "{printed}");
    assert!(printed.contains("Add the record, or correct the name."), "{printed}");
    assert!(printed.contains("23 errors, 9 warnings, 1 notes"), "{printed}");
}

#[test]
fn check_of_a_file_with_warnings_only_exits_0() {
    let mut odd = claim("odd");
    odd.language = "deutsch".to_owned();
    let (_folder, path) = file(&[&odd]);
    let output = run(&["check", &path]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("warning LANGUAGE_INVALID"), "{output:?}");
}

#[test]
fn check_prints_json_for_programs() {
    let output = run(&["check", "--json", FAULTY]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["claims"], &report["actors"], &report["articles"]), (&8.into(), &3.into(), &2.into()));
    assert_eq!((&report["errors"], &report["warnings"], &report["notes"]), (&23.into(), &9.into(), &1.into()));
    assert_eq!(report["revision"].as_str().unwrap().len(), 32);
    assert_eq!(report["counts"]["PARENT_CYCLE"], 3);

    let diagnostics = report["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 33);
    let thirteenth = diagnostics.iter().find(|diagnostic| diagnostic["line"] == 13).unwrap();
    for (key, value) in [
        ("severity", "ERROR"),
        ("code", "REFERENCE_UNKNOWN"),
        ("file", FAULTY),
        ("record", "claims/unknown-speaker"),
        ("field", "speakers[1].actor"),
        ("message", "there is no actors/nobody"),
        ("advice", "Add the record, or correct the name."),
    ] {
        assert_eq!(thirteenth[key], value, "{key}");
    }
}

#[test]
fn check_of_nothing_good_exits_1_and_has_no_revision() {
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let (_folder, path) = file(&[&lost]);
    let output = run(&["check", "--json", &path]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["revision"].is_null());
    assert_eq!(report["counts"]["NO_RECORDS"], 1);
}

#[test]
fn check_of_a_file_that_is_not_there_exits_1_and_names_it() {
    let output = run(&["check", "--json", "/nowhere/at-all.ndjson"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["code"], "FILE_UNREADABLE");
    assert_eq!(report["diagnostics"][0]["file"], "/nowhere/at-all.ndjson");
}

#[test]
fn check_takes_several_files_together() {
    let mut answer = claim("answer");
    answer.relations = vec![crate::support::relation(claimd::proto::v1::RelationKind::Repeats, "question")];
    let ((_one, answers), (_other, questions)) = (file(&[&answer]), file(&[&claim("question")]));
    assert_eq!(run(&["check", &answers]).status.code(), Some(1), "alone, it refers to nothing");
    assert_eq!(run(&["check", &answers, &questions]).status.code(), Some(0));
}

#[test]
fn check_reads_a_folder() {
    let (folder, _path) = file(&[&claim("one")]);
    let output = run(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("1 claims"), "{output:?}");
}

#[test]
fn check_reads_standard_input_and_calls_it_by_its_dash() {
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let mut child = claimd(&["check", "--json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let records: [&dyn IntoRecord; 2] = [&claim("kept"), &lost];
    // Dropped at the end of the statement: the input ends there.
    child.stdin.take().unwrap().write_all(ndjson(records).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["claims"], 1);
    let found = &report["diagnostics"][0];
    assert_eq!((&found["file"], &found["line"], &found["record"]), (&"-".into(), &2.into(), &"claims/lost".into()));
}

#[test]
fn strict_and_limits_are_told_by_flag_or_by_environment() {
    let output = run(&["check", "--json", "--strict", FAULTY]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["revision"].is_null(), "a strict load of errors serves nothing");
    let output = claimd(&["check", "--json", FAULTY]).env("CLAIMD_MAX_DIAGNOSTICS", "2").output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["diagnostics"].as_array().unwrap().len(), &report["omitted"]), (2, &31.into()));
}

#[test]
fn wrong_usage_exits_2_and_is_explained() {
    for arguments in [
        &["check"][..],
        &["fly"],
        &[],
        &["check", "--unknown", FAULTY],
        &["serve", "--listen", "nowhere"],
        &["serve", "--max-page-size", "many"],
        &["serve", "--log", "claimd=loud"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_names_the_commands_and_exits_0() {
    let output = run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = text(&output.stdout);
    assert!(help.contains("serve") && help.contains("check"), "{help}");
}

// === serve ===

/// A serving process and the lines of its log. Ended with the test, however that ends.
struct Serving {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut command = claimd(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        let mut child = command.args(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, log }
    }

    /// The next line of the log that says this.
    fn logged(&mut self, message: &str) -> Value {
        let mut seen = Vec::new();
        for line in self.log.by_ref() {
            let line = line.unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap();
            if entry["message"] == message {
                return entry;
            }
            seen.push(line);
        }
        panic!("{message:?} was never logged, but {seen:#?}")
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

async fn revision_at(address: &str) -> String {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut client = CorpusServiceClient::new(endpoint.connect().await.unwrap());
    client.get_corpus(GetCorpusRequest {}).await.unwrap().into_inner().revision
}

// On several threads: a client whose own thread waits for the log would never close its connection.
#[tokio::test(flavor = "multi_thread")]
async fn serve_without_data_serves_the_demo_until_it_is_told_to_stop() {
    for signal in ["TERM", "INT"] {
        let mut serving = Serving::start(&[]);
        let loaded = serving.logged("loaded");
        let address = serving.logged("serving")["address"].as_str().unwrap().to_owned();
        assert!(!address.ends_with(":0"), "the log names the port that was taken: {address}");
        assert_eq!(revision_at(&address).await, loaded["revision"].as_str().unwrap());
        assert_eq!(crate::support::demo().revision, loaded["revision"].as_str().unwrap());

        serving.signal(signal);
        assert_eq!(serving.logged("stopping")["signal"], format!("SIG{signal}"));
        assert_eq!(serving.logged("stopped")["drained"], true);
        assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_serves_the_files_it_is_given_and_logs_what_is_wrong_with_them() {
    let mut serving = Serving::start(&["--data", FAULTY]);
    let first = serving.logged("\"claims/no name\" is not claims/{id} with 1 to 128 of [A-Za-z0-9._~-]");
    assert_eq!((&first["code"], &first["line"]), (&"NAME_INVALID".into(), &4.into()));
    let loaded = serving.logged("loaded");
    assert_eq!((&loaded["claims"], &loaded["errors"]), (&8.into(), &23.into()));
    let address = serving.logged("serving")["address"].as_str().unwrap().to_owned();
    assert_eq!(revision_at(&address).await, loaded["revision"].as_str().unwrap());
}

#[test]
fn serve_of_nothing_good_exits_1_before_it_listens() {
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let (_folder, path) = file(&[&lost]);
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--data", &path]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let log = text(&output.stderr);
    assert!(log.contains("cannot load the data") && !log.contains("serving"), "{log}");
}

#[test]
fn serve_on_a_port_in_use_exits_1_and_names_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let log = text(&output.stderr);
    assert!(log.contains(&format!("cannot listen on {address}")), "{log}");
    assert!(!log.contains("loaded"), "the port is tried before the load: {log}");
}

#[test]
fn the_log_for_people_has_no_colour_codes_in_a_file() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = run(&["serve", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert!(!text(&output.stderr).contains('\u{1b}'), "{output:?}");
}

#[test]
fn a_switch_is_told_by_a_variable_in_every_command_as_it_is_to_serve() {
    let check = |value: &str| claimd(&["check", FAULTY]).env("CLAIMD_STRICT", value).output().unwrap();
    let (strict, lenient) = (run(&["check", "--strict", FAULTY]), run(&["check", FAULTY]));
    assert_ne!(strict.stdout, lenient.stdout);
    for on in ["1", "yes", "on", "true"] {
        assert_eq!(check(on), strict, "{on}");
    }
    for off in ["0", "no", "off", "false", ""] {
        assert_eq!(check(off), lenient, "{off}");
    }
    assert_eq!(check("maybe").status.code(), Some(2));
}

#[test]
fn control_characters_of_names_and_fields_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("escapes.ndjson");
    let lines = "{\"claim\":{\"name\":\"\\u001b[31mred\",\"text\":\"x\"}}\n{\"claim\":{\"name\":\"claims/a\",\"a\\u001b\":1}}\n";
    std::fs::write(&path, lines).unwrap();
    let output = run(&["check", path.to_str().unwrap()]);
    assert!(text(&output.stdout).contains("\\u{1b}[31mred"), "{output:?}");
    assert!(!text(&output.stdout).contains('\u{1b}'), "{output:?}");
}
