//! What cannot be asked is refused with the field and the place; all else has an answer.

use claimd::config::RequestLimits;
use claimd::proto::v1::{Claim, SearchArticlesRequest, SearchClaimsRequest};
use tonic::Code;

use crate::search::asking::search;
use crate::support::{IntoRecord, TestServer, claim, corpus_of, defaults, ndjson, violated, violations};

fn asking(query: &str) -> SearchClaimsRequest {
    SearchClaimsRequest { query: query.to_owned(), ..SearchClaimsRequest::default() }
}

#[tokio::test]
async fn a_syntax_error_is_refused_with_its_position() {
    let server = TestServer::demo().await;
    for (query, place) in [
        ("", "character 0"),
        ("   ", "character 0"),
        ("?! … -", "character 0"),
        ("🦆🦆", "character 0"),
        ("äöü \"unclosed", "character 4"),
        ("word *", "character 5"),
        ("ü author:x", "character 2"),
        ("ü -author:x", "character 2"),
        ("title:?", "character 0"),
        ("Speaker:Pompeo", "character 0"),
    ] {
        let status = search(&server, asking(query)).await.unwrap_err();
        let violations = violations(&status);
        assert_eq!(violations.len(), 1, "{query}");
        assert_eq!(violations[0].field, "query");
        assert!(violations[0].description.contains(place), "{query}: {}", violations[0].description);
    }
}

#[tokio::test]
async fn a_query_has_at_most_1024_bytes() {
    let server = TestServer::demo().await;
    for (query, bytes) in [("x".repeat(1024), 1024), ("ü ".repeat(342)[..1025].to_owned(), 1025)] {
        let refused = search(&server, asking(&query)).await.err().map(|status| violated(&status));
        assert_eq!(refused, (bytes > 1024).then(|| vec!["query".to_owned()]));
        let request = SearchArticlesRequest { query, ..SearchArticlesRequest::default() };
        assert_eq!(server.articles().search_articles(request).await.is_err(), bytes > 1024);
    }
    let sentence = "TikTok firmly rejects the accusation that it passes user data to the Communist Party of China. ";
    let kib = &sentence.repeat(11)[..1024];
    assert_eq!(
        search(&server, asking(kib)).await.unwrap().hits[0].claim.as_ref().unwrap().decode().unwrap().name,
        "claims/tiktok-denies-data-transfer"
    );
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let server = TestServer::demo().await;
    let request = SearchClaimsRequest {
        language: "no language".to_owned(),
        page_size: -1,
        page_token: "x".to_owned(),
        filter: Some(claimd::proto::v1::ClaimFilter { speakers: vec!["x".to_owned()], ..Default::default() }),
        ..asking("\"")
    };
    let mut fields = violated(&server.claims().search_claims(request).await.unwrap_err());
    fields.sort();
    assert_eq!(fields, ["filter.speakers[0]", "language", "page_size", "page_token", "query"]);
}

#[tokio::test]
async fn texts_that_mean_something_elsewhere_are_plain_words_here() {
    let server = TestServer::demo().await;
    for query in [
        "TikTok'; DROP TABLE claims; --",
        "TikTok (data|security)+[a-z]{1,9}$^\\",
        "TikTok AND (NOT data) OR +security~2^3 [a TO b]",
        "TikTok\u{0}\u{1}\u{2}\u{3}\u{7f}data",
        "\u{202e}TikTok\u{202c} \u{200f}data",
        "TikTok https://example.org/?q=a:b#c 10:30",
        "<script>TikTok</script> %s %n ${jndi:ldap}",
    ] {
        match search(&server, asking(query)).await {
            Ok(answer) => assert!(answer.total_size > 0, "{query:?}"),
            Err(status) => assert_eq!(violated(&status), ["query"], "{query:?}"),
        }
    }
    for query in ["الاتهامات ضد تيك توك", "字节跳动", "ﷺ", "ㄱㄴㄷ", "e\u{301}", "\u{1F468}\u{200D}\u{1F469} x"]
    {
        let answer = search(&server, asking(query)).await;
        assert!(answer.is_ok(), "{query:?}: {answer:?}");
    }
}

