//! `claimd convert` between formats, and its errors.

use std::io::Write;
use std::process::Stdio;

use crate::formats::program::{Workshop, whole_demo};
use crate::support::demo;

const GOOD: &str = "{\"actor\":{\"name\":\"actors/a\",\"displayName\":\"A\"}}\n";

#[test]
fn every_format_out_and_in_again_gives_the_same_revision() {
    let workshop = Workshop::with(&[("in.ndjson", &whole_demo())]);
    let revision = demo().revision;
    assert_eq!(workshop.revision("in.ndjson"), revision);
    let names = ["a.ndjson", "b.binpb", "c.claimd", "d.ndjson.gz", "e.binpb.zst", "f.claimd.gz", "g.jsonl.zst"];
    let mut before = "in.ndjson";
    for name in names {
        workshop.done(&["convert", before, "--output", name]);
        assert_eq!(workshop.revision(name), revision, "{name}");
        before = name;
    }
    assert!(workshop.names().iter().all(|name| !name.contains("partial")), "{:?}", workshop.names());
}

#[test]
fn times_are_written_as_in_protojson_and_read_back_equal() {
    let actor = |id: u32, time: &str| {
        let role = format!(r#"{{"title":"t","startTime":{{"time":"{time}","precision":"PRECISION_SECOND"}}}}"#);
        let provenance = format!(r#"{{"retrieveTime":"{time}"}}"#);
        format!(r#"{{"actor":{{"name":"actors/{id}","displayName":"A","roles":[{role}],"provenance":{provenance}}}}}"#)
    };
    let times = [
        ("2025-03-04T06:30:00Z", "2025-03-04T06:30:00Z"),
        ("2025-03-04T08:30:00+02:00", "2025-03-04T06:30:00Z"),
        ("2025-03-04T06:30:00.5Z", "2025-03-04T06:30:00.500Z"),
        ("2025-03-04T06:30:00.0005-00:00", "2025-03-04T06:30:00.000500Z"),
        ("0001-01-01T00:00:00.000000001Z", "0001-01-01T00:00:00.000000001Z"),
    ];
    let lines: String = (0..).zip(times).map(|(id, (given, _))| actor(id, given) + "\n").collect();
    let workshop = Workshop::with(&[("in.ndjson", &lines)]);
    workshop.done(&["convert", "in.ndjson", "--output", "out.ndjson"]);
    let written = String::from_utf8(workshop.get("out.ndjson")).unwrap();
    for (line, (_, canonical)) in written.lines().zip(times) {
        assert_eq!(line.matches(&format!(":\"{canonical}\"")).count(), 2, "{line}");
    }
    assert_eq!(written.lines().count(), times.len());
    assert_eq!(workshop.revision("out.ndjson"), workshop.revision("in.ndjson"));
}

#[test]
fn the_same_corpus_is_written_in_the_same_bytes() {
    let text = whole_demo();
    let backwards = text.lines().rev().collect::<Vec<_>>().join("\n");
    let workshop = Workshop::with(&[("in.ndjson", &text), ("back.ndjson", &backwards)]);
    for ending in ["ndjson", "binpb", "claimd", "ndjson.gz", "binpb.zst"] {
        let names = ["one", "other"].map(|name| format!("{name}.{ending}"));
        workshop.done(&["convert", "in.ndjson", "--output", &names[0]]);
        workshop.done(&["convert", "back.ndjson", "--output", &names[1]]);
        assert!(workshop.get(&names[0]) == workshop.get(&names[1]), "{ending}");
    }
}

#[test]
fn standard_input_and_output_take_any_format() {
    let workshop = Workshop::with(&[("in.ndjson", &whole_demo())]);
    let binary = workshop.done(&["convert", "in.ndjson", "--output", "-", "--to", "binary"]).stdout;
    let mut child = workshop
        .command(&["convert", "-", "--output", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || input.write_all(&binary).unwrap());
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    workshop.put("again.ndjson", &output.stdout);
    assert_eq!(workshop.revision("again.ndjson"), demo().revision);
}

#[test]
fn valid_records_are_written_despite_errors_unless_it_is_strict() {
    let workshop = Workshop::with(&[("in.ndjson", &format!("{GOOD}{{\"claim\":{{}}}}\n")), ("out.ndjson", "before")]);
    let output = workshop.run(&["convert", "in.ndjson", "--output", "out.ndjson", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(workshop.get("out.ndjson"), b"before");
    let output = workshop.run(&["convert", "in.ndjson", "--output", "out.ndjson"]);
    assert_eq!(output.status.code(), Some(1), "what was written is not all that was given");
    assert_eq!(workshop.get("out.ndjson"), GOOD.as_bytes());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("in.ndjson:2: error NAME_INVALID"), "{said}");
}

#[test]
fn an_empty_result_never_replaces_a_file() {
    let workshop = Workshop::with(&[("in.ndjson", "{}\n"), ("out.claimd", "before")]);
    let output = workshop.run(&["convert", "in.ndjson", "--output", "out.claimd"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(workshop.get("out.claimd"), b"before");
    assert_eq!(workshop.names(), ["in.ndjson", "out.claimd"]);
}

#[test]
fn an_output_name_without_a_format_is_a_usage_error_without_to() {
    let workshop = Workshop::with(&[("in.ndjson", GOOD)]);
    assert_eq!(workshop.run(&["convert", "in.ndjson", "--output", "out.txt"]).status.code(), Some(2));
    workshop.done(&["convert", "in.ndjson", "--output", "out.txt", "--to", "snapshot"]);
    assert!(workshop.get("out.txt").starts_with(b"\x89claimd\n"));
    assert_eq!(workshop.check(&["out.txt"])["actors"], 1, "a snapshot is known by its first bytes");
}

#[test]
fn a_file_may_be_converted_onto_itself() {
    let workshop = Workshop::with(&[("in.ndjson", &whole_demo())]);
    workshop.done(&["convert", "in.ndjson", "--output", "in.ndjson"]);
    assert_eq!(workshop.revision("in.ndjson"), demo().revision);
}

#[test]
fn the_format_flag_overrides_name_and_content() {
    let workshop = Workshop::with(&[("in.txt", GOOD)]);
    assert_eq!(workshop.check(&["in.txt"])["actors"], 1);
    let report = workshop.check(&["in.txt", "--format", "binary"]);
    assert!(report["actors"] == 0 && report["counts"]["NO_RECORDS"] == 1, "{report:#}");
    let output = workshop.run(&["check", "in.txt", "--format", "word"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_damaged_snapshot_refuses_the_whole_load() {
    let workshop = Workshop::with(&[("in.ndjson", &whole_demo()), ("good.ndjson", GOOD)]);
    workshop.done(&["convert", "in.ndjson", "--output", "s.claimd"]);
    let mut bytes = workshop.get("s.claimd");
    bytes.truncate(bytes.len() - 10);
    workshop.put("s.claimd", &bytes);
    let output = workshop.run(&["check", "s.claimd", "good.ndjson"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("error SNAPSHOT_REFUSED") && said.contains("nothing can be served: "), "{said}");
    assert!(said.contains("s.claimd") && said.contains("the file is truncated"), "{said}");
}

#[test]
fn check_shows_the_line_with_a_mark_under_the_field() {
    let line = "{\"actor\":{\"name\":\"actors/a\",\"displayName\":\"A\",\"parent\":\"actors/none\"}}";
    let workshop = Workshop::with(&[("in.ndjson", &format!("{GOOD}{}\n", line.replace("actors/a", "actors/b")))]);
    let said = String::from_utf8(workshop.run(&["check", "in.ndjson"]).stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let at =
        lines.iter().position(|line| line.contains("\"parent\":\"actors/none\"")).unwrap_or_else(|| panic!("{said}"));
    assert!(lines[at].starts_with("2 | "), "{said}");
    let mark = lines[at + 1].find('^').unwrap();
    assert_eq!(mark, lines[at].find("\"actors/none\"").unwrap(), "{said}");
    assert_eq!(lines[at + 1].matches('^').count(), "\"actors/none\"".len(), "{said}");
    assert!(said.contains("        1 error    REFERENCE_UNKNOWN"), "{said}");
}

#[test]
fn check_shows_ten_findings_of_a_code_and_all_when_asked() {
    let text: String = (0..12).map(|_| "{\"claim\":{}}\n").collect();
    let workshop = Workshop::with(&[("in.ndjson", &format!("{GOOD}{text}"))]);
    let shown = |arguments: &[&str]| {
        let output = workshop.run(&[&["check", "in.ndjson"], arguments].concat()).stdout;
        let said = String::from_utf8(output).unwrap();
        (said.matches(": error NAME_INVALID").count(), said.contains("and 2 more NAME_INVALID"))
    };
    assert_eq!(shown(&[]), (10, true));
    assert_eq!(shown(&["--all"]), (12, false));
}
