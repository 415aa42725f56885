//! MatchClaims, through a real server.

use std::future::Future;
use std::task::{Context, Poll, Waker};

use crate::support::{IntoRecord, TestServer, claim, corpus_of, ndjson, violated};
use claimd::matching::rank::Question;
use claimd::proto::v1::{Claim, ClaimFilter, ListClaimsRequest, MatchClaimsRequest};

fn request(text: &str) -> MatchClaimsRequest {
    MatchClaimsRequest { text: text.to_owned(), ..MatchClaimsRequest::default() }
}

async fn names(server: &TestServer, request: MatchClaimsRequest) -> Vec<(String, f64)> {
    let answer = server.claims().match_claims(request).await.expect("a good request").into_inner();
    let claims = answer.candidates.into_iter().map(|each| (each.claim.expect("a claim"), each.score));
    claims.map(|(claim, score)| (claim.decode().expect("a whole claim").name, score)).collect()
}

#[tokio::test]
async fn a_claim_said_otherwise_is_found_first_with_its_reasons() {
    let server = TestServer::demo().await;
    let text = "#TikTok rejects that it censors any videos https://t.co/x";
    let answer = server.claims().match_claims(request(text)).await.unwrap().into_inner();
    let best = &answer.candidates[0];
    assert_eq!(best.claim.as_ref().unwrap().decode().unwrap().name, "claims/tiktok-denies-censorship");
    assert!(!best.explanation.is_empty());
    let scores: Vec<f64> = answer.candidates.iter().map(|each| each.score).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)));
}

#[tokio::test]
async fn filters_limits_and_thresholds_hold() {
    let server = TestServer::demo().await;
    let text = "TikTok stores the data of US users in the USA";
    assert_eq!(names(&server, MatchClaimsRequest { limit: 1, ..request(text) }).await.len(), 1);
    assert!(names(&server, MatchClaimsRequest { threshold: Some(1.0), ..request(text) }).await.is_empty());
    let filter = ClaimFilter { speakers: vec!["actors/microsoft".to_owned()], ..ClaimFilter::default() };
    let found = names(&server, MatchClaimsRequest { filter: Some(filter), ..request(text) }).await;
    assert!(found.iter().all(|(name, _)| name.contains("microsoft")), "{found:?}");
}

#[tokio::test]
async fn a_text_that_claims_nothing_has_no_high_score() {
    let server = TestServer::demo().await;
    for text in ["TikTok", "https://example.org #TikTok", "🙂🙂", "今日はとても天気がいいですね", "\u{200b}x", "asdf"]
    {
        let best = names(&server, request(text)).await.first().map_or(0.0, |(_, score)| *score);
        assert!(best < 0.5, "{text}: {best}");
    }
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    let server = TestServer::demo().await;
    let wrong = MatchClaimsRequest {
        text: "x".repeat((8 << 10) + 1),
        language: "deutsch".to_owned(),
        limit: 101,
        threshold: Some(f64::NAN),
        filter: None,
    };
    let status = server.claims().match_claims(wrong).await.unwrap_err();
    assert_eq!(violated(&status), ["text", "language", "limit", "threshold"]);
    let longest = MatchClaimsRequest { limit: 100, ..request(&"data ".repeat((8 << 10) / 5)) };
    server.claims().match_claims(longest).await.unwrap();
    assert_eq!(violated(&server.claims().match_claims(request(" ")).await.unwrap_err()), ["text"]);
}

#[tokio::test]
async fn a_score_means_the_same_in_a_small_corpus() {
    let server = TestServer::demo().await;
    let claims = server.claims().list_claims(ListClaimsRequest::default()).await.unwrap().into_inner().claims;
    for claim in claims {
        let claim = claim.decode().unwrap();
        let (best, score) = names(&server, request(&claim.text)).await.swap_remove(0);
        assert!(best == claim.name && score > 0.5, "{}: {best} {score}", claim.text);
    }
}

#[tokio::test]
async fn a_claim_is_found_in_any_language_with_a_stemmer() {
    let said = |id: &str, language: &str, text: &str| Claim {
        language: language.to_owned(),
        text: text.to_owned(),
        ..claim(id)
    };
    let server = TestServer::of(&ndjson([
        &said("fr", "fr", "L’économie de l’Union européenne n’a jamais été aussi forte") as &dyn IntoRecord,
        &said("es", "es", "Las vacunas causaron miles de muertes en los hospitales españoles"),
        &said("ru", "ru", "Российские банки потеряли миллиарды рублей из-за санкций"),
        &said("en", "en", "The dairy farms of the valley sold their cows"),
    ]))
    .await;
    for (text, right) in [
        ("les économies d’une Union européenne forte", "claims/fr"),
        ("miles de muertos por la vacuna en un hospital español", "claims/es"),
        ("банк потерял миллиарды рублей, санкция", "claims/ru"),
        ("a valley's dairy farm sells its cow", "claims/en"),
    ] {
        let found = names(&server, request(text)).await;
        assert_eq!(found.first().map(|(name, _)| name.as_str()), Some(right), "{text}");
        assert!(found[0].1 > 0.1, "{text}: {}", found[0].1);
    }
}

/// Claims that say one word a thousand times each are a millisecond of work or two, each.
#[test]
fn matching_gives_way_between_the_claims_it_compares() {
    let claims: Vec<Claim> = (0..40)
        .map(|number| Claim { text: format!("{} {number}", "word ".repeat(1000)), ..claim(&format!("c{number}")) })
        .collect();
    let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
    let everything = (0..40).collect();
    let question = Question { text: "word word word word", language: "en", limit: 10, threshold: 0.0 };
    let matching = claimd::query::match_claims(&corpus, &everything, question);
    let (mut matching, mut pauses) = (std::pin::pin!(matching), 0);
    let found = loop {
        match matching.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => break found,
            Poll::Pending => pauses += 1,
        }
    };
    assert_eq!(found.len(), 10);
    assert!(pauses >= 40, "{pauses} pauses");
}
