//! Actors that have an identifier in one review and only a name in another.

use claimd::corpus::LoadReport;
use serde_json::{Value, json};

use crate::claim_review::reading::{Read, read};
use crate::support::load_files;

fn review(number: u32, claimant: &Value) -> String {
    let review = json!({
        "@type": "ClaimReview", "url": format!("https://paper.example/{number}"), "claimReviewed": "A claim", "author": "Paper",
        "itemReviewed": {"@type": "Claim", "author": claimant},
    });
    format!("{review}\n")
}

fn identified(name: &str, item: &str) -> Value {
    json!({"@type": "Person", "name": name, "sameAs": format!("https://www.wikidata.org/wiki/{item}")})
}

fn namesakes(read: &Read) -> Vec<(u32, String)> {
    let all = read.findings.iter().filter(|(_, found)| found.code.as_str() == "NAMESAKE");
    all.map(|(line, found)| (*line, found.message.clone())).collect()
}

#[test]
fn an_actor_without_an_identifier_is_reported_with_its_namesake_in_any_order() {
    let (a, b) = (review(1, &identified("Ada Invented", "Q42")), review(2, &json!(" “ada  invented”")));
    for (feed, line) in [(format!("{a}{b}"), 2), (format!("{b}{a}"), 1), (format!("{b}{a}{b}{a}"), 1)] {
        let read = read(feed.as_bytes());
        let message = "are missing, but the actor has the same name as actors/wikidata-Q42".to_owned();
        assert_eq!(namesakes(&read), [(line, message)], "{feed}");
        // Neither is taken for the other.
        let mut speakers: Vec<&str> = read.claims().map(|claim| claim.speakers[0].actor.as_str()).collect();
        speakers.sort_unstable();
        assert!(
            speakers[0].starts_with("actors/ada-invented-") && speakers[1] == "actors/wikidata-Q42",
            "{speakers:?}"
        );
    }
}

#[test]
fn two_namesakes_are_both_named() {
    let people = [identified("Ada", "Q2"), json!({"name": "Ada"}), identified("Ada", "Q1")];
    let feed: String = (1..).zip(&people).map(|(number, claimant)| review(number, claimant)).collect();
    let message =
        "are missing, but the actor has the same name as actors/wikidata-Q1 and actors/wikidata-Q2".to_owned();
    assert_eq!(namesakes(&read(feed.as_bytes())), [(2, message)]);
}

#[test]
fn actors_that_all_have_identifiers_or_all_have_none_are_not_namesakes() {
    let same = [identified("Ada", "Q1"), identified("Ada", "Q2"), json!("Bea"), json!("Bea")];
    let feed: String = (1..).zip(&same).map(|(number, claimant)| review(number, claimant)).collect();
    assert_eq!(namesakes(&read(feed.as_bytes())), []);
}

#[test]
fn the_report_of_a_load_has_both_names() {
    let feed = review(1, &identified("Ada Invented", "Q42")) + &review(2, &json!("Ada Invented"));
    let corpus = load_files(&[&feed], crate::support::defaults()).unwrap();
    let LoadReport { errors, diagnostics, .. } = &corpus.report;
    let found = diagnostics.iter().find(|found| found.code.as_str() == "NAMESAKE").unwrap();
    assert!(
        found.record.starts_with("actors/ada-invented-") && found.message.contains("actors/wikidata-Q42"),
        "{found:?}"
    );
    assert_eq!((*errors, found.line, corpus.claims.table.len()), (0, 2, 2));
}
