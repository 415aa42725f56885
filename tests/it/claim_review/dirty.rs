//! A feed with every fault that published feeds have. All of its texts are invented.

use chrono::DateTime;
use claimd::corpus::Corpus;
use claimd::proto::v1::{
    ActorType, Anchor, Claim, ClaimFilter, ListClaimsRequest, PartialTime, Precision, QuotationType,
    SearchClaimsRequest, Verdict,
};

use claimd::source::{Source, load};

use crate::claim_review::reading::read;
use crate::support::{TestServer, defaults};

const DIRTY: &[u8] = include_bytes!("../data/claimreview-dirty.json");

#[test]
fn every_fault_is_found_at_its_line_and_property() {
    let expected = [
        "4 VALUE_MENDED reviewRating",
        "6 VALUE_MENDED reviewRating.alternateName",
        "7 RATING_BY_NUMBER reviewRating",
        "8 RATING_UNKNOWN reviewRating",
        "9 VALUE_MENDED reviewRating",
        "11 VALUE_MENDED itemReviewed.firstAppearance",
        "12 VALUE_MENDED itemReviewed.url",
        "13 PROPERTY_MISSING author",
        "14 REVIEWER_AS_SOURCE itemReviewed.author",
        "14 REVIEWER_AS_SOURCE itemReviewed.appearance",
        "16 VALUE_MENDED name",
        "16 VALUE_MENDED claimReviewed",
        "17 VALUE_MENDED itemReviewed.datePublished",
        "17 VALUE_MENDED datePublished",
        "18 KEPT_AS_LABEL itemReviewed.datePublished",
        "18 KEPT_AS_LABEL datePublished",
        "20 NOT_JSON",
        "22 PROPERTY_MISSING claimReviewed",
        "23 PROPERTY_MISSING claimReviewed",
        "23 FIELD_REQUIRED text",
        "24 PROPERTY_MISSING url",
        "24 KEPT_AS_LABEL itemReviewed.appearance",
        "24 PROPERTY_UNREAD",
        "24 KEPT_AS_LABEL inLanguage",
        "24 RATING_UNKNOWN reviewRating",
        "25 VALUE_MENDED itemReviewed",
        "25 VALUE_MENDED claimReviewed",
        "25 VALUE_MENDED reviewRating.ratingValue",
        "0 RECORD_SKIPPED",
        "0 RECORD_SKIPPED",
    ];
    assert_eq!(read(DIRTY).outline(), expected);
}

#[test]
fn no_review_is_lost_without_an_error() {
    let read = read(DIRTY);
    let lines: Vec<u32> = read.lines.iter().map(|(line, _)| *line).collect();
    // Line 2 is empty, 20 is broken, 21 is not a review and 23 has no text; 19 has two reviews.
    let expected = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 19, 22, 24, 25];
    assert_eq!(lines, expected);
    assert_eq!(read.errors(), 2);
}

fn verdict(claim: &Claim) -> Verdict {
    claim.reviews[0].verdict()
}

