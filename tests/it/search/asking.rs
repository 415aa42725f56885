//! Asks a server, and says what it found by id.

use claimd::proto::v1::{
    ArticleFilter, ClaimFilter, ClaimHit, Highlight, SearchArticlesRequest, SearchClaimsRequest, SearchClaimsResponse,
};
use tonic::Status;

use crate::support::TestServer;

/// A search of claims in one page.
pub(crate) async fn search(server: &TestServer, request: SearchClaimsRequest) -> Result<SearchClaimsResponse, Status> {
    let request =
        SearchClaimsRequest { page_size: if request.page_size == 0 { 1000 } else { request.page_size }, ..request };
    Ok(server.claims().search_claims(request).await?.into_inner())
}

/// Ids of the claims that answer a query, best first. Scores fall, and the total is their number.
pub(crate) async fn claims(server: &TestServer, query: &str) -> Vec<String> {
    claims_of(server, query, ClaimFilter::default(), "").await
}

/// As [`claims`], under a filter and in a language.
pub(crate) async fn claims_of(server: &TestServer, query: &str, filter: ClaimFilter, language: &str) -> Vec<String> {
    let request = SearchClaimsRequest {
        query: query.to_owned(),
        filter: Some(filter),
        language: language.to_owned(),
        ..SearchClaimsRequest::default()
    };
    let response = search(server, request).await.unwrap_or_else(|status| panic!("{query:?}: {status:?}"));
    assert_eq!(usize::try_from(response.total_size).unwrap(), response.hits.len(), "{query:?}");
    assert_eq!(response.next_page_token, "");
    assert!(response.hits.is_sorted_by(|a, b| a.score >= b.score), "{query:?}: scores do not fall");
    response.hits.iter().map(id).collect()
}

/// As [`claims`], in alphabetical order.
pub(crate) async fn claim_set(server: &TestServer, query: &str) -> Vec<String> {
    let mut ids = claims(server, query).await;
    ids.sort();
    ids
}

/// The id of a hit.
pub(crate) fn id(hit: &ClaimHit) -> String {
    hit.claim.as_ref().unwrap().decode().unwrap().name.strip_prefix("claims/").unwrap().to_owned()
}

/// Ids of the articles that answer a query, best first.
pub(crate) async fn articles(server: &TestServer, query: &str, language: &str) -> Vec<String> {
    article_hits(server, query, language).await.into_iter().map(|(id, _)| id).collect()
}

/// Articles that answer a query, with the places of its words.
pub(crate) async fn article_hits(server: &TestServer, query: &str, language: &str) -> Vec<(String, Vec<Highlight>)> {
    let request = SearchArticlesRequest {
        query: query.to_owned(),
        filter: Some(ArticleFilter::default()),
        page_size: 1000,
        language: language.to_owned(),
        ..SearchArticlesRequest::default()
    };
    let response = server.articles().search_articles(request).await.unwrap().into_inner();
    assert_eq!(usize::try_from(response.total_size).unwrap(), response.hits.len(), "{query:?}");
    let named = response.hits.into_iter().map(|hit| {
        let article = hit.article.unwrap().decode().unwrap();
        assert_eq!(article.body, "", "hits come in the BASIC view");
        (article.name.strip_prefix("articles/").unwrap().to_owned(), hit.highlights)
    });
    named.collect()
}

/// The words that spans cut out of a text.
pub(crate) fn cut(text: &str, highlight: &Highlight) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let place = |at: i32| usize::try_from(at).unwrap();
    highlight.spans.iter().map(|span| letters[place(span.start)..place(span.end)].iter().collect()).collect()
}
