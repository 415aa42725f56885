//! References between the objects of a document.
//!
//! JSON-LD lets an object stand once and be referred to by its `@id` elsewhere, as plugins of content systems write it:
//! `"author": {"@id": "https://a.example/#organization"}`. Where a property that is read has such a reference, the object
//! takes its place. Properties are followed from the review down to the page on which the claim stands and those who
//! wrote it, and no further, so that objects which refer to each other in a circle lead nowhere.

use std::collections::{BTreeMap, HashSet};

use super::node::{Node, local_name};
use super::shape;
use crate::format::json::Json;

/// Most references that are followed for one review. One that is read whole has about ten.
const MAX_FOLLOWED: usize = 100;
/// Most bytes of memory of an object that is put in the place of references: more than anything that says who somebody is.
const MAX_OBJECT_BYTES: usize = 256 << 10;
/// Bytes of memory that a value takes beside its text.
const VALUE_BYTES: usize = size_of::<(String, Json)>();

/// What an object is to the review that leads to it.
#[derive(Clone, Copy)]
enum Part {
    Review,
    Reviewed,
    Page,
    /// Something that leads no further.
    Leaf,
}

impl Part {
    /// The properties that are followed, with what they lead to.
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

    /// What a property leads to.
    fn of(self, key: &str) -> Option<Self> {
        self.followed().iter().find(|(property, _)| *property == local_name(key)).map(|(_, part)| *part)
    }
}

/// Objects of a document that can be referred to.
#[derive(Debug, Default)]
pub(super) struct Identified {
    objects: BTreeMap<String, Json>,
    /// Bytes of memory they take.
    bytes: usize,
}

impl Identified {
    /// The objects in a value, at any depth, that say more than which they are. Reviews are not among them: each is read
    /// where it stands. What does not fit `most_bytes` is left out.
    pub(super) fn within(json: &Json, most_bytes: usize) -> Self {
        let mut identified = Self::default();
        identified.gather(json, most_bytes);
        identified
    }

    fn gather(&mut self, json: &Json, most_bytes: usize) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.gather(item, most_bytes)),
            Json::Object(entries) => {
                for (_, value) in entries {
                    self.gather(value, most_bytes);
                }
                let Some(node) = Node::new(json).filter(|node| !shape::is_review(*node)) else { return };
                if let Some(id) = id(node).filter(|_| reference(json).is_none()) {
                    self.add(id, || without_reviews(json), weight(json), most_bytes);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {}
        }
    }

    /// Adds an object, unless there is one of its id or no room for it.
    fn add(&mut self, id: &str, object: impl FnOnce() -> Json, weight: usize, most_bytes: usize) {
        let bytes = id.len() + weight;
        if weight <= MAX_OBJECT_BYTES && self.bytes + bytes <= most_bytes && !self.objects.contains_key(id) {
            self.bytes += bytes;
            self.objects.insert(id.to_owned(), object());
        }
    }

    /// Adds objects that stand elsewhere in the document, as far as there is room.
    pub(super) fn extend(&mut self, other: Self, most_bytes: usize) {
        for (id, object) in other.objects {
            let weight = weight(&object);
            self.add(&id, || object, weight, most_bytes);
        }
    }

    /// Whether there is any.
    pub(super) fn has_any(&self) -> bool {
        !self.objects.is_empty()
    }

    /// Whether one of these ids is known.
    pub(super) fn has_any_of(&self, ids: &HashSet<String>) -> bool {
        ids.iter().any(|id| self.objects.contains_key(id))
    }

    /// Puts objects in the place of the references that the reviews in a value have.
    pub(super) fn follow(&self, json: &mut Json) {
        match json {
            Json::Array(items) => items.iter_mut().for_each(|item| self.follow(item)),
            Json::Object(_) => {
                let is_review = Node::new(json).is_some_and(shape::is_review);
                let Json::Object(entries) = json else { return };
                // Before anything is put into it: what is put there has no review.
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

    /// The ids that the reviews in a value refer to, over what is known here, and that are not known.
    pub(super) fn wanted(&self, json: &Json) -> HashSet<String> {
        let mut wanted = HashSet::new();
        for found in shape::reviews(json) {
            let mut left = MAX_FOLLOWED;
            self.want(found.node, Part::Review, &mut wanted, &mut left);
        }
        wanted
    }

    fn want(&self, node: Node<'_>, part: Part, wanted: &mut HashSet<String>, left: &mut usize) {
        for (property, part) in part.followed() {
            for value in node.values(property) {
                let object = match reference(value) {
                    Some(_) if *left == 0 => continue,
                    Some(id) => {
                        *left -= 1;
                        let object = self.objects.get(id);
                        if object.is_none() {
                            wanted.insert(id.to_owned());
                        }
                        object
                    }
                    None => Some(value),
                };
                if let Some(node) = object.and_then(Node::new) {
                    self.want(node, *part, wanted, left);
                }
            }
        }
    }
}

/// The id of an object that says nothing but which one it is.
pub(super) fn reference(json: &Json) -> Option<&str> {
    let node = Node::new(json)?;
    let says_more =
        node.properties().any(|(property, value)| !["@id", "@type"].contains(&property) && *value != Json::Null);
    if says_more { None } else { id(node) }
}

fn id(node: Node<'_>) -> Option<&str> {
    node.properties().find_map(|(property, value)| match value {
        Json::Text(id) if property == "@id" && !id.trim().is_empty() => Some(id.trim()),
        _ => None,
    })
}

/// A value with `null` in the place of the reviews in it.
fn without_reviews(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(without_reviews).collect()),
        Json::Object(_) if Node::new(json).is_some_and(shape::is_review) => Json::Null,
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), without_reviews(value))).collect())
        }
        other => other.clone(),
    }
}

/// Bytes of memory that a value takes.
fn weight(json: &Json) -> usize {
    let inner = match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        Json::Text(text) => text.len(),
        Json::Array(items) => items.iter().map(weight).sum(),
        Json::Object(entries) => entries.iter().map(|(key, value)| key.len() + weight(value)).sum(),
    };
    VALUE_BYTES + inner
}
