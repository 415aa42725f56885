//! `grpc.health.v1`: whether the server can be called.
//!
//! There are data for all services or for none, so all have the status of the server. A load that failed takes nothing
//! from it, since the corpus before is good; the header of an answer says so instead, to those who may ask.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt};
use tonic::codegen::BoxStream;
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};

use super::{LAST_LOAD_HEADER, Phase, PhaseWatch, Principal, Refusal, SERVICES};
use crate::live::Live;
use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_server::{Health, HealthServer};
use crate::proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};

/// Most bytes of a request: a name of a service and room.
const MAX_REQUEST_BYTES: usize = 1 << 10;

/// The service, ready to be routed to. Tells of the phase the server is in, and of the last load.
pub fn health(phases: PhaseWatch, live: Arc<Live>) -> HealthServer<impl Health> {
    HealthServer::new(Service { phases, live }).max_decoding_message_size(MAX_REQUEST_BYTES)
}

struct Service {
    phases: PhaseWatch,
    live: Arc<Live>,
}

impl Service {
    /// An answer that says in its header what the last load came to, if the caller may know it.
    fn tell<T>(&self, may_know: bool, message: T) -> Response<T> {
        let mut response = Response::new(message);
        if may_know {
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
        let may_know = Principal::may_read(request.extensions());
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            return Err(Refusal::ServiceUnknown { service }.into());
        }
        Ok(self.tell(may_know, answer(status(*self.phases.borrow()))))
    }

    async fn list(&self, request: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let now = answer(status(*self.phases.borrow()));
        let statuses: HashMap<_, _> = SERVICES.into_iter().chain([""]).map(|name| (name.to_owned(), now)).collect();
        Ok(self.tell(Principal::may_read(request.extensions()), HealthListResponse { statuses }))
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let may_know = Principal::may_read(request.extensions());
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            // Services do not come and go: this is all that there will ever be to say.
            let only = stream::iter([Ok(answer(ServingStatus::ServiceUnknown))]);
            return Ok(self.tell(may_know, Box::pin(only.chain(stream::pending()))));
        }
        Ok(self.tell(may_know, Box::pin(changes(self.phases.clone()).map(Ok))))
    }
}

/// The status that is, and each that differs from the one before.
fn changes(phases: PhaseWatch) -> impl Stream<Item = HealthCheckResponse> {
    stream::unfold((phases, None), |(mut phases, told)| async move {
        let differs = |phase: &Phase| Some(status(*phase)) != told;
        let now = phases.wait_for(differs).await.ok().map(|phase| status(*phase))?;
        Some((answer(now), (phases, Some(now))))
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

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::*;

    #[tokio::test]
    async fn a_watch_tells_each_change_once() {
        let (phase, phases) = watch::channel(Phase::Starting);
        let mut told = std::pin::pin!(changes(phases));
        assert_eq!(told.next().await.unwrap(), answer(ServingStatus::NotServing));
        phase.send_replace(Phase::Serving);
        assert_eq!(told.next().await.unwrap(), answer(ServingStatus::Serving));
        phase.send_replace(Phase::Leaving);
        assert_eq!(told.next().await.unwrap(), answer(ServingStatus::NotServing));
        phase.send_replace(Phase::Closing);
        drop(phase);
        assert!(told.next().await.is_none(), "the status of the next phase is the same");
    }
}
