//! What all searches share: query, language, page size, page token.

use prost::Message;

use super::paging::read_size;
use crate::config::RequestLimits;
use crate::corpus::text::{Language, TextIndex};
use crate::error::{Error, Violations};
use crate::model::is_language;
use crate::proto::v1::{ErrorReason, SearchArticlesRequest, SearchClaimsRequest};
use crate::query::{Field, Highlight, Plan, QueryLimits, SearchToken, TokenError, fingerprint};

/// A request for a page of a search.
pub(super) trait SearchRequest: Message {
    /// Name of the method; goes into page tokens.
    const METHOD: &'static str;

    /// `page_size`, `page_token`.
    fn page_fields(&mut self) -> (&mut i32, &mut String);
}

macro_rules! searches {
    ($($request:ident $method:literal),+) => {
        $(impl SearchRequest for $request {
            const METHOD: &'static str = $method;

            fn page_fields(&mut self) -> (&mut i32, &mut String) {
                (&mut self.page_size, &mut self.page_token)
            }
        })+
    };
}

searches!(SearchArticlesRequest "SearchArticles", SearchClaimsRequest "SearchClaims");

/// Which page of which search.
pub(super) struct SearchPage {
    pub(super) size: usize,
    fingerprint: u64,
    after: Option<SearchToken>,
}

impl SearchPage {
    /// Checks how a request pages its hits. Takes size and token out of the request: what is left of it must not change
    /// between pages.
    pub(super) fn read<R: SearchRequest>(request: &mut R, limits: RequestLimits, violations: &mut Violations) -> Self {
        let (page_size, page_token) = request.page_fields();
        let (size, token) = (std::mem::take(page_size), std::mem::take(page_token));
        let fingerprint = fingerprint(R::METHOD, request);
        let size = read_size(size, limits, violations);
        let after = match SearchToken::decode(&token, fingerprint) {
            _ if token.is_empty() => None,
            Ok(token) => Some(token),
            Err(TokenError::Malformed) => {
                violations.add_because(
                    ErrorReason::InvalidPageToken,
                    "page_token",
                    "is not a next_page_token of this service",
                );
                None
            }
            Err(TokenError::Mismatch) => {
                let advice = "belongs to a call with other arguments; repeat them, or begin again without a token";
                violations.add_because(ErrorReason::PageTokenMismatch, "page_token", advice);
                None
            }
        };
        Self { size, fingerprint, after }
    }

    /// Hits before the page, if the pages before were of the revision that is searched now.
    pub(super) fn offset(&self, revision: &str) -> Result<usize, Error> {
        match &self.after {
            Some(token) if token.revision != revision => {
                Err(Error::SearchRevisionGone { revision: token.revision.clone() })
            }
            after => Ok(after.as_ref().map_or(0, |token| token.offset)),
        }
    }

    /// The token of the page that begins behind `offset` of `total` hits, if there are more.
    pub(super) fn next(&self, revision: &str, offset: usize, total: usize) -> String {
        if offset >= total {
            return String::new();
        }
        SearchToken { fingerprint: self.fingerprint, revision: revision.to_owned(), offset }.encode()
    }
}

/// Plans a query, or says what is wrong with it.
pub(super) fn read_query(
    (query, language): (&str, &str),
    (index, fields): (&TextIndex, &'static [Field]),
    spoken: &[Language],
    limits: RequestLimits,
    violations: &mut Violations,
) -> Option<Plan> {
    let understood = check_language(language, violations);
    if query.len() > limits.max_query_bytes {
        violations.add("query", format!("has {} bytes, more than {}", query.len(), limits.max_query_bytes));
        return None;
    }
    let asked = [Language::of(language), Language::PLAIN];
    let languages = if language.is_empty() || !understood { spoken } else { &asked[..] };
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

/// Whether the language of a query is one, or not said.
pub(super) fn check_language(language: &str, violations: &mut Violations) -> bool {
    let understood = language.is_empty() || is_language(language);
    if !understood {
        violations.add("language", format!("{language:?} is not a BCP-47 language tag"));
    }
    understood
}

/// Highlights as responses say them.
pub(super) fn highlights(highlights: Vec<Highlight>) -> Vec<crate::proto::v1::Highlight> {
    let sent = highlights.into_iter();
    sent.map(|Highlight { field, spans }| crate::proto::v1::Highlight { field, spans }).collect()
}
