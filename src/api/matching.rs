//! MatchClaims.

use super::filter::read_claims;
use super::paging::read_limit;
use super::records::check_response;
use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::matching::model::{Contribution, Match};
use crate::model::is_language;
use crate::proto::Encoded;
use crate::proto::v1::{ClaimCandidate, Explanation, MatchClaimsRequest, MatchClaimsResponse};
use crate::query::{self, MatchQuery};

/// Returns the claims that say the same as a text, or the opposite, best first.
pub async fn match_claims(
    corpus: &Corpus,
    request: MatchClaimsRequest,
    limits: &RequestLimits,
) -> Result<MatchClaimsResponse, Error> {
    let mut violations = Violations::default();
    let filter = read_claims(request.filter.as_ref(), "filter", limits, &mut violations);
    let query = read(&request, limits, &mut violations);
    violations.check()?;
    let matches = query::match_claims(corpus, &filter.select(corpus), query).await;
    check_response(MatchClaimsResponse { candidates: encode(corpus, matches) }, limits)
}

fn read<'r>(request: &'r MatchClaimsRequest, limits: &RequestLimits, violations: &mut Violations) -> MatchQuery<'r> {
    let MatchClaimsRequest { text, language, limit, threshold, .. } = request;
    let most = limits.max_text_bytes;
    if text.trim().is_empty() || text.len() > most {
        violations.add("text", format!("has {} bytes; give 1 to {most}, not only white space", text.len()));
    }
    if !language.is_empty() && !is_language(language) {
        violations.add("language", format!("{language:?} is not a BCP-47 language tag"));
    }
    let limit = read_limit(("limit", *limit), limits.default_matches, limits.max_matches, violations);
    let threshold = threshold.unwrap_or(0.0);
    if !(0.0..=1.0).contains(&threshold) {
        violations.add("threshold", format!("{threshold} is not within 0 and 1"));
    }
    #[allow(clippy::cast_possible_truncation, reason = "scores have 24 bits")]
    MatchQuery { text, language, limit, threshold: threshold as f32 }
}

fn encode(corpus: &Corpus, matches: Vec<Match>) -> Vec<ClaimCandidate> {
    let candidates = matches.into_iter().map(|Match { claim, score, explanation }| ClaimCandidate {
        claim: Some(Encoded::from_bytes(corpus.claims.table.full(claim))),
        score: score.into(),
        explanation: explanation.into_iter().map(explain).collect(),
    });
    candidates.collect()
}

fn explain(Contribution { feature, value, score }: Contribution) -> Explanation {
    Explanation { feature: feature.to_owned(), score: score.into(), detail: format!("measured {value:.3}") }
}
