//! A discourse network: nodes and weighted edges.

use chrono::DateTime;

use super::TimeKey;
use crate::proto::v1::NodeKind;

/// A discourse network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Time window, half-open; None for a network over all time.
    pub window: Option<(TimeKey, TimeKey)>,
    /// Whether edges are directed from source to target.
    pub directed: bool,
    /// Nodes, ordered by mode, then statement count descending, then id.
    pub nodes: Vec<NetworkNode>,
    /// Edges, ordered by ids of source and target. An undirected edge is listed once.
    pub edges: Vec<NetworkEdge>,
    /// Number of nodes that were left out because of the maximum number of nodes.
    pub omitted_nodes: usize,
}

/// A node of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkNode {
    /// Resource name of an actor, or text of a concept.
    pub id: String,
    /// Display name.
    pub label: String,
    /// Kind of the node.
    pub mode: NodeKind,
    /// Number of its statements in the network.
    pub statement_count: u32,
}

/// An edge of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkEdge {
    /// Index of a node; in a two-mode network of the actor.
    pub source: u32,
    /// Index of a node.
    pub target: u32,
    /// Never 0.
    pub weight: f64,
}

impl Network {
    /// The source and target node of an edge.
    pub fn ends(&self, edge: &NetworkEdge) -> (&NetworkNode, &NetworkNode) {
        (&self.nodes[edge.source as usize], &self.nodes[edge.target as usize])
    }

    /// Whether edges connect actors with concepts.
    pub fn is_two_mode(&self) -> bool {
        self.nodes.first().map(|node| node.mode) != self.nodes.last().map(|node| node.mode)
    }

    /// Start and end of the time window as RFC 3339, to the second.
    pub fn window_text(&self) -> Option<(String, String)> {
        let rfc3339 = |time: TimeKey| {
            let time = DateTime::from_timestamp(time.seconds(), 0)?;
            Some(time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        };
        let (start, end) = self.window?;
        Some((rfc3339(start)?, rfc3339(end)?))
    }
}

impl NetworkNode {
    /// The name of its mode in files.
    pub fn mode_name(&self) -> &'static str {
        match self.mode {
            NodeKind::Speaker | NodeKind::Unspecified => "speaker",
            NodeKind::SpeakerOrganization => "speaker_organization",
            NodeKind::Concept => "concept",
        }
    }
}
