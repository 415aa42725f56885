//! German words with umlauts, in both spellings: what one finds, the other finds.

use std::collections::BTreeSet;

use claimd::proto::v1::{Article, Claim, ClaimFilter, MatchClaimsRequest};

use crate::search::asking::{articles, claims, claims_of};
use crate::support::{IntoRecord, TestServer, article, claim, ndjson};

/// Those of [`words`] that are stop words: they match nothing by themselves.
const STOP_WORDS: [&str; 5] = ["hätten", "können", "über", "während", "Würde"];

/// Words of our own choice, with umlauts.
pub(crate) fn words() -> Vec<&'static str> {
    include_str!("../data/umlauts.txt").split_whitespace().collect()
}

/// A word with its umlauts written as digraphs.
pub(crate) fn spelled(word: &str) -> String {
    let pairs = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")];
    pairs.iter().fold(word.to_owned(), |word, (umlaut, digraph)| word.replace(umlaut, digraph))
}

/// For each word a claim and an article in either spelling: `12-umlaut`, `12-digraph`.
pub(crate) async fn server(language: &str) -> TestServer {
    let mut records: Vec<Box<dyn IntoRecord>> = Vec::new();
    for (at, word) in words().into_iter().enumerate() {
        for (kind, text) in [("umlaut", word.to_owned()), ("digraph", spelled(word))] {
            let (id, language) = (format!("{at}-{kind}"), language.to_owned());
            records.push(Box::new(Claim { text: text.clone(), language: language.clone(), ..claim(&id) }));
            records.push(Box::new(Article { title: String::new(), body: text, language, ..article(&id) }));
        }
    }
    TestServer::of(&ndjson(records.iter().map(AsRef::as_ref))).await
}

fn assert_both(word: &str, at: usize, [umlaut, digraph]: [Vec<String>; 2]) {
    let [umlaut, digraph] = [umlaut, digraph].map(|ids| ids.into_iter().collect::<BTreeSet<_>>());
    assert_eq!(umlaut, digraph, "{word}");
    for id in [format!("{at}-umlaut"), format!("{at}-digraph")] {
        assert!(umlaut.contains(&id), "{word}: {umlaut:?}");
    }
}

#[tokio::test]
async fn both_spellings_find_the_same_german_texts() {
    assert!(words().len() > 400);
    let server = server("de").await;
    for (at, word) in words().into_iter().enumerate() {
        let other = spelled(word);
        assert_both(word, at, [claims(&server, word).await, claims(&server, &other).await]);
        assert_both(word, at, [articles(&server, word, "").await, articles(&server, &other, "").await]);
    }
}

#[tokio::test]
async fn match_claims_finds_both_spellings() {
    let server = server("de").await;
    let mut missing = Vec::new();
    for (at, word) in words().into_iter().enumerate() {
        let other = spelled(word);
        for (text, expected) in [(word, format!("{at}-digraph")), (other.as_str(), format!("{at}-umlaut"))] {
            if !matches(&server, text).await.contains(&expected) {
                missing.push(word);
            }
        }
    }
    missing.dedup();
    assert_eq!(missing, STOP_WORDS, "only stop words match nothing");
}

/// Ids of the claims that match a German text.
async fn matches(server: &TestServer, text: &str) -> Vec<String> {
    let (text, language) = (text.to_owned(), "de".to_owned());
    let request = MatchClaimsRequest { text, language, limit: 10, ..MatchClaimsRequest::default() };
    let candidates = server.claims().match_claims(request).await.unwrap().into_inner().candidates;
    let names = candidates.into_iter().map(|each| each.claim.unwrap().decode().unwrap().name);
    names.map(|name| name.strip_prefix("claims/").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_text_of_unknown_language_is_found_by_both_spellings() {
    let server = server("").await;
    for (at, word) in words().into_iter().enumerate().step_by(3) {
        assert_both(word, at, [claims(&server, word).await, claims(&server, &spelled(word)).await]);
    }
}

#[tokio::test]
async fn a_bare_vowel_finds_an_umlaut() {
    for language in ["de", "en", "sv", "tr", ""] {
        let record = Claim { text: "Grüße aus Zürich".to_owned(), language: language.to_owned(), ..claim("c") };
        let server = TestServer::of(&ndjson([&record as &dyn IntoRecord])).await;
        for query in ["Zurich", "Zürich", "Zuerich", "ZURICH", "Zuric*", "Züri*", "Zueric*", "\"aus Zuerich\""] {
            assert_eq!(claims(&server, query).await, ["c"], "{query} in {language:?}");
        }
    }
}

#[tokio::test]
async fn genuine_digraphs_are_no_umlauts() {
    let pairs = [
        ("Poet", "Pott"),
        ("Poet", "Pöt"),
        ("Duell", "Düll"),
        ("aktuell", "aktull"),
        ("Israel", "Isräl"),
        ("Steuer", "Stur"),
        ("Michael", "Michal"),
        ("Statuen", "Statun"),
        ("Bauer", "Baur"),
        ("Quelle", "Qulle"),
        ("zuerst", "zürst"),
    ];
    for (word, other) in pairs {
        let records = [word, other].map(|text| Claim {
            text: text.to_owned(),
            language: "de".to_owned(),
            ..claim(&text.to_lowercase().replace('ü', "x").replace(['ö', 'ä'], "y"))
        });
        let server = TestServer::of(&ndjson(records.iter().map(|record| record as &dyn IntoRecord))).await;
        for language in ["", "de"] {
            let found = claims_of(&server, word, ClaimFilter::default(), language).await;
            assert_eq!(found, [word.to_lowercase()], "{word} {other}");
        }
    }
}
