//! A network: nodes, and weighted ties between them.

use super::TimeKey;
use crate::proto::v1::NodeKind;

/// A network of discourse network analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// First instant of its window of time and one past the last; none for a network over all time.
    pub window: Option<(TimeKey, TimeKey)>,
    /// Whether ties lead from source to target, and not both ways.
    pub directed: bool,
    /// The nodes: by mode, then statements descending, then id.
    pub nodes: Vec<NetworkNode>,
    /// The ties, by ids of source and target. Where they are not directed, a pair stands once.
    pub edges: Vec<NetworkEdge>,
    /// How many nodes were left out because there are more than were asked for.
    pub omitted_nodes: usize,
}

/// A node of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkNode {
    /// Resource name of an actor, or a concept.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// What it stands for.
    pub mode: NodeKind,
    /// How many statements it has in the network.
    pub statement_count: u32,
}

/// A tie of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkEdge {
    /// Place of a node among the nodes; in two modes the actor.
    pub source: u32,
    /// Place of a node among the nodes.
    pub target: u32,
    /// Never 0.
    pub weight: f64,
}

impl Network {
    /// The nodes that a tie leads from and to.
    pub fn ends(&self, edge: &NetworkEdge) -> (&NetworkNode, &NetworkNode) {
        (&self.nodes[edge.source as usize], &self.nodes[edge.target as usize])
    }

    /// Whether nodes of two modes are tied: actors to concepts.
    pub fn is_two_mode(&self) -> bool {
        self.nodes.first().map(|node| node.mode) != self.nodes.last().map(|node| node.mode)
    }
}
