//! Through the public door: a real server, a real client.

use std::sync::Arc;

use claimd::config::{LiveConfig, LoadLimits, RequestLimits, ServerConfig};
use claimd::live::Live;
use claimd::proto::v1::discourse_service_client::DiscourseServiceClient;
use claimd::proto::v1::{ClaimFilter, ComputeNetworkRequest, NetworkKind, NetworkWindow, NodeKind, WindowUnit};
use claimd::server::Bound;
use claimd::source::{self, Source};
use clap::Parser;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    server: ServerConfig,
    #[command(flatten)]
    limits: RequestLimits,
    #[command(flatten)]
    load: LoadLimits,
    #[command(flatten)]
    live: LiveConfig,
}

/// A client of a server of the demo corpus.
async fn client(flags: &[&str]) -> DiscourseServiceClient<Channel> {
    let flags = Flags::parse_from(["test", "--listen", "127.0.0.1:0"].iter().chain(flags));
    let corpus = source::load(&[Source::Demo], flags.load, true).unwrap();
    let live = Arc::new(Live::new(corpus, flags.live, None));
    let server = Bound::new(flags.server).unwrap().listen(live, flags.limits).unwrap();
    let address = format!("http://{}", server.addresses()[0]);
    tokio::spawn(server.run(std::future::pending()));
    DiscourseServiceClient::new(Channel::from_shared(address).unwrap().connect().await.unwrap())
}

fn request(kind: NetworkKind) -> ComputeNetworkRequest {
    ComputeNetworkRequest { kind: kind.into(), ..ComputeNetworkRequest::default() }
}

fn fields(status: &Status) -> Vec<String> {
    let violations = status.get_details_bad_request().unwrap().field_violations;
    violations.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test]
async fn the_demo_has_its_dispute_network() {
    let mut client = client(&[]).await;
    let response = client.compute_network(request(NetworkKind::Dispute)).await.unwrap().into_inner();
    let [network] = &response.networks[..] else { panic!("one network") };
    assert_eq!((&network.start, &network.end), (&None, &None));
    let nodes: Vec<_> = network.nodes.iter().map(|node| (node.id.as_str(), node.statement_count)).collect();
    let expected =
        [("actors/tiktok", 8), ("actors/mike-pompeo", 3), ("actors/tiktok-critics", 1), ("actors/us-government", 1)];
    assert_eq!(nodes, expected);
    assert_eq!(network.nodes[1].label, "Mike Pompeo");
    let edges: Vec<_> =
        network.edges.iter().map(|edge| (edge.source.as_str(), edge.target.as_str(), edge.weight)).collect();
    let expected = [
        ("actors/tiktok", "actors/mike-pompeo", 1.),
        ("actors/tiktok", "actors/tiktok-critics", 1.),
        ("actors/tiktok", "actors/us-government", 2.),
    ];
    assert_eq!(edges, expected);
}

#[tokio::test]
async fn filters_and_windows_choose_the_claims() {
    let mut client = client(&[]).await;
    let filter = ClaimFilter { topics: vec!["data protection".to_owned()], ..ClaimFilter::default() };
    let window = NetworkWindow { unit: WindowUnit::Month.into(), size: 1, step: 0 };
    let request = ComputeNetworkRequest {
        filter: Some(filter),
        rows: NodeKind::SpeakerOrganization.into(),
        window: Some(window),
        ..request(NetworkKind::Conflict)
    };
    let networks = client.compute_network(request).await.unwrap().into_inner().networks;
    let shown = networks.iter().map(|network| (network.start.as_ref().unwrap().seconds, network.edges.len()));
    // July and August 2020: the accusation, and the answers to it.
    assert_eq!(shown.map(|(start, _)| start).collect::<Vec<_>>(), [1_593_561_600, 1_596_240_000]);
    assert_eq!(networks[0].end, networks[1].start);
    assert!(networks[1].edges.iter().any(|edge| edge.target == "actors/us-government"));
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let mut client = client(&[]).await;
    let wrong = ComputeNetworkRequest {
        filter: Some(ClaimFilter { kinds: vec![99], ..ClaimFilter::default() }),
        kind: NetworkKind::Affiliation.into(),
        rows: 9,
        normalization: -1,
        duplicates: 77,
        min_weight: -1.0,
        window: Some(NetworkWindow { unit: 9, size: 0, step: -1 }),
        max_nodes: 5001,
        signed: false,
    };
    let status = client.compute_network(wrong).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let expected = [
        "filter.kinds[0]",
        "rows",
        "normalization",
        "duplicates",
        "window.step",
        "window.unit",
        "max_nodes",
        "min_weight",
        "window.size",
    ];
    assert_eq!(fields(&status), expected);
    for (kind, field) in [(0, "kind"), (99, "kind")] {
        let status = client.compute_network(ComputeNetworkRequest { kind, ..Default::default() }).await.unwrap_err();
        assert_eq!(fields(&status), [field], "{kind}");
    }
    // A step that was not given is not wrong.
    for size in [-1, 10_001] {
        let window = Some(NetworkWindow { unit: 1, size, step: 0 });
        let wrong = ComputeNetworkRequest { window, ..request(NetworkKind::Affiliation) };
        assert_eq!(fields(&client.compute_network(wrong).await.unwrap_err()), ["window.size"], "{size}");
    }
    let negative = ComputeNetworkRequest { max_nodes: -1, ..request(NetworkKind::Affiliation) };
    assert_eq!(fields(&client.compute_network(negative).await.unwrap_err()), ["max_nodes"]);
}

#[tokio::test]
async fn too_large_an_answer_says_what_to_do() {
    let mut client = client(&["--max-response-bytes", "500"]).await;
    let status = client.compute_network(request(NetworkKind::Affiliation)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().contains("raise min_weight"), "{}", status.message());
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "ERROR_REASON_RESPONSE_TOO_LARGE");
    // What is not refused fits.
    let small = ComputeNetworkRequest { max_nodes: 3, ..request(NetworkKind::Affiliation) };
    let response = client.compute_network(small).await.unwrap().into_inner();
    assert!(prost::Message::encoded_len(&response) <= 500);
}
