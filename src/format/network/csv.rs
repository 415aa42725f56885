//! CSV: an edge list or a matrix.

use std::io::{self, Write};

use csv::Writer;

use crate::model::Network;
use crate::proto::v1::NodeKind;

/// Writes a row for each edge: source, target, weight, and the labels of source and target.
pub(super) fn write_edge_list(network: &Network, output: &mut dyn Write) -> io::Result<()> {
    let mut csv = Writer::from_writer(output);
    csv.write_record(["source", "target", "weight", "source_label", "target_label"])?;
    for edge in &network.edges {
        let (source, target) = network.ends(edge);
        let weight = edge.weight.to_string();
        csv.write_record([&source.id, &target.id, &weight, &source.label, &target.label])?;
    }
    csv.flush()
}

/// Writes a matrix of actors by concepts, or of all nodes by all nodes. Rows and columns are headed by ids, in the order of
/// the nodes. An undirected edge has two cells.
pub(super) fn write_matrix(network: &Network, output: &mut dyn Write) -> io::Result<()> {
    let two_mode = network.is_two_mode();
    let is_column = |at: &usize| !two_mode || network.nodes[*at].mode == NodeKind::Concept;
    let is_row = |at: &usize| !two_mode || network.nodes[*at].mode != NodeKind::Concept;
    let places = || 0..network.nodes.len();
    let columns: Vec<usize> = places().filter(is_column).collect();
    let weights = weights(network, two_mode);

    let mut csv = Writer::from_writer(output);
    csv.write_field("")?;
    for column in &columns {
        csv.write_field(&network.nodes[*column].id)?;
    }
    csv.write_record(None::<&[u8]>)?;
    for row in places().filter(is_row) {
        csv.write_field(&network.nodes[row].id)?;
        let mut own = weights[row].iter().peekable();
        for column in &columns {
            let weight = own.next_if(|(at, _)| at == column).map_or(0.0, |(_, weight)| *weight);
            csv.write_field(weight.to_string())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// The weights of each source, with the index of the target.
fn weights(network: &Network, two_mode: bool) -> Vec<Vec<(usize, f64)>> {
    let mut weights = vec![Vec::new(); network.nodes.len()];
    for edge in &network.edges {
        let (source, target) = (edge.source as usize, edge.target as usize);
        weights[source].push((target, edge.weight));
        if !two_mode && !network.directed {
            weights[target].push((source, edge.weight));
        }
    }
    for row in &mut weights {
        row.sort_unstable_by_key(|(at, _)| *at);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NetworkEdge, NetworkNode};

    fn matrix(modes: &[NodeKind], directed: bool, edges: &[(u32, u32, f64)]) -> String {
        let node = |(at, mode): (usize, &NodeKind)| {
            let id = format!("n,{at}");
            NetworkNode { label: id.clone(), id, mode: *mode, statement_count: 1 }
        };
        let edge = |(source, target, weight): &(u32, u32, f64)| NetworkEdge {
            source: *source,
            target: *target,
            weight: *weight,
        };
        let nodes = modes.iter().enumerate().map(node).collect();
        let network = Network { directed, nodes, edges: edges.iter().map(edge).collect(), ..Network::default() };
        let mut output = Vec::new();
        write_matrix(&network, &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn a_matrix_has_every_edge_in_its_cells() {
        use NodeKind::{Concept, Speaker};
        assert_eq!(
            matrix(&[Speaker, Speaker], false, &[(1, 0, 0.5)]),
            ",\"n,0\",\"n,1\"\n\"n,0\",0,0.5\n\"n,1\",0.5,0\n"
        );
        assert_eq!(matrix(&[Speaker, Speaker], true, &[(1, 0, 0.5)]), ",\"n,0\",\"n,1\"\n\"n,0\",0,0\n\"n,1\",0.5,0\n");
        assert_eq!(matrix(&[Speaker, Concept], false, &[(0, 1, -2.0)]), ",\"n,1\"\n\"n,0\",-2\n");
    }
}
