//! CorpusService.

mod description;
mod exporting;
mod feeding;

use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};

use self::description::describe;
use self::exporting::Export;
use super::{REVISION_HEADER, accept};
use crate::config::RequestLimits;
use crate::live::{Live, Trigger};
use crate::proto::v1::corpus_service_server::CorpusService;
use crate::proto::v1::{
    Corpus, ExportRecordsRequest, ExportRecordsResponse, GetCorpusRequest, ReloadCorpusRequest, ReloadCorpusResponse,
    WatchCorpusRequest, WatchCorpusResponse,
};

pub(super) struct Service {
    pub(super) limits: RequestLimits,
    pub(super) live: Arc<Live>,
}

#[tonic::async_trait]
impl CorpusService for Service {
    type ExportRecordsStream = BoxStream<ExportRecordsResponse>;
    type WatchCorpusStream = BoxStream<WatchCorpusResponse>;

    async fn get_corpus(&self, request: Request<GetCorpusRequest>) -> Result<Response<Corpus>, Status> {
        let (corpus, GetCorpusRequest {}) = accept(request, self.limits.max_request_bytes)?;
        Ok(Response::new(describe(&corpus, &self.live.status())))
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
        Ok(Response::new(Box::pin(feeding::messages(feed))))
    }

    async fn reload_corpus(
        &self,
        request: Request<ReloadCorpusRequest>,
    ) -> Result<Response<ReloadCorpusResponse>, Status> {
        let (_, ReloadCorpusRequest {}) = accept(request, self.limits.max_request_bytes)?;
        let corpus = self.live.try_reload(Trigger::Call).await?;
        let response = ReloadCorpusResponse { corpus: Some(describe(&corpus, &self.live.status())) };
        Ok(at_revision(response, &corpus.revision))
    }
}

/// A response from another corpus than the one that was served when the call came in.
fn at_revision<T>(message: T, revision: &str) -> Response<T> {
    let mut response = Response::new(message);
    let revision = MetadataValue::try_from(revision).expect("a revision is hexadecimal");
    response.metadata_mut().insert(REVISION_HEADER, revision);
    response
}
