//! ActorService.

use tonic::{Request, Response, Status};

use super::paging::{Paging, framed_len, read_limit};
use super::resolving::{DEFAULT_CANDIDATES, read_queries, read_threshold};
use super::{accept, filter, paging, records};
use crate::config::RequestLimits;
use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::model::Resource;
use crate::proto::v1::actor_service_server::ActorService;
use crate::proto::v1::{
    ActorCandidate, ActorResult, BatchGetActorsRequest, BatchGetActorsResponse, Explanation, GetActorRequest,
    ListActorsRequest, ListActorsResponse, ResolveActorsRequest, ResolveActorsResponse,
};
use crate::proto::{Encoded, EncodedActor};
use crate::query::{self, resolve};

pub(super) struct Service {
    pub(super) limits: RequestLimits,
}

#[tonic::async_trait]
impl ActorService for Service {
    async fn get_actor(&self, request: Request<GetActorRequest>) -> Result<Response<EncodedActor>, Status> {
        let (corpus, GetActorRequest { name }) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        records::check_one(&name, Resource::Actor, &mut violations);
        violations.check()?;
        let record = corpus.actors.table.id(&name).map(|id| corpus.actors.table.full(id));
        Ok(Response::new(records::one(name, Resource::Actor, record, self.limits)?))
    }

    async fn batch_get_actors(
        &self,
        request: Request<BatchGetActorsRequest>,
    ) -> Result<Response<BatchGetActorsResponse>, Status> {
        let (corpus, BatchGetActorsRequest { names }) = accept(request, self.limits.max_batch_request_bytes)?;
        let mut violations = Violations::default();
        records::check_batch(&names, Resource::Actor, self.limits, &mut violations);
        violations.check()?;
        let actors = &corpus.actors;
        let (actors, missing) =
            records::batch(names, |name| actors.table.id(name), |id| actors.table.full(id), self.limits)?;
        Ok(Response::new(BatchGetActorsResponse { actors, missing }))
    }

    async fn list_actors(&self, request: Request<ListActorsRequest>) -> Result<Response<ListActorsResponse>, Status> {
        let (corpus, mut request) = accept(request, self.limits.max_request_bytes)?;
        let mut violations = Violations::default();
        let filter = filter::actors(request.filter.as_ref(), "filter", self.limits.max_filter_values, &mut violations);
        let paging = Paging::read(&mut request, ("display_name", false), self.limits, &mut violations);
        violations.check()?;
        let selected = filter.select(&corpus);
        let table = &corpus.actors.table;
        let (actors, next_page_token) = paging.take(table, &selected, |id| table.full(id));
        let total_size = paging::total(&selected);
        Ok(Response::new(ListActorsResponse { actors, next_page_token, total_size }))
    }

    async fn resolve_actors(
        &self,
        request: Request<ResolveActorsRequest>,
    ) -> Result<Response<ResolveActorsResponse>, Status> {
        let limits = self.limits;
        let (corpus, request) = accept(request, limits.max_batch_request_bytes)?;
        let mut violations = Violations::default();
        let queries = read_queries(request.queries, limits, &mut violations);
        let most = limits.max_resolve_candidates;
        let limit = read_limit(("limit", request.limit), DEFAULT_CANDIDATES, most, &mut violations);
        let threshold = read_threshold(request.threshold, &mut violations);
        violations.check()?;

        let limit_bytes = limits.max_response_bytes;
        let mut size = 0;
        let mut results = Vec::with_capacity(queries.len());
        for query in &queries {
            // So that a call that nobody waits for any more ends here.
            tokio::task::yield_now().await;
            let found = resolve(&corpus, query, limit, threshold).await;
            let candidates = found.into_iter().map(|candidate| sent(&corpus, candidate)).collect();
            let result = ActorResult { candidates };
            size += framed_len(&result);
            if size > limit_bytes {
                return Err(Error::ResponseTooLarge { size: Some(size), limit: limit_bytes }.into());
            }
            results.push(result);
        }
        Ok(Response::new(ResolveActorsResponse { results }))
    }
}

/// A candidate as responses say it.
fn sent(corpus: &Corpus, candidate: query::ActorCandidate) -> ActorCandidate {
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
