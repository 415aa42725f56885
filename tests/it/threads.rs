//! Threads: the debate around a claim, both ways, in order, within limits.

use crate::support::{
    IntoRecord, TestServer, at, claim, corpus_of, defaults, info, ndjson, reason, relation, violated,
};
use claimd::config::RequestLimits;
use claimd::proto::v1::{Claim, GetThreadRequest, GetThreadResponse, RelationKind, RelationStatus};
use tonic::{Code, Status};

async fn thread(server: &TestServer, request: GetThreadRequest) -> Result<GetThreadResponse, Status> {
    Ok(server.discourse().get_thread(request).await?.into_inner())
}

fn around(id: &str) -> GetThreadRequest {
    GetThreadRequest { claim: format!("claims/{id}"), ..GetThreadRequest::default() }
}

fn ids(thread: &GetThreadResponse) -> Vec<String> {
    let names = thread.claims.iter().map(|claim| claim.decode().unwrap().name);
    names.map(|name| name.strip_prefix("claims/").unwrap().to_owned()).collect()
}

fn edges(thread: &GetThreadResponse) -> Vec<String> {
    let id = |name: &str| name.strip_prefix("claims/").unwrap().to_owned();
    let shown =
        |edge: &claimd::proto::v1::ThreadEdge| format!("{} {:?} {}", id(&edge.source), edge.kind(), id(&edge.target));
    thread.edges.iter().map(shown).collect()
}

async fn serve(claims: &[Claim]) -> TestServer {
    TestServer::of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord))).await
}

/// c0 <- c1 <- c2 ... each denies the one before.
fn chain(length: usize) -> Vec<Claim> {
    let each = |at: usize| match at.checked_sub(1) {
        None => claim("c0"),
        Some(before) => {
            Claim { relations: vec![relation(RelationKind::Denies, &format!("c{before}"))], ..claim(&format!("c{at}")) }
        }
    };
    (0..length).map(each).collect()
}

#[tokio::test]
async fn depth_is_three_unless_said_and_ten_at_most() {
    let server = serve(&chain(14)).await;
    for (depth, last) in [(0, 3), (1, 1), (2, 2), (10, 10)] {
        let found = thread(&server, GetThreadRequest { depth, ..around("c0") }).await.unwrap();
        let expected: Vec<String> = (0..=last).map(|at| format!("c{at}")).collect();
        assert_eq!(ids(&found), expected, "depth {depth}");
        assert!(!found.truncated, "what lies deeper was not asked for");
    }
    for depth in [11, -1] {
        let status = thread(&server, GetThreadRequest { depth, ..around("c0") }).await.unwrap_err();
        assert_eq!(violated(&status), ["depth"]);
    }
}

#[tokio::test]
async fn who_does_not_say_gets_no_more_than_a_lower_limit_allows() {
    let limits = RequestLimits { max_thread_depth: 2, max_thread_claims: 4, ..defaults() };
    let claims = chain(9);
    let corpus = corpus_of(&ndjson(claims.iter().map(|claim| claim as &dyn IntoRecord)));
    let server = TestServer::start(corpus, limits).await;
    assert_eq!(ids(&thread(&server, around("c0")).await.unwrap()), ["c0", "c1", "c2"]);
    // From the middle, two on either side.
    let found = thread(&server, around("c4")).await.unwrap();
    assert_eq!((found.claims.len(), found.truncated), (4, true));
    let status = thread(&server, GetThreadRequest { depth: 3, max_claims: 5, ..around("c0") }).await.unwrap_err();
    assert_eq!(violated(&status), ["depth", "max_claims"]);
}

#[tokio::test]
async fn relations_are_walked_both_ways() {
    let server = serve(&chain(5)).await;
    let found = thread(&server, GetThreadRequest { depth: 1, ..around("c2") }).await.unwrap();
    assert_eq!(ids(&found)[0], "c2");
    let mut rest = ids(&found)[1..].to_vec();
    rest.sort();
    assert_eq!(rest, ["c1", "c3"]);
    assert_eq!(edges(&found), ["c2 Denies c1", "c3 Denies c2"]);
}

