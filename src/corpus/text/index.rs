//! An in-memory tantivy index over the records of one table.
//!
//! Texts are analysed here, in parallel and by language, and handed to tantivy as terms: one segment, written in the
//! order of the table, so that a document's number is the record's id and filters apply as they are.

use rayon::prelude::*;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{ReloadPolicy, Searcher, SegmentReader, TantivyDocument};

use super::segments::Segments;
use crate::corpus::table::{Id, Table};
use crate::text::{Analyzers, Language, words};

/// Groups that are analysed while the groups before them are written.
const GROUPS_AHEAD: usize = 16;

/// Before a term that stands one place after the term in front of it.
const NEXT: char = '\u{1}';
/// Before a term that stands at the place of the term in front of it.
const SAME: char = '\u{2}';
/// Before a word as written, where it is none of its terms.
const FORM: char = '\u{3}';

/// A text of a record, for the index.
pub struct Searchable<'t, F> {
    /// Which field it belongs to.
    pub field: F,
    /// The text.
    pub text: &'t str,
    /// Its language.
    pub language: Language,
    /// Path of the text within the record, in proto names.
    pub path: String,
}

/// An index over the records of one table.
pub struct TextIndex {
    searcher: Searcher,
    fields: Vec<Field>,
    forms: Vec<Field>,
}

impl TextIndex {
    /// Indexes the records of a table under fields of those names, `group` at once on each core: more at once share more
    /// words, and wait in memory. `analyse` gives for each field the analysed texts of a record: see [`analysed`].
    pub(super) fn build(
        names: &[&str],
        table: &Table,
        group: usize,
        analyse: impl Fn(&mut Analyzers, Id) -> Vec<(usize, String)> + Sync,
    ) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("analysed")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields: Vec<Field> = names.iter().map(|name| schema.add_text_field(name, options.clone())).collect();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("forms")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let options = TextOptions::default().set_indexing_options(indexing);
        let add_forms = |name: &&str| schema.add_text_field(&format!("{name}_forms"), options.clone());
        let forms: Vec<Field> = names.iter().map(add_forms).collect();
        let tokenizers = TokenizerManager::new();
        tokenizers.register("analysed", TextAnalyzer::from(Analysed { forms: false }));
        tokenizers.register("forms", TextAnalyzer::from(Analysed { forms: true }));
        let mut segments = Segments::new(schema.build(), tokenizers, table.memory_bytes());

        let ids: Vec<Id> = (0..table.len()).collect();
        let analyse_groups = |groups: &[Id]| -> Vec<Vec<TantivyDocument>> {
            let analyse_group = |ids: &[Id]| {
                let mut analyzers = Analyzers::default();
                ids.iter().map(|id| document(&fields, &forms, analyse(&mut analyzers, *id))).collect()
            };
            groups.par_chunks(group).map(analyse_group).collect()
        };
        let mut write = |groups: Vec<Vec<TantivyDocument>>| {
            for document in groups.into_iter().flatten() {
                segments.add(document);
            }
        };
        let mut ready = Vec::new();
        for batch in ids.chunks(group * GROUPS_AHEAD) {
            let before = std::mem::take(&mut ready);
            ((), ready) = rayon::join(|| write(before), || analyse_groups(batch));
        }
        write(ready);
        let index = segments.finish();
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: tantivy::IndexReader = reader.expect("an index just written can be read");
        Self { searcher: reader.searcher(), fields, forms }
    }

    /// What answers queries.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The one segment. A document's number in it is the record's id.
    pub fn segment(&self) -> &SegmentReader {
        &self.searcher.segment_readers()[0]
    }

    /// The field of that number.
    pub fn field(&self, number: usize) -> Field {
        self.fields[number]
    }

    /// The words as written of the field of that number, where they are none of its terms. Only for `word*`.
    pub fn forms(&self, number: usize) -> Field {
        self.forms[number]
    }

    pub(in crate::corpus) fn memory_bytes(&self) -> usize {
        let usage = self.searcher.space_usage().map(|usage| usage.total().get_bytes());
        usage.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
    }
}

fn document(fields: &[Field], forms: &[Field], texts: Vec<(usize, String)>) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        if text.contains(FORM) {
            document.add_text(forms[field], &text);
        }
        document.add_text(fields[field], text);
    }
    document
}

/// A text as the terms of its words, in the form that [`Analysed`] reads.
pub(super) fn analysed(text: &str, language: Language, analyzers: &mut Analyzers) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for word in words(text) {
        let mut separator = NEXT;
        let start = out.len();
        for term in analyzers.text_terms(word.text, language).iter().filter(|term| !term.is_empty()) {
            out.push(separator);
            out.push_str(term);
            separator = SAME;
        }
        let form = analyzers.key(word.text, language);
        if !form.is_empty() && out[start..].split([NEXT, SAME]).all(|term| term != form) {
            out.push(FORM);
            out.push_str(form);
        }
    }
    out
}

/// Reads what [`analysed`] wrote: the terms, or the words as written.
#[derive(Clone)]
struct Analysed {
    forms: bool,
}

struct Terms<'a> {
    forms: bool,
    rest: &'a str,
    token: Token,
}

impl Tokenizer for Analysed {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        Terms { forms: self.forms, rest: text, token: Token::default() }
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let mut letters = self.rest.chars();
            let Some(separator) = letters.next() else { return false };
            let rest = letters.as_str();
            let end = rest.find([NEXT, SAME, FORM]).unwrap_or(rest.len());
            self.rest = &rest[end..];
            if (separator == FORM) != self.forms {
                continue;
            }
            if separator != SAME {
                self.token.position = self.token.position.wrapping_add(1);
            }
            self.token.text.clear();
            self.token.text.push_str(&rest[..end]);
            return true;
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
