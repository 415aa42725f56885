//! `grpc.health.v1`: whether the server can be called.
//!
//! The corpus is loaded for all services or for none, so all have the status of the server. A failed reload leaves the
//! status as it is, since the corpus before it is served on; callers who may read see the result of the last load in a
//! header of the response.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt};
use tonic::codegen::BoxStream;
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};

use super::{Phase, PhaseWatch, Principal};
use crate::error::Error;
use crate::live::Live;
use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_server::Health;
use crate::proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use crate::proto::v1::{
    actor_service_server, article_service_server, claim_service_server, corpus_service_server, discourse_service_server,
};

/// Header of responses to callers who may read: the result of the last load. `ok`: it is served. `failed` or `shrunk`: it
/// could not be loaded, or lost too many records, and the corpus before it is served on.
const LAST_LOAD_HEADER: &str = "claimd-last-load";

/// Names of the services that have a status.
const SERVICES: [&str; 5] = [
    article_service_server::SERVICE_NAME,
    actor_service_server::SERVICE_NAME,
    claim_service_server::SERVICE_NAME,
    discourse_service_server::SERVICE_NAME,
    corpus_service_server::SERVICE_NAME,
];

/// Most bytes of a request: the name of a service, with room to spare.
pub(super) const MAX_REQUEST_BYTES: usize = 1 << 10;

/// The health service. Requests have their caller's [`Principal`] among their extensions.
pub(super) struct Service {
    pub(super) phases: PhaseWatch,
    pub(super) live: Arc<Live>,
}

impl Service {
    /// A response with the result of the last load in its header, if the caller may read.
    fn respond<T>(&self, may_read: bool, message: T) -> Response<T> {
        let mut response = Response::new(message);
        if may_read {
            let last_load = MetadataValue::from_static(self.live.status().last_load());
            response.metadata_mut().insert(LAST_LOAD_HEADER, last_load);
        }
        response
    }
}

#[tonic::async_trait]
impl Health for Service {
    type WatchStream = BoxStream<HealthCheckResponse>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let may_read = may_read(&request);
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            return Err(Error::ServiceUnknown { service }.into());
        }
        Ok(self.respond(may_read, response(status(*self.phases.borrow()))))
    }

    async fn list(&self, request: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let now = response(status(*self.phases.borrow()));
        let statuses: HashMap<_, _> = SERVICES.into_iter().chain([""]).map(|name| (name.to_owned(), now)).collect();
        Ok(self.respond(may_read(&request), HealthListResponse { statuses }))
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let may_read = may_read(&request);
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            // Services do not come and go: no other status follows.
            let only = stream::iter([Ok(response(ServingStatus::ServiceUnknown))]);
            return Ok(self.respond(may_read, Box::pin(only.chain(stream::pending()))));
        }
        Ok(self.respond(may_read, Box::pin(changes(self.phases.clone()).map(Ok))))
    }
}

fn may_read<T>(request: &Request<T>) -> bool {
    request.extensions().get().is_some_and(Principal::may_read)
}

/// The current status, and each that differs from the one before.
fn changes(phases: PhaseWatch) -> impl Stream<Item = HealthCheckResponse> {
    stream::unfold((phases, None), |(mut phases, sent)| async move {
        let differs = |phase: &Phase| Some(status(*phase)) != sent;
        let now = phases.wait_for(differs).await.ok().map(|phase| status(*phase))?;
        Some((response(now), (phases, Some(now))))
    })
}

fn is_known(service: &str) -> bool {
    service.is_empty() || SERVICES.contains(&service)
}

fn status(phase: Phase) -> ServingStatus {
    match phase {
        Phase::Serving => ServingStatus::Serving,
        Phase::Starting | Phase::Leaving | Phase::Closing | Phase::Over => ServingStatus::NotServing,
    }
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    #[tokio::test]
    async fn a_watch_sends_each_change_once() {
        let (phase, phases) = watch::channel(Phase::Starting);
        let mut sent = std::pin::pin!(changes(phases));
        assert_eq!(sent.next().await.unwrap(), response(ServingStatus::NotServing));
        phase.send_replace(Phase::Serving);
        assert_eq!(sent.next().await.unwrap(), response(ServingStatus::Serving));
        phase.send_replace(Phase::Leaving);
        assert_eq!(sent.next().await.unwrap(), response(ServingStatus::NotServing));
        phase.send_replace(Phase::Closing);
        drop(phase);
        assert!(sent.next().await.is_none(), "the status of the next phase is the same");
    }
}
