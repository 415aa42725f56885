//! Objects of JSON-LD, in the forms in which feeds write them.
//!
//! JSON-LD lets one thing be written in many ways: a value alone or in a list, a text bare, with `@value`, or as an
//! object that has it as its name, a property with the vocabulary in front of it or without. And publishers write what
//! the standard does not let them. Everything here takes all of these for the same.

use crate::format::json::Json;

/// What names of the vocabulary begin with, where they are written out.
const VOCABULARIES: [&str; 5] =
    ["http://schema.org/", "https://schema.org/", "http://www.schema.org/", "https://www.schema.org/", "schema:"];

/// An object of JSON-LD.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'j>(&'j [(String, Json)]);

impl<'j> Node<'j> {
    pub(super) fn new(json: &'j Json) -> Option<Self> {
        if let Json::Object(entries) = json { Some(Self(entries)) } else { None }
    }

    /// The values of a property: lists are taken apart, and `null` is no value. A property that is written twice has the
    /// values of both.
    pub(super) fn values(self, property: &str) -> Vec<&'j Json> {
        let mut values = Vec::new();
        for (key, value) in self.0 {
            if local_name(key) == property {
                flatten(value, &mut values);
            }
        }
        values
    }

    /// The objects among the values of a property.
    pub(super) fn nodes(self, property: &str) -> Vec<Node<'j>> {
        self.values(property).into_iter().filter_map(Node::new).collect()
    }

    /// The texts among the values of a property, empty ones left out.
    pub(super) fn texts(self, property: &str) -> Vec<String> {
        self.values(property).into_iter().filter_map(text).collect()
    }

    /// The first text of the first of these properties that has one.
    pub(super) fn first_text(self, properties: &[&str]) -> Option<String> {
        properties.iter().find_map(|property| self.texts(property).into_iter().next())
    }

    /// Whether the object says it is of a type.
    pub(super) fn is_a(self, wanted: &str) -> bool {
        self.types().iter().any(|given| given == wanted)
    }

    /// The types it says it is of, without the vocabulary.
    pub(super) fn types(self) -> Vec<String> {
        self.texts("@type").iter().map(|given| local_name(given.trim()).to_owned()).collect()
    }

    /// Each property with its value as it stands.
    pub(super) fn properties(self) -> impl Iterator<Item = (&'j str, &'j Json)> {
        self.0.iter().map(|(key, value)| (local_name(key), value))
    }
}

/// The text of a value, with white space at its ends taken off; None where that is none. Numbers and truth values count
/// as texts, as does an object that wraps one.
pub(super) fn text(value: &Json) -> Option<String> {
    let text = match value {
        Json::Null => return None,
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => number.to_string(),
        Json::Text(text) => text.clone(),
        Json::Array(values) => return values.iter().find_map(text),
        Json::Object(_) => return Node::new(value)?.first_text(&["@value", "name", "text", "@id"]),
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn flatten<'j>(value: &'j Json, values: &mut Vec<&'j Json>) {
    match value {
        Json::Null => {}
        Json::Array(items) => items.iter().for_each(|item| flatten(item, values)),
        other => values.push(other),
    }
}

/// A name of the vocabulary without what says which vocabulary it is of.
pub(super) fn local_name(name: &str) -> &str {
    VOCABULARIES.iter().find_map(|vocabulary| name.strip_prefix(vocabulary)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn a_value_is_the_same_alone_in_lists_and_wrapped() {
        for form in
            [r#""x""#, r#"["x"]"#, r#"[null,["x"]]"#, r#"{"@value":" x "}"#, r#"{"name":["x"]}"#, r#"[{"@id":"x"}]"#]
        {
            let object = json(&format!(r#"{{"https://schema.org/name":{form}}}"#));
            assert_eq!(Node::new(&object).unwrap().texts("name"), ["x"], "{form}");
        }
    }

    #[test]
    fn numbers_and_truth_values_are_texts_and_nothing_is_none() {
        let object = json(r#"{"a":1.50,"b":false,"c":" ","d":{},"e":null,"a":2}"#);
        let node = Node::new(&object).unwrap();
        assert_eq!(
            (node.texts("a"), node.texts("b")),
            (vec!["1.5".to_owned(), "2".to_owned()], vec!["false".to_owned()])
        );
        assert_eq!(node.first_text(&["c", "d", "e", "f"]), None);
    }

    #[test]
    fn a_type_is_told_with_and_without_the_vocabulary_and_in_lists() {
        for form in [r#""ClaimReview""#, r#"["Review","schema:ClaimReview"]"#, r#"["http://schema.org/ClaimReview"]"#] {
            let object = json(&format!(r#"{{"@type":{form}}}"#));
            assert!(Node::new(&object).unwrap().is_a("ClaimReview"), "{form}");
        }
    }
}
