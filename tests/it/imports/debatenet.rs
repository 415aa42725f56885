//! DebateNet's claims: positions, counts and networks of them.

use claimd::proto::v1::{
    AggregateClaimsRequest, Anchor, Claim, ComputeNetworkRequest, GroupKey, NetworkKind, NodeKind,
};

use super::{all, counts, load_paths, shared};
use crate::support::{TestServer, defaults};

#[tokio::test]
async fn every_line_is_a_claim_with_its_positions() {
    let Some(path) = shared::data("debatenet/claims.jsonl") else { return };
    let corpus = load_paths(&[path]);
    assert_eq!((corpus.report.errors, corpus.report.warnings), (0, 0), "{:?}", corpus.report.counts);
    assert_eq!(counts(&corpus), (472, 776, 2509));
    let claims: Vec<Claim> = all(&corpus.claims.table);
    assert!(claims.iter().all(|claim| !claim.positions.is_empty() && claim.speakers.len() <= 2));
    assert!(claims.iter().all(|claim| claim.evidence[0].anchor() == Anchor::Unchecked));

    let server = TestServer::start(corpus, defaults()).await;
    let request = AggregateClaimsRequest {
        group_by: vec![GroupKey::Stance.into()],
        limit: 10,
        ..AggregateClaimsRequest::default()
    };
    let buckets = server.discourse().aggregate_claims(request).await.unwrap().into_inner().buckets;
    let by_stance: Vec<_> = buckets.iter().map(|bucket| (bucket.keys[0].as_str(), bucket.count)).collect();
    assert_eq!(by_stance, [("STANCE_SUPPORT", 1787), ("STANCE_OPPOSE", 722)]);

    let request = ComputeNetworkRequest {
        kind: NetworkKind::Congruence.into(),
        rows: NodeKind::SpeakerOrganization.into(),
        max_nodes: 20,
        ..ComputeNetworkRequest::default()
    };
    let networks = server.discourse().compute_network(request).await.unwrap().into_inner().networks;
    let labels: Vec<_> = networks[0].nodes.iter().map(|node| node.label.as_str()).collect();
    assert!(["CDU", "CSU", "SPD", "Grüne"].iter().all(|party| labels.contains(party)), "{labels:?}");
    assert!(!networks[0].edges.is_empty());
}
