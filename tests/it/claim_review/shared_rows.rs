//! Reviews scraped from ten fact-checkers, converted to JSON-LD with all their faults. The tests are skipped if the data are
//! missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use claimd::proto::v1::Verdict;
use serde_json::{Value, json};

use crate::claim_review::reading::{Read, read};
use crate::imports::shared;

/// The reviews of all rows.
fn rows() -> Option<Vec<Value>> {
    let mut files: Vec<PathBuf> =
        shared::data("claimreview-csv")?.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let rows = files.iter().flat_map(|file| {
        let mut reader = csv::Reader::from_path(file).unwrap();
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.unwrap()).collect();
        rows
    });
    Some(rows.map(|row| review(&row)).collect())
}

fn review(row: &BTreeMap<String, String>) -> Value {
    let of = |column: &str| row[column].clone();
    json!({
        "@type": "ClaimReview",
        "url": of("claimReview_url"),
        "claimReviewed": of("claimReview_claimReviewed"),
        "name": of("extra_title"),
        "datePublished": of("claimReview_datePublished"),
        "author": {"@type": "Organization", "name": of("claimReview_author_name"), "url": of("claimReview_author_url")},
        "itemReviewed": {
            "@type": "Claim",
            "datePublished": of("creativeWork_datePublished"),
            "author": {"name": of("creativeWork_author_name"), "sameAs": of("creativeWork_author_sameAs")},
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": of("rating_ratingValue"),
            "bestRating": of("rating_bestRating"),
            "worstRating": of("rating_worstRating"),
            "alternateName": of("rating_alternateName"),
        },
    })
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

fn verdicts(read: &Read) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for review in read.claims().flat_map(|claim| &claim.reviews) {
        *counts.entry(review.verdict().as_str_name()).or_default() += 1;
    }
    counts
}

#[test]
fn no_row_is_lost() {
    let Some(rows) = rows() else { return };
    let read = read(lines(&rows).as_bytes());
    let lines: Vec<u32> = read.lines.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, (1..=510).collect::<Vec<_>>());
    assert_eq!(read.errors(), 0);
    // A page that was scraped several times is one review.
    let pages: BTreeSet<String> = rows.iter().map(page).collect();
    assert_eq!(read.claims().map(|claim| claim.reviews.len()).sum::<usize>(), pages.len());
}

/// The identity of a review.
fn page(row: &Value) -> String {
    let worded = if row["claimReviewed"] == "" { &row["name"] } else { &row["claimReviewed"] };
    format!("{} {worded} {}", row["url"], row["itemReviewed"]["author"]["name"]).to_lowercase()
}

#[test]
fn each_row_without_a_wording_or_a_known_rating_is_reported() {
    let Some(rows) = rows() else { return };
    let read = read(lines(&rows).as_bytes());
    let outline = read.outline();
    for (line, row) in (1..).zip(&rows) {
        let is_reported = outline.contains(&format!("{line} PROPERTY_MISSING claimReviewed"));
        assert_eq!(is_reported, row["claimReviewed"] == "", "line {line}");
    }
    let unknown = outline.iter().filter(|line| line.contains("RATING_")).count();
    assert_eq!(unknown, 0, "ratings that the vocabulary lacks");
}

#[test]
fn ratings_of_ten_fact_checkers_become_verdicts() {
    let Some(rows) = rows() else { return };
    let read = read(lines(&rows).as_bytes());
    println!("{:#?}", verdicts(&read));
    for review in read.claims().flat_map(|claim| &claim.reviews) {
        let expected = match review.rating_text.as_str() {
            "True" | "Correct" | "Correct Attribution" => Verdict::True,
            "Mostly True" | "Somewhat True" => Verdict::MostlyTrue,
            "Mixture" | "Mixed" | "Partly False" | "Partlyfalse" => Verdict::Mixed,
            "Mostly False" | "Somewhat False" => Verdict::MostlyFalse,
            "Misleading" | "Miscaptioned" => Verdict::Misleading,
            "Missing Context" | "Missing context" | "Decontextualized" => Verdict::MissingContext,
            "Unproven" | "Unknown" | "Legend" => Verdict::Unproven,
            "Satire" | "Originated as Satire" => Verdict::Satire,
            "Other" => Verdict::Other,
            _ => Verdict::False,
        };
        assert_eq!(review.verdict(), expected, "{}", review.rating_text);
    }
}

#[test]
fn rows_written_as_a_feed_are_read_again() {
    let Some(rows) = rows() else { return };
    let first = read(lines(&rows).as_bytes());
    let (feed, _) = first.written();
    let again = read(feed.as_bytes());
    let texts = |read: &Read| -> Vec<(String, usize)> {
        read.claims().map(|claim| (claim.text.clone(), claim.reviews.len())).collect()
    };
    assert_eq!(texts(&again), texts(&first));
    assert_eq!(verdicts(&again), verdicts(&first));
}
