//! GetThread and AggregateClaims.

use super::filter::read_claims;
use super::paging::{read_limit, signed};
use super::records::check_response;
use super::search::{check_language, read_query};
use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{Resource, check_name};
use crate::proto::Encoded;
use crate::proto::v1::{
    AggregateClaimsRequest, AggregateClaimsResponse, Bucket, GetThreadRequest, GetThreadResponse, GroupKey,
    RelationKind, ThreadEdge,
};
use crate::query::{CLAIM_FIELDS, MAX_KEYS, ThreadQuery, aggregate, matching, thread};

/// Depth of a thread by default.
const DEFAULT_DEPTH: usize = 3;
/// Most claims of a thread by default.
const DEFAULT_CLAIMS: usize = 200;
/// Most buckets of an aggregate by default.
const DEFAULT_BUCKETS: usize = 100;

/// Returns the claims around a claim that relations connect, and those relations.
pub async fn get_thread(
    corpus: &Corpus,
    request: GetThreadRequest,
    limits: &RequestLimits,
) -> Result<GetThreadResponse, Error> {
    let GetThreadRequest { claim, depth, relation_kinds, max_claims } = request;
    let mut violations = Violations::default();
    if let Err(error) = check_name(&claim, Resource::Claim) {
        violations.add("claim", error.to_string());
    }
    let kinds = read_kinds("relation_kinds", &relation_kinds, &mut violations);
    let depth = read_limit(("depth", depth), DEFAULT_DEPTH, limits.max_thread_depth, &mut violations);
    let max = limits.max_thread_claims;
    let max_claims = read_limit(("max_claims", max_claims), DEFAULT_CLAIMS, max, &mut violations);
    violations.check()?;

    let table = &corpus.claims.table;
    let Some(start) = table.id(&claim) else { return Err(Error::NotFound { resource: Resource::Claim, name: claim }) };
    let query = ThreadQuery { depth, kinds, max_claims, max_bytes: limits.max_page_bytes };
    let thread = thread(corpus, start, &query).await;
    let edges = thread.edges.into_iter().map(|edge| ThreadEdge {
        source: table.name(edge.source).to_owned(),
        target: table.name(edge.target).to_owned(),
        kind: edge.relation.kind,
        status: edge.relation.status,
        note: edge.relation.note,
    });
    Ok(GetThreadResponse {
        edges: edges.collect(),
        claims: thread.claims.into_iter().map(|id| Encoded::from_bytes(table.full(id))).collect(),
        truncated: thread.truncated,
    })
}

/// Counts the claims that pass a filter and answer a query by one to three keys.
pub async fn aggregate_claims(
    corpus: &Corpus,
    request: AggregateClaimsRequest,
    limits: &RequestLimits,
) -> Result<AggregateClaimsResponse, Error> {
    let AggregateClaimsRequest { query, filter, group_by, limit, language } = request;
    let mut violations = Violations::default();
    let filter = read_claims(filter.as_ref(), "filter", limits, &mut violations);
    let keys = read_keys(&group_by, &mut violations);
    let limit = read_limit(("limit", limit), DEFAULT_BUCKETS, limits.max_buckets, &mut violations);
    let index = &corpus.claim_text.index;
    let plan = if query.is_empty() {
        check_language(&language, &mut violations);
        None
    } else {
        read_query((&query, &language), (index, CLAIM_FIELDS), &corpus.languages, limits, &mut violations)
    };
    violations.check()?;

    let mut selected = filter.select(corpus);
    if let Some(plan) = plan {
        selected = matching(index, &corpus.claims.table, &plan, &selected);
    }
    let aggregate = aggregate(corpus, &selected, &keys, limit).await;
    let buckets = aggregate.buckets.into_iter().map(|bucket| Bucket {
        keys: bucket.keys,
        count: signed(bucket.count),
        disputed_count: signed(bucket.disputed),
        first_time: bucket.first.timestamp(),
        last_time: bucket.last.timestamp(),
    });
    let response = AggregateClaimsResponse { buckets: buckets.collect(), other_count: signed(aggregate.other) };
    check_response(response, limits)
}

fn read_kinds(field: &str, numbers: &[i32], violations: &mut Violations) -> Vec<RelationKind> {
    let mut kinds = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        match RelationKind::try_from(*number) {
            Ok(kind) => kinds.push(kind),
            Err(_) => violations.add(format!("{field}[{at}]"), format!("{number} is not a value of this enum")),
        }
    }
    kinds
}

fn read_keys(numbers: &[i32], violations: &mut Violations) -> Vec<GroupKey> {
    if numbers.is_empty() || numbers.len() > MAX_KEYS {
        violations.add("group_by", format!("has {} keys; must have between 1 and {MAX_KEYS}", numbers.len()));
    }
    let mut keys = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        match GroupKey::try_from(*number) {
            Ok(GroupKey::Unspecified) => {
                violations.add(format!("group_by[{at}]"), "is unspecified; give a key");
            }
            Ok(key) if keys.contains(&key) => violations.add(format!("group_by[{at}]"), "is repeated"),
            Ok(key) => keys.push(key),
            Err(_) => violations.add(format!("group_by[{at}]"), format!("{number} is not a value of this enum")),
        }
    }
    keys
}
