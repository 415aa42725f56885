//! Hits page by page.

use claimd::proto::v1::{SearchArticlesRequest, SearchClaimsRequest};

use crate::asking::{claims, id, search};
use crate::support::{TestServer, reason, violated};

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

#[test]
fn a_place_far_behind_the_last_hit_costs_nothing() {
    use claimd::corpus::text::Language;
    use claimd::query::{Field, Plan, search};
    const FIELDS: &[Field] = &[Field { name: "text", number: 0, weight: 1.0 }];
    let corpus = crate::support::demo();
    let (index, table) = (&corpus.claim_text.index, &corpus.claims.table);
    let plan = Plan::new("TikTok", index, FIELDS, &[Language::PLAIN]).unwrap();
    let everything = (0..table.len()).collect();
    for offset in [28, 1 << 40, usize::MAX] {
        let hits = search(index, table, &plan, &everything, offset, 1000);
        assert!(hits.hits.is_empty() && hits.total > 0, "{offset}");
    }
}
