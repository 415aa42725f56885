//! Files of discourse networks: GraphML, DOT, CSV edge list, CSV matrix.

mod csv;
mod dot;
mod graphml;

use std::io::{self, Write};
use std::path::Path;

use crate::model::Network;

/// A file format for networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFormat {
    /// GraphML, which visone, Gephi, igraph and networkx read.
    GraphMl,
    /// DOT, which Graphviz draws.
    Dot,
    /// CSV with a row for each edge.
    EdgeList,
    /// CSV with a row for each source and a column for each target.
    Matrix,
}

impl NetworkFormat {
    /// The format of a file name, in any case; `.csv` is an edge list.
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "graphml" => Some(Self::GraphMl),
            "dot" | "gv" => Some(Self::Dot),
            "csv" => Some(Self::EdgeList),
            _ => None,
        }
    }

    /// Writes a network.
    pub fn write(self, network: &Network, output: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::GraphMl => graphml::write(network, output)?,
            Self::Dot => dot::write(network, output)?,
            Self::EdgeList => csv::write_edge_list(network, output)?,
            Self::Matrix => csv::write_matrix(network, output)?,
        }
        output.flush()
    }
}
