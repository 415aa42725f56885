//! MatchClaims, through a real server.

mod support;

use claimd::proto::v1::{ClaimFilter, MatchClaimsRequest};
use support::{TestServer, violated};

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
