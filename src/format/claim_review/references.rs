//! References between the objects of a document.
//!
//! JSON-LD allows an object to be written once and referred to by its `@id` elsewhere, as content management systems do:
//! `"author": {"@id": "https://a.example/#organization"}`. Such a reference is replaced by the object. References are
//! followed from a review to the page on which the claim was made and to its authors, and no further, so that cyclic
//! references end.

use std::collections::{BTreeMap, HashSet};

use super::node::{self, Node, local_name};
use crate::format::reading::json::Json;

/// Maximum references that are followed for one review. A complete review has about ten.
const MAX_FOLLOWED: usize = 100;
/// Maximum bytes of memory of an object that is put in place of references. Objects for persons and pages are far smaller.
const MAX_OBJECT_BYTES: usize = 256 << 10;
/// Bytes of memory of a value in addition to its text.
const VALUE_BYTES: usize = size_of::<(String, Json)>();

/// The part that an object plays in a review.
#[derive(Clone, Copy)]
enum Part {
    Review,
    Reviewed,
    Page,
    /// An object whose references are not followed.
    Leaf,
}

impl Part {
    /// The properties whose references are followed, with the part of their objects.
    fn followed(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Review => &[
                ("author", Self::Leaf),
                ("publisher", Self::Leaf),
                ("itemReviewed", Self::Reviewed),
                ("reviewRating", Self::Leaf),
                ("firstAppearance", Self::Page),
                ("appearance", Self::Page),
            ],
            Self::Reviewed => &[
                ("author", Self::Leaf),
                ("publisher", Self::Leaf),
                ("firstAppearance", Self::Page),
                ("appearance", Self::Page),
            ],
            Self::Page => &[("author", Self::Leaf), ("publisher", Self::Leaf)],
            Self::Leaf => &[],
        }
    }

    /// The part of the object of a property.
    fn of(self, key: &str) -> Option<Self> {
        self.followed().iter().find(|(property, _)| *property == local_name(key)).map(|(_, part)| *part)
    }
}

/// Objects with an `@id`, which references can be resolved to.
#[derive(Debug, Default)]
pub(super) struct Identified {
    objects: BTreeMap<String, Json>,
    /// Bytes of memory of the objects.
    bytes: usize,
}

impl Identified {
    /// The objects in a value, at any depth, that have an `@id` and other properties. Reviews are left out, because they are
    /// read where they are. Objects beyond `max_bytes` are left out.
    pub(super) fn within(json: &Json, max_bytes: usize) -> Self {
        let mut identified = Self::default();
        identified.gather(json, max_bytes);
        identified
    }

    fn gather(&mut self, json: &Json, max_bytes: usize) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.gather(item, max_bytes)),
            Json::Object(entries) => {
                for (_, value) in entries {
                    self.gather(value, max_bytes);
                }
                let Some(node) = Node::new(json).filter(|node| !node::is_review(*node)) else { return };
                if let Some(id) = id(node).filter(|_| reference(json).is_none()) {
                    self.add(id, || without_reviews(json), weight(json), max_bytes);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
        }
    }

    /// Adds an object, unless its id is known or there is no room for it.
    fn add(&mut self, id: &str, object: impl FnOnce() -> Json, weight: usize, max_bytes: usize) {
        let bytes = id.len() + weight;
        if weight <= MAX_OBJECT_BYTES && self.bytes + bytes <= max_bytes && !self.objects.contains_key(id) {
            self.bytes += bytes;
            self.objects.insert(id.to_owned(), object());
        }
    }

    /// Adds objects of another element, as far as there is room.
    pub(super) fn extend(&mut self, other: Self, max_bytes: usize) {
        for (id, object) in other.objects {
            let weight = weight(&object);
            self.add(&id, || object, weight, max_bytes);
        }
    }

    /// Whether there are no objects.
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Whether one of these ids is known.
    pub(super) fn has_any_of(&self, ids: &HashSet<String>) -> bool {
        ids.iter().any(|id| self.objects.contains_key(id))
    }

    /// Replaces the references in the reviews of a value by their objects.
    pub(super) fn follow(&self, json: &mut Json) {
        match json {
            Json::Array(items) => items.iter_mut().for_each(|item| self.follow(item)),
            Json::Object(_) => {
                let is_review = Node::new(json).is_some_and(node::is_review);
                let Json::Object(entries) = json else { return };
                // Inner reviews come first. The objects that replace references have no reviews.
                for (_, value) in &mut *entries {
                    self.follow(value);
                }
                if is_review {
                    let mut left = MAX_FOLLOWED;
                    self.follow_from(entries, Part::Review, &mut left);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
        }
    }

    fn follow_from(&self, entries: &mut [(String, Json)], part: Part, left: &mut usize) {
        for (key, value) in entries {
            if let Some(part) = part.of(key) {
                self.follow_to(value, part, left);
            }
        }
    }

    fn follow_to(&self, value: &mut Json, part: Part, left: &mut usize) {
        if let Json::Array(items) = value {
            return items.iter_mut().for_each(|item| self.follow_to(item, part, left));
        }
        if let Some(object) = reference(value).and_then(|id| self.objects.get(id)).filter(|_| *left > 0) {
            *left -= 1;
            *value = object.clone();
        }
        if let Json::Object(entries) = value {
            self.follow_from(entries, part, left);
        }
    }

    /// The unknown ids that the reviews in a value refer to, directly or through known objects.
    pub(super) fn unresolved(&self, json: &Json) -> HashSet<String> {
        let mut unresolved = HashSet::new();
        for found in node::reviews(json) {
            let mut left = MAX_FOLLOWED;
            self.collect_unresolved(found.node, Part::Review, &mut unresolved, &mut left);
        }
        unresolved
    }

    fn collect_unresolved(&self, node: Node<'_>, part: Part, unresolved: &mut HashSet<String>, left: &mut usize) {
        for (property, part) in part.followed() {
            for value in node.values(property) {
                let object = match reference(value) {
                    Some(_) if *left == 0 => continue,
                    Some(id) => {
                        *left -= 1;
                        let object = self.objects.get(id);
                        if object.is_none() {
                            unresolved.insert(id.to_owned());
                        }
                        object
                    }
                    None => Some(value),
                };
                if let Some(node) = object.and_then(Node::new) {
                    self.collect_unresolved(node, *part, unresolved, left);
                }
            }
        }
    }
}

/// The id of an object that is only a reference.
pub(super) fn reference(json: &Json) -> Option<&str> {
    let node = Node::new(json)?;
    let has_content =
        node.properties().any(|(property, value)| !["@id", "@type"].contains(&property) && *value != Json::Null);
    if has_content { None } else { id(node) }
}

fn id(node: Node<'_>) -> Option<&str> {
    node.properties().find_map(|(property, value)| match value {
        Json::Text(id) if property == "@id" && !id.trim().is_empty() => Some(id.trim()),
        _ => None,
    })
}

/// A copy of a value with `null` instead of the reviews in it.
fn without_reviews(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(without_reviews).collect()),
        Json::Object(_) if Node::new(json).is_some_and(node::is_review) => Json::Null,
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), without_reviews(value))).collect())
        }
        other => other.clone(),
    }
}

/// Bytes of memory of a value.
fn weight(json: &Json) -> usize {
    let inner = match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        Json::Text(text) => text.len(),
        Json::Array(items) => items.iter().map(weight).sum(),
        Json::Object(entries) => entries.iter().map(|(key, value)| key.len() + weight(value)).sum(),
    };
    VALUE_BYTES + inner
}
