//! DOT, the language of Graphviz (graphviz.org/doc/info/lang.html).
//!
//! Actors are boxes, concepts are ellipses. Edges are labelled with their weights; negative ones are red and dashed. The
//! attribute `weight` is left out of negative edges, because Graphviz uses it for the layout and requires at least 0.

use std::io::{self, Write};

use crate::model::{Network, NetworkEdge, NetworkNode};
use crate::proto::v1::NodeKind;

/// Maximum width of an edge, in points.
const MAX_WIDTH: f64 = 5.0;

pub(super) fn write(network: &Network, output: &mut dyn Write) -> io::Result<()> {
    let (graph, arrow) = if network.directed { ("digraph", "->") } else { ("graph", "--") };
    writeln!(output, "{graph} network {{")?;
    if let Some((start, end)) = network.window_text() {
        writeln!(output, "  label={};", quoted(&format!("{start} to {end}")))?;
    }
    writeln!(output, "  rankdir=LR; nodesep=0.4; ranksep=1.2;")?;
    writeln!(output, "  node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=12, style=filled];")?;
    writeln!(output, "  edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, color=\"#4a5568\"];")?;
    for (at, node) in network.nodes.iter().enumerate() {
        let NetworkNode { id, label, mode, statement_count } = node;
        let look = match mode {
            NodeKind::Concept => "shape=ellipse, fillcolor=\"#fdf3d8\"",
            _ => "shape=box, fillcolor=\"#dbe9f6\"",
        };
        let (id, label, mode) = (quoted(id), quoted(label), node.mode_name());
        writeln!(output, "  n{at} [label={label}, id={id}, mode={mode}, statement_count={statement_count}, {look}];")?;
    }
    let heaviest = network.edges.iter().map(|edge| edge.weight.abs()).fold(0.0, f64::max);
    for NetworkEdge { source, target, weight } in &network.edges {
        let width = 1.0 + (MAX_WIDTH - 1.0) * weight.abs() / heaviest;
        let look =
            if *weight < 0.0 { "style=dashed, color=\"#c53030\"".to_owned() } else { format!("weight={weight}") };
        let label = shown(*weight);
        writeln!(output, "  n{source} {arrow} n{target} [label=\"{label}\", penwidth={width:.2}, {look}];")?;
    }
    writeln!(output, "}}")
}

/// A weight as a label, with at most three decimals.
fn shown(weight: f64) -> String {
    let text = format!("{weight:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A quoted string that Graphviz shows literally. Labels have escapes with `\` and HTML entities.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            _ if character.is_control() => quoted.push(' '),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_literally() {
        assert_eq!(quoted("a \"b\" \\n &lt;\n\0"), r#""a \"b\" \\n &amp;lt;  ""#);
    }

    #[test]
    fn weights_are_short() {
        assert_eq!([1.0, 1.0 / 3.0, -2.5, 100.0].map(shown), ["1", "0.333", "-2.5", "100"]);
    }
}
