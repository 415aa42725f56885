use super::*;
use crate::model::Severity;
use crate::proto::Timestamp;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use crate::format::DnaNames;

static LIMITS: LazyLock<ReadLimits> = LazyLock::new(|| ReadLimits {
    max_line_bytes: 1 << 20,
    max_record_bytes: 1 << 20,
    max_database_bytes: 1 << 20,
    now: Timestamp { seconds: 0, nanos: 0 },
    dna: DnaNames::default(),
});
const ACTOR: &str = r#"{"actor":{"name":"actors/a","displayName":"A"}}"#;

/// Writes down what an intake is told: `file`, `file:line`, `file CODE`.
#[derive(Default)]
struct Told {
    file: String,
    all: Vec<String>,
    errors: usize,
}

impl Intake for Told {
    fn open(&mut self, file: &str, _is_strict: bool) {
        file.clone_into(&mut self.file);
    }

    fn count_by(&mut self, _places: Places) {}

    fn take(&mut self, parsed: Parsed) {
        self.all.push(format!("{}:{}", self.file, parsed.line));
        self.errors += usize::from(parsed.record.is_none());
    }

    fn merge(&mut self, _merging: MergeRules) {}

    fn file_finding(&mut self, finding: Finding) {
        self.all.push(format!("{} {}", self.file, finding.code.as_str()));
        self.errors += usize::from(finding.code.severity() == Severity::Error);
    }
}

/// What is told of paths in a folder, with the folder's own path left out.
fn told(folder: &Path, paths: &[&str]) -> Vec<String> {
    let sources: Vec<_> = paths.iter().map(|path| Source::Path(folder.join(path))).collect();
    let mut told = Told::default();
    read_all(&sources, &LIMITS, &mut told, Progress::new());
    let prefix = format!("{}/", folder.display());
    told.all.into_iter().map(|line| line.replace(&prefix, "")).collect()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn told_of_stream(content: &[u8]) -> Vec<String> {
    let mut told = Told::default();
    let mut reader = Reader::new(&LIMITS, &mut told, Progress::new());
    reader.open("-");
    // One byte at a time, as a pipe may give them.
    reader.read(&mut BufReader::with_capacity(1, Cursor::new(content)), Known::Nothing);
    told.all
}

#[test]
fn a_dash_is_standard_input_and_anything_else_a_path() {
    assert_eq!(Source::from("-"), Source::Stdin);
    assert_eq!("a/-".parse(), Ok(Source::Path("a/-".into())));
    assert_eq!(Source::from("demo"), Source::Path("demo".into()));
}

#[test]
fn the_demo_has_no_error() {
    let mut told = Told::default();
    read_all(&[Source::Demo], &LIMITS, &mut told, Progress::new());
    assert_eq!(told.errors, 0, "{:?}", told.all);
    for file in ["demo/articles.ndjson:1", "demo/actors.ndjson:1", "demo/claims.ndjson:1"] {
        assert!(told.all.iter().any(|line| line == file), "{file}");
    }
}

#[test]
fn a_folder_is_read_in_the_order_of_names_bytes() {
    let folder = folder(&[("d/b.jsonl", ACTOR), ("d/a/z.ndjson", ACTOR), ("d/B.ndjson", ACTOR), ("d/ä.ndjson", ACTOR)]);
    assert_eq!(told(folder.path(), &["d"]), ["d/B.ndjson:1", "d/a/z.ndjson:1", "d/b.jsonl:1", "d/ä.ndjson:1"]);
}

#[test]
fn other_files_in_a_folder_are_skipped_and_hidden_ones_not_even_told() {
    let folder =
        folder(&[("d/README.md", "{"), ("d/.git/a.ndjson", ACTOR), ("d/.a.ndjson", ACTOR), ("d/x.ndjson", ACTOR)]);
    assert_eq!(told(folder.path(), &["d"]), ["d/README.md FILE_SKIPPED", "d/x.ndjson:1"]);
}

#[test]
fn a_folder_with_nothing_to_read_is_told_once_for_all_its_depths() {
    let folder = folder(&[("d/e/f/notes.txt", "")]);
    assert_eq!(told(folder.path(), &["d"]), ["d/e/f/notes.txt FILE_SKIPPED", "d FOLDER_EMPTY"]);
}

#[test]
fn a_file_given_by_name_is_told_by_its_content() {
    let folder = folder(&[("good", ACTOR), ("bad.txt", "hello"), ("blank", " \n"), ("bom", "\u{feff}\n{}")]);
    let expected = ["good:1", "bad.txt FORMAT_UNKNOWN", "blank FILE_EMPTY", "bom:2"];
    assert_eq!(told(folder.path(), &["good", "bad.txt", "blank", "bom"]), expected);
}

#[test]
fn a_path_to_nowhere_is_unreadable_and_the_next_one_read() {
    let folder = folder(&[("a.ndjson", ACTOR)]);
    assert_eq!(told(folder.path(), &["x.ndjson", "a.ndjson"]), ["x.ndjson FILE_UNREADABLE", "a.ndjson:1"]);
}

#[test]
fn a_file_without_a_line_is_empty() {
    let folder = folder(&[("a.ndjson", ""), ("b.ndjson", "\r\n\n"), ("c.ndjson", "\u{feff}")]);
    assert_eq!(
        told(folder.path(), &["a.ndjson", "b.ndjson", "c.ndjson"]),
        ["a.ndjson FILE_EMPTY", "b.ndjson FILE_EMPTY", "c.ndjson FILE_EMPTY"]
    );
}

#[test]
fn a_file_is_read_once() {
    let folder = folder(&[("d/a.ndjson", ACTOR)]);
    assert_eq!(told(folder.path(), &["d/a.ndjson", "d"]), ["d/a.ndjson:1", "d/a.ndjson FILE_SKIPPED"]);
    assert_eq!(told(folder.path(), &["d", "d/../d"]), ["d/a.ndjson:1", "d/../d FILE_SKIPPED"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("d/a.ndjson", ACTOR), ("other/b.ndjson", ACTOR)]);
    symlink("..", folder.path().join("d/up")).unwrap();
    symlink("nowhere", folder.path().join("d/c.ndjson")).unwrap();
    let expected = ["d/a.ndjson:1", "d/c.ndjson FILE_UNREADABLE", "d/up/d FILE_SKIPPED", "d/up/other/b.ndjson:1"];
    assert_eq!(told(folder.path(), &["d"]), expected);
}

#[test]
fn a_stream_that_comes_byte_by_byte_is_told_by_its_content() {
    assert_eq!(told_of_stream(format!("\u{feff} \n{ACTOR}\n{ACTOR}").as_bytes()), ["-:2", "-:3"]);
    assert_eq!(told_of_stream(b"{"), ["-:1"]);
    assert_eq!(told_of_stream(b"<html>"), ["- FORMAT_UNKNOWN"]);
    assert_eq!(told_of_stream(b"  \n"), ["- FILE_EMPTY"]);
    assert_eq!(told_of_stream(b""), ["- FILE_EMPTY"]);
    assert_eq!(told_of_stream(&b" ".repeat(100_000)), ["- FORMAT_UNKNOWN"]);
}
