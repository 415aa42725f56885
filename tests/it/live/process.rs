//! What makes the program load again: SIGHUP and files that change.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

use claimd::proto::v1::corpus_service_client::CorpusServiceClient;
use claimd::proto::v1::{GetCorpusRequest, ReloadCorpusRequest, WatchCorpusRequest};
use serde_json::Value;
use tempfile::TempDir;
use tonic::Code;

use super::waiting::soon;
use crate::support::{IntoRecord, claim, corpus_of, ndjson, reason};

const LIMIT: Duration = Duration::from_mins(1);

/// A serving process and the entries of its log. Ended with the test, however that ends.
struct Serving {
    child: Child,
    log: Receiver<Value>,
    /// Everything that was logged until now.
    seen: Vec<Value>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimd"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]).args(arguments);
        let mut child = command.env_clear().stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, log) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                tell.send(serde_json::from_str(&line).unwrap()).ok();
            }
        });
        Self { child, log, seen: Vec::new() }
    }

    /// The next entry of the log that says this.
    fn logged(&mut self, message: &str) -> Value {
        let end = Instant::now() + LIMIT;
        while let Ok(entry) = self.log.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.seen.push(entry.clone());
            if entry["message"] == message {
                return entry;
            }
        }
        panic!("{message:?} was never logged, but {:#?}", self.seen)
    }

    /// How often this was logged.
    fn count(&self, message: &str) -> usize {
        self.seen.iter().filter(|entry| entry["message"] == message).count()
    }

    fn hang_up(&self) {
        self.signal("HUP");
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

fn text(ids: &[&str]) -> String {
    let claims: Vec<_> = ids.iter().map(|id| claim(id)).collect();
    ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))
}

fn revision(ids: &[&str]) -> String {
    corpus_of(&text(ids)).revision
}

/// A folder with a file of these claims.
fn folder(ids: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("corpus.ndjson");
    fs::write(&path, text(ids)).unwrap();
    (folder, path)
}

/// Puts a file in the place of another at once.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

