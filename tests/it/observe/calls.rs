//! A call of each outcome, through a real socket.

use std::time::Duration;

use bytes::Bytes;
use claimd::proto::v1::{GetClaimRequest, ListClaimsRequest};
use http::{Request, Version};
use tonic::Code;

use super::serving::Serving;

/// A claim of the demo.
pub(crate) const CLAIM: &str = "claims/tiktok-denies-data-transfer";

pub(crate) fn get(name: &str) -> GetClaimRequest {
    GetClaimRequest { name: name.to_owned() }
}

/// One call that goes well, one that is wrong, one that asks for what is not there, and one that nobody offers.
pub(crate) async fn one_of_each(serving: &Serving) {
    let mut claims = serving.claims().await;
    claims.get_claim(get(CLAIM)).await.unwrap();
    let wrong = ListClaimsRequest { page_size: -1, ..ListClaimsRequest::default() };
    assert_eq!(claims.list_claims(wrong).await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(claims.get_claim(get("claims/nobody-said-it")).await.unwrap_err().code(), Code::NotFound);
    unknown(serving, "/claimd.v1.ClaimService/Fly").await;
}

/// A call of a path that is no method.
pub(crate) async fn unknown(serving: &Serving, path: &str) {
    let mut client = tonic::client::Grpc::new(serving.channel().await);
    client.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let status = client.unary(tonic::Request::new(()), path.parse().unwrap(), codec).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{path}");
}

/// A call that its client gives up: it sends headers, and then takes them back.
pub(crate) async fn give_up(serving: &Serving, path: &str) {
    let stream = tokio::net::TcpStream::connect(&serving.address).await.unwrap();
    let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://{}{path}", serving.address))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let (answer, mut body) = client.send_request(request, false).unwrap();
    // The prefix of a message that never comes: the handler waits for it.
    body.send_data(Bytes::from_static(&[0, 0, 0, 0, 9]), false).unwrap();
    // Taken back only when the server has begun with the call.
    let before = |metrics: &std::collections::BTreeMap<String, f64>| {
        metrics
            .iter()
            .filter(|(name, _)| name.starts_with("claimd_calls_in_flight"))
            .map(|(_, count)| count)
            .sum::<f64>()
    };
    while before(&serving.metrics()) < 1.0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    body.send_reset(h2::Reason::CANCEL);
    assert!(answer.await.is_err());
    connection.abort();
}
