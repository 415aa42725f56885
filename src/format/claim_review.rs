//! ClaimReview of schema.org, as fact-checkers publish it: in feeds, lists, lines, and the JSON-LD of pages.
//!
//! One review becomes a claim with a review, actors for who claimed and who checked, and articles, known without their
//! texts, for the pages on which the claim stands. Publishers write much that the vocabulary does not allow; it is read
//! as it is meant where there is no doubt, and every such place is a finding.
//!
//! Reading order: [`shape`] finds the reviews, [`node`] takes values out of objects in any form, [`review`] makes the
//! records, with [`party`], [`appearance`], [`rating`], [`times`], [`language`] and [`text`] each for one part, and
//! [`key`] for the names.

mod appearance;
mod feed;
mod key;
mod language;
mod node;
mod notes;
mod party;
mod rating;
mod review;
mod shape;
mod text;
mod times;
mod urls;
mod write;

use std::io::{self, BufRead, Write};

use self::review::Records;
use super::emit::Emitter;
use super::json::Json;
use super::json_items::{Item, ItemFault, read_items};
use super::{Parsed, ReadLimits, RecordWriter, json_head};
use crate::model::{Code, Findings};
use crate::proto::v1::record::Record as Kind;

/// Properties of a document whose lists hold what is read one by one.
const LISTS: [&str; 3] = ["dataFeedElement", "@graph", "itemListElement"];
/// Keys of JSON-LD and of feeds, of which a document of this format begins with some.
const KEYS: [&str; 7] = ["@context", "@type", "@graph", "@id", "dataFeedElement", "claimReviewed", "item"];

/// Whether the first bytes of a file are of JSON-LD that has reviews of claims. An empty feed counts.
pub(super) fn recognises(head: &[u8]) -> bool {
    let keys = json_head::members(head);
    let is_linked = keys.iter().any(|(key, _)| KEYS.contains(&key.as_str()));
    let names = ["ClaimReview", "claimReviewed", "dataFeedElement"];
    is_linked && names.iter().any(|name| memchr::memmem::find(head, name.as_bytes()).is_some())
}

/// Reads reviews to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let outcome = read_items(input, &LISTS, limits, element, |element| hand_over(element, &mut emitter));
    emitter.finish();
    outcome
}

/// What an element of a document came to.
struct Element {
    line: u32,
    content: Content,
}

enum Content {
    Reviews(Vec<Records>),
    /// There is no review in it. What it is, in the words that complete "passed over:".
    Other(String),
    /// It cannot be read.
    Fault(Code, String),
}

fn element(Item { line, content }: Item<'_>) -> Element {
    let content = match content {
        Ok(bytes) => of_bytes(bytes),
        Err(ItemFault::TooLong { bytes, limit }) => {
            Content::Fault(Code::LineTooLong, format!("{bytes} bytes are more than {limit}"))
        }
        Err(ItemFault::Broken(reason)) => Content::Fault(Code::NotJson, reason.clone()),
    };
    Element { line, content }
}

fn of_bytes(bytes: &[u8]) -> Content {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Content::Fault(Code::NotUtf8, format!("byte {} is not UTF-8", error.valid_up_to() + 1)),
    };
    let json = match Json::parse(text) {
        Ok(json) => json,
        Err(error) => return Content::Fault(Code::NotJson, error),
    };
    let reviews = shape::reviews(&json);
    if reviews.is_empty() {
        return Content::Other(shape::what_else(&json));
    }
    Content::Reviews(reviews.into_iter().map(review::records).collect())
}

fn hand_over(element: Element, emitter: &mut Emitter<'_>) {
    emitter.at(element.line);
    match element.content {
        Content::Fault(code, message) => emitter.finding("", code, "", message),
        Content::Other(what) => emitter.skip(what),
        Content::Reviews(reviews) => {
            for Records { actors, articles, claim, findings } in reviews {
                for actor in actors {
                    emitter.record(Kind::Actor(actor), Findings::default());
                }
                for article in articles {
                    emitter.record(Kind::Article(article), Findings::default());
                }
                emitter.record(Kind::Claim(claim), findings);
            }
        }
    }
}

/// Begins a feed.
pub(super) fn writer(output: &mut dyn Write) -> io::Result<Box<dyn RecordWriter + '_>> {
    Ok(Box::new(write::FeedWriter::new(output)?))
}
