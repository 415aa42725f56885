//! What `word*` stands for: the words of the index that begin so.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::query::{ConstScoreQuery, Query};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::plan::weighed;
use super::restrict::Within;
use crate::corpus::text::TextIndex;

/// The words of a field that begin as was asked for.
pub(super) struct Beginning {
    field: IndexField,
    reader: Arc<InvertedIndexReader>,
    /// Each word, with where its records are listed.
    words: BTreeMap<String, TermInfo>,
    /// Records of the index.
    records: u32,
}

impl Beginning {
    /// The words of a field that begin with one of `prefixes`, if they are no more than `most`.
    pub(super) fn new(index: &TextIndex, field: IndexField, prefixes: &[String], most: usize) -> Option<Self> {
        let segment = index.segment();
        let reader = segment.inverted_index(field).expect("an index in memory can be read");
        let mut words = BTreeMap::new();
        for prefix in prefixes {
            let range = reader.terms().range().ge(prefix.as_bytes());
            let mut stream = range.into_stream().expect("an index in memory can be read");
            while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                words.insert(String::from_utf8_lossy(stream.key()).into_owned(), stream.value().clone());
                if words.len() > most {
                    return None;
                }
            }
        }
        Some(Self { field, reader, words, records: segment.max_doc() })
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// How many records have each of the words, all together.
    pub(super) fn postings(&self) -> u64 {
        self.words.values().map(|word| u64::from(word.doc_freq)).sum()
    }

    /// A query for each word, so that rare ones rank higher.
    pub(super) fn each(&self, weight: f32) -> impl Iterator<Item = Box<dyn Query>> {
        self.words.keys().map(move |word| weighed(self.field, word, weight, IndexRecordOption::Basic))
    }

    /// One query for all words, which ranks as a single word would that stands wherever one of them does. Costs their
    /// postings, each read once and not kept.
    pub(super) fn as_one(&self, weight: f32) -> Box<dyn Query> {
        let mut marked = vec![0; self.records.div_ceil(8) as usize];
        for word in self.words.values() {
            let read = self.reader.read_block_postings_from_terminfo(word, IndexRecordOption::Basic);
            let mut postings = read.expect("an index in memory can be read");
            while !postings.docs().is_empty() {
                for id in postings.docs() {
                    marked[*id as usize / 8] |= 1 << (id % 8);
                }
                postings.advance();
            }
        }
        let ids = RoaringBitmap::from_lsb0_bytes(0, &marked);
        let score = rarity(ids.len(), self.records);
        Box::new(ConstScoreQuery::new(Box::new(Within::new(ids)), weight * score))
    }
}

/// What a word that stands in `having` of `records` counts by BM25, in a text of the usual length.
#[expect(clippy::cast_precision_loss, reason = "a score is no count")]
fn rarity(having: u64, records: u32) -> f32 {
    let lacking = u64::from(records).saturating_sub(having);
    (1.0 + (lacking as f32 + 0.5) / (having as f32 + 0.5)).ln()
}
