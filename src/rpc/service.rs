//! The services of `claimd.v1`. Each method takes the corpus of its call and hands the request to `api`.

use std::sync::Arc;

use prost::Message;
use tonic::codegen::BoxStream;
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};

use super::REVISION_HEADER;
use super::streams::{Export, feed_responses};
use crate::config::RequestLimits;
use crate::error::Error;
use crate::live::{Live, ReloadStatus, Served, Trigger};
use crate::proto::v1::actor_service_server::ActorService;
use crate::proto::v1::article_service_server::ArticleService;
use crate::proto::v1::claim_service_server::ClaimService;
use crate::proto::v1::corpus_service_server::CorpusService;
use crate::proto::v1::discourse_service_server::DiscourseService;
use crate::proto::v1::{
    AggregateClaimsRequest, AggregateClaimsResponse, BatchGetActorsRequest, BatchGetActorsResponse,
    BatchGetArticlesRequest, BatchGetArticlesResponse, BatchGetClaimsRequest, BatchGetClaimsResponse,
    ComputeNetworkRequest, ComputeNetworkResponse, Corpus, ExportRecordsRequest, ExportRecordsResponse,
    GetActorRequest, GetArticleRequest, GetClaimRequest, GetCorpusRequest, GetThreadRequest, GetThreadResponse,
    ListActorsRequest, ListActorsResponse, ListArticlesRequest, ListArticlesResponse, ListClaimsRequest,
    ListClaimsResponse, MatchClaimsRequest, MatchClaimsResponse, ReloadCorpusRequest, ReloadCorpusResponse,
    ReloadState, ResolveActorsRequest, ResolveActorsResponse, SearchArticlesRequest, SearchArticlesResponse,
    SearchClaimsRequest, SearchClaimsResponse, VerifyQuoteRequest, VerifyQuoteResponse, WatchCorpusRequest,
    WatchCorpusResponse,
};
use crate::proto::{EncodedActor, EncodedArticle, EncodedClaim};
use crate::{api, corpus};

/// All services of the package.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) limits: RequestLimits,
    pub(super) live: Arc<Live>,
}

/// The corpus that a call is answered from, and its request. Fails if the request has more than `limit` bytes.
fn accept<T: Message>(mut request: Request<T>, limit: usize) -> Result<(Arc<Served>, T), Error> {
    let corpus = request.extensions_mut().remove().ok_or(Error::Internal { cause: "no corpus in the request" })?;
    let request = request.into_inner();
    let size = request.encoded_len();
    if size > limit {
        return Err(Error::RequestTooLarge { size: Some(size), limit });
    }
    Ok((corpus, request))
}

#[tonic::async_trait]
impl ArticleService for Service {
    async fn get_article(&self, request: Request<GetArticleRequest>) -> Result<Response<EncodedArticle>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::get_article(&corpus, request, &self.limits)?))
    }

    async fn batch_get_articles(
        &self,
        request: Request<BatchGetArticlesRequest>,
    ) -> Result<Response<BatchGetArticlesResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        Ok(Response::new(api::batch_get_articles(&corpus, request, &self.limits)?))
    }

    async fn list_articles(
        &self,
        request: Request<ListArticlesRequest>,
    ) -> Result<Response<ListArticlesResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::list_articles(&corpus, request, &self.limits)?))
    }

    async fn search_articles(
        &self,
        request: Request<SearchArticlesRequest>,
    ) -> Result<Response<SearchArticlesResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::search_articles(&corpus, request, &self.limits)?))
    }
}

#[tonic::async_trait]
impl ActorService for Service {
    async fn get_actor(&self, request: Request<GetActorRequest>) -> Result<Response<EncodedActor>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::get_actor(&corpus, request, &self.limits)?))
    }

    async fn batch_get_actors(
        &self,
        request: Request<BatchGetActorsRequest>,
    ) -> Result<Response<BatchGetActorsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        Ok(Response::new(api::batch_get_actors(&corpus, request, &self.limits)?))
    }

    async fn list_actors(&self, request: Request<ListActorsRequest>) -> Result<Response<ListActorsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::list_actors(&corpus, request, &self.limits)?))
    }

    async fn resolve_actors(
        &self,
        request: Request<ResolveActorsRequest>,
    ) -> Result<Response<ResolveActorsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        Ok(Response::new(api::resolve_actors(&corpus, request, &self.limits).await?))
    }
}

