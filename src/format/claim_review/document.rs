//! The elements of a document, in order. An element whose reviews refer to a later element waits for it.

use std::collections::{HashSet, VecDeque};

use super::references::Identified;
use super::review::Records;
use super::{node, review};
use crate::format::reading::json::Json;
use crate::format::reading::json_items::Item;
use crate::model::Code;

/// An element of a document, after it was read.
pub(super) struct Element {
    line: u32,
    /// Number of its document; None for an element by itself.
    document: Option<u32>,
    /// Bytes of its text.
    bytes: usize,
    /// Objects in it that other elements may refer to.
    identified: Identified,
    read: Read,
}

/// The content of an element, as far as it can be read without the other elements of its document.
enum Read {
    Complete(Content),
    /// Its reviews refer to objects of the document.
    Linked(Json),
}

pub(super) enum Content {
    Reviews(Vec<Records>),
    /// It has no review and is skipped. A description in the plural.
    Other(String),
    /// It cannot be read.
    Fault(Code, String),
}

/// Reads an element, and up to `max_bytes` of the objects that other elements may refer to.
pub(super) fn element(Item { line, document, content }: Item<'_>, max_bytes: usize) -> Element {
    let bytes = content.as_ref().map_or(0, |bytes| bytes.len());
    let (identified, read) = match content {
        Ok(bytes) => read_json(bytes, document.is_some(), max_bytes),
        Err(fault) => {
            let (code, message) = fault.finding();
            complete(Content::Fault(code, message))
        }
    };
    Element { line, document, bytes, identified, read }
}

/// Reads an element that is JSON. `has_others` means that its document has other elements.
fn read_json(bytes: &[u8], has_others: bool, max_bytes: usize) -> (Identified, Read) {
    let mut json = match parse(bytes) {
        Ok(json) => json,
        Err(fault) => return complete(fault),
    };
    // Most feeds have no references.
    if memchr::memmem::find(bytes, b"@id").is_none() {
        return complete(reviews_of(&json));
    }
    let identified = Identified::within(&json, max_bytes);
    if !has_others {
        identified.follow(&mut json);
        return complete(reviews_of(&json));
    }
    let has_references = !Identified::default().unresolved(&json).is_empty();
    if has_references {
        return (identified, Read::Linked(json));
    }
    let content = match reviews_of(&json) {
        Content::Other(what) if !identified.is_empty() => {
            Content::Other(format!("{what}, except those that a review refers to"))
        }
        content => content,
    };
    (identified, Read::Complete(content))
}

/// An element without references in either direction.
fn complete(content: Content) -> (Identified, Read) {
    (Identified::default(), Read::Complete(content))
}

fn parse(bytes: &[u8]) -> Result<Json, Content> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Content::Fault(Code::NotUtf8, format!("byte {} of the element is not UTF-8", error.valid_up_to() + 1))
    })?;
    Json::parse(text).map_err(|error| Content::Fault(Code::NotJson, error))
}

/// The reviews in an element whose references were resolved.
fn reviews_of(json: &Json) -> Content {
    let reviews = node::reviews(json);
    if reviews.is_empty() {
        return Content::Other(node::other_kind(json));
    }
    Content::Reviews(reviews.into_iter().map(review::records).collect())
}

/// Minimum bytes that a waiting element counts, however short its text is.
const MIN_WAITING_BYTES: usize = 256;

/// Passes on the elements of a document in order. An element with unresolved references waits for the objects, and so do
/// the elements after it.
pub(super) struct Document<F> {
    number: Option<u32>,
    identified: Identified,
    /// Elements that were not passed on yet, in order. The first one has unresolved references.
    waiting: VecDeque<Element>,
    waiting_bytes: usize,
    /// The ids that the first one waits for.
    unresolved: HashSet<String>,
    /// Maximum bytes of the waiting elements, and maximum bytes of the identified objects.
    max_bytes: usize,
    pass_on: F,
}

impl<F: FnMut(u32, Content)> Document<F> {
    pub(super) fn new(max_bytes: usize, pass_on: F) -> Self {
        Self {
            number: None,
            identified: Identified::default(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            unresolved: HashSet::new(),
            max_bytes,
            pass_on,
        }
    }

    /// Takes the next element, and passes on those that need not wait any more.
    pub(super) fn take(&mut self, mut element: Element) {
        if element.document.is_none() || element.document != self.number {
            self.end();
            self.number = element.document;
        }
        let identified = std::mem::take(&mut element.identified);
        let resolves_some = identified.has_any_of(&self.unresolved);
        self.identified.extend(identified, self.max_bytes);
        self.waiting_bytes += waiting_bytes(&element);
        self.waiting.push_back(element);
        if self.waiting.len() == 1 || resolves_some {
            self.release();
        }
        // References to objects further away are not resolved.
        while self.waiting_bytes > self.max_bytes && !self.waiting.is_empty() {
            self.pass_on_first();
            self.release();
        }
    }

    /// Passes on all elements, at the end of the document.
    pub(super) fn end(&mut self) {
        while !self.waiting.is_empty() {
            self.pass_on_first();
        }
        self.identified = Identified::default();
        self.unresolved.clear();
    }

    /// Passes on the elements before the first one with unresolved references.
    fn release(&mut self) {
        self.unresolved.clear();
        while let Some(first) = self.waiting.front() {
            if let Read::Linked(json) = &first.read {
                self.unresolved = self.identified.unresolved(json);
            }
            if !self.unresolved.is_empty() {
                return;
            }
            self.pass_on_first();
        }
    }

    fn pass_on_first(&mut self) {
        let Some(element) = self.waiting.pop_front() else { return };
        self.waiting_bytes -= waiting_bytes(&element);
        let content = match element.read {
            Read::Complete(content) => content,
            Read::Linked(mut json) => {
                self.identified.follow(&mut json);
                reviews_of(&json)
            }
        };
        (self.pass_on)(element.line, content);
    }
}

fn waiting_bytes(element: &Element) -> usize {
    element.bytes.max(MIN_WAITING_BYTES)
}
