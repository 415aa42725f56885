//! tantivy alone over the same texts: one field, its own tokenizer, nothing around it.

use tantivy::collector::{Count, TopDocs};
use tantivy::directory::RamDirectory;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, ReloadPolicy, Searcher, TantivyDocument, Term};

/// One segment is written as one is in claimd.
const WRITER_BYTES: usize = 4 << 30;

/// An index of texts.
pub(crate) struct Bare {
    searcher: Searcher,
    field: Field,
    topic: Field,
}

impl Bare {
    pub(crate) fn new<'t>(texts: impl Iterator<Item = (Vec<&'t str>, String)>) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("default")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let topic = schema.add_text_field("topic", STRING);
        let mut writer = Index::builder()
            .schema(schema.build())
            .single_segment_index_writer::<TantivyDocument>(RamDirectory::create(), WRITER_BYTES)
            .expect("an index in memory can be written");
        for (texts, of) in texts {
            let mut document = TantivyDocument::default();
            for text in texts {
                document.add_text(field, text);
            }
            document.add_text(topic, of);
            writer.add_document(document).expect("an index in memory can be written");
        }
        let index = writer.finalize().expect("an index in memory can be written");
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: tantivy::IndexReader = reader.expect("an index just written can be read");
        Self { searcher: reader.searcher(), field, topic }
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.searcher.space_usage().map_or(0, |usage| usage.total().get_bytes())
    }

    /// The ten best for any of the words, and how many there are.
    pub(crate) fn top_and_count(&self, query: &str) -> usize {
        let collectors = (TopDocs::with_limit(10).order_by_score(), Count);
        self.searcher.search(&self.any_of(query), &collectors).expect("an index in memory can be read").1
    }

    /// The ten best of some topics, and how many there are.
    pub(crate) fn top_and_count_of(&self, query: &str, topics: &[String]) -> usize {
        let topic = |text: &String| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(self.topic, text), IndexRecordOption::Basic))
        };
        let of: Box<dyn Query> = Box::new(BooleanQuery::union(topics.iter().map(topic).collect()));
        let filter = Box::new(ConstScoreQuery::new(of, 0.0));
        let query = BooleanQuery::new(vec![(Occur::Must, Box::new(self.any_of(query))), (Occur::Must, filter)]);
        let collectors = (TopDocs::with_limit(10).order_by_score(), Count);
        self.searcher.search(&query, &collectors).expect("an index in memory can be read").1
    }

    /// The ten best alone, which lets tantivy pass over most records.
    pub(crate) fn top(&self, query: &str) -> usize {
        let collector = TopDocs::with_limit(10).order_by_score();
        self.searcher.search(&self.any_of(query), &collector).expect("an index in memory can be read").len()
    }

    fn any_of(&self, query: &str) -> BooleanQuery {
        let term = |word: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(self.field, word), IndexRecordOption::WithFreqs))
        };
        BooleanQuery::union(query.split_whitespace().map(term).collect())
    }
}
