//! ResolveActors.

use prost::Message;

use super::paging::read_limit;
use super::records::check_size;
use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{is_country, is_language};
use crate::proto::Encoded;
use crate::proto::v1::{
    self as pb, ActorCandidate, ActorResult, ActorType, Explanation, Identifier, ResolveActorsRequest,
    ResolveActorsResponse,
};
use crate::query::{self, ActorQuery, FRAMING_BYTES, resolve};

/// Most candidates by default.
const DEFAULT_CANDIDATES: usize = 5;
/// Least score of a candidate by default.
const DEFAULT_THRESHOLD: f64 = 0.7;

/// Returns for each name the actors that it may stand for, best first.
pub async fn resolve_actors(
    corpus: &Corpus,
    request: ResolveActorsRequest,
    limits: &RequestLimits,
) -> Result<ResolveActorsResponse, Error> {
    let ResolveActorsRequest { queries, limit, threshold } = request;
    let mut violations = Violations::default();
    let queries = read_queries(queries, limits, &mut violations);
    let max = limits.max_resolve_candidates;
    let limit = read_limit(("limit", limit), DEFAULT_CANDIDATES, max, &mut violations);
    let threshold = read_threshold(threshold, &mut violations);
    violations.check()?;

    let mut size = 0;
    let mut results = Vec::with_capacity(queries.len());
    for query in &queries {
        // A call that was given up ends here.
        tokio::task::yield_now().await;
        let found = resolve(corpus, query, limit, threshold).await;
        let candidates = found.into_iter().map(|candidate| encode(corpus, candidate)).collect();
        let result = ActorResult { candidates };
        size += result.encoded_len() + FRAMING_BYTES;
        check_size(size, limits)?;
        results.push(result);
    }
    Ok(ResolveActorsResponse { results })
}

fn encode(corpus: &Corpus, candidate: query::ActorCandidate) -> ActorCandidate {
    let query::ActorCandidate { id, score, matched_name, explanation } = candidate;
    let explanation = explanation.into_iter().map(|feature| Explanation {
        feature: feature.feature.to_owned(),
        score: feature.score,
        detail: feature.detail,
    });
    ActorCandidate {
        actor: Some(Encoded::from_bytes(corpus.actors.table.full(id))),
        score,
        matched_name,
        explanation: explanation.collect(),
    }
}

fn read_queries(queries: Vec<pb::ActorQuery>, limits: &RequestLimits, violations: &mut Violations) -> Vec<ActorQuery> {
    let most = limits.max_resolve_queries;
    if queries.is_empty() || queries.len() > most {
        violations.add("queries", format!("has {} queries; must have between 1 and {most}", queries.len()));
        return Vec::new();
    }
    let read = |(at, query)| read_query(&format!("queries[{at}]"), query, limits, violations);
    queries.into_iter().enumerate().map(read).collect()
}

/// Checks the least score of a candidate. NaN is a violation.
fn read_threshold(threshold: Option<f64>, violations: &mut Violations) -> f64 {
    let threshold = threshold.unwrap_or(DEFAULT_THRESHOLD);
    if !(0.0..=1.0).contains(&threshold) {
        violations.add("threshold", format!("{threshold} must be between 0 and 1"));
    }
    threshold
}

fn read_query(path: &str, query: pb::ActorQuery, limits: &RequestLimits, violations: &mut Violations) -> ActorQuery {
    let pb::ActorQuery { text, r#type: number, language, countries, identifiers } = query;
    check_text(path, &text, identifiers.is_empty(), limits, violations);
    let actor_type = ActorType::try_from(number);
    if actor_type.is_err() {
        violations.add(format!("{path}.type"), format!("{number} is not a value of this enum"));
    }
    if !language.is_empty() && !is_language(&language) {
        violations.add(format!("{path}.language"), format!("{language:?} is not a BCP-47 language tag"));
    }
    check_count(path, "countries", countries.len(), limits, violations);
    for (at, country) in countries.iter().enumerate().filter(|(_, country)| !is_country(country)) {
        let advice = format!("{country:?} is not an ISO 3166-1 alpha-2 code in upper case");
        violations.add(format!("{path}.countries[{at}]"), advice);
    }
    check_count(path, "identifiers", identifiers.len(), limits, violations);
    let is_whole = |Identifier { scheme, value }: &Identifier| !scheme.is_empty() && !value.is_empty();
    for (at, _) in identifiers.iter().enumerate().filter(|(_, identifier)| !is_whole(identifier)) {
        violations.add(format!("{path}.identifiers[{at}]"), "needs both scheme and value");
    }
    let actor_type = actor_type.ok().filter(|actor_type| *actor_type != ActorType::Unspecified);
    ActorQuery { text, actor_type, countries, identifiers }
}

fn check_text(path: &str, text: &str, is_required: bool, limits: &RequestLimits, violations: &mut Violations) {
    let most = limits.max_resolve_text_bytes;
    if text.len() > most {
        violations.add(format!("{path}.text"), format!("has {} bytes, more than {most}", text.len()));
    } else if is_required && text.trim().is_empty() {
        violations.add(format!("{path}.text"), "is empty; give a name, or identifiers");
    }
}

fn check_count(path: &str, field: &str, count: usize, limits: &RequestLimits, violations: &mut Violations) {
    let most = limits.max_resolve_hints;
    if count > most {
        violations.add(format!("{path}.{field}"), format!("has {count} values, more than {most}"));
    }
}
