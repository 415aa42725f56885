//! Health, as gRPC's own definition has it.

use claimd::proto::health::health_check_response::ServingStatus;
use claimd::proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListResponse};
use prost::Message;
use tokio::time::{Duration, timeout};
use tonic::Code;

use crate::server::client::{CHECK, Client, WATCH, framed, next};
use crate::server::running::{Running, soon};
use crate::support::{info, reason};

const LIST: &str = "/grpc.health.v1.Health/List";

fn request(service: &str) -> Vec<u8> {
    HealthCheckRequest { service: service.to_owned() }.encode_to_vec()
}

fn serving_status(data: &[u8]) -> ServingStatus {
    HealthCheckResponse::decode(&data[5..]).unwrap().status()
}

#[tokio::test]
async fn check_knows_the_server_and_its_services_and_no_other() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    for service in ["", "claimd.v1.ClaimService"] {
        let answer = client.call(CHECK, &[], &request(service)).await;
        assert_eq!(serving_status(&answer.data), ServingStatus::Serving);
    }
    let status = client.call(CHECK, &[], &request("claimd.v1.NoService")).await.status();
    assert_eq!((status.code(), reason(&status)), (Code::NotFound, "SERVICE_UNKNOWN".to_owned()));
    assert_eq!(info(&status).metadata["service"], "claimd.v1.NoService");
}

#[tokio::test]
async fn list_has_the_server_and_every_service() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let answer = client.call(LIST, &[], &[]).await;
    let statuses = HealthListResponse::decode(&answer.data[5..]).unwrap().statuses;
    assert_eq!(statuses.len(), 6);
    assert!(statuses.contains_key("") && statuses.contains_key("claimd.v1.CorpusService"));
    assert!(statuses.values().all(|status| status.status() == ServingStatus::Serving));
}

#[tokio::test]
async fn a_watch_of_an_unknown_service_says_so_and_stays_open() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let mut call = client.open(WATCH, &[]).await.unwrap();
    call.body.send_data(framed(0, &request("claimd.v1.NoService")), true).unwrap();
    let (_, mut body) = call.headers().await.unwrap();
    let first = soon("the first status", next(&mut body)).await.unwrap().unwrap();
    assert_eq!(serving_status(&first), ServingStatus::ServiceUnknown);
    assert!(timeout(Duration::from_millis(100), next(&mut body)).await.is_err(), "it stays open");
}
