//! The example script that converts DebateNet, a data set without a reader of its own.

use std::path::Path;
use std::process::Command;

use claimd::corpus::Corpus;
use claimd::proto::v1::{Actor, ActorType, Anchor, Claim, Stance};
use tempfile::TempDir;

use super::{all, counts, load_paths, shared, write};

const LINES: &str = r#"{"quote":" Merkel wirbt","cdate":"2015-11-16","name":"Angela Merkel","parties":["CDU"],"end":122,"begin":80,"doc_id":114655,"claimvalues":["100","102","500"],"anno_id":"x","cpos":"-1"}
{"quote":"Die CDU wirbt","cdate":"2015-11-17","name":"CDU","parties":["CDU"],"end":13,"begin":0,"doc_id":114656,"claimvalues":["ᴀ"],"anno_id":"y","cpos":"0"}
{"quote":"Die CDU wirbt","cdate":"2015-11-17","name":"CDU","parties":["CDU"],"end":13,"begin":0,"doc_id":114656,"claimvalues":["ᴀ"],"anno_id":"y","cpos":"0"}
"#;

/// The corpus of a file that the script converted. None, with a message, if there is no Python.
fn converted(path: &Path) -> Option<Corpus> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/debatenet_to_ndjson.py");
    let Ok(output) = Command::new("python3").arg(script).arg(path).output() else {
        println!("SKIPPED, since there is no python3");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = TempDir::new().unwrap();
    write(folder.path(), "debatenet.ndjson", output.stdout);
    let corpus = load_paths(&[folder.path().join("debatenet.ndjson")]);
    assert_eq!((corpus.report.errors, corpus.report.warnings), (0, 0), "{:?}", corpus.report.diagnostics);
    Some(corpus)
}

#[test]
fn converted_lines_are_claims_with_speakers_and_positions() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "claims.jsonl", LINES);
    let Some(corpus) = converted(&folder.path().join("claims.jsonl")) else { return };
    assert_eq!(counts(&corpus), (2, 2, 3));
    let actors: Vec<Actor> = all(&corpus.actors.table);
    let [merkel, cdu] =
        ["Angela Merkel", "CDU"].map(|name| actors.iter().find(|actor| actor.display_name == name).unwrap());
    assert_eq!((merkel.r#type(), cdu.r#type()), (ActorType::Unspecified, ActorType::PoliticalParty));

    let claims: Vec<Claim> = all(&corpus.claims.table);
    let of_merkel = claims.iter().find(|claim| claim.text == "Merkel wirbt").unwrap();
    assert_eq!((&of_merkel.speakers[0].actor, &of_merkel.speakers[0].on_behalf_of), (&merkel.name, &cdu.name));
    let positions: Vec<_> = of_merkel.positions.iter().map(|one| (one.concept.as_str(), one.stance())).collect();
    assert_eq!(positions, [("102", Stance::Oppose), ("500", Stance::Oppose)]);
    assert_eq!(of_merkel.topics, ["100", "500"]);

    let of_cdu: Vec<_> = claims.iter().filter(|claim| claim.name != of_merkel.name).collect();
    assert!(
        of_cdu.iter().all(|claim| claim.speakers[0].actor == cdu.name && claim.speakers[0].on_behalf_of.is_empty())
    );
    assert!(of_cdu.iter().all(|claim| claim.labels["cpos"] == "0" && claim.positions[0].concept == "ᴀ"));
}

#[test]
fn the_published_data_set_is_converted() {
    let Some(path) = shared::data("debatenet/claims.jsonl") else { return };
    let Some(corpus) = converted(&path) else { return };
    assert_eq!(counts(&corpus), (472, 776, 2509));
    let claims: Vec<Claim> = all(&corpus.claims.table);
    assert!(claims.iter().all(|claim| !claim.positions.is_empty() && claim.speakers.len() <= 2));
    assert!(claims.iter().all(|claim| claim.evidence[0].anchor() == Anchor::Unchecked));
    let count = |stance| claims.iter().filter(|claim| claim.positions[0].stance() == stance).count();
    assert_eq!((count(Stance::Support), count(Stance::Oppose)), (1787, 722));
}
