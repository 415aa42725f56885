//! Highlights: the spans of a query's words in the texts of a hit.

use std::ops::Range;

use super::plan::Plan;
use crate::corpus::text::{Searchable, article_texts, claim_texts};
use crate::corpus::{Corpus, Id};
use crate::model::code_point_spans;
use crate::proto::v1::{Claim, Span};
use crate::text::{Analyzers, Part, Word, words};

/// Maximum spans of one text. Bounds the response.
const MAX_SPANS: usize = 100;

/// The spans of a query's words in one text of a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Path of the text within the record, in proto names.
    pub field: String,
    /// The spans, in text order.
    pub spans: Vec<Span>,
}

/// The highlights of a claim.
pub fn claim_highlights(corpus: &Corpus, claim: &Claim, plan: &Plan, analyzers: &mut Analyzers) -> Vec<Highlight> {
    let texts = claim_texts(claim, &corpus.articles.table).into_iter();
    texts.filter_map(|text| mark(&text, text.field.number(), plan, analyzers)).collect()
}

/// The highlights of an article.
pub fn article_highlights(corpus: &Corpus, id: Id, plan: &Plan, analyzers: &mut Analyzers) -> Vec<Highlight> {
    let texts = article_texts(&corpus.articles.table, id).into_iter();
    texts.filter_map(|text| mark(&text, text.field.number(), plan, analyzers)).collect()
}

fn mark<F>(text: &Searchable<'_, F>, field: usize, plan: &Plan, analyzers: &mut Analyzers) -> Option<Highlight> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for word in words(text.text) {
        let Some(range) = marked_range(&word, text, field, plan, analyzers) else { continue };
        // Pairs of characters overlap.
        if let Some(last) = ranges.last_mut().filter(|last| last.end > range.start) {
            last.end = last.end.max(range.end);
        } else if ranges.len() == MAX_SPANS {
            break;
        } else {
            ranges.push(range);
        }
    }
    let spans = code_point_spans(text.text, &ranges);
    (!spans.is_empty()).then(|| Highlight { field: text.path.clone(), spans })
}

/// The range of a word that matches the query: the whole word, or the first character of a pair.
fn marked_range<F>(
    word: &Word<'_>,
    text: &Searchable<'_, F>,
    field: usize,
    plan: &Plan,
    analyzers: &mut Analyzers,
) -> Option<Range<usize>> {
    let terms = analyzers.text_terms(word.text, text.language);
    if word.part == Part::Pair && !plan.marks(field, &terms[0]) {
        let second = words(word.text).nth(1).map_or(word.text.len(), |second| second.bytes.start);
        let is_marked = terms.iter().any(|term| plan.marks(field, term));
        return is_marked.then(|| word.bytes.start..word.bytes.start + second);
    }
    let is_marked = terms.iter().any(|term| plan.marks(field, term))
        || plan.marks_prefix(field, || analyzers.key(word.text, text.language));
    is_marked.then(|| word.bytes.clone())
}
