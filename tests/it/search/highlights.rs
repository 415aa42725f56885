//! Where a query's words stand: code points of the right text.

use claimd::proto::v1::{Article, Claim, Highlight, SearchClaimsRequest};

use crate::search::asking::{article_hits, cut, search};
use crate::support::{IntoRecord, TestServer, actor, article, claim, ndjson, party};

async fn highlights(server: &TestServer, query: &str) -> Vec<Highlight> {
    let request = SearchClaimsRequest { query: query.to_owned(), ..SearchClaimsRequest::default() };
    search(server, request).await.unwrap().hits.remove(0).highlights
}

fn fields(highlights: &[Highlight]) -> Vec<&str> {
    highlights.iter().map(|highlight| highlight.field.as_str()).collect()
}

const TEXT: &str = "🎺🇩🇪 Ärger über Sicherheitsbedenken: e\u{301}té, U\u{308}bung und Prüfungen – nichts für Müller";

async fn server() -> TestServer {
    let record = Claim {
        text: TEXT.to_owned(),
        language: "de".to_owned(),
        venue: "Müllerstraße".to_owned(),
        speakers: vec![party("Müller".replace('ü', "u").as_str())],
        ..claim("c")
    };
    let speaker = actor("Muller");
    TestServer::of(&ndjson([&record as &dyn IntoRecord, &speaker])).await
}

#[tokio::test]
async fn highlights_cut_the_words_out_of_the_text() {
    let server = server().await;
    for (query, words) in [
        ("Ärger", vec!["Ärger"]),
        ("bedenken", vec!["Sicherheitsbedenken"]),
        ("Uebung", vec!["U\u{308}bung"]),
        ("Prüfung Ärger", vec!["Ärger", "Prüfungen"]),
        ("été", vec!["e\u{301}té"]),
        ("prüf*", vec!["Prüfungen"]),
        ("prüfunge*", vec!["Prüfungen"]),
        ("\"Ärger über\"", vec!["Ärger", "über"]),
        ("text:Ärger -Quatsch", vec!["Ärger"]),
    ] {
        let found = highlights(&server, query).await;
        assert_eq!(fields(&found), ["text"], "{query}");
        assert_eq!(cut(TEXT, &found[0]), words, "{query}");
    }
}

#[tokio::test]
async fn a_named_field_is_the_only_one_marked() {
    let server = server().await;
    let found = highlights(&server, "Müller").await;
    assert_eq!(fields(&found)[0], "text");
    assert!(fields(&found).contains(&"speakers[0].mention"), "{found:?}");
    assert_eq!(fields(&highlights(&server, "speaker:Muller").await), ["speakers[0].mention"]);
    assert_eq!(fields(&highlights(&server, "venue:Müller*").await), ["venue"]);
}

#[tokio::test]
async fn excluded_words_are_not_marked() {
    let server = server().await;
    assert_eq!(highlights(&server, "-Quatsch").await, []);
    let found = highlights(&server, "Ärger -\"Ärger nichts\" -venue:Ärger").await;
    assert_eq!(cut(TEXT, &found[0]), ["Ärger"]);
}

#[tokio::test]
async fn titles_and_bodies_of_articles_are_marked() {
    let body = "🦆 Die Ente – sie schwimmt. Enten schwimmen!";
    let record = Article {
        title: "Über Enten".to_owned(),
        body: body.to_owned(),
        language: "de".to_owned(),
        ..article("enten")
    };
    let server = TestServer::of(&ndjson([&record as &dyn IntoRecord])).await;
    let (_, found) = article_hits(&server, "Ente schwimmen", "").await.remove(0);
    assert_eq!(fields(&found), ["title", "body"]);
    assert_eq!(cut("Über Enten", &found[0]), ["Enten"]);
    assert_eq!(cut(body, &found[1]), ["Ente", "schwimmt", "Enten", "schwimmen"]);
}

#[tokio::test]
async fn quotes_and_titles_of_evidence_are_marked_by_their_path() {
    let server = TestServer::demo().await;
    let found = highlights(&server, "Pompeo Telefonnummer").await;
    assert!(
        fields(&found).iter().any(|field| field.starts_with("evidence[") && field.ends_with("].quote")),
        "{found:?}"
    );
}
