//! Objects of JSON-LD in every form that feeds use, the reviews among them, and values of their properties.
//!
//! JSON-LD allows many forms for the same content: a value alone or in a list, a text as such, with `@value`, or as an
//! object with a name, a property with or without its vocabulary. Publishers also use forms that the standard does not
//! allow. All these forms are read alike here.

use crate::format::reading::json::Json;
use crate::format::reading::notes::Notes;
use crate::format::reading::{html, language, time};
use crate::model::{cut, quoted, urls_in};
use crate::proto::v1::PartialTime;

/// Prefixes of names of the vocabulary.
const VOCABULARIES: [&str; 5] =
    ["http://schema.org/", "https://schema.org/", "http://www.schema.org/", "https://www.schema.org/", "schema:"];

/// An object of JSON-LD.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'j>(&'j [(String, Json)]);

impl<'j> Node<'j> {
    pub(super) fn new(json: &'j Json) -> Option<Self> {
        if let Json::Object(entries) = json { Some(Self(entries)) } else { None }
    }

    /// The values of a property. Lists are flattened, and `null` is left out. A repeated property has all its values.
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

    /// The texts among the values of a property that are not empty.
    pub(super) fn texts(self, property: &str) -> Vec<String> {
        self.values(property).into_iter().filter_map(text).collect()
    }

    /// The first text of the first of these properties with a text.
    pub(super) fn first_text(self, properties: &[&str]) -> Option<String> {
        properties.iter().find_map(|property| self.texts(property).into_iter().next())
    }

    /// Whether the object has a type.
    pub(super) fn is_a(self, wanted: &str) -> bool {
        self.types().iter().any(|given| given == wanted)
    }

    /// The types of the object, without the vocabulary.
    pub(super) fn types(self) -> Vec<String> {
        self.texts("@type").iter().map(|given| local_name(given.trim()).to_owned()).collect()
    }

    /// Each property with its value, which is not flattened.
    pub(super) fn properties(self) -> impl Iterator<Item = (&'j str, &'j Json)> {
        self.0.iter().map(|(key, value)| (local_name(key), value))
    }
}

/// The trimmed text of a value; None if it is empty. Numbers and booleans are texts, and so is an object that wraps a text.
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

/// A name without the prefix of its vocabulary.
pub(super) fn local_name(name: &str) -> &str {
    VOCABULARIES.iter().find_map(|vocabulary| name.strip_prefix(vocabulary)).unwrap_or(name)
}

// === Reviews ===

/// A review and the object around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundReview<'j> {
    /// The review.
    pub(super) node: Node<'j>,
    /// The nearest object around it: the entry of the feed, the page.
    pub(super) around: Option<Node<'j>>,
}

/// The reviews in a value, at any depth and in the order of the text. An object with `claimReviewed` is a review even
/// without the type.
pub(super) fn reviews(value: &Json) -> Vec<FoundReview<'_>> {
    let mut found = Vec::new();
    collect(value, None, &mut found);
    found
}

fn collect<'j>(value: &'j Json, around: Option<Node<'j>>, found: &mut Vec<FoundReview<'j>>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect(item, around, found)),
        Json::Object(_) => {
            let Some(node) = Node::new(value) else { return };
            if is_review(node) {
                found.push(FoundReview { node, around });
            }
            node.properties().for_each(|(_, inner)| collect(inner, Some(node), found));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
    }
}

/// Whether an object is a review of a claim.
pub(super) fn is_review(node: Node<'_>) -> bool {
    node.is_a("ClaimReview") || !node.values("claimReviewed").is_empty()
}

/// A description of a value without a review, in the plural, for counting skipped elements.
pub(super) fn other_kind(value: &Json) -> String {
    match value {
        Json::Null => "empty elements".to_owned(),
        Json::Object(_) => match Node::new(value).map(Node::types).unwrap_or_default().as_slice() {
            [] => "objects without a type".to_owned(),
            types if types.iter().any(|given| given == "DataFeedItem") => "feed entries without a review".to_owned(),
            types => format!("objects of type {}", cut(&types.join(", "))),
        },
        Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Array(_) => "values that are not objects".to_owned(),
    }
}

// === Values of properties ===

/// The URLs in a text, without markup; None if any part of it is not a URL.
pub(super) fn split_urls(text: &str) -> Option<Vec<String>> {
    urls_in(&html::without_markup(text))
}