async fn client(serving: &mut Serving) -> CorpusServiceClient<tonic::transport::Channel> {
    let address = serving.logged("serving")["address"].as_str().unwrap().to_owned();
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}")).unwrap();
    CorpusServiceClient::new(endpoint.connect().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_loads_again_and_a_broken_file_changes_nothing() {
    let (_folder, path) = folder(&["a", "b"]);
    let mut serving = Serving::start(&["--data", path.to_str().unwrap()]);
    let mut client = client(&mut serving).await;
    fs::write(&path, text(&["a", "b", "c"])).unwrap();
    serving.hang_up();
    let reloaded = serving.logged("reloaded");
    assert_eq!((&reloaded["trigger"], &reloaded["changed"]), (&"SIGHUP".into(), &true.into()));
    assert_eq!(reloaded["revision"], revision(&["a", "b", "c"]));

    fs::write(&path, "not a record\n").unwrap();
    serving.hang_up();
    let failed = serving.logged("reload failed, the old corpus is served on");
    assert_eq!(failed["revision"], revision(&["a", "b", "c"]));
    fs::write(&path, text(&["a"])).unwrap();
    serving.hang_up();
    let failed = serving.logged("reload failed, the old corpus is served on");
    assert!(failed["error"].as_str().unwrap().contains("1 records where 3 are served"), "{failed}");

    let corpus = client.get_corpus(GetCorpusRequest {}).await.unwrap().into_inner();
    let reload = corpus.reload.unwrap();
    assert_eq!((corpus.revision, reload.success_count, reload.failure_count), (revision(&["a", "b", "c"]), 1, 2));
    assert!(reload.last_error.contains("--min-keep-ratio"), "{}", reload.last_error);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_loaded_again_as_it_was() {
    let mut serving = Serving::start(&[]);
    let loaded = serving.logged("loaded")["revision"].clone();
    serving.logged("serving");
    serving.hang_up();
    let reloaded = serving.logged("reloaded");
    assert_eq!((&reloaded["changed"], &reloaded["revision"]), (&false.into(), &loaded));
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_is_not_loaded_again_and_serving_goes_on() {
    let mut serving = Serving::start(&["--data", "-"]);
    serving.child.stdin.take().unwrap().write_all(text(&["a"]).as_bytes()).unwrap();
    let mut client = client(&mut serving).await;
    serving.hang_up();
    let refused = serving.logged("reload refused, the corpus is served on");
    assert_eq!(refused["trigger"], "SIGHUP");
    assert!(refused["error"].as_str().unwrap().contains("standard input"), "{refused}");
    let status = client.reload_corpus(ReloadCorpusRequest {}).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "RELOAD_IMPOSSIBLE"));
    assert_eq!(client.get_corpus(GetCorpusRequest {}).await.unwrap().into_inner().revision, revision(&["a"]));
}

#[test]
fn a_load_that_takes_long_says_in_the_log_how_far_it_has_come() {
    let mut serving = Serving::start(&["--data", "-"]);
    let mut input = serving.child.stdin.take().unwrap();
    let text = text(&["a"]);
    input.write_all(text.as_bytes()).unwrap();
    // The pipe gives nothing more until the log has told of it.
    let told = serving.logged("loading");
    assert_eq!((&told["phase"], &told["read_bytes"]), (&"reading".into(), &text.len().into()));
    assert_eq!(told.get("remaining_seconds"), None, "nobody knows how much a pipe has: {told}");
    drop(input);
    serving.logged("serving");
}

#[tokio::test(flavor = "multi_thread")]
async fn reload_corpus_reads_the_files_as_they_are_then() {
    let (_folder, path) = folder(&["a", "b"]);
    let mut serving = Serving::start(&["--data", path.to_str().unwrap()]);
    let mut client = client(&mut serving).await;
    replace(&path, &text(&["b", "c"]));
    let corpus = client.reload_corpus(ReloadCorpusRequest {}).await.unwrap().into_inner().corpus.unwrap();
    assert_eq!(corpus.revision, revision(&["b", "c"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_is_sent_elsewhere_when_the_server_is_about_to_stop() {
    let mut serving = Serving::start(&["--drain-delay-seconds", "0"]);
    let mut client = client(&mut serving).await;
    let mut stream = client.watch_corpus(WatchCorpusRequest::default()).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    serving.signal("TERM");
    let status = soon(stream.message()).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    drop((stream, client));
    assert_eq!(serving.logged("stopped")["drained"], true);
}

/// The data come through a pipe that nobody closes.
#[test]
fn a_server_that_is_told_to_stop_while_it_loads_does_so_and_in_order() {
    for signal in ["TERM", "INT"] {
        let mut serving = Serving::start(&["--data", "-", "--admin-listen", "off"]);
        serving.logged("first load started");
        serving.signal(signal);
        assert_eq!(serving.logged("stopping")["signal"], format!("SIG{signal}"));
        serving.logged("stopped before the data were loaded");
        assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    }
}

fn watching(data: &Path, quiet_seconds: &str) -> Serving {
    let data = data.to_str().unwrap();
    let mut serving = Serving::start(&["--data", data, "--watch", "--watch-quiet-seconds", quiet_seconds]);
    serving.logged("serving");
    serving
}

#[test]
fn a_watched_file_is_loaded_again_however_it_is_changed() {
    let (folder, path) = folder(&["a", "b"]);
    let mut serving = watching(&path, "0.05");
    fs::write(&path, text(&["a", "b", "in-place"])).unwrap();
    let reloaded = serving.logged("reloaded");
    assert_eq!((&reloaded["trigger"], &reloaded["changed"]), (&"--watch".into(), &true.into()));
    assert_eq!(reloaded["revision"], revision(&["a", "b", "in-place"]));
    for ids in [["a", "renamed"], ["b", "renamed"]] {
        replace(&path, &text(&ids));
        assert_eq!(serving.logged("reloaded")["revision"], revision(&ids));
    }
    fs::remove_file(&path).unwrap();
    serving.logged("reload failed, the old corpus is served on");
    fs::write(&path, text(&["a", "back"])).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["a", "back"]));

    // Files beside it are none of its business: the next load is for the change after them.
    fs::write(folder.path().join("beside.ndjson"), text(&["x"])).unwrap();
    replace(&path, &text(&["a", "last"]));
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["a", "last"]));
    assert_eq!((serving.count("reloaded"), serving.count("reload failed, the old corpus is served on")), (5, 1));
}

#[test]
fn files_that_come_to_a_watched_folder_and_go_are_loaded_again() {
    let (folder, _path) = folder(&["a", "b"]);
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::rename(folder.path().join("corpus.ndjson"), data.join("corpus.ndjson")).unwrap();
    let mut serving = watching(&data, "0.05");
    fs::create_dir(data.join("more")).unwrap();
    fs::write(data.join("more/c.ndjson"), text(&["c"])).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["a", "b", "c"]));
    fs::write(data.join("more/d.ndjson"), text(&["d"])).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["a", "b", "c", "d"]));
    fs::remove_dir_all(data.join("more")).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["a", "b"]));

    // The folder itself makes way for another.
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("e.ndjson"), text(&["b", "e"])).unwrap();
    fs::rename(&data, folder.path().join("old")).unwrap();
    fs::rename(&other, &data).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["b", "e"]));
    fs::write(data.join("f.ndjson"), text(&["f"])).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["b", "e", "f"]));
}

#[test]
fn a_link_that_is_turned_to_other_data_is_loaded_again() {
    let folder = TempDir::new().unwrap();
    // As Kubernetes mounts a ConfigMap: the file is a link through a folder that is itself a link, which is turned.
    for (version, id) in [("..1", "a"), ("..2", "b")] {
        fs::create_dir(folder.path().join(version)).unwrap();
        fs::write(folder.path().join(version).join("corpus.ndjson"), text(&[id])).unwrap();
    }
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link("..1", "..data");
    link("..data/corpus.ndjson", "corpus.ndjson");
    let mut serving = watching(&folder.path().join("corpus.ndjson"), "0.05");
    link("..2", "..new");
    fs::rename(folder.path().join("..new"), folder.path().join("..data")).unwrap();
    assert_eq!(serving.logged("reloaded")["revision"], revision(&["b"]));
}

#[test]
fn a_watch_of_standard_input_is_refused_before_it_is_read() {
    let mut serving = Serving::start(&["--data", "-", "--watch"]);
    let refused = "--watch: standard input cannot be watched: give files or folders, or leave --watch out";
    serving.logged(refused);
    assert_eq!(serving.child.wait().unwrap().code(), Some(1));
}

#[test]
fn reload_flags_have_their_bounds() {
    for arguments in [
        ["--min-keep-ratio", "1.01"],
        ["--min-keep-ratio=-0.1", "--watch"],
        ["--min-keep-ratio", "NaN"],
        ["--watch-quiet-seconds", "0"],
        ["--watch-poll-seconds", "0"],
        ["--watch-heartbeat-seconds", "0"],
        ["--max-export-batch-size", "0"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimd"));
        let output = command.arg("serve").args(arguments).env_clear().output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}
