//! CSV with a line for each tie: source, target, weight, and the labels of source and target.

use std::io::{self, Write};

use crate::model::Network;

pub(super) fn write(network: &Network, output: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(output);
    csv.write_record(["source", "target", "weight", "source_label", "target_label"])?;
    for edge in &network.edges {
        let (source, target) = network.ends(edge);
        let weight = edge.weight.to_string();
        csv.write_record([&source.id, &target.id, &weight, &source.label, &target.label])?;
    }
    csv.flush()
}