/// The URLs of a property. A text that is not a URL becomes a label.
pub(super) fn urls(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Vec<String> {
    node.values(property).into_iter().flat_map(|value| urls_of(value, path, notes)).collect()
}

/// The URLs of a value, which is a text or an object with a URL.
pub(super) fn urls_of(value: &Json, path: &str, notes: &mut Notes) -> Vec<String> {
    let text = match Node::new(value) {
        Some(node) => node.first_text(&["url", "@id", "@value", "sameAs", "mainEntityOfPage", "name"]),
        None => text(value),
    };
    let Some(text) = text else { return Vec::new() };
    let Some(urls) = split_urls(&text) else {
        notes.keep(path, &text, "is not a URL");
        return Vec::new();
    };
    if urls.len() > 1 {
        notes.corrected(path, format!("has {} URLs in one text; they were separated", urls.len()));
    }
    urls
}

/// The language of an object as a BCP-47 tag; empty if it has none. A text that is not a language becomes a label.
pub(super) fn language(node: Node<'_>, notes: &mut Notes) -> String {
    let mut read = String::new();
    for value in node.values("inLanguage") {
        // An object is a Language, whose code is more reliable than its name.
        let code = Node::new(value).and_then(|node| node.first_text(&["alternateName", "identifier"]));
        let Some(text) = code.or_else(|| text(value)) else { continue };
        match language::parse(&text) {
            Some(tag) if read.is_empty() => read = tag,
            Some(tag) if tag == read => {}
            Some(_) => notes.keep("inLanguage", &text, "is a second language"),
            None => notes.keep("inLanguage", &text, "is not a known language"),
        }
    }
    read
}

/// The time of a property, to its precision. A text that is not a time becomes a label.
pub(super) fn moment(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Option<PartialTime> {
    first_time(node, property, path, notes, time::parse_lenient)
}

/// The day of a property, in the calendar of the place where it was written.
pub(super) fn day(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Option<PartialTime> {
    first_time(node, property, path, notes, time::parse_day)
}

fn first_time(
    node: Node<'_>,
    property: &str,
    path: &str,
    notes: &mut Notes,
    parse: fn(&str) -> Option<PartialTime>,
) -> Option<PartialTime> {
    let mut read = None;
    for text in node.values(property).into_iter().filter_map(text) {
        let Some(time) = parse(&text) else {
            notes.keep(path, &text, "is not a date that can be read");
            continue;
        };
        if !time::is_iso_date(&text)
            && let Some(iso) = time::to_iso(&time)
        {
            notes.corrected(path, format!("{} was read as {iso}", quoted(&text)));
        }
        read = read.or(Some(time));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn a_value_is_read_alone_in_lists_and_wrapped() {
        for form in
            [r#""x""#, r#"["x"]"#, r#"[null,["x"]]"#, r#"{"@value":" x "}"#, r#"{"name":["x"]}"#, r#"[{"@id":"x"}]"#]
        {
            let object = json(&format!(r#"{{"https://schema.org/name":{form}}}"#));
            assert_eq!(Node::new(&object).unwrap().texts("name"), ["x"], "{form}");
        }
    }

    #[test]
    fn numbers_and_booleans_are_texts_and_empty_values_are_none() {
        let object = json(r#"{"a":1.50,"b":false,"c":" ","d":{},"e":null,"a":2}"#);
        let node = Node::new(&object).unwrap();
        assert_eq!(
            (node.texts("a"), node.texts("b")),
            (vec!["1.5".to_owned(), "2".to_owned()], vec!["false".to_owned()])
        );
        assert_eq!(node.first_text(&["c", "d", "e", "f"]), None);
    }

    #[test]
    fn a_type_is_read_with_and_without_the_vocabulary_and_in_lists() {
        for form in [r#""ClaimReview""#, r#"["Review","schema:ClaimReview"]"#, r#"["http://schema.org/ClaimReview"]"#] {
            let object = json(&format!(r#"{{"@type":{form}}}"#));
            assert!(Node::new(&object).unwrap().is_a("ClaimReview"), "{form}");
        }
    }

    fn texts(json: &str) -> Vec<String> {
        let json = Json::parse(json).unwrap();
        reviews(&json).iter().map(|found| found.node.first_text(&["claimReviewed"]).unwrap_or_default()).collect()
    }

    #[test]
    fn reviews_are_found_in_every_shape() {
        let review = |text: &str| format!(r#"{{"@type":"ClaimReview","claimReviewed":"{text}"}}"#);
        let (a, b) = (review("a"), review("b"));
        for shape in [
            format!("[{a},{b}]"),
            format!(r#"{{"@type":"DataFeedItem","item":[{a},null,{b}]}}"#),
            format!(r#"[{{"item":{a}}},{{"item":{b}}}]"#),
            format!(r#"{{"@graph":[{{"@type":"WebPage"}},{a},{b}]}}"#),
            format!(r#"{{"@type":"NewsArticle","review":{a},"hasPart":[[{b}]]}}"#),
        ] {
            assert_eq!(texts(&shape), ["a", "b"], "{shape}");
        }
    }

    #[test]
    fn a_value_without_a_review_is_described() {
        for (json, what) in [
            (r#"{"@type":"DataFeedItem","item":null}"#, "feed entries without a review"),
            (r#"{"@type":["WebPage"]}"#, "objects of type WebPage"),
            ("{}", "objects without a type"),
            ("null", "empty elements"),
            ("[1]", "values that are not objects"),
        ] {
            let json = Json::parse(json).unwrap();
            assert!(reviews(&json).is_empty());
            assert_eq!(other_kind(&json), what);
        }
    }

    #[test]
    fn references_in_urls_are_decoded() {
        assert_eq!(split_urls("https://a.org/?a=1&amp;b=2"), Some(vec!["https://a.org/?a=1&b=2".to_owned()]));
    }

    #[test]
    fn a_text_that_is_not_a_language_is_kept_as_a_label() {
        let json =
            Json::parse(r#"{"inLanguage":["tlh?",{"@type":"Language","name":"French","alternateName":"fr"},"de"]}"#);
        let mut notes = Notes::default();
        assert_eq!(language(Node::new(&json.unwrap()).unwrap(), &mut notes), "fr");
        assert_eq!(notes.finish().1["inLanguage"], "tlh?; de");
    }
}
