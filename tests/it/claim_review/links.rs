//! References between the objects of a document, as content management systems write them.

use std::collections::BTreeSet;

use claimd::config::LoadLimits;
use claimd::format::ReadLimits;
use claimd::proto::v1::{ActorType, Claim, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::claim_review::reading::{Read, read, read_within};
use crate::support::defaults;

/// The graph of a page with its review first, as a content management system writes it.
fn page() -> Vec<Value> {
    vec![
        json!({"@type": "WebPage", "@id": "https://paper.example/1", "name": "Page", "isPartOf": {"@id": "https://paper.example/#website"}}),
        json!({
            "@type": "ClaimReview", "@id": "https://paper.example/1#review", "url": "https://paper.example/1",
            "claimReviewed": "The harbour is made of cheese", "author": {"@id": "https://paper.example/#organization"},
            "itemReviewed": {"@id": "#claim1"}, "reviewRating": {"@type": "Rating", "@id": "#rating"},
            "isPartOf": {"@id": "https://paper.example/1"},
        }),
        json!({"@type": "Claim", "@id": "#claim1", "author": [{"@id": "#ada"}], "datePublished": "2021-07-01", "appearance": {"@id": "#post"}}),
        json!({"@type": "CreativeWork", "@id": "#post", "url": "https://forum.example/7", "headline": "Post", "publisher": {"@id": "#forum"}}),
        json!({"@type": "Organization", "@id": "#forum", "name": "The Forum"}),
        json!({"@type": "Person", "@id": "#ada", "name": "Ada Invented", "sameAs": "https://www.wikidata.org/wiki/Q42", "worksFor": {"@id": "#forum"}}),
        json!({"@type": "Rating", "@id": "#rating", "alternateName": "False"}),
        json!({"@type": "NewsMediaOrganization", "@id": "https://paper.example/#organization", "name": "Paper", "url": "https://paper.example/"}),
    ]
}

fn graph(objects: &[Value]) -> String {
    json!({"@context": "https://schema.org", "@graph": objects}).to_string()
}

fn only(read: &Read) -> &Claim {
    let mut claims = read.claims();
    let first = claims.next().unwrap();
    assert!(claims.next().is_none(), "there is one claim");
    first
}

fn unknown(read: &Read) -> Vec<String> {
    read.outline().into_iter().filter(|line| line.contains("NODE_UNKNOWN")).collect()
}

fn assert_whole(read: &Read) {
    let claim = only(read);
    assert_eq!(
        (claim.speakers[0].actor.as_str(), claim.speakers[0].mention.as_str()),
        ("actors/wikidata-Q42", "Ada Invented")
    );
    assert!(claim.claim_time.is_some());
    let review = &claim.reviews[0];
    assert_eq!((review.reviewer_name.as_str(), review.rating_text.as_str()), ("Paper", "False"));
    assert_eq!((review.verdict(), review.url.as_str()), (Verdict::False, "https://paper.example/1"));
    assert_eq!(read.actor(&review.reviewer).r#type(), ActorType::MediaOutlet);
    assert_eq!(read.pages(claim), ["https://forum.example/7"]);
    let post = read.article(&claim.evidence[0].article);
    assert_eq!((post.title.as_str(), post.publisher.as_str()), ("Post", "The Forum"));
    assert_eq!((read.errors(), unknown(read)), (0, vec![]));
}

#[test]
fn references_are_resolved_wherever_their_objects_are_in_the_document() {
    let mut objects = page();
    for _ in 0..objects.len() {
        objects.rotate_left(1);
        assert_whole(&read(graph(&objects).as_bytes()));
        assert_whole(&read(Value::from(objects.clone()).to_string().as_bytes()));
    }
    // As one object with the others around the review.
    let (review, others) = (page().remove(1), page());
    assert_whole(&read(json!({"@type": "WebPage", "mentions": others[2..], "review": review}).to_string().as_bytes()));
}

#[test]
fn objects_that_are_only_referred_to_are_counted_as_such() {
    let read = read(graph(&page()).as_bytes());
    let skipped: Vec<&str> =
        read.findings.iter().filter(|(line, _)| *line == 0).map(|(_, one)| &*one.message).collect();
    assert!(skipped.contains(&"1 skipped: objects of type Claim, except those that a review refers to"), "{skipped:?}");
}

#[test]
fn records_are_returned_in_the_order_of_the_document() {
    let plain = |number: u32| json!({"@type": "ClaimReview", "url": format!("https://paper.example/{number}"), "claimReviewed": format!("Claim {number}"), "author": "Paper"});
    let mut objects = vec![plain(1), plain(2), plain(3)];
    objects[1]["itemReviewed"] = json!({"@id": "#late"});
    objects.push(json!({"@type": "Claim", "@id": "#late", "author": "Ada"}));
    let lines: Vec<String> = objects.iter().map(|object| format!("{object},\n")).collect();
    let read = read(format!("{{\"@graph\":[\n{}{{}}]}}", lines.concat()).as_bytes());
    assert_eq!(read.lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(read.claim("Claim 2").speakers[0].mention, "Ada");
}

#[test]
fn a_reference_to_an_object_of_another_document_is_reported_and_read_as_missing() {
    let (mut one, mut other) = (page(), page());
    other.retain(|object| object["@id"] != "#claim1" && object["@id"] != "#rating");
    one[1]["claimReviewed"] = "Another claim".into();
    let read = read(format!("{}\n{}\n", graph(&one), graph(&other)).as_bytes());
    assert_eq!(unknown(&read), ["2 NODE_UNKNOWN itemReviewed", "2 NODE_UNKNOWN reviewRating"]);
    let claim = read.claim("The harbour");
    assert!(claim.speakers.is_empty() && claim.evidence.is_empty(), "{claim:?}");
    assert_eq!((claim.reviews[0].rating_text.as_str(), claim.reviews[0].verdict()), ("", Verdict::NotRated));
    assert_eq!(read.claim("Another").speakers.len(), 1);
}

#[test]
fn a_missing_author_is_reported_and_the_url_of_a_page_is_a_page() {
    let review = json!({
        "@type": "ClaimReview", "url": "https://paper.example/1", "claimReviewed": "A claim", "author": {"@id": "#nobody"},
        "itemReviewed": {"@type": "Claim", "author": {"@id": "#none", "@type": "Person"}, "appearance": {"@id": "https://forum.example/7"}},
    });
    let read = read(graph(&[review]).as_bytes());
    assert_eq!(unknown(&read), ["1 NODE_UNKNOWN author", "1 NODE_UNKNOWN itemReviewed.author"]);
    assert_eq!(read.pages(only(&read)), ["https://forum.example/7"]);
    assert_eq!(only(&read).reviews[0].reviewer_name, "paper.example");
}

#[test]
fn cyclic_references_end() {
    let objects = [
        json!({"@type": "ClaimReview", "@id": "#r", "url": "https://paper.example/1", "claimReviewed": "A claim", "author": {"@id": "#a"}, "itemReviewed": {"@id": "#c"}}),
        json!({"@type": "Claim", "@id": "#c", "author": {"@id": "#a"}, "appearance": {"@id": "#c"}, "itemReviewed": {"@id": "#c"}, "review": {"@id": "#r"}}),
        json!({"@type": "Organization", "@id": "#a", "name": "A", "author": {"@id": "#b"}, "publisher": {"@id": "#a"}}),
        json!({"@id": "#b", "author": {"@id": "#a"}, "name": "B", "review": {"@type": "ClaimReview", "@id": "#s", "claimReviewed": "Inside", "author": {"@id": "#b"}}}),
    ];
    let read = read(graph(&objects).as_bytes());
    assert_eq!((read.lines.len(), read.errors()), (2, 0), "{:?}", read.outline());
    assert_eq!(read.claim("A claim").reviews[0].reviewer_name, "A");
    assert_eq!(read.claim("Inside").reviews[0].reviewer_name, "B");
}

#[test]
fn the_first_100_references_of_a_review_are_resolved() {
    let followed = |count: usize| {
        let people =
            (0..count).map(|at| json!({"@type": "Person", "@id": format!("#{at}"), "name": format!("Person {at}")}));
        let authors: Vec<Value> = (0..count).map(|at| json!({"@id": format!("#{at}")})).collect();
        let review = json!({"@type": "ClaimReview", "url": "https://paper.example/1", "claimReviewed": "A claim", "author": "Paper", "itemReviewed": {"@type": "Claim", "author": authors}});
        let read = read(graph(&people.chain([review]).collect::<Vec<_>>()).as_bytes());
        (only(&read).speakers.len(), unknown(&read).len())
    };
    assert_eq!(followed(100), (100, 0));
    assert_eq!(followed(101), (100, 1));
}

#[test]
fn a_review_waits_for_at_most_the_bytes_of_a_line() {
    let limit = 8192;
    let limits = ReadLimits { max_line_bytes: limit, ..ReadLimits::from(&defaults::<LoadLimits>()) };
    let review = json!({"@type": "ClaimReview", "url": "https://paper.example/1", "claimReviewed": "A claim. ".repeat(30), "author": "Paper", "itemReviewed": {"@id": "#c"}}).to_string();
    assert!(review.len() > 256);
    let waited = |bytes: usize| {
        let filler = format!("{{\"@type\":\"Thing\",\"name\":\"{}\"}}", "x".repeat(bytes));
        let claim = json!({"@type": "Claim", "@id": "#c", "author": "Ada"});
        let read = read_within(format!("{{\"@graph\":[{review},{filler},{claim}]}}").as_bytes(), &limits);
        (only(&read).speakers.len(), unknown(&read).len())
    };
    let room = limit - review.len() - r#"{"@type":"Thing","name":""}"#.len();
    assert_eq!(waited(room), (1, 0));
    assert_eq!(waited(room + 1), (0, 1));
}

/// The parts of an object: its type, its references, and whether it has a name.
type Parts = (&'static str, Vec<(&'static str, u32)>, bool);

/// Objects with arbitrary references to each other.
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let kinds = ["ClaimReview", "Claim", "Person", "Organization", "Rating", "CreativeWork", "Thing"];
    let properties =
        ["author", "publisher", "itemReviewed", "reviewRating", "firstAppearance", "appearance", "review", "about"];
    let links = prop::collection::vec((prop::sample::select(properties.to_vec()), 0..9_u32), 0..4);
    prop::collection::vec((prop::sample::select(kinds.to_vec()), links, any::<bool>()), 1..8)
        .prop_map(|objects| objects.into_iter().enumerate().map(|(at, parts)| object(at, parts)).collect())
}

fn object(at: usize, (kind, links, is_named): Parts) -> Value {
    let mut object = json!({"@type": kind, "@id": format!("#{at}")});
    for (property, to) in links {
        object[property] = json!([object[property].take(), {"@id": format!("#{to}")}]);
    }
    if is_named {
        object["name"] = format!("Name {at}").into();
        object["url"] = format!("https://site-{at}.example/{at}").into();
    }
    if kind == "ClaimReview" {
        object["claimReviewed"] = format!("Claim {at}").into();
    }
    object
}

proptest! {
    #[test]
    fn the_order_of_objects_does_not_matter(
        (objects, shuffled) in objects().prop_flat_map(|objects| (Just(objects.clone()), Just(objects).prop_shuffle())),
    ) {
        let (first, other) = (read(graph(&objects).as_bytes()), read(graph(&shuffled).as_bytes()));
        let reviews = objects.iter().filter(|object| object["@type"] == "ClaimReview").count();
        prop_assert_eq!(first.lines.len(), reviews, "{:?}", first.outline());
        prop_assert_eq!(&first.records, &other.records);
        let codes = |read: &Read| -> BTreeSet<String> { read.outline().into_iter().collect() };
        prop_assert_eq!(codes(&first), codes(&other));
    }
}
