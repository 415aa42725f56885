//! ClaimReview of schema.org, as fact-checkers publish it: in feeds, lists, lines, and the JSON-LD of pages.
//!
//! One review becomes a claim with a review, actors for who claimed and who checked, and articles, known without their
//! texts, for the pages on which the claim stands. Publishers write much that the vocabulary does not allow; it is read
//! as it is meant where there is no doubt, and every such place is a finding.
//!
//! Reading order: [`document`] holds elements together that refer to each other, [`links`] follows the references,
//! [`shape`] finds the reviews, [`node`] takes values out of objects in any form, [`review`] makes the
//! records, with [`party`], [`appearance`], [`rating`], [`times`], [`language`] and [`text`] each for one part, and
//! [`key`] for the names; [`namesakes`] tells of actors that may be one.

mod appearance;
mod document;
mod feed;
mod key;
mod language;
mod links;
mod namesakes;
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

use self::document::Document;
use self::links::Identified;
use self::namesakes::Namesakes;
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
    let most_bytes = limits.max_line_bytes;
    let mut namesakes = Namesakes::default();
    let hand_over = |line, content| hand_over(line, content, &mut emitter, &mut namesakes);
    let mut document = Document::new(most_bytes, hand_over);
    let outcome = read_items(input, &LISTS, limits, |item| element(item, most_bytes), |element| document.take(element));
    document.end();
    namesakes.report(&mut emitter);
    emitter.finish();
    outcome
}

/// What an element of a document came to.
struct Element {
    line: u32,
    /// Number of the document that it stands in with others.
    document: Option<u32>,
    /// Bytes of its text.
    bytes: usize,
    /// Objects in it that others may refer to.
    identified: Identified,
    read: Read,
}

/// What is known of an element without the others of its document.
enum Read {
    Whole(Content),
    /// There are reviews in it that refer to objects of the document.
    Linked(Json),
}

enum Content {
    Reviews(Vec<Records>),
    /// There is no review in it. What it is, in the words that complete "passed over:".
    Other(String),
    /// It cannot be read.
    Fault(Code, String),
}

/// Reads an element. Of the objects in it that may be referred to, those are kept that fit `most_bytes`.
fn element(Item { line, document, content }: Item<'_>, most_bytes: usize) -> Element {
    let bytes = content.as_ref().map_or(0, |bytes| bytes.len());
    let (identified, read) = match content {
        Ok(bytes) => of_bytes(bytes, document.is_some(), most_bytes),
        Err(ItemFault::TooLong { bytes, limit }) => {
            known(Content::Fault(Code::LineTooLong, format!("{bytes} bytes are more than {limit}")))
        }
        Err(ItemFault::Broken(reason)) => known(Content::Fault(Code::NotJson, reason.clone())),
    };
    Element { line, document, bytes, identified, read }
}

/// What stands in an element that has others beside it, or has not.
fn of_bytes(bytes: &[u8], has_others: bool, most_bytes: usize) -> (Identified, Read) {
    let mut json = match json(bytes) {
        Ok(json) => json,
        Err(fault) => return known(fault),
    };
    // Most feeds have no references.
    if memchr::memmem::find(bytes, b"@id").is_none() {
        return known(reviews_of(&json));
    }
    let identified = Identified::within(&json, most_bytes);
    if !has_others {
        identified.follow(&mut json);
        return known(reviews_of(&json));
    }
    let has_references = !Identified::default().wanted(&json).is_empty();
    if has_references {
        return (identified, Read::Linked(json));
    }
    let content = match reviews_of(&json) {
        Content::Other(what) if identified.has_any() => {
            Content::Other(format!("{what}, but where a review refers to them"))
        }
        content => content,
    };
    (identified, Read::Whole(content))
}

/// Something that nobody refers to and that refers to nothing.
fn known(content: Content) -> (Identified, Read) {
    (Identified::default(), Read::Whole(content))
}

fn json(bytes: &[u8]) -> Result<Json, Content> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Content::Fault(Code::NotUtf8, format!("byte {} is not UTF-8", error.valid_up_to() + 1)))?;
    Json::parse(text).map_err(|error| Content::Fault(Code::NotJson, error))
}

/// The reviews in an element whose references have been followed.
fn reviews_of(json: &Json) -> Content {
    let reviews = shape::reviews(json);
    if reviews.is_empty() {
        return Content::Other(shape::what_else(json));
    }
    Content::Reviews(reviews.into_iter().map(review::records).collect())
}

fn hand_over(line: u32, content: Content, emitter: &mut Emitter<'_>, namesakes: &mut Namesakes) {
    emitter.at(line);
    match content {
        Content::Fault(code, message) => emitter.finding("", code, "", message),
        Content::Other(what) => emitter.skip(what),
        Content::Reviews(reviews) => {
            for Records { actors, articles, claim, findings } in reviews {
                for actor in actors {
                    namesakes.see(line, &actor);
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
