//! MatchClaims: which claims of a corpus does a text repeat?

use std::sync::LazyLock;

use roaring::RoaringBitmap;
use tantivy::Term;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::search::within;
use super::yield_budget::YieldBudget;
use crate::corpus::text::{ArticleField, ClaimField, TextIndex};
use crate::corpus::{ClaimFacet, Corpus, Id};
use crate::matching::claim_index::{ClaimIndex, ClaimTexts, Field, Hit, SearchWord};
use crate::matching::model::{Match, Model};
use crate::matching::query::Query;
use crate::matching::scorer::{CandidateLimits, Scorer};
use crate::text::{Analyzers, Language};

/// A MatchClaims request.
#[derive(Debug, Clone, Copy)]
pub struct MatchQuery<'a> {
    /// The text that may repeat a claim.
    pub text: &'a str,
    /// BCP-47 tag of the text. When it is empty, the language is detected.
    pub language: &'a str,
    /// Matches, at most.
    pub limit: usize,
    /// Lowest score of a match, 0 to 1.
    pub threshold: f32,
}

/// Postings that a retrieval query reads, at most. Queries of a few sentences stay below it in corpora of a hundred thousand
/// claims. Bounds the time in larger corpora.
const MAX_POSTINGS: u64 = 60_000;
/// A word with fewer postings is always searched for.
const MIN_POSTINGS: u64 = 20_000;

/// The learnt weights, compiled into the program.
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().expect("the compiled weights are valid"));

/// The selected claims that a text may repeat, best first.
///
/// The cost is bounded for any text: a limited number of rare terms is searched for, and a few hundred claims are compared.
/// Yields between claims ([`YieldBudget`]); a dropped future stops there.
pub async fn match_claims(corpus: &Corpus, selected: &RoaringBitmap, request: MatchQuery<'_>) -> Vec<Match> {
    let claims = claim_index(corpus, selected);
    let statistics = &corpus.term_statistics;
    let query = Query::parse(request.text, request.language, &claims, statistics);
    let mut scorer = Scorer::new(&claims, statistics, &query, &MODEL, CandidateLimits::default());
    let mut budget = YieldBudget::default();
    while let Some(cost) = scorer.step() {
        budget.spend(cost).await;
    }
    MODEL.rank(scorer.scored(), request.threshold, request.limit)
}

/// The selected claims as the ranking reads them. Weights are trained through it.
pub fn claim_index<'c>(corpus: &'c Corpus, selected: &'c RoaringBitmap) -> impl ClaimIndex + use<'c> {
    SelectedClaims { corpus, selected }
}

/// The claims that pass the request's filter.
struct SelectedClaims<'c> {
    corpus: &'c Corpus,
    selected: &'c RoaringBitmap,
}

impl ClaimIndex for SelectedClaims<'_> {
    fn search(&self, field: Field, words: &[SearchWord], limit: usize) -> Vec<Hit> {
        match field {
            Field::Head => {
                let index = &self.corpus.claim_text.index;
                let query = any_of(index, ClaimField::EVERYTHING, &self.corpus.languages, words);
                let query = within(query, &self.corpus.claims.table, self.selected);
                top(index, &*query, limit)
            }
            Field::Body => {
                let index = &self.corpus.article_text.index;
                let query = any_of(index, ArticleField::Body.number(), &self.corpus.languages, words);
                self.claims_of(&top(index, &*query, limit), limit)
            }
        }
    }

    fn texts(&self, claim: Id) -> ClaimTexts<'_> {
        self.corpus.match_texts(claim)
    }

    fn document_frequency(&self, term: &str) -> u32 {
        self.corpus.claim_text.document_frequency(term)
    }
}

impl SelectedClaims<'_> {
    /// The claims whose evidence is in the retrieved articles, with the scores of the articles.
    fn claims_of(&self, articles: &[Hit], limit: usize) -> Vec<Hit> {
        let mut hits = Vec::new();
        for article in articles.iter().filter(|article| self.corpus.is_about_its_claims(article.claim)) {
            let mut claims = RoaringBitmap::new();
            self.corpus.claims.by[ClaimFacet::Article].numbers.get(article.claim).add_to(&mut claims);
            for claim in &claims & self.selected {
                if hits.len() == limit {
                    return hits;
                }
                hits.push(Hit { claim, score: article.score });
            }
        }
        hits
    }
}

/// A disjunction of the words in each language of the corpus. The words come by falling IDF. Beyond [`MAX_POSTINGS`] a
/// frequent word is left out: rarer words of the text rank the records that contain it.
fn any_of(
    index: &TextIndex,
    field: usize,
    languages: &[Language],
    words: &[SearchWord],
) -> Box<dyn tantivy::query::Query> {
    let mut queries: Vec<Box<dyn tantivy::query::Query>> = Vec::new();
    let mut left = MAX_POSTINGS;
    for SearchWord { word, boost } in words {
        let mut terms: Vec<Term> = Vec::new();
        for language in languages {
            let spellings = Analyzers::kept(|analyzers| analyzers.query_terms(word, *language).to_vec());
            for spelling in spellings.iter().filter(|spelling| !spelling.is_empty()) {
                let term = Term::from_field_text(index.field(field), spelling);
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        let frequency = |term: &Term| index.searcher().doc_freq(term).expect("an index in memory is readable");
        let postings: u64 = terms.iter().map(frequency).sum();
        if postings > left.max(MIN_POSTINGS) && !queries.is_empty() {
            continue;
        }
        left = left.saturating_sub(postings);
        for term in terms {
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            queries.push(Box::new(BoostQuery::new(Box::new(query), *boost)));
        }
    }
    Box::new(BooleanQuery::union(queries))
}

fn top(index: &TextIndex, query: &dyn tantivy::query::Query, limit: usize) -> Vec<Hit> {
    let collector = TopDocs::with_limit(limit).order_by_score();
    let found = index.searcher().search(query, &collector).expect("an index in memory is readable");
    found.into_iter().map(|(score, address)| Hit { claim: address.doc_id, score }).collect()
}
