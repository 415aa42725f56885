//! Arbitrary documents: reading ends, and no review is lost without an error.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::claim_review::reading::read;

const DIRTY: &[u8] = include_bytes!("../data/claimreview-dirty.json");
const PROPERTIES: [&str; 26] = [
    "@context",
    "@graph",
    "@id",
    "@type",
    "@value",
    "alternateName",
    "appearance",
    "author",
    "bestRating",
    "claimReviewed",
    "datePublished",
    "firstAppearance",
    "headline",
    "identifier",
    "inLanguage",
    "item",
    "itemReviewed",
    "jobTitle",
    "name",
    "propertyID",
    "publisher",
    "ratingValue",
    "reviewRating",
    "sameAs",
    "url",
    "value",
];
const TEXTS: [&str; 20] = [
    "",
    " ",
    "ClaimReview",
    "Claim",
    "Person",
    "False",
    "Not true",
    "-1",
    "nan",
    "3/5",
    "2021-7-16",
    "0000-00-00",
    "https://a.example.org/x",
    "https://a.example.org/x,https://b.example.org",
    "www.b.example.org",
    "&amp;&lt;b&gt;",
    "<p>a</p>",
    "en_US",
    "Q42",
    "wikidata",
];

/// JSON with the properties of reviews and arbitrary values.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-2.0..9.0_f64).prop_map(Value::from),
        prop::sample::select(TEXTS.to_vec()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let property = prop::sample::select(PROPERTIES.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(property, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_review_with_any_values_is_a_claim_or_an_error(
        properties in prop::collection::btree_map(prop::sample::select(PROPERTIES.to_vec()), values(), 0..10),
    ) {
        let mut review = json!({"claimReviewed": "x"});
        for (property, value) in properties {
            review[property] = value;
        }
        review["@type"] = "ClaimReview".into();
        let read = read(json!({"dataFeedElement": [{"item": [review]}]}).to_string().as_bytes());
        prop_assert!(!read.lines.is_empty() || read.errors() > 0);
        // What was read can be written, and read again.
        let (feed, _) = read.written();
        prop_assert!(serde_json::from_str::<Value>(&feed).is_ok(), "{}", feed);
        self::read(feed.as_bytes());
    }

    #[test]
    fn any_json_is_read_to_its_end(value in values()) {
        read(value.to_string().as_bytes());
    }
}

proptest! {
    // Each case reads the whole feed twice.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_are_read_to_their_end(
        changes in prop::collection::vec((0..DIRTY.len(), any::<u8>()), 0..40), end in 0..DIRTY.len(),
    ) {
        let mut bytes = DIRTY.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        read(&bytes[..end]);
        read(&bytes);
    }
}
