//! How large the answer may get.

use prost::length_delimiter_len;

use crate::error::Error;
use crate::model::{Network, NetworkEdge};

/// Bytes of a network beside its nodes and edges, at most: two times, a length, and keys.
const NETWORK_BYTES: usize = 64;
/// Bytes of a node beside its texts, at most: two small numbers, a length, and keys.
const NODE_BYTES: usize = 16;
/// Bytes of a weight with its key.
const WEIGHT_BYTES: usize = 9;

/// Adds up the bytes of an answer as messages, and ends the work as soon as there are too many: a network of thousands
/// of nodes may have millions of ties.
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

    /// Counts an edge and puts it into the network.
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
