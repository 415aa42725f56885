//! Files of networks.

use std::io::{self, Write};
use std::path::Path;

use super::{dot, edge_list, graphml, matrix};
use crate::model::{Network, TimeKey};
use crate::proto::v1::NodeKind;

/// A file format of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFormat {
    /// GraphML: opens in visone, Gephi, igraph, networkx.
    GraphMl,
    /// DOT: Graphviz draws it.
    Dot,
    /// CSV with a line for each tie.
    EdgeList,
    /// CSV with a line for each source and a column for each target.
    Matrix,
}

impl NetworkFormat {
    /// The format that a file's name tells, in lower or upper case; `.csv` is a list of ties.
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
            Self::EdgeList => edge_list::write(network, output)?,
            Self::Matrix => matrix::write(network, output)?,
        }
        output.flush()
    }
}

/// What a node stands for, as files say it.
pub(super) fn mode(mode: NodeKind) -> &'static str {
    match mode {
        NodeKind::Speaker | NodeKind::Unspecified => "speaker",
        NodeKind::SpeakerOrganization => "speaker_organization",
        NodeKind::Concept => "concept",
    }
}

/// Start and end of a network's window, as RFC 3339 to the second.
pub(super) fn window(network: &Network) -> Option<(String, String)> {
    let (start, end) = network.window?;
    Some((rfc3339(start)?, rfc3339(end)?))
}

fn rfc3339(time: TimeKey) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(time.seconds(), 0)?;
    Some(time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
