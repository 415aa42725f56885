//! Names of calls: kept where they are plain, made where they are not, sent back always.

use claimd::proto::v1::ListClaimsRequest;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};
use tonic_types::StatusExt;

use super::calls::{CLAIM, get};
use crate::support::TestServer;

const HEADER: &str = "x-request-id";

fn named<T>(message: T, id: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(HEADER, id.parse().unwrap());
    request
}

fn id(metadata: &MetadataMap) -> String {
    let ids: Vec<_> = metadata.get_all(HEADER).iter().collect();
    assert_eq!(ids.len(), 1);
    ids[0].to_str().unwrap().to_owned()
}

fn id_in_details(status: &Status) -> String {
    status.get_details_request_info().unwrap().request_id
}

#[tokio::test]
async fn a_plain_name_comes_back_and_another_is_replaced() {
    let server = TestServer::demo().await;
    let longest = "n".repeat(128);
    for kept in ["a", "Desk_7.call-1", &longest] {
        let answer = server.claims().get_claim(named(get(CLAIM), kept)).await.unwrap();
        assert_eq!(id(answer.metadata()), kept);
    }
    let too_long = "n".repeat(129);
    for replaced in ["two words", "semi;colon", "new/line", &too_long] {
        let answer = server.claims().get_claim(named(get(CLAIM), replaced)).await.unwrap();
        let made = id(answer.metadata());
        assert!(made.len() == 36 && made != replaced, "{replaced:?} became {made:?}");
    }
    let (one, two) = (server.claims().get_claim(get(CLAIM)).await, server.claims().get_claim(get(CLAIM)).await);
    assert_ne!(id(one.unwrap().metadata()), id(two.unwrap().metadata()));
}

#[tokio::test]
async fn an_error_has_the_name_in_its_headers_and_details_beside_what_else_it_says() {
    let server = TestServer::demo().await;
    let wrong = ListClaimsRequest { page_size: -1, ..ListClaimsRequest::default() };
    let status = server.claims().list_claims(named(wrong, "wrong-1")).await.unwrap_err();
    assert_eq!((id(status.metadata()), id_in_details(&status)), ("wrong-1".to_owned(), "wrong-1".to_owned()));
    assert_eq!(crate::support::reason(&status), "INVALID_REQUEST");
    assert_eq!(crate::support::violated(&status), ["page_size"]);

    let status = server.claims().get_claim(get("claims/nobody-said-it")).await.unwrap_err();
    assert_eq!(id(status.metadata()), id_in_details(&status));
    assert!(status.get_details_resource_info().is_some());
}
