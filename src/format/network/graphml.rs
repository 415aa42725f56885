//! GraphML (graphml.graphdrawing.org).
//!
//! Nodes have the data `name` (resource name of an actor, or text of the concept), `label`, `mode` and `statement_count`;
//! edges have `weight`; the graph of a time window has `start` and `end`. Node ids are `n0`, `n1` …, because GraphML ids
//! must not contain the blanks that concepts have.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::model::{Network, NetworkEdge, NetworkNode};

const NAMESPACE: &str = "http://graphml.graphdrawing.org/xmlns";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const SCHEMA: &str = "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd";
/// The data: id (and name), element, type.
const KEYS: [(&str, &str, &str); 7] = [
    ("start", "graph", "string"),
    ("end", "graph", "string"),
    ("name", "node", "string"),
    ("label", "node", "string"),
    ("mode", "node", "string"),
    ("statement_count", "node", "int"),
    ("weight", "edge", "double"),
];

type Xml<'o> = Writer<&'o mut dyn Write>;

pub(super) fn write(network: &Network, output: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(output, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let namespaces = [("xmlns", NAMESPACE), ("xmlns:xsi", INSTANCE), ("xsi:schemaLocation", SCHEMA)];
    xml.create_element("graphml").with_attributes(namespaces).write_inner_content(|xml| {
        for (id, owner, kind) in KEYS {
            let key = [("id", id), ("for", owner), ("attr.name", id), ("attr.type", kind)];
            xml.create_element("key").with_attributes(key).write_empty()?;
        }
        let direction = if network.directed { "directed" } else { "undirected" };
        let graph = xml.create_element("graph").with_attributes([("id", "network"), ("edgedefault", direction)]);
        graph.write_inner_content(|xml| write_graph(network, xml))?;
        Ok(())
    })?;
    xml.get_mut().write_all(b"\n")
}

fn write_graph(network: &Network, xml: &mut Xml<'_>) -> io::Result<()> {
    if let Some((start, end)) = network.window_text() {
        data(xml, "start", &start)?;
        data(xml, "end", &end)?;
    }
    for (at, node) in network.nodes.iter().enumerate() {
        let NetworkNode { id, label, mode: _, statement_count } = node;
        let element = xml.create_element("node").with_attribute(("id", format!("n{at}").as_str()));
        element.write_inner_content(|xml| {
            data(xml, "name", id)?;
            data(xml, "label", label)?;
            data(xml, "mode", node.mode_name())?;
            data(xml, "statement_count", &statement_count.to_string())
        })?;
    }
    for NetworkEdge { source, target, weight } in &network.edges {
        let (source, target) = (format!("n{source}"), format!("n{target}"));
        let ends = [("source", source.as_str()), ("target", target.as_str())];
        let element = xml.create_element("edge").with_attributes(ends);
        element.write_inner_content(|xml| data(xml, "weight", &weight.to_string()))?;
    }
    Ok(())
}

fn data(xml: &mut Xml<'_>, key: &str, text: &str) -> io::Result<()> {
    let text = text.replace(is_forbidden, "\u{fffd}");
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(&text))?;
    Ok(())
}

/// Whether a character is forbidden in XML 1.0, even escaped.
fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}
