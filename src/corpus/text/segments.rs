//! The segments of an index while it is built.
//!
//! tantivy keeps a segment that is being written uncompressed, at about the size of its texts. So a large index is written
//! as a row of segments, which are merged in their order into the one segment that is served: a fraction of the corpus is
//! held twice, never all of it.

use tantivy::directory::RamDirectory;
use tantivy::indexer::merge_indices;
use tantivy::schema::Schema;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{Index, SingleSegmentIndexWriter, TantivyDocument};

/// Bytes that a segment may take while it is written, however small the corpus. tantivy's tables take 6 MiB of them.
const LEAST_SEGMENT_BYTES: usize = 24 << 20;
/// Segments that a large corpus is written as, about. More would save little beside the merge, which holds the index
/// itself twice.
const SEGMENTS: usize = 4;
/// What tantivy is told that a segment may take; it is closed long before.
const WRITER_BYTES: usize = 4 << 30;

/// Writes documents into segments, one after the other.
pub(super) struct Segments {
    schema: Schema,
    tokenizers: TokenizerManager,
    /// Bytes at which a segment is closed.
    full_bytes: usize,
    closed: Vec<Index>,
    open: Option<SingleSegmentIndexWriter<TantivyDocument>>,
}

impl Segments {
    /// An index over records of `bytes` bytes.
    pub(super) fn new(schema: Schema, tokenizers: TokenizerManager, bytes: usize) -> Self {
        let full_bytes = (bytes / SEGMENTS).max(LEAST_SEGMENT_BYTES);
        Self { schema, tokenizers, full_bytes, closed: Vec::new(), open: None }
    }

    /// Appends a document.
    pub(super) fn add(&mut self, document: TantivyDocument) {
        let Self { schema, tokenizers, open, .. } = self;
        let writer = open.get_or_insert_with(|| writer(schema, tokenizers));
        writer.add_document(document).expect("an index in memory can be written");
        if writer.mem_usage() >= self.full_bytes {
            self.close();
        }
    }

    /// The index, of one segment in which the documents stand in the order in which they were added.
    pub(super) fn finish(mut self) -> Index {
        if self.open.is_none() && self.closed.is_empty() {
            self.open = Some(writer(&self.schema, &self.tokenizers));
        }
        self.close();
        if self.closed.len() == 1 {
            return self.closed.remove(0);
        }
        let mut index = merge_indices(&self.closed, RamDirectory::create()).expect("an index in memory can be merged");
        index.set_tokenizers(self.tokenizers);
        index
    }

    fn close(&mut self) {
        let written = self.open.take().map(|writer| writer.finalize().expect("an index in memory can be written"));
        self.closed.extend(written);
    }
}

fn writer(schema: &Schema, tokenizers: &TokenizerManager) -> SingleSegmentIndexWriter<TantivyDocument> {
    Index::builder()
        .schema(schema.clone())
        .tokenizers(tokenizers.clone())
        .single_segment_index_writer(RamDirectory::create(), WRITER_BYTES)
        .expect("an index in memory can be written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::Term;
    use tantivy::collector::DocSetCollector;
    use tantivy::query::TermQuery;
    use tantivy::schema::{IndexRecordOption, STRING};

    #[test]
    fn documents_of_many_segments_stand_in_one_in_their_order() {
        for full_bytes in [1, usize::MAX] {
            let mut schema = Schema::builder();
            let field = schema.add_text_field("word", STRING);
            let mut segments = Segments::new(schema.build(), TokenizerManager::default(), 0);
            segments.full_bytes = full_bytes;
            let words = ["delta", "alpha", "charlie", "bravo"];
            for word in words {
                let mut document = TantivyDocument::default();
                document.add_text(field, word);
                segments.add(document);
            }
            let searcher = segments.finish().reader().unwrap().searcher();
            assert_eq!(searcher.segment_readers().len(), 1);
            for (word, number) in words.into_iter().zip(0..) {
                let query = TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic);
                let found = searcher.search(&query, &DocSetCollector).unwrap();
                assert_eq!(found.into_iter().map(|address| address.doc_id).collect::<Vec<_>>(), [number], "{word}");
            }
        }
    }
}