#[tokio::test]
async fn excluded_words_may_have_four_postings_per_record() {
    let words = ["oak", "elm", "fir", "yew", "ash"];
    let everywhere: Vec<Claim> =
        (0..2501).map(|at| Claim { text: words.join(" "), ..claim(&format!("c{at}")) }).collect();
    let server = TestServer::of(&ndjson(everywhere.iter().map(|claim| claim as &dyn IntoRecord))).await;
    let without = |words: &[&str]| format!("-{}", words.join(" -"));
    assert_eq!(search(&server, asking(&without(&words[..4]))).await.unwrap().total_size, 0);
    let status = search(&server, asking(&without(&words))).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("at character 20: the excluded words"), "{status:?}");
    assert_eq!(search(&server, asking(&words.join(" "))).await.unwrap().total_size, 2501, "what is asked for is free");
    let status = search(&server, asking("-\"oak elm\" -\"elm fir\"")).await.unwrap_err();
    assert!(
        violations(&status)[0].description.contains("at character 11"),
        "places of phrases are compared: {status:?}"
    );
    let limits = RequestLimits { max_query_exclusions: 3, ..defaults() };
    // Ten thousand places are free.
    let claims: Vec<Claim> = everywhere.into_iter().chain((0..900).map(|at| claim(&format!("d{at}")))).collect();
    let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
    let server = TestServer::start(corpus, limits).await;
    assert_eq!(search(&server, asking(&without(&words[..4]))).await.unwrap().total_size, 900);
    let status = search(&server, asking(&without(&words))).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("at character 20: the excluded words"), "{status:?}");
}

/// A claim for each word, and one of oaks.
fn of_words(words: impl Iterator<Item = String>) -> String {
    let claims: Vec<Claim> =
        words.chain(["oak".to_owned()]).map(|word| Claim { text: format!("{word} tree"), ..claim(&word) }).collect();
    ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))
}

/// So many words that begin alike.
fn alike(count: u32) -> impl Iterator<Item = String> {
    let letter = |number: u32| char::from_u32(u32::from('a') + number % 26).unwrap();
    (0..count).map(move |at| format!("ver{}{}{}", letter(at / 676), letter(at / 26), letter(at)))
}

#[tokio::test]
async fn words_and_prefix_expansions_of_a_query_are_limited() {
    let limits = RequestLimits { max_query_words: 3, max_query_expansions: 4, ..defaults() };
    for (words, refused) in [(4, false), (5, true)] {
        let server = TestServer::start(corpus_of(&of_words(alike(words))), limits).await;
        for query in ["ver*", "-ver*", "vera* oak", "text:ver*"] {
            match search(&server, asking(query)).await {
                Ok(_) => assert!(!refused, "{query} stands for {words}"),
                Err(status) => {
                    assert!(refused, "{query} stands for {words}: {status:?}");
                    assert!(violations(&status)[0].description.contains("a prefix of more than 4 words"), "{status:?}");
                }
            }
        }
        search(&server, asking("oak elm fir")).await.unwrap();
        let status = search(&server, asking("oak elm \"fir yew\"")).await.unwrap_err();
        assert!(violations(&status)[0].description.contains("at character 8: more than 3 words"), "{status:?}");
    }
    let server = TestServer::start(corpus_of(&of_words(alike(2).chain(["oaken".to_owned()]))), limits).await;
    search(&server, asking("ver* oak*")).await.unwrap();
    let status = search(&server, asking("ver* oak* tree*")).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("at character 10"), "all together: {status:?}");
}

#[tokio::test]
async fn a_prefix_of_thousands_of_words_finds_them_all() {
    let server = TestServer::of(&of_words(alike(3000))).await;
    assert_eq!(search(&server, asking("ver*")).await.unwrap().total_size, 3000);
    assert_eq!(search(&server, asking("-ver*")).await.unwrap().total_size, 1);
    assert_eq!(search(&server, asking("\"tree\" -vera*")).await.unwrap().total_size, 3001 - 676);
    let hits = search(&server, asking("ver* veraab")).await.unwrap().hits;
    assert_eq!(crate::search::asking::id(&hits[0]), "veraab", "what else is asked for ranks what it finds");
    assert_eq!(hits[1].highlights[0].spans[0].end, 6);
    assert!(hits[0].score > hits[1].score && hits[1].score > 0.0, "{} {}", hits[0].score, hits[1].score);
    // A beginning of few words ranks by each of them, one of many as a single word that stands in all of their records.
    let hits = search(&server, asking("ver* oak*")).await.unwrap().hits;
    assert_eq!(crate::search::asking::id(&hits[0]), "oak", "a rare word says more than a beginning of everything");
}

#[tokio::test]
async fn queries_made_to_be_slow_are_refused_or_answered() {
    let server = TestServer::demo().await;
    let distinct: Vec<String> =
        ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("{a}{b}"))).take(300).collect();
    let query = &distinct.join(" ")[..899];
    let status = search(&server, asking(query)).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("more than 128 words"), "{status:?}");
    let phrase = |words| format!("\"{}\"", "the ".repeat(words));
    search(&server, asking(&phrase(128))).await.unwrap();
    let status = search(&server, asking(&phrase(129))).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("more than 128 words"), "{status:?}");
    for query in ["x ".repeat(512), "a* b* c* d*".to_owned(), format!("\"{}\"", "of the ".repeat(16))] {
        match search(&server, asking(&query)).await {
            Ok(_) => {}
            Err(status) => assert_eq!(status.code(), Code::InvalidArgument),
        }
    }
}
