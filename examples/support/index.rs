//! A tantivy index over a dataset, behind the crate's `Corpus`.

use claimd::matching::analysis::for_each_word;
use claimd::matching::corpus::{ClaimTexts, Corpus, Field, Hit, SearchWord};
use claimd::matching::language::Language;
use claimd::matching::lexicon::Lexicon;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexReader, Searcher, TantivyDocument, Term};

use super::data::Record;

/// Claims, their index and their statistics.
pub struct Indexed {
    pub claims: Vec<Record>,
    lexicon: Lexicon,
    language: Language,
    head: tantivy::schema::Field,
    body: tantivy::schema::Field,
    searcher: Searcher,
    _reader: IndexReader,
}

impl Indexed {
    pub fn build(claims: Vec<Record>) -> Self {
        let lexicon = Lexicon::build(|| claims.iter().map(texts));
        let language = Language::from_tag("en");
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let head = schema.add_text_field("head", options.clone());
        let body = schema.add_text_field("body", options);
        let number = schema.add_u64_field("number", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 2_000_000_000).expect("writer");
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        for (i, claim) in claims.iter().enumerate() {
            let t = texts(claim);
            let mut doc = TantivyDocument::default();
            let mut h = Vec::new();
            for x in std::iter::once(&t.text).chain(&t.titles) {
                tokens(x, &language, &mut h);
            }
            doc.add_pre_tokenized_text(head, PreTokenizedString { text: String::new(), tokens: h });
            let mut b = Vec::new();
            for x in &t.bodies {
                tokens(x, &language, &mut b);
            }
            doc.add_pre_tokenized_text(body, PreTokenizedString { text: String::new(), tokens: b });
            doc.add_u64(number, i as u64);
            writer.add_document(doc).expect("added");
        }
        writer.commit().expect("commit");
        let reader = index.reader().expect("reader");
        let searcher = reader.searcher();
        assert_eq!(searcher.segment_readers().len(), 1, "one segment, so that document ids are claim numbers");
        Self { claims, lexicon, language, head, body, searcher, _reader: reader }
    }
}

fn tokens(text: &str, language: &Language, out: &mut Vec<Token>) {
    let base = out.len();
    for_each_word(text, language, &mut String::new(), |word| {
        if !language.is_stop_word(word.text) {
            let mut stem = String::new();
            language.stem_into(word.text, &mut stem);
            out.push(Token {
                offset_from: 0,
                offset_to: 0,
                position: base + word.position as usize,
                text: stem,
                position_length: 1,
            });
        }
    });
}

pub fn texts(claim: &Record) -> ClaimTexts<'_> {
    ClaimTexts {
        text: &claim.vclaim,
        wordings: Vec::new(),
        titles: claim.title.as_deref().into_iter().collect(),
        bodies: claim.text.as_deref().or(claim.subtitle.as_deref()).into_iter().collect(),
        speakers: claim.speaker.as_deref().into_iter().collect(),
        language: "en",
        day: claim.day,
        speaker_claims: claim.speaker_claims,
    }
}

impl Corpus for Indexed {
    fn search(&self, field: Field, words: &[SearchWord], limit: usize) -> Vec<Hit> {
        let field = match field {
            Field::Head => self.head,
            Field::Body => self.body,
        };
        let clauses = words
            .iter()
            .map(|word| {
                let mut stem = String::new();
                self.language.stem_into(&word.text, &mut stem);
                let term = TermQuery::new(Term::from_field_text(field, &stem), IndexRecordOption::WithFreqs);
                (Occur::Should, Box::new(BoostQuery::new(Box::new(term), word.boost)) as Box<dyn Query>)
            })
            .collect();
        let query = BooleanQuery::new(clauses);
        let found = self.searcher.search(&query, &TopDocs::with_limit(limit).order_by_score()).expect("searched");
        found.into_iter().map(|(score, address)| Hit { claim: address.doc_id, score }).collect()
    }

    fn claim(&self, claim: u32) -> ClaimTexts<'_> {
        texts(&self.claims[claim as usize])
    }
    fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }
}