#[tonic::async_trait]
impl ClaimService for Service {
    async fn get_claim(&self, request: Request<GetClaimRequest>) -> Result<Response<EncodedClaim>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::get_claim(&corpus, request, &self.limits)?))
    }

    async fn batch_get_claims(
        &self,
        request: Request<BatchGetClaimsRequest>,
    ) -> Result<Response<BatchGetClaimsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        Ok(Response::new(api::batch_get_claims(&corpus, request, &self.limits)?))
    }

    async fn list_claims(&self, request: Request<ListClaimsRequest>) -> Result<Response<ListClaimsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::list_claims(&corpus, request, &self.limits)?))
    }

    async fn search_claims(
        &self,
        request: Request<SearchClaimsRequest>,
    ) -> Result<Response<SearchClaimsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::search_claims(&corpus, request, &self.limits)?))
    }

    async fn match_claims(
        &self,
        request: Request<MatchClaimsRequest>,
    ) -> Result<Response<MatchClaimsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::match_claims(&corpus, request, &self.limits).await?))
    }

    async fn verify_quote(
        &self,
        request: Request<VerifyQuoteRequest>,
    ) -> Result<Response<VerifyQuoteResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_batch_request_bytes)?;
        Ok(Response::new(api::verify_quote(&corpus, request, &self.limits).await?))
    }
}

#[tonic::async_trait]
impl DiscourseService for Service {
    async fn get_thread(&self, request: Request<GetThreadRequest>) -> Result<Response<GetThreadResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::get_thread(&corpus, request, &self.limits).await?))
    }

    async fn aggregate_claims(
        &self,
        request: Request<AggregateClaimsRequest>,
    ) -> Result<Response<AggregateClaimsResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::aggregate_claims(&corpus, request, &self.limits).await?))
    }

    async fn compute_network(
        &self,
        request: Request<ComputeNetworkRequest>,
    ) -> Result<Response<ComputeNetworkResponse>, Status> {
        let (corpus, request) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(api::compute_network(&corpus, request, &self.limits).await?))
    }
}

#[tonic::async_trait]
impl CorpusService for Service {
    type ExportRecordsStream = BoxStream<ExportRecordsResponse>;
    type WatchCorpusStream = BoxStream<WatchCorpusResponse>;

    async fn get_corpus(&self, request: Request<GetCorpusRequest>) -> Result<Response<Corpus>, Status> {
        let (corpus, GetCorpusRequest {}) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(self.describe(&corpus)))
    }

    async fn export_records(
        &self,
        request: Request<ExportRecordsRequest>,
    ) -> Result<Response<Self::ExportRecordsStream>, Status> {
        let (_, request) = accept(request, self.limits.max_request_bytes)?;
        let export = Export::begin(&self.live, &request, self.limits)?;
        let revision = export.revision().to_owned();
        let batches: Self::ExportRecordsStream = Box::pin(export.batches());
        Ok(at_revision(batches, &revision))
    }

    async fn watch_corpus(
        &self,
        request: Request<WatchCorpusRequest>,
    ) -> Result<Response<Self::WatchCorpusStream>, Status> {
        let (_, WatchCorpusRequest { since_revision }) = accept(request, self.limits.max_request_bytes)?;
        let feed = self.live.feed(&since_revision)?;
        Ok(Response::new(Box::pin(feed_responses(feed))))
    }

    async fn reload_corpus(
        &self,
        request: Request<ReloadCorpusRequest>,
    ) -> Result<Response<ReloadCorpusResponse>, Status> {
        let (_, ReloadCorpusRequest {}) = accept(request, self.limits.max_request_bytes)?;
        let corpus = self.live.try_reload(Trigger::Call).await?;
        let response = ReloadCorpusResponse { corpus: Some(self.describe(&corpus)) };
        Ok(at_revision(response, &corpus.revision))
    }
}

impl Service {
    fn describe(&self, corpus: &corpus::Corpus) -> Corpus {
        Corpus { reload: Some(encode_status(&self.live.status())), ..api::describe(corpus) }
    }
}

fn encode_status(status: &ReloadStatus) -> ReloadState {
    ReloadState {
        running: status.running_since.is_some(),
        start_time: status.running_since.map(api::timestamp),
        last_error: status.last_error.as_ref().map(ToString::to_string).unwrap_or_default(),
        last_success_time: Some(api::timestamp(status.last_success)),
        last_failure_time: status.last_failure.map(api::timestamp),
        success_count: i64::try_from(status.counts.successes()).unwrap_or(i64::MAX),
        failure_count: i64::try_from(status.counts.failures()).unwrap_or(i64::MAX),
    }
}

/// A response that names its revision itself, since it may not be the one served when the call arrived.
fn at_revision<T>(message: T, revision: &str) -> Response<T> {
    let mut response = Response::new(message);
    let revision = MetadataValue::try_from(revision).expect("a revision is hexadecimal");
    response.metadata_mut().insert(REVISION_HEADER, revision);
    response
}
