//! Expands the prefix query `word*` into the terms of the index that begin with the prefix.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::query::{ConstScoreQuery, Query};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::restrict::Within;
use crate::corpus::text::TextIndex;

/// The terms of one field that begin with a prefix.
pub(super) struct PrefixExpansion {
    reader: Arc<InvertedIndexReader>,
    /// Each term with the location of its postings.
    terms: BTreeMap<String, TermInfo>,
    /// Number of records in the index.
    records: u32,
}

impl PrefixExpansion {
    /// The terms of `field` that begin with one of `prefixes`. `None` if there are more than `max_terms`.
    pub(super) fn new(index: &TextIndex, field: IndexField, prefixes: &[String], max_terms: usize) -> Option<Self> {
        let segment = index.segment();
        let reader = segment.inverted_index(field).expect("an index in memory can be read");
        let mut terms = BTreeMap::new();
        for prefix in prefixes {
            let range = reader.terms().range().ge(prefix.as_bytes());
            let mut stream = range.into_stream().expect("an index in memory can be read");
            while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                terms.insert(String::from_utf8_lossy(stream.key()).into_owned(), stream.value().clone());
                if terms.len() > max_terms {
                    return None;
                }
            }
        }
        Some(Self { reader, terms, records: segment.max_doc() })
    }

    /// Number of terms.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The terms, in the order of the index.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.keys().map(String::as_str)
    }

    /// Number of postings of all terms.
    pub(super) fn postings(&self) -> u64 {
        self.terms.values().map(|term| u64::from(term.doc_freq)).sum()
    }

    /// One query for the union of the terms. Its score is that of a single term with the same document frequency.
    /// Reads each posting once and keeps one bit per record.
    pub(super) fn union_query(&self, weight: f32) -> Box<dyn Query> {
        let mut bits = vec![0; self.records.div_ceil(8) as usize];
        for term in self.terms.values() {
            let read = self.reader.read_block_postings_from_terminfo(term, IndexRecordOption::Basic);
            let mut postings = read.expect("an index in memory can be read");
            while !postings.docs().is_empty() {
                for id in postings.docs() {
                    bits[*id as usize / 8] |= 1 << (id % 8);
                }
                postings.advance();
            }
        }
        let ids = RoaringBitmap::from_lsb0_bytes(0, &bits);
        let score = inverse_document_frequency(ids.len(), self.records);
        Box::new(ConstScoreQuery::new(Box::new(Within::new(ids)), weight * score))
    }
}

/// The inverse document frequency of BM25.
#[expect(clippy::cast_precision_loss, reason = "a score needs no more than the precision of f32")]
fn inverse_document_frequency(having: u64, records: u32) -> f32 {
    let lacking = u64::from(records).saturating_sub(having);
    (1.0 + (lacking as f32 + 0.5) / (having as f32 + 0.5)).ln()
}
