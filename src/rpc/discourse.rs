//! DiscourseService.

use prost::Message;
use tonic::{Request, Response, Status};

use super::paging::{count, read_limit};
use super::searching::{check_language, read_query};
use super::{accept, filter, network};
use crate::config::RequestLimits;
use crate::error::{Error, Violations};
use crate::model::{Resource, check_name};
use crate::proto::Encoded;
use crate::proto::v1::discourse_service_server::DiscourseService;
use crate::proto::v1::{
    AggregateClaimsRequest, AggregateClaimsResponse, Bucket, ComputeNetworkRequest, ComputeNetworkResponse,
    GetThreadRequest, GetThreadResponse, GroupKey, RelationKind, ThreadEdge,
};
use crate::query::{self, ThreadQuery};

/// What a request that does not say gets.
const DEFAULT_DEPTH: usize = 3;
const DEFAULT_CLAIMS: usize = 200;
const DEFAULT_BUCKETS: usize = 100;
/// Most keys of an aggregate.
const MAX_KEYS: usize = query::MAX_KEYS;

pub(super) struct Service {
    pub(super) limits: RequestLimits,
}

#[tonic::async_trait]
impl DiscourseService for Service {
    async fn get_thread(&self, request: Request<GetThreadRequest>) -> Result<Response<GetThreadResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        if let Err(error) = check_name(&request.claim, Resource::Claim) {
            violations.add("claim", error.to_string());
        }
        let kinds = read_enums("relation_kinds", &request.relation_kinds, &mut violations);
        let most = self.limits.max_thread_depth;
        let depth = read_limit(("depth", request.depth), DEFAULT_DEPTH, most, &mut violations);
        let most = self.limits.max_thread_claims;
        let max_claims = read_limit(("max_claims", request.max_claims), DEFAULT_CLAIMS, most, &mut violations);
        violations.check()?;

        let table = &corpus.claims.table;
        let not_found = Error::NotFound { resource: Resource::Claim, name: request.claim.clone() };
        let start = table.id(&request.claim).ok_or(not_found)?;
        let query = ThreadQuery { depth, kinds, max_claims, max_bytes: self.limits.max_page_bytes };
        let thread = query::thread(&corpus, start, &query).await;
        let edges = thread.edges.into_iter().map(|edge| ThreadEdge {
            source: table.name(edge.source).to_owned(),
            target: table.name(edge.target).to_owned(),
            kind: edge.relation.kind,
            status: edge.relation.status,
            note: edge.relation.note,
        });
        Ok(Response::new(GetThreadResponse {
            edges: edges.collect(),
            claims: thread.claims.into_iter().map(|id| Encoded::from_bytes(table.full(id))).collect(),
            truncated: thread.truncated,
        }))
    }

    async fn aggregate_claims(
        &self,
        request: Request<AggregateClaimsRequest>,
    ) -> Result<Response<AggregateClaimsResponse>, Status> {
        let limits = self.limits;
        let (corpus, request) = accept(request, limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::claims(request.filter.as_ref(), "filter", limits.max_filter_values, &mut violations);
        let keys = read_keys(&request.group_by, &mut violations);
        let limit = read_limit(("limit", request.limit), DEFAULT_BUCKETS, limits.max_buckets, &mut violations);
        let index = &corpus.claim_text.index;
        let asked = (request.query.as_str(), request.language.as_str());
        let plan = match asked {
            ("", language) => {
                check_language(language, &mut violations);
                None
            }
            _ => read_query(asked, (index, query::CLAIM_FIELDS), &corpus.languages, limits, &mut violations),
        };
        violations.check()?;

        let mut selected = filter.select(&corpus);
        if let Some(plan) = plan {
            selected = query::matching(index, &corpus.claims.table, &plan, &selected);
        }
        let aggregate = query::aggregate(&corpus, &selected, &keys, limit).await;
        let buckets = aggregate.buckets.into_iter().map(|bucket| Bucket {
            keys: bucket.keys,
            count: i32::try_from(bucket.count).unwrap_or(i32::MAX),
            disputed_count: i32::try_from(bucket.disputed).unwrap_or(i32::MAX),
            first_time: bucket.first.timestamp(),
            last_time: bucket.last.timestamp(),
        });
        let other_count = count(usize::try_from(aggregate.other).unwrap_or(usize::MAX));
        let response = AggregateClaimsResponse { buckets: buckets.collect(), other_count };
        let (size, limit) = (response.encoded_len(), limits.max_response_bytes);
        if size > limit {
            return Err(Error::ResponseTooLarge { size: Some(size), limit }.into());
        }
        Ok(Response::new(response))
    }

    async fn compute_network(
        &self,
        request: Request<ComputeNetworkRequest>,
    ) -> Result<Response<ComputeNetworkResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let query = network::read(&request, self.limits, &mut violations);
        violations.check()?;
        let networks = query::networks(&corpus, &query).await?;
        Ok(Response::new(network::show(networks)))
    }
}

fn read_enums(field: &str, numbers: &[i32], violations: &mut Violations) -> Vec<RelationKind> {
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
        violations.add("group_by", format!("has {} keys; give 1 to {MAX_KEYS}", numbers.len()));
    }
    let mut keys = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        match GroupKey::try_from(*number) {
            Ok(GroupKey::Unspecified) => {
                violations.add(format!("group_by[{at}]"), "is not said; name a key");
            }
            Ok(key) if keys.contains(&key) => violations.add(format!("group_by[{at}]"), "stands there twice"),
            Ok(key) => keys.push(key),
            Err(_) => violations.add(format!("group_by[{at}]"), format!("{number} is not a value of this enum")),
        }
    }
    keys
}
