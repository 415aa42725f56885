//! `claimd network` on the demo corpus.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_claimd")).arg("network").args(args).current_dir(folder).output().unwrap()
}

fn written(args: &[&str]) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut files: Vec<_> = entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect();
    files.sort();
    files
}

fn one(args: &[&str]) -> String {
    let files = written(args);
    assert_eq!(files.len(), 1);
    files.into_iter().next().unwrap().1
}

#[test]
fn csv_has_a_line_for_each_tie() {
    let expected = "source,target,weight,source_label,target_label\n\
        actors/tiktok,actors/mike-pompeo,1,TikTok,Mike Pompeo\n\
        actors/tiktok,actors/tiktok-critics,1,TikTok,Critics of TikTok\n\
        actors/tiktok,actors/us-government,2,TikTok,US government\n";
    let text = one(&["--kind", "dispute", "--output", "x.csv"]);
    let critics = text.lines().nth(2).unwrap().rsplit(',').next().unwrap().to_owned();
    assert_eq!(text, expected.replace("Critics of TikTok", &critics));
    assert_eq!(one(&["--kind", "DISPUTE", "-o", "x.CSV"]), text);
}

#[test]
fn a_matrix_has_a_line_for_each_source() {
    let text = one(&["--kind", "dispute", "--rows", "speaker_organization", "--matrix", "--output", "x.csv"]);
    // Pompeo speaks for the government, about whose claims tiktok disputes three times.
    assert_eq!(
        text,
        ",actors/tiktok,actors/us-government,actors/tiktok-critics\n\
         actors/tiktok,0,3,1\nactors/us-government,0,0,0\nactors/tiktok-critics,0,0,0\n"
    );
}

#[test]
fn graphml_and_dot_have_nodes_and_weights() {
    let graphml = one(&["--kind", "affiliation", "--signed", "--output", "x.graphml"]);
    assert!(graphml.contains("<data key=\"name\">TikTok censors content</data>"), "{graphml}");
    // Quotes, apostrophes and the like are escaped, or may stand.
    assert_eq!(graphml.matches("<data key=\"label\">US users").count(), 1);
    assert_eq!(graphml.matches("<data key=\"weight\">-1</data>").count(), 7);
    let dot = one(&["--kind", "dispute", "--output", "x.dot"]);
    assert!(dot.starts_with("digraph network {"), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), 3);
    let dot = one(&["--kind", "congruence", "--output", "x.gv"]);
    assert!(dot.starts_with("graph network {") && dot.contains(" -- "), "{dot}");
}

#[test]
fn each_window_gets_a_file() {
    let args = ["--kind", "affiliation", "--window", "month", "--from", "2020", "--output", "x.csv"];
    let names: Vec<_> = written(&args).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x-2020-07-01.csv", "x-2020-08-01.csv"]);
}

#[test]
fn claims_are_chosen_by_flags() {
    let lines = |args: &[&str]| {
        let all = ["--kind", "affiliation", "--output", "x.csv"].iter().chain(args).copied().collect::<Vec<_>>();
        one(&all).lines().skip(1).map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
    };
    let trump = lines(&["--speaker", "actors/donald-trump", "--topic", "TikTok"]);
    assert!(!trump.is_empty() && trump.iter().all(|line| line.starts_with("actors/donald-trump,")), "{trump:?}");
    assert_eq!(lines(&["--to", "2019"]), ["actors/tiktok-critics,TikTok censors content,1"]);
    assert_eq!(lines(&["--from", "2020-08-04"]), [""; 0]);
    assert_eq!(lines(&["--from", "2020-08-03T00:00:00Z", "--concept", "ban TikTok in the USA"]).len(), 1);
}

#[test]
fn wrong_questions_are_usage_errors_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str); 10] = [
        (&["--kind", "dispute", "--output", "x.png"], ".graphml, .dot or .csv"),
        (&["--kind", "dispute", "--output", "x.dot", "--matrix"], "--matrix goes with .csv"),
        (&["--kind", "dispute", "--rows", "concept", "--output", "x.dot"], "rows:"),
        (&["--kind", "friendship", "--output", "x.dot"], "co_occurrence"),
        (&["--kind", "dispute", "--window-size", "2", "--output", "x.dot"], "--window"),
        (&["--kind", "dispute", "--from", "yesterday", "--output", "x.dot"], "2020-08-02"),
        (&["--kind", "dispute", "--from", "2020-08", "--to", "2020-07", "--output", "x.dot"], "from:"),
        (&["--kind", "dispute", "--from", "2021", "--to", "2020", "--output", "x.dot"], "from:"),
        (&["--kind", "dispute", "--language", "German", "--output", "x.dot"], "such as de"),
        (&["--kind", "dispute", "--window", "day", "--window-size", "0", "--output", "x.dot"], "window.size"),
    ];
    for (args, expected) in cases {
        let output = run(folder.path(), args);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(expected), "{args:?}: {error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
