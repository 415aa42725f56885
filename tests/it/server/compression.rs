//! Compression both ways.

use std::io::{Read, Write};

use claimd::proto::v1::{GetClaimRequest, ListClaimsRequest, ListClaimsResponse};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use prost::Message;
use tonic::Code;

use crate::server::client::{Client, GET_CLAIM, LIST_CLAIMS, framed};
use crate::server::running::Running;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_large_answer_is_compressed_as_its_client_takes_it() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let request = ListClaimsRequest::default().encode_to_vec();
    let plain = client.call(LIST_CLAIMS, &[], &request).await;
    assert!(!plain.headers.contains_key("grpc-encoding"));
    assert_eq!(plain.data[0], 0);
    let expected = ListClaimsResponse::decode(&plain.data[5..]).unwrap();

    for (accepted, encoding) in [("gzip", "gzip"), ("identity, deflate, gzip", "gzip"), ("gzip, zstd", "zstd")] {
        let answer = client.call(LIST_CLAIMS, &[("grpc-accept-encoding", accepted)], &request).await;
        assert_eq!(answer.status().code(), Code::Ok);
        assert_eq!(answer.headers["grpc-encoding"], encoding);
        assert_eq!(answer.data[0], 1);
        assert!(answer.data.len() < plain.data.len() / 2);
        let message = if encoding == "gzip" {
            let mut message = Vec::new();
            GzDecoder::new(&answer.data[5..]).read_to_end(&mut message).unwrap();
            message
        } else {
            zstd::bulk::decompress(&answer.data[5..], 4 << 20).unwrap()
        };
        assert_eq!(ListClaimsResponse::decode(&*message).unwrap(), expected);
    }
    for accepted in ["identity", "br", ""] {
        let answer = client.call(LIST_CLAIMS, &[("grpc-accept-encoding", accepted)], &request).await;
        assert_eq!(answer.data, plain.data, "{accepted}");
    }
}

#[tokio::test]
async fn a_small_answer_is_sent_as_it_is() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let request = ListClaimsRequest { page_size: 1, ..ListClaimsRequest::default() }.encode_to_vec();
    let answer = client.call(LIST_CLAIMS, &[("grpc-accept-encoding", "gzip")], &request).await;
    assert_eq!((answer.status().code(), answer.data[0]), (Code::Ok, 0), "{} bytes", answer.data.len());
}

#[tokio::test]
async fn a_compressed_request_is_read() {
    let server = Running::start(&[]);
    let mut client = Client::connect(server.address).await;
    let request = GetClaimRequest { name: "claims/none".to_owned() }.encode_to_vec();
    for (encoding, compressed) in [("gzip", gzip(&request)), ("zstd", zstd::bulk::compress(&request, 1).unwrap())] {
        let call = client.open(GET_CLAIM, &[("grpc-encoding", encoding)]).await.unwrap();
        let answer = call.finish(framed(1, &compressed)).await.unwrap();
        assert_eq!(answer.status().code(), Code::NotFound, "{encoding}");
    }
}