#[test]
fn a_clean_review_becomes_a_complete_claim() {
    let read = read(DIRTY);
    let claim = read.claim("The harbour is made of cheese");
    assert!(claim.labels.is_empty(), "{:?}", claim.labels);
    let speaker = &claim.speakers[0];
    assert_eq!((speaker.mention.as_str(), speaker.title.as_str()), ("Ada Invented", "Harbour master"));
    assert_eq!(speaker.actor, "actors/wikidata-Q999999999");
    assert_eq!(read.actor(&speaker.actor).r#type(), ActorType::Person);
    assert_eq!(shown(claim.claim_time.as_ref()), "2021-07-01 Day");
    let evidence = &claim.evidence[0];
    assert_eq!((evidence.quotation_type(), evidence.anchor()), (QuotationType::Paraphrase, Anchor::Unchecked));
    assert_eq!(read.pages(claim), ["https://paper.example.com/cheese"]);
    let review = &claim.reviews[0];
    let checker = read.actor(&review.reviewer);
    assert_eq!((checker.display_name.as_str(), checker.r#type()), ("Checker", ActorType::MediaOutlet));
    assert_eq!(checker.url, "https://checker.example.org/");
    assert_eq!(review.url, "https://checker.example.org/3");
    assert_eq!((review.verdict(), review.rating_text.as_str()), (Verdict::False, "False"));
    let rating = review.rating.as_ref().unwrap();
    assert_eq!((rating.value, rating.best, rating.worst), (Some(1.0), Some(5.0), Some(1.0)));
    assert_eq!(shown(review.review_time.as_ref()), "2021-07-03 Day");
}

fn shown(time: Option<&PartialTime>) -> String {
    let Some(time) = time else { return "none".to_owned() };
    let instant = DateTime::from_timestamp(time.time.as_ref().unwrap().seconds, 0).unwrap();
    match time.precision() {
        Precision::Day => format!("{} Day", instant.date_naive()),
        precision => format!("{} {precision:?}", instant.to_rfc3339()),
    }
}

#[test]
fn ratings_are_read_in_every_form() {
    let read = read(DIRTY);
    for (text, expected) in [
        ("Bare rating", Verdict::MostlyFalse),
        ("Typed rating", Verdict::True),
        ("Ratings in a list", Verdict::False),
        ("Numbers in quotation marks", Verdict::Mixed),
        ("A number off its scale", Verdict::NotRated),
        ("No number at all", Verdict::Misleading),
        ("Everything else is wrong", Verdict::NotRated),
        ("Two claims in one review", Verdict::False),
    ] {
        assert_eq!(verdict(read.claim(text)), expected, "{text}");
    }
    assert_eq!(read.claim("No number at all").reviews[0].rating, None);
    assert_eq!(read.claim("A number off its scale").reviews[0].rating.as_ref().unwrap().value, Some(9.0));
    assert_eq!(read.claim("Everything else is wrong").reviews[0].rating_text, "Blorp");
}

#[test]
fn appearances_become_articles_without_duplicates() {
    let read = read(DIRTY);
    let pages = |text: &str| read.pages(read.claim(text)).join(" ");
    assert_eq!(pages("An appearance as text"), "https://paper.example.com/10");
    assert_eq!(pages("Appearances in a list"), "https://paper.example.com/11 https://other.example.net/11");
    let commas = "https://paper.example.com/12a https://paper.example.com/12b https://paper.example.com/12c";
    assert_eq!(pages("Appearances joined by commas"), commas);
    assert_eq!(pages("The checker as its own source"), "https://paper.example.com/14");
    let article = read.article(&read.claim("Appearances in a list").evidence[0].article);
    assert_eq!((article.title.as_str(), article.body.as_str()), ("Eleven & more", ""));
}

#[test]
fn the_reviewer_is_not_a_claimant_and_the_site_replaces_a_missing_author() {
    let read = read(DIRTY);
    assert!(read.claim("The checker as its own source").speakers.is_empty());
    let review = &read.claim("A review without an author").reviews[0];
    assert_eq!(review.reviewer_name, "nameless.example.org");
    assert_eq!(read.actor(&review.reviewer).display_name, "nameless.example.org");
}

#[test]
fn a_claim_checked_by_two_reviewers_has_two_reviews() {
    let read = read(DIRTY);
    // The longer wording is kept.
    let claim = read.claim("“The lake is DRY”");
    let reviews: Vec<_> =
        claim.reviews.iter().map(|review| (review.reviewer_name.as_str(), review.verdict())).collect();
    assert_eq!(reviews, [("Checker", Verdict::False), ("Second Checker", Verdict::Mixed)]);
    assert_eq!((claim.reviews[0].language.as_str(), claim.reviews[1].language.as_str()), ("en", "en-GB"));
    let wordings: Vec<_> = claim.reviews.iter().map(|review| review.claim_reviewed.as_str()).collect();
    assert_eq!(wordings, ["The lake is dry.", "“The lake is DRY”"]);
    assert_eq!(read.lines.iter().filter(|(_, name)| *name == claim.name).count(), 2);
}

#[test]
fn texts_and_dates_are_corrected_or_kept_as_labels() {
    let read = read(DIRTY);
    let boat = read.claim("Tom & Tim’s boat sank");
    assert_eq!((boat.text.as_str(), boat.reviews[0].title.as_str()), ("Tom & Tim’s boat sank", "\"Boat\" checked"));
    assert_eq!(boat.reviews[0].url, "https://checker.example.org/16?a=1&b=2");
    let digits = read.claim("Dates with one digit");
    let dates = (shown(digits.reviews[0].review_time.as_ref()), shown(digits.claim_time.as_ref()));
    assert_eq!(dates, ("2021-07-16 Day".to_owned(), "2021-07-09 Day".to_owned()));
    let none = read.claim("Dates that are none");
    assert_eq!((none.claim_time.is_none(), none.labels["datePublished"].as_str()), (true, "last Friday"));
    let wrong = read.claim("Everything else is wrong");
    assert_eq!(wrong.labels["inLanguage"], "Elvish");
    assert_eq!(wrong.labels["itemReviewed.appearance"], "a chat group");
    assert_eq!(wrong.labels["reviewBody"], "Long text");
    assert_eq!(wrong.reviews[0].url, "https://checker.example.org/24");
    assert_eq!(read.actor(&wrong.reviews[0].reviewer).r#type(), ActorType::Person);
    let zoned = read.claim("Two claims in one review");
    assert_eq!(shown(zoned.reviews[0].review_time.as_ref()), "2021-07-25T08:00:00+00:00 Second");
    assert_eq!(zoned.speakers.len(), 2);
}

#[test]
fn the_headline_replaces_a_missing_wording() {
    let read = read(DIRTY);
    let claim = read.claim("No, the tower was not moved");
    assert_eq!(claim.reviews[0].claim_reviewed, "");
}

#[test]
fn the_shape_around_the_reviews_does_not_matter() {
    let text = std::str::from_utf8(DIRTY).unwrap();
    let elements: Vec<&str> = text.lines().filter(|line| line.starts_with("{\"@type\":\"DataFeedItem\"")).collect();
    let elements: Vec<&str> = elements.into_iter().map(|line| line.trim_end_matches(',')).collect();
    let good: Vec<&str> =
        elements.into_iter().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).collect();
    let expected = read(good.join("\n").as_bytes()).records;
    assert!(expected.len() > 30, "{}", expected.len());
    for document in [
        format!("[{}]", good.join(",")),
        format!("{{\"@context\":\"https://schema.org\",\"@graph\":[{}]}}", good.join(",\n")),
        format!("{{\"@type\":\"NewsArticle\",\"hasPart\":[{}]}}", good.join(",")),
        format!("\u{feff}{{\"dataFeedElement\":[\n{}\n]}}", good.join(",\n")),
    ] {
        assert_eq!(read(document.as_bytes()).records, expected);
    }
}

/// The feed and a native file, loaded from a folder.
fn loaded() -> Corpus {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feed.json"), DIRTY).unwrap();
    std::fs::write(folder.path().join("native.json"), r#"{"actor":{"name":"actors/a","displayName":"A"}}"#).unwrap();
    load(&[Source::from(folder.path().to_str().unwrap())], defaults(), false).unwrap()
}

#[test]
fn a_feed_is_recognised_by_its_content_and_loads_with_native_records() {
    let (corpus, read) = (loaded(), read(DIRTY));
    assert_eq!(corpus.claims.table.len(), u32::try_from(read.claims().count()).unwrap());
    assert!(corpus.actors.table.id("actors/a").is_some());
    assert_eq!(corpus.report.errors, 2, "{:#?}", corpus.report.diagnostics);
    let reviewed = read.claim("“The lake is DRY”");
    assert!(corpus.claims.table.id(&reviewed.name).is_some());
}

#[tokio::test]
async fn reviews_are_served_by_verdict_and_found_by_headline() {
    let server = TestServer::start(loaded(), defaults()).await;
    let filter = ClaimFilter { verdicts: vec![Verdict::Misleading.into()], ..ClaimFilter::default() };
    let request = ListClaimsRequest { filter: Some(filter), ..ListClaimsRequest::default() };
    let listed = server.claims().list_claims(request).await.unwrap().into_inner();
    assert_eq!(listed.total_size, 1);
    assert_eq!(listed.claims[0].decode().unwrap().text, "No number at all");
    let request = SearchClaimsRequest { query: "\"boat checked\"".to_owned(), ..SearchClaimsRequest::default() };
    let found = server.claims().search_claims(request).await.unwrap().into_inner();
    assert_eq!(found.total_size, 1);
}
