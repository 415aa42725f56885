//! SearchClaims and SearchArticles.

use prost::Message;

use super::filter::{read_articles, read_claims};
use super::paging::{SearchPage, fitting, signed};
use crate::corpus::Corpus;
use crate::corpus::text::TextIndex;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::is_language;
use crate::proto::Encoded;
use crate::proto::v1::{
    self, ArticleHit, Claim, ClaimHit, SearchArticlesRequest, SearchArticlesResponse, SearchClaimsRequest,
    SearchClaimsResponse,
};
use crate::query::{
    ARTICLE_FIELDS, CLAIM_FIELDS, Field, Highlight, Plan, QueryLimits, article_highlights, claim_highlights, search,
};
use crate::text::{Analyzers, Language};

/// Returns a page of the claims that answer a full-text query, best first.
pub fn search_claims(
    corpus: &Corpus,
    mut request: SearchClaimsRequest,
    limits: &RequestLimits,
) -> Result<SearchClaimsResponse, Error> {
    let mut violations = Violations::default();
    let filter = read_claims(request.filter.as_ref(), "filter", limits, &mut violations);
    let asked = (request.query.as_str(), request.language.as_str());
    let index = &corpus.claim_text.index;
    let plan = read_query(asked, (index, CLAIM_FIELDS), &corpus.languages, limits, &mut violations);
    let (size, token) = (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let page = SearchPage::read((size, &token), "SearchClaims", &request, limits, &mut violations);
    violations.check()?;
    let plan = plan.ok_or(Error::Internal { cause: "a query without a plan or a violation" })?;
    let offset = page.offset(&corpus.revision)?;

    let table = &corpus.claims.table;
    let found = search(index, table, &plan, &filter.select(corpus), offset, page.size);
    let hits = found.hits.iter().map(|hit| {
        let claim = Claim::decode(table.encoded(hit.id)).expect("records were encoded here");
        let highlights = Analyzers::kept(|analyzers| claim_highlights(corpus, &claim, &plan, analyzers));
        ClaimHit {
            claim: Some(Encoded::from_bytes(table.full(hit.id))),
            score: hit.score.into(),
            highlights: encode_highlights(highlights),
        }
    });
    let hits = fitting(hits, limits.max_page_bytes);
    let next_page_token = page.next(&corpus.revision, offset + hits.len(), found.total);
    Ok(SearchClaimsResponse { hits, next_page_token, total_size: signed(found.total) })
}

/// Returns a page of the articles that answer a full-text query, best first, in the BASIC view.
pub fn search_articles(
    corpus: &Corpus,
    mut request: SearchArticlesRequest,
    limits: &RequestLimits,
) -> Result<SearchArticlesResponse, Error> {
    let mut violations = Violations::default();
    let filter = read_articles(request.filter.as_ref(), "filter", limits, &mut violations);
    let asked = (request.query.as_str(), request.language.as_str());
    let index = &corpus.article_text.index;
    let plan = read_query(asked, (index, ARTICLE_FIELDS), &corpus.languages, limits, &mut violations);
    let (size, token) = (std::mem::take(&mut request.page_size), std::mem::take(&mut request.page_token));
    let page = SearchPage::read((size, &token), "SearchArticles", &request, limits, &mut violations);
    violations.check()?;
    let plan = plan.ok_or(Error::Internal { cause: "a query without a plan or a violation" })?;
    let offset = page.offset(&corpus.revision)?;

    let table = &corpus.articles.table;
    let found = search(index, table, &plan, &filter.select(corpus), offset, page.size);
    let hits = found.hits.iter().map(|hit| {
        let highlights = Analyzers::kept(|analyzers| article_highlights(corpus, hit.id, &plan, analyzers));
        ArticleHit {
            article: Some(Encoded::from_bytes(table.basic(hit.id))),
            score: hit.score.into(),
            highlights: encode_highlights(highlights),
        }
    });
    let hits = fitting(hits, limits.max_page_bytes);
    let next_page_token = page.next(&corpus.revision, offset + hits.len(), found.total);
    Ok(SearchArticlesResponse { hits, next_page_token, total_size: signed(found.total) })
}

/// Plans a query. None only if there is a violation.
pub(super) fn read_query(
    (query, language): (&str, &str),
    (index, fields): (&TextIndex, &'static [Field]),
    corpus_languages: &[Language],
    limits: &RequestLimits,
    violations: &mut Violations,
) -> Option<Plan> {
    let is_valid = check_language(language, violations);
    if query.len() > limits.max_query_bytes {
        violations.add("query", format!("has {} bytes, more than {}", query.len(), limits.max_query_bytes));
        return None;
    }
    let asked = [Language::of(language), Language::PLAIN];
    let languages = if language.is_empty() || !is_valid { corpus_languages } else { &asked[..] };
    let cost = QueryLimits {
        words: limits.max_query_words,
        expansions: limits.max_query_expansions,
        exclusions: limits.max_query_exclusions,
    };
    let fault = match Plan::new(query, index, fields, languages, cost) {
        Ok(plan) => return Some(plan),
        Err(fault) => fault,
    };
    violations.add("query", format!("at character {}: {}", fault.position, fault.message));
    None
}

/// Checks the language of a query: a tag, or empty. Returns whether it is valid.
pub(super) fn check_language(language: &str, violations: &mut Violations) -> bool {
    let is_valid = language.is_empty() || is_language(language);
    if !is_valid {
        violations.add("language", format!("{language:?} is not a BCP-47 language tag"));
    }
    is_valid
}

fn encode_highlights(highlights: Vec<Highlight>) -> Vec<v1::Highlight> {
    highlights.into_iter().map(|Highlight { field, spans }| v1::Highlight { field, spans }).collect()
}
