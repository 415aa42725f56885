//! ComputeNetwork.

use super::filter::read_claims;
use super::paging::signed;
use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{Network, NetworkEdge, NetworkNode, TimeKey};
use crate::proto::v1;
use crate::proto::v1::{ComputeNetworkRequest, ComputeNetworkResponse, NetworkWindow};
use crate::query::{NetworkQuery, Window, networks};

/// Computes discourse networks: one, or one for each window of time.
pub async fn compute_network(
    corpus: &Corpus,
    request: ComputeNetworkRequest,
    limits: &RequestLimits,
) -> Result<ComputeNetworkResponse, Error> {
    let mut violations = Violations::default();
    let query = read(&request, limits, &mut violations);
    violations.check()?;
    let networks = networks(corpus, &query).await?;
    Ok(ComputeNetworkResponse { networks: networks.into_iter().map(encode).collect() })
}

fn read(request: &ComputeNetworkRequest, limits: &RequestLimits, violations: &mut Violations) -> NetworkQuery {
    let query = NetworkQuery {
        filter: read_claims(request.filter.as_ref(), "filter", limits, violations),
        kind: number("kind", request.kind, v1::NetworkKind::Affiliation, violations),
        rows: number("rows", request.rows, v1::NodeKind::Unspecified, violations),
        signed: request.signed,
        normalization: number("normalization", request.normalization, v1::Normalization::Unspecified, violations),
        duplicates: number("duplicates", request.duplicates, v1::DuplicateRule::Unspecified, violations),
        min_weight: request.min_weight,
        window: request.window.map(|window| read_window(window, violations)),
        max_nodes: max_nodes(request.max_nodes, limits, violations),
        max_windows: limits.max_network_windows,
        max_bytes: limits.max_response_bytes,
    };
    query.check(violations);
    query
}

/// The value of an enum number. An unknown one is a violation, and `instead` stands in for it while other fields are
/// checked.
fn number<E: TryFrom<i32>>(field: &str, number: i32, instead: E, violations: &mut Violations) -> E {
    E::try_from(number).unwrap_or_else(|_| {
        violations.add(field, format!("{number} is not a value of this enum"));
        instead
    })
}

fn read_window(NetworkWindow { unit, size, step }: NetworkWindow, violations: &mut Violations) -> Window {
    let mut units = |field, given: i32| {
        u32::try_from(given).unwrap_or_else(|_| {
            violations.add(field, format!("{given} is negative"));
            1
        })
    };
    let size = units("window.size", size);
    // A violation of the size is not repeated for the step.
    let step = if step == 0 { size.clamp(1, Window::MAX_UNITS) } else { units("window.step", step) };
    Window { unit: number("window.unit", unit, v1::WindowUnit::Day, violations), size, step }
}

fn max_nodes(max_nodes: i32, limits: &RequestLimits, violations: &mut Violations) -> usize {
    let most = limits.max_network_nodes;
    match usize::try_from(max_nodes) {
        Ok(0) => limits.default_network_nodes,
        Ok(nodes) if nodes <= most => nodes,
        _ => {
            violations.add("max_nodes", format!("{max_nodes} must be between 1 and {most}, or 0 for the default"));
            most
        }
    }
}

fn encode(network: Network) -> v1::Network {
    let edges = network.edges.iter().map(|edge: &NetworkEdge| {
        let (source, target) = network.ends(edge);
        v1::NetworkEdge { source: source.id.clone(), target: target.id.clone(), weight: edge.weight }
    });
    let edges = edges.collect();
    let (start, end) = network.window.unzip();
    let nodes = network.nodes.into_iter().map(|NetworkNode { id, label, mode, statement_count }| v1::NetworkNode {
        id,
        label,
        mode: mode.into(),
        statement_count: signed(statement_count),
    });
    v1::Network {
        start: start.and_then(TimeKey::timestamp),
        end: end.and_then(TimeKey::timestamp),
        nodes: nodes.collect(),
        edges,
    }
}
