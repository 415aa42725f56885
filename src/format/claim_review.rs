//! ClaimReview of schema.org, as fact-checkers publish it: in feeds, lists, lines, and the JSON-LD of pages.
//!
//! A review becomes a claim with a review, actors for claimants and reviewer, and articles without a text for the pages on
//! which the claim was made. Publishers write much that the vocabulary does not allow. It is corrected if the meaning is
//! clear, and every correction is a finding.
//!
//! [`document`] reads the elements and [`references`] resolves references between them. [`node`] finds reviews and reads
//! values in any form. [`review`] makes the records with [`party`], [`appearance`] and [`rating`], and [`names`] makes their
//! names. [`mod@write`] writes feeds.

mod appearance;
mod document;
mod names;
mod node;
mod party;
mod rating;
mod references;
mod review;
mod write;

use std::io::{self, BufRead, Write};

use self::document::{Content, Document, element};
use self::names::Namesakes;
use self::review::Records;
use super::reading::emit::Emitter;
use super::reading::json;
use super::reading::json_items::read_items;
use super::records::{Parsed, ReadLimits, RecordWriter};
use crate::model::Findings;
use crate::proto::v1::record::Record as Kind;

/// Properties of a document whose lists have the elements.
const LISTS: [&str; 3] = ["dataFeedElement", "@graph", "itemListElement"];
/// Keys of JSON-LD and of feeds that are at the start of documents of this format.
const KEYS: [&str; 7] = ["@context", "@type", "@graph", "@id", "dataFeedElement", "claimReviewed", "item"];

/// Whether the first bytes of a file are JSON-LD with ClaimReviews, or an empty feed.
pub(super) fn recognises(head: &[u8]) -> bool {
    let keys = json::members(head);
    let is_linked = keys.iter().any(|(key, _)| KEYS.contains(&key.as_str()));
    let names = ["ClaimReview", "claimReviewed", "dataFeedElement"];
    is_linked && names.iter().any(|name| memchr::memmem::find(head, name.as_bytes()).is_some())
}

/// Reads reviews to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let max_bytes = limits.max_line_bytes;
    let mut namesakes = Namesakes::default();
    let emit = |line, content| emit(line, content, &mut emitter, &mut namesakes);
    let mut document = Document::new(max_bytes, emit);
    let outcome = read_items(input, &LISTS, limits, |item| element(item, max_bytes), |element| document.take(element));
    document.end();
    namesakes.report(&mut emitter);
    emitter.finish();
    outcome
}

fn emit(line: u32, content: Content, emitter: &mut Emitter<'_>, namesakes: &mut Namesakes) {
    emitter.at(line);
    match content {
        Content::Fault(code, message) => emitter.finding("", code, "", message),
        Content::Other(what) => emitter.skip(what),
        Content::Reviews(reviews) => {
            for Records { actors, articles, claim, findings } in reviews {
                for actor in actors {
                    namesakes.add(line, &actor);
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

/// Starts a feed.
pub(super) fn writer(output: &mut dyn Write) -> io::Result<Box<dyn RecordWriter + '_>> {
    Ok(Box::new(write::FeedWriter::new(output)?))
}
