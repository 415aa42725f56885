//! Hits page by page.

use claimd::proto::v1::{Claim, SearchArticlesRequest, SearchClaimsRequest};
use tonic::Code;

use crate::search::asking::{claims, id, search};
use crate::support::{IntoRecord, TestServer, article, claim, corpus_of, demo, info, ndjson, reason, violated};

fn asking(query: &str, page_size: i32, page_token: &str) -> SearchClaimsRequest {
    SearchClaimsRequest {
        query: query.to_owned(),
        page_size,
        page_token: page_token.to_owned(),
        ..SearchClaimsRequest::default()
    }
}

#[tokio::test]
async fn pages_of_any_size_hold_every_hit_once_in_order() {
    let server = TestServer::demo().await;
    for query in ["TikTok data", "-Microsoft", "speaker:TikTok data", "\"user data\"", "micro*"] {
        let all = claims(&server, query).await;
        assert!(all.len() > 1, "{query}: {all:?}");
        for size in [1, 2, 7] {
            let (mut walked, mut token) = (Vec::new(), String::new());
            loop {
                let page = search(&server, asking(query, size, &token)).await.unwrap();
                assert_eq!(usize::try_from(page.total_size).unwrap(), all.len());
                assert!(!page.hits.is_empty() && page.hits.len() <= usize::try_from(size).unwrap());
                walked.extend(page.hits.iter().map(id));
                token = page.next_page_token;
                if token.is_empty() {
                    break;
                }
            }
            assert_eq!(walked, all, "{query} by {size}");
        }
    }
}

#[tokio::test]
async fn a_token_goes_with_its_query_only() {
    let server = TestServer::demo().await;
    let token = search(&server, asking("TikTok", 1, "")).await.unwrap().next_page_token;
    let others = [
        asking("Microsoft", 1, &token),
        SearchClaimsRequest { language: "en".to_owned(), ..asking("TikTok", 1, &token) },
        SearchClaimsRequest {
            filter: Some(claimd::proto::v1::ClaimFilter { kinds: vec![1], ..Default::default() }),
            ..asking("TikTok", 1, &token)
        },
    ];
    for other in others {
        let status = search(&server, other).await.unwrap_err();
        assert_eq!(
            (violated(&status), reason(&status).as_str()),
            (vec!["page_token".to_owned()], "PAGE_TOKEN_MISMATCH")
        );
    }
    let other = SearchArticlesRequest {
        query: "TikTok".to_owned(),
        page_size: 1,
        page_token: token.clone(),
        ..SearchArticlesRequest::default()
    };
    let status = server.articles().search_articles(other).await.unwrap_err();
    assert_eq!(reason(&status), "PAGE_TOKEN_MISMATCH");
    let status = search(&server, asking("TikTok", 1, &format!("{token}A"))).await.unwrap_err();
    assert_eq!(reason(&status), "INVALID_PAGE_TOKEN");
    assert!(search(&server, asking("TikTok", 7, &token)).await.is_ok(), "the size of pages may change");
}

/// So many claims of oaks, and one article.
fn oaks(count: usize) -> String {
    let claims: Vec<Claim> =
        (0..count).map(|at| Claim { text: "An oak".to_owned(), ..claim(&format!("c{at}")) }).collect();
    let records = claims.iter().map(|claim| claim as &dyn IntoRecord);
    ndjson(records.chain([&article("oak") as &dyn IntoRecord, &article("elm")]))
}

#[tokio::test]
async fn a_search_goes_on_at_another_replica_and_after_a_reload_of_the_same_records() {
    let (server, replica) = (TestServer::demo().await, TestServer::demo().await);
    let all = claims(&server, "TikTok data").await;
    let first = search(&server, asking("TikTok data", 2, "")).await.unwrap();
    server.swap(demo()).await;
    for server in [server, replica] {
        let next = search(&server, asking("TikTok data", 2, &first.next_page_token)).await.unwrap();
        assert_eq!(next.hits.iter().map(id).collect::<Vec<_>>(), all[2..4]);
    }
}

#[tokio::test]
async fn a_search_is_not_continued_on_another_corpus() {
    let server = TestServer::of(&oaks(5)).await;
    let revision = server.corpus().revision.clone();
    let token = search(&server, asking("oak", 2, "")).await.unwrap().next_page_token;
    let titles = |page_token: &str| SearchArticlesRequest {
        query: "title".to_owned(),
        page_size: 1,
        page_token: page_token.to_owned(),
        ..SearchArticlesRequest::default()
    };
    let of_articles = server.articles().search_articles(titles("")).await.unwrap().into_inner().next_page_token;
    assert!(!token.is_empty() && !of_articles.is_empty());

    server.swap(corpus_of(&oaks(6))).await;
    let refused = [
        search(&server, asking("oak", 2, &token)).await.unwrap_err(),
        server.articles().search_articles(titles(&of_articles)).await.unwrap_err(),
    ];
    for status in refused {
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Aborted, "REVISION_GONE"));
        assert_eq!(info(&status).metadata["revision"], revision);
        assert!(status.message().contains("without a page token"), "{}", status.message());
    }
    // What is wrong with the call itself is said first: another corpus would not mend it.
    let wrong = search(&server, asking("elm", 2, &token)).await.unwrap_err();
    assert_eq!(reason(&wrong), "PAGE_TOKEN_MISMATCH");
    assert_eq!(claims(&server, "oak").await.len(), 6, "from the start it is answered");
    // A server that has the corpus of the first page still takes its token.
    server.swap(corpus_of(&oaks(5))).await;
    assert_eq!(search(&server, asking("oak", 7, &token)).await.unwrap().hits.len(), 3);
}

#[test]
fn a_place_far_behind_the_last_hit_costs_nothing() {
    use claimd::query::{Field, Plan, QueryLimits, search};
    use claimd::text::Language;
    const LIMITS: QueryLimits = QueryLimits { words: 1, expansions: 1, exclusions: 1 };
    const FIELDS: &[Field] = &[Field { name: "text", number: 0, weight: 1.0 }];
    let corpus = crate::support::demo();
    let (index, table) = (&corpus.claim_text.index, &corpus.claims.table);
    let plan = Plan::new("TikTok", index, FIELDS, &[Language::PLAIN], LIMITS).unwrap();
    let everything = (0..table.len()).collect();
    for offset in [28, 1 << 40, usize::MAX] {
        let hits = search(index, table, &plan, &everything, offset, 1000);
        assert!(hits.hits.is_empty() && hits.total > 0, "{offset}");
    }
}
