//! Where a query's words stand in a hit.

use std::ops::Range;

use super::plan::Plan;
use crate::corpus::text::{Analyzers, Language, Searchable, article_texts, claim_texts, words};
use crate::corpus::{Corpus, Id};
use crate::model::code_point_spans;
use crate::proto::v1::{Claim, Span};

/// Most words that are marked in one text; a reader looks at the first few.
const MAX_SPANS: usize = 100;

/// Where a query's words stand in one text of a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Path of the text within the record, in proto names.
    pub field: String,
    /// The words, in text order.
    pub spans: Vec<Span>,
}

/// Marks the query's words in a claim.
pub fn claim_highlights(corpus: &Corpus, claim: &Claim, plan: &Plan, analyzers: &mut Analyzers) -> Vec<Highlight> {
    let texts = claim_texts(claim, &corpus.articles.table).into_iter();
    texts.filter_map(|text| mark(&text, text.field.number(), plan, analyzers)).collect()
}

/// Marks the query's words in an article.
pub fn article_highlights(corpus: &Corpus, id: Id, plan: &Plan, analyzers: &mut Analyzers) -> Vec<Highlight> {
    let texts = article_texts(&corpus.articles.table, id).into_iter();
    texts.filter_map(|text| mark(&text, text.field.number(), plan, analyzers)).collect()
}

fn mark<F>(text: &Searchable<'_, F>, field: usize, plan: &Plan, analyzers: &mut Analyzers) -> Option<Highlight> {
    let mut asked_for = |word: &str, language: Language| {
        analyzers.text_terms(word, language).iter().any(|term| plan.marks(field, term))
            || plan.marks_beginning(field, || analyzers.form(word, language))
    };
    let marked = words(text.text).filter(|word| asked_for(word.text, text.language));
    let ranges: Vec<Range<usize>> = marked.map(|word| word.bytes).take(MAX_SPANS).collect();
    let spans = code_point_spans(text.text, &ranges);
    (!spans.is_empty()).then(|| Highlight { field: text.path.clone(), spans })
}
