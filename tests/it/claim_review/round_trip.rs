//! Feeds that are written and read again.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::claim_review::reading::read;

const DIRTY: &[u8] = include_bytes!("../data/claimreview-dirty.json");

fn texts() -> impl Strategy<Value = String> {
    "[A-ZÄÉДनم“\"<&][a-zA-Z0-9äéßдмनلم ,.:'“”<>&;%-]{0,30}[a-z0-9?!]"
}

fn urls() -> impl Strategy<Value = String> {
    "https?://(www\\.)?[a-z]{1,6}\\.example\\.(org|com)/[a-zA-Z0-9,-]{0,8}(\\?[a-z]{1,3}=[0-9]{1,3})?"
}

fn dates() -> impl Strategy<Value = String> {
    prop_oneof![
        "(19|20)[0-9]{2}",
        "(19|20)[0-9]{2}-(0[1-9]|1[0-2])",
        "(19|20)[0-9]{2}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-8])",
        "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-8])T(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-]0[0-9]:00|)",
    ]
}

fn agents() -> impl Strategy<Value = Value> {
    let same = prop_oneof![
        Just(json!(null)),
        (1..99_999_u32).prop_map(|item| json!(format!("https://www.wikidata.org/wiki/Q{item}"))),
        urls().prop_map(Value::from),
    ];
    let kind = prop::sample::select(vec!["Person", "Organization", "Corporation", "NewsMediaOrganization"]);
    (kind, texts(), same, prop::option::of(urls()), prop::option::of(texts())).prop_map(|(kind, name, same, url, title)| {
        json!({"@type": kind, "name": name, "sameAs": same, "url": url, "jobTitle": title})
    })
}

fn ratings() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        prop::sample::select(vec!["False", "Mostly True", "Größtenteils falsch", "Engañoso", "Half True"])
            .prop_map(str::to_owned),
        texts(),
    ];
    let number = prop::option::of(-2..8);
    (prop::option::of(words), number).prop_map(|(words, number)| {
        json!({"@type": "Rating", "alternateName": words, "ratingValue": number, "bestRating": 5, "worstRating": 1})
    })
}

fn reviews() -> impl Strategy<Value = Value> {
    let claim = (prop::collection::vec(agents(), 0..3), prop::option::of(dates()), prop::collection::vec(urls(), 0..3));
    let page = (prop::option::of(urls()), prop::option::of(texts()), prop::option::of(dates()));
    let language = prop::option::of(prop::sample::select(vec!["en", "de-AT", "pt_BR"]));
    (texts(), claim, page, agents(), ratings(), language).prop_map(
        |(text, (claimants, said, appearance), (url, name, published), author, rating, language)| {
            json!({
                "@type": "ClaimReview", "claimReviewed": text, "url": url, "name": name, "datePublished": published,
                "inLanguage": language, "author": author, "reviewRating": rating,
                "itemReviewed": {"@type": "Claim", "author": claimants, "datePublished": said, "appearance": appearance},
            })
        },
    )
}

proptest! {
    #[test]
    fn a_written_feed_is_read_as_the_same_records(reviews in prop::collection::vec(reviews(), 0..6)) {
        let first = read(Value::from(reviews).to_string().as_bytes());
        prop_assume!(first.errors() == 0);
        let (feed, left_out) = first.written();
        prop_assert!(left_out.is_empty(), "{:?}", left_out);
        let again = read(feed.as_bytes());
        prop_assert_eq!(&again.records, &first.records, "{}", feed);
        prop_assert_eq!(again.written().0, feed);
    }
}

#[test]
fn a_dirty_feed_is_written_as_a_clean_one() {
    let first = read(DIRTY);
    let (feed, _) = first.written();
    let again = read(feed.as_bytes());
    assert_eq!(again.claims().count(), first.claims().count());
    for claim in first.claims() {
        let same = again.claim(&claim.text);
        assert_eq!(same.name, claim.name);
        assert_eq!(
            (&same.speakers, &same.claim_time, &same.evidence),
            (&claim.speakers, &claim.claim_time, &claim.evidence)
        );
        for (same, review) in same.reviews.iter().zip(&claim.reviews) {
            assert_eq!((&same.url, &same.title, same.verdict), (&review.url, &review.title, review.verdict));
            assert_eq!((&same.rating_text, &same.rating), (&review.rating_text, &review.rating));
        }
    }
    let mended = again.outline().into_iter().filter(|line| line.contains("VALUE_MENDED")).count();
    assert_eq!(mended, 0);
}

#[test]
fn a_written_feed_follows_the_vocabulary() {
    let (feed, _) = read(DIRTY).written();
    let feed: Value = serde_json::from_str(&feed).unwrap();
    assert_eq!((feed["@context"].as_str(), feed["@type"].as_str()), (Some("https://schema.org"), Some("DataFeed")));
    let elements = feed["dataFeedElement"].as_array().unwrap();
    assert_eq!(elements.len(), 21);
    let reviews = elements.iter().map(|element| &element["item"][0]);
    let cheese = reviews.into_iter().find(|review| review["url"] == "https://checker.example.org/3").unwrap();
    let expected = json!({
        "@context": "https://schema.org", "@type": "ClaimReview", "url": "https://checker.example.org/3",
        "claimReviewed": "The harbour is made of cheese", "datePublished": "2021-07-03",
        "author": {"@type": "Organization", "name": "Checker", "url": "https://checker.example.org/"},
        "itemReviewed": {
            "@type": "Claim",
            "author": [{
                "@type": "Person", "name": "Ada Invented", "jobTitle": "Harbour master",
                "sameAs": ["https://www.wikidata.org/wiki/Q999999999"],
            }],
            "datePublished": "2021-07-01",
            "appearance": [{"@type": "CreativeWork", "url": "https://paper.example.com/cheese"}],
        },
        "reviewRating": {"@type": "Rating", "ratingValue": 1.0, "bestRating": 5.0, "worstRating": 1.0, "alternateName": "False"},
    });
    assert_eq!(cheese, &expected);
}
