//! Where the reviews stand in what is read: in the `item` of a feed, in a list, in the graph of a page, or bare.

use super::node::Node;
use crate::format::json::Json;
use crate::format::shown;

/// A review with what stands around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundReview<'j> {
    /// The review.
    pub(super) node: Node<'j>,
    /// The nearest object around it: the entry of the feed, the page.
    pub(super) around: Option<Node<'j>>,
}

/// The reviews in a value, at any depth, in the order in which they stand. An object without a type is one where it says
/// which claim it reviewed.
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

/// What a value without a review is, in the words that complete "passed over:".
pub(super) fn what_else(value: &Json) -> String {
    match value {
        Json::Null => "empty elements".to_owned(),
        Json::Object(_) => match Node::new(value).map(Node::types).unwrap_or_default().as_slice() {
            [] => "objects without a type".to_owned(),
            types if types.iter().any(|given| given == "DataFeedItem") => "feed entries without a review".to_owned(),
            types => format!("objects of type {}", shown::cut(&types.join(", "))),
        },
        Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Array(_) => "values that are no objects".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_holds_no_review_says_what_it_is() {
        for (json, what) in [
            (r#"{"@type":"DataFeedItem","item":null}"#, "feed entries without a review"),
            (r#"{"@type":["WebPage"]}"#, "objects of type WebPage"),
            ("{}", "objects without a type"),
            ("null", "empty elements"),
            ("[1]", "values that are no objects"),
        ] {
            let json = Json::parse(json).unwrap();
            assert!(reviews(&json).is_empty());
            assert_eq!(what_else(&json), what);
        }
    }
}