#[tokio::test]
async fn claims_come_by_distance_then_newest_first() {
    let answer = |id: &str, to: &str, seconds| Claim {
        relations: vec![relation(RelationKind::RespondsTo, to)],
        claim_time: Some(at(seconds)),
        ..claim(id)
    };
    let claims = [
        Claim { claim_time: Some(at(500)), ..claim("start") },
        answer("near-old", "start", 1),
        answer("near-new", "start", 900),
        answer("far-newest", "near-old", 1000),
        answer("far-old", "near-new", 2),
        Claim { relations: vec![relation(RelationKind::Supports, "start")], ..claim("near-timeless") },
    ];
    let server = serve(&claims).await;
    let found = thread(&server, around("start")).await.unwrap();
    assert_eq!(ids(&found), ["start", "near-new", "near-old", "near-timeless", "far-newest", "far-old"]);
    let sorted = edges(&found);
    assert!(sorted.is_sorted(), "{sorted:?}");
    assert_eq!(sorted.len(), 5);
}

#[tokio::test]
async fn kinds_restrict_what_is_walked_and_shown() {
    let linked = |id: &str, kind| Claim { relations: vec![relation(kind, "start")], ..claim(id) };
    let claims = [claim("start"), linked("denial", RelationKind::Denies), linked("support", RelationKind::Supports)];
    let server = serve(&claims).await;
    let only = |kinds: &[RelationKind]| GetThreadRequest {
        relation_kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        ..around("start")
    };
    let found = thread(&server, only(&[RelationKind::Denies])).await.unwrap();
    assert_eq!(
        (ids(&found), edges(&found)),
        (vec!["start".into(), "denial".into()], vec!["denial Denies start".into()])
    );
    let found = thread(&server, only(&[RelationKind::Denies, RelationKind::Supports])).await.unwrap();
    assert_eq!(found.claims.len(), 3);
    let found = thread(&server, only(&[RelationKind::Retracts])).await.unwrap();
    assert_eq!((ids(&found), found.edges.len(), found.truncated), (vec!["start".to_owned()], 0, false));
    let request = GetThreadRequest { relation_kinds: vec![1, 99, -1], ..around("start") };
    let status = thread(&server, request).await.unwrap_err();
    assert_eq!(violated(&status), ["relation_kinds[1]", "relation_kinds[2]"]);
}

#[tokio::test]
async fn rejected_relations_are_shown_and_not_walked() {
    let rejected = |to: &str| claimd::proto::v1::Relation {
        status: RelationStatus::Rejected.into(),
        note: "a mix-up".to_owned(),
        ..relation(RelationKind::Denies, to)
    };
    let claims = [
        claim("start"),
        Claim { relations: vec![rejected("start")], ..claim("unrelated") },
        Claim { relations: vec![relation(RelationKind::Supports, "start"), rejected("other")], ..claim("friend") },
        Claim { relations: vec![relation(RelationKind::Supports, "start")], ..claim("other") },
    ];
    let server = serve(&claims).await;
    let found = thread(&server, around("start")).await.unwrap();
    let mut sorted = ids(&found);
    sorted.sort();
    assert_eq!(sorted, ["friend", "other", "start"]);
    assert_eq!(edges(&found), ["friend Denies other", "friend Supports start", "other Supports start"]);
    let edge = &found.edges[0];
    assert_eq!((edge.status(), edge.note.as_str()), (RelationStatus::Rejected, "a mix-up"));
}

#[tokio::test]
async fn a_thread_is_truncated_where_one_claim_more_would_come() {
    let answers = (1..10).map(|seconds| Claim {
        relations: vec![relation(RelationKind::Disputes, "c0")],
        claim_time: Some(at(seconds)),
        ..claim(&format!("c{seconds}"))
    });
    let claims: Vec<Claim> = [claim("c0")].into_iter().chain(answers).collect();
    let server = serve(&claims).await;
    for (max_claims, count, truncated) in [(0, 10, false), (11, 10, false), (10, 10, false), (9, 9, true), (1, 1, true)]
    {
        let found = thread(&server, GetThreadRequest { max_claims, ..around("c0") }).await.unwrap();
        assert_eq!((found.claims.len(), found.truncated), (count, truncated), "{max_claims}");
        let newest: Vec<String> = (1..10).rev().map(|at| format!("c{at}")).take(count - 1).collect();
        assert_eq!(ids(&found)[1..], newest, "the newest are kept");
        assert_eq!(found.edges.len(), count - 1, "edges are among the claims sent");
    }
    for max_claims in [2001, -1] {
        let status = thread(&server, GetThreadRequest { max_claims, ..around("c0") }).await.unwrap_err();
        assert_eq!(violated(&status), ["max_claims"]);
    }
    assert!(thread(&server, GetThreadRequest { max_claims: 2000, ..around("c0") }).await.is_ok());
}

