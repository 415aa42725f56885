//! What holds for every call: the revision header, health, reflection, and errors that tell nothing of our insides.

use crate::support::{IntoRecord, TestServer, call_raw, claim, corpus_of, ndjson};
use claimd::proto::v1::{GetClaimRequest, GetCorpusRequest, ListActorsRequest, ListArticlesRequest, ListClaimsRequest};
use tonic::Code;
use tonic::codegen::tokio_stream::once;
use tonic::metadata::MetadataMap;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::{v1, v1alpha};

const SERVICES: [&str; 5] = [
    "claimd.v1.ActorService",
    "claimd.v1.ArticleService",
    "claimd.v1.ClaimService",
    "claimd.v1.CorpusService",
    "claimd.v1.DiscourseService",
];

fn revision(headers: &MetadataMap) -> &str {
    headers.get("claimd-revision").expect("every response has a revision").to_str().unwrap()
}

#[tokio::test]
async fn every_answer_has_the_revision_that_the_corpus_tells() {
    let server = TestServer::demo().await;
    let corpus = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap();
    let told = corpus.get_ref().revision.clone();
    assert_eq!(told.len(), 32);
    assert_eq!(revision(corpus.metadata()), told);

    let claims = server.claims().list_claims(ListClaimsRequest::default()).await.unwrap();
    let actors = server.actors().list_actors(ListActorsRequest::default()).await.unwrap();
    let articles = server.articles().list_articles(ListArticlesRequest::default()).await.unwrap();
    let health = HealthClient::new(server.channel.clone()).check(HealthCheckRequest::default()).await.unwrap();
    for headers in [claims.metadata(), actors.metadata(), articles.metadata(), health.metadata()] {
        assert_eq!(revision(headers), told);
    }
}

#[tokio::test]
async fn every_error_has_the_revision_too() {
    let server = TestServer::demo().await;
    let name = |name: &str| GetClaimRequest { name: name.to_owned() };
    let errors = [
        (Code::NotFound, server.claims().get_claim(name("claims/nobody")).await.unwrap_err()),
        (Code::InvalidArgument, server.claims().get_claim(name("nobody")).await.unwrap_err()),
        (Code::Unimplemented, call_raw(&server, "/claimd.v1.ClaimService/Nothing", Vec::new()).await.unwrap_err()),
        (Code::Unimplemented, call_raw(&server, "/nothing.at.all/Here", Vec::new()).await.unwrap_err()),
    ];
    for (code, status) in errors {
        assert_eq!(status.code(), code);
        assert_eq!(revision(status.metadata()), server.corpus().revision);
    }
}

#[tokio::test]
async fn the_revision_changes_with_the_corpus() {
    let server = TestServer::demo().await;
    let before = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap();
    server.swap(corpus_of(&ndjson([&claim("only") as &dyn IntoRecord]))).await;
    let after = server.corpora().get_corpus(GetCorpusRequest {}).await.unwrap();
    assert_ne!(before.get_ref().revision, after.get_ref().revision);
    assert_eq!(revision(after.metadata()), after.get_ref().revision);
}

#[tokio::test]
async fn the_server_and_each_service_are_serving() {
    let server = TestServer::demo().await;
    let mut health = HealthClient::new(server.channel.clone());
    for service in SERVICES.into_iter().chain([""]) {
        let request = HealthCheckRequest { service: service.to_owned() };
        let status = health.check(request).await.unwrap().into_inner().status;
        assert_eq!(status, i32::from(ServingStatus::Serving), "{service:?}");
    }
    let request = HealthCheckRequest { service: "claimd.v1.NoService".to_owned() };
    assert_eq!(health.check(request).await.unwrap_err().code(), Code::NotFound);
}

/// The services that a version of reflection lists.
macro_rules! listed_services {
    ($server:expr, $version:ident) => {{
        use $version::server_reflection_client::ServerReflectionClient;
        use $version::server_reflection_request::MessageRequest;
        use $version::server_reflection_response::MessageResponse;

        let message_request = Some(MessageRequest::ListServices(String::new()));
        let request = $version::ServerReflectionRequest { message_request, ..Default::default() };
        let mut client = ServerReflectionClient::new($server.channel.clone());
        let mut answers = client.server_reflection_info(once(request)).await.unwrap().into_inner();
        match answers.message().await.unwrap().unwrap().message_response.unwrap() {
            MessageResponse::ListServicesResponse(list) => {
                list.service.into_iter().map(|service| service.name).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    }};
}

#[tokio::test]
async fn both_versions_of_reflection_list_the_services() {
    let server = TestServer::demo().await;
    let stable = listed_services!(server, v1);
    let alpha = listed_services!(server, v1alpha);
    for listed in [stable, alpha] {
        let versions = ["v1", "v1alpha"].map(|version| format!("grpc.reflection.{version}.ServerReflection"));
        let others = versions.iter().map(String::as_str).chain(["grpc.health.v1.Health"]);
        for service in SERVICES.into_iter().chain(others) {
            assert!(listed.iter().any(|name| name == service), "{service} is not in {listed:?}");
        }
    }
}

#[tokio::test]
async fn reflection_describes_methods_and_error_details() {
    let server = TestServer::demo().await;
    for (symbol, file) in [
        ("claimd.v1.ClaimService", "claimd/v1/claim_service.proto"),
        ("claimd.v1.Claim", "claimd/v1/claim.proto"),
        ("google.rpc.ErrorInfo", "ErrorInfo"),
    ] {
        let request = v1::server_reflection_request::MessageRequest::FileContainingSymbol(symbol.to_owned());
        let request = v1::ServerReflectionRequest { message_request: Some(request), ..Default::default() };
        let mut client = v1::server_reflection_client::ServerReflectionClient::new(server.channel.clone());
        let mut answers = client.server_reflection_info(once(request)).await.unwrap().into_inner();
        let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
        let v1::server_reflection_response::MessageResponse::FileDescriptorResponse(files) = answer else {
            panic!("{symbol}: {answer:?}")
        };
        let text = files.file_descriptor_proto.iter().map(|file| String::from_utf8_lossy(file)).collect::<String>();
        assert!(text.contains(file), "{symbol}");
    }
}

#[tokio::test]
async fn errors_tell_nothing_of_our_insides() {
    let server = TestServer::demo().await;
    // A field of the wrong wire type, a length past the end, bytes that are no UTF-8, a filter of endless depth.
    let endless = (0..200).fold(Vec::new(), |inner: Vec<u8>, _| {
        // `ClaimFilter.except`
        let mut outer = vec![0xb2, 0x01];
        prost::encoding::encode_varint(inner.len() as u64, &mut outer);
        outer.extend(inner);
        outer
    });
    let mut deep = vec![0x0a];
    prost::encoding::encode_varint(endless.len() as u64, &mut deep);
    deep.extend(endless);
    let bodies: [Vec<u8>; 4] = [vec![0x08, 0x01], vec![0x0a, 0x7f, b'x'], vec![0x0a, 0x01, 0xff], deep];
    for body in bodies {
        let status = call_raw(&server, "/claimd.v1.ClaimService/ListClaims", body).await.unwrap_err();
        let said = format!("{} {}", status.message(), String::from_utf8_lossy(status.details()));
        for inside in ["src/", ".rs", "panic", "thread", "/work", "0x"] {
            assert!(!said.contains(inside), "{said}");
        }
    }
    // The connection and the server outlive all of that.
    server.claims().list_claims(ListClaimsRequest::default()).await.unwrap();
}
