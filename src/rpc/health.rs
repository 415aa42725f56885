//! `grpc.health.v1`: whether the server can be called.
//!
//! There are data for all services or for none, so all have the status of the server.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use super::{Phase, PhaseWatch, Refusal, SERVICES};
use crate::proto::health::health_check_response::ServingStatus;
use crate::proto::health::health_server::{Health, HealthServer};
use crate::proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};

/// Most bytes of a request: a name of a service and room.
const MAX_REQUEST_BYTES: usize = 1 << 10;

/// The service, ready to be routed to. Tells of the phase the server is in.
pub fn health(phases: PhaseWatch) -> HealthServer<impl Health> {
    HealthServer::new(Service { phases }).max_decoding_message_size(MAX_REQUEST_BYTES)
}

struct Service {
    phases: PhaseWatch,
}

#[tonic::async_trait]
impl Health for Service {
    type WatchStream = BoxStream<HealthCheckResponse>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            return Err(Refusal::ServiceUnknown { service }.into());
        }
        Ok(Response::new(answer(status(*self.phases.borrow()))))
    }

    async fn list(&self, _request: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let now = answer(status(*self.phases.borrow()));
        let statuses: HashMap<_, _> = SERVICES.into_iter().chain([""]).map(|name| (name.to_owned(), now)).collect();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let HealthCheckRequest { service } = request.into_inner();
        if !is_known(&service) {
            // Services do not come and go: this is all that there will ever be to say.
            let only = stream::iter([Ok(answer(ServingStatus::ServiceUnknown))]);
            return Ok(Response::new(Box::pin(only.chain(stream::pending()))));
        }
        let statuses = stream::unfold((self.phases.clone(), None), |(mut phases, told)| async move {
            let differs = |phase: &Phase| Some(status(*phase)) != told;
            let now = phases.wait_for(differs).await.ok().map(|phase| status(*phase))?;
            Some((Ok(answer(now)), (phases, Some(now))))
        });
        Ok(Response::new(Box::pin(statuses)))
    }
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
        let service = Service { phases };
        let mut told = service.watch(Request::new(HealthCheckRequest::default())).await.unwrap().into_inner();
        assert_eq!(told.next().await.unwrap().unwrap(), answer(ServingStatus::NotServing));
        phase.send_replace(Phase::Serving);
        assert_eq!(told.next().await.unwrap().unwrap(), answer(ServingStatus::Serving));
        phase.send_replace(Phase::Leaving);
        assert_eq!(told.next().await.unwrap().unwrap(), answer(ServingStatus::NotServing));
        phase.send_replace(Phase::Closing);
        drop(phase);
        assert!(told.next().await.is_none(), "the status of the next phase is the same");
    }
}