/// Two parents with many answers each: the newest of all are kept, whichever parent they answer.
#[tokio::test]
async fn a_truncated_thread_keeps_the_newest_of_all_parents() {
    let answer = |id: String, to: &str, seconds| Claim {
        relations: vec![relation(RelationKind::RespondsTo, to)],
        claim_time: Some(at(seconds)),
        ..claim(&id)
    };
    let mut claims = vec![claim("start"), answer("p1".into(), "start", 2000), answer("p2".into(), "start", 1000)];
    claims.extend((0..20).map(|at| answer(format!("old{at:02}"), "p1", at)));
    claims.extend((0..20).map(|at| answer(format!("new{at:02}"), "p2", 100 + at)));
    let server = serve(&claims).await;
    let found = thread(&server, GetThreadRequest { max_claims: 6, ..around("start") }).await.unwrap();
    assert_eq!(ids(&found), ["start", "p1", "p2", "new19", "new18", "new17"]);
    assert!(found.truncated);
}

#[tokio::test]
async fn circles_and_repeated_relations_end() {
    let pair = |id: &str, to: &str| Claim {
        relations: vec![relation(RelationKind::Contradicts, to), relation(RelationKind::Denies, to)],
        ..claim(id)
    };
    let server = serve(&[pair("a", "b"), pair("b", "c"), pair("c", "a")]).await;
    let found = thread(&server, GetThreadRequest { depth: 10, max_claims: 3, ..around("a") }).await.unwrap();
    assert_eq!((found.claims.len(), found.edges.len(), found.truncated), (3, 6, false));
}

#[tokio::test]
async fn a_claim_that_is_not_there_or_no_name_is_refused() {
    let server = TestServer::demo().await;
    let status = thread(&server, around("nobody-said-this")).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "NOT_FOUND"));
    assert_eq!(info(&status).metadata["name"], "claims/nobody-said-this");
    for name in ["", "tiktok-denies-data-transfer", "actors/tiktok", "claims/a b"] {
        let request = GetThreadRequest { claim: name.to_owned(), depth: 11, ..GetThreadRequest::default() };
        assert_eq!(violated(&thread(&server, request).await.unwrap_err()), ["claim", "depth"], "{name:?}");
    }
}

#[tokio::test]
async fn the_demo_debates_whether_data_were_transferred() {
    let server = TestServer::demo().await;
    let found = thread(&server, GetThreadRequest { depth: 2, ..around("tiktok-denies-data-transfer") }).await.unwrap();
    assert_eq!(
        ids(&found),
        [
            "tiktok-denies-data-transfer",
            "tiktok-employee-access-strictly-controlled",
            "pompeo-companies-pass-data-to-party",
            "us-government-accuses-tiktok-of-data-transfer",
            "tiktok-us-data-stored-in-usa",
            "pompeo-what-the-data-could-be",
            "pompeo-trump-will-act-against-software-risks",
        ]
    );
    assert_eq!(
        edges(&found),
        [
            "pompeo-companies-pass-data-to-party Supports pompeo-trump-will-act-against-software-risks",
            "pompeo-companies-pass-data-to-party Supports us-government-accuses-tiktok-of-data-transfer",
            "pompeo-what-the-data-could-be Supports pompeo-companies-pass-data-to-party",
            "tiktok-denies-data-transfer Denies pompeo-companies-pass-data-to-party",
            "tiktok-denies-data-transfer Denies us-government-accuses-tiktok-of-data-transfer",
            "tiktok-employee-access-strictly-controlled Supports tiktok-denies-data-transfer",
            "tiktok-us-data-stored-in-usa Disputes us-government-accuses-tiktok-of-data-transfer",
        ]
    );
    assert!(!found.truncated);
}
