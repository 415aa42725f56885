//! The state shared by the networks of one query: statements, node numbers, and the size of the response.

use prost::length_delimiter_len;

use super::question::NetworkQuery;
use super::weights::Ties;
use crate::corpus::{ClaimFacet, Corpus, Id, Sided};
use crate::error::Error;
use crate::model::{Network, NetworkEdge};
use crate::proto::v1::NodeKind;
use crate::query::yield_budget::YieldBudget;

/// The state shared by the networks of one query.
pub(super) struct Frame<'q> {
    pub(super) corpus: &'q Corpus,
    pub(super) query: &'q NetworkQuery,
    pub(super) budget: YieldBudget,
    pub(super) size: Size,
    /// Numbers of the actors and concepts of the current network.
    pub(super) actors: Numbering,
    pub(super) concepts: Numbering,
}

/// The statements and relations of one network.
#[derive(Clone, Copy)]
pub(super) struct Part<'q> {
    pub(super) statements: &'q [Statement],
    /// DISPUTE: (claim, claim it disputes).
    pub(super) disputes: &'q [(Id, Id)],
}

impl<'q> Frame<'q> {
    pub(super) fn new(corpus: &'q Corpus, query: &'q NetworkQuery) -> Self {
        Self {
            corpus,
            query,
            budget: YieldBudget::default(),
            size: Size::new(query.max_bytes),
            actors: Numbering::new(corpus.actors.table.len() as usize),
            concepts: Numbering::new(corpus.claims.by[ClaimFacet::Concept].texts.len()),
        }
    }

    /// How counts become weights.
    pub(super) fn ties(&self) -> Ties {
        Ties { normalization: self.query.normalization, min_weight: self.query.min_weight }
    }

    /// The mode of row nodes; SPEAKER by default.
    pub(super) fn row_mode(&self) -> NodeKind {
        match self.query.rows {
            NodeKind::Unspecified => NodeKind::Speaker,
            mode => mode,
        }
    }
}

/// A statement of a node: one for each claim, speaker node, concept and side, even if the claim repeats it. A NEUTRAL
/// position is not a statement. In a DISPUTE network, every claim of a node is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    /// The claim.
    pub(super) claim: Id,
    /// The node: an actor, or for rows CONCEPT a concept.
    pub(super) row: u32,
    /// The column (concept or actor) and the side taken. Unused in a DISPUTE network.
    pub(super) cell: Sided,
}

/// Numbers things from 0, in the order in which they are first added.
pub(super) struct Numbering {
    /// The number of each thing plus 1; 0 for a thing without a number.
    numbers: Vec<u32>,
    things: Vec<u32>,
}

impl Numbering {
    /// For things below `bound`.
    pub(super) fn new(bound: usize) -> Self {
        Self { numbers: vec![0; bound], things: Vec::new() }
    }

    /// The number of a thing. Assigns the next one if it has none.
    pub(super) fn add(&mut self, thing: u32) -> u32 {
        let number = &mut self.numbers[thing as usize];
        if *number == 0 {
            self.things.push(thing);
            *number = u32::try_from(self.things.len()).expect("things are counted in 32 bits");
        }
        *number - 1
    }

    /// The number of a thing, if it has one.
    pub(super) fn get(&self, thing: u32) -> Option<u32> {
        self.numbers[thing as usize].checked_sub(1)
    }

    /// The things that have numbers, in their order.
    pub(super) fn things(&self) -> &[u32] {
        &self.things
    }

    /// Removes all numbers. Costs one step for each of them.
    pub(super) fn clear(&mut self) {
        for thing in self.things.drain(..) {
            self.numbers[thing as usize] = 0;
        }
    }
}

/// Bytes of a network beside its nodes and edges, at most: two times, a length, and keys.
const NETWORK_BYTES: usize = 64;
/// Bytes of a node beside its texts, at most: two small numbers, a length, and keys.
const NODE_BYTES: usize = 16;
/// Bytes of a weight with its key.
const WEIGHT_BYTES: usize = 9;

/// Counts the encoded bytes of the response, and fails as soon as they exceed the limit: a network of thousands of nodes
/// may have millions of edges.
pub(super) struct Size {
    bytes: usize,
    limit: usize,
}

impl Size {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: 0, limit }
    }

    /// Counts a network and its nodes.
    pub(super) fn add_nodes(&mut self, network: &Network) -> Result<(), Error> {
        let nodes = network.nodes.iter().map(|node| text_bytes(&node.id) + text_bytes(&node.label) + NODE_BYTES);
        self.add(NETWORK_BYTES + nodes.sum::<usize>())
    }

    /// Counts an edge and adds it to the network.
    pub(super) fn push(&mut self, network: &mut Network, edge: NetworkEdge) -> Result<(), Error> {
        let (source, target) = network.ends(&edge);
        let bytes = text_bytes(&source.id) + text_bytes(&target.id) + WEIGHT_BYTES;
        self.add(1 + length_delimiter_len(bytes) + bytes)?;
        network.edges.push(edge);
        Ok(())
    }

    fn add(&mut self, bytes: usize) -> Result<(), Error> {
        self.bytes += bytes;
        if self.bytes > self.limit {
            return Err(Error::NetworkTooLarge { size: self.bytes, limit: self.limit });
        }
        Ok(())
    }
}

fn text_bytes(text: &str) -> usize {
    1 + length_delimiter_len(text.len()) + text.len()
}
