//! Has this been claimed before? The corpus as the ranking of `matching` sees it.

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
use crate::matching::candidates::CandidateLimits;
use crate::matching::contest::Contest;
use crate::matching::corpus::{ClaimTexts, Field, Hit, SearchWord};
use crate::matching::lexicon::Lexicon;
use crate::matching::model::Model;
use crate::matching::query::Query;
use crate::matching::rank::{Match, Question, rank};
use crate::text::{Analyzers, Language};

/// Most records that the words searched for stand in, all together. Texts of a few sentences stay below it among a hundred
/// thousand claims; in larger corpora it keeps the time within bounds.
const MAX_POSTINGS: u64 = 60_000;
/// A word that stands in fewer is always searched for.
const FREE_POSTINGS: u64 = 20_000;

/// The learnt weights. They are part of the program.
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().expect("the weights in the program can be read"));

/// The selected claims that a text may repeat, best first.
///
/// Bounded whatever the text: a number of rare words are searched for, some hundred claims are compared. It gives way to
/// others between claims, as often as [`YieldBudget`] says, and may be dropped there.
pub async fn match_claims(corpus: &Corpus, selected: &RoaringBitmap, question: Question<'_>) -> Vec<Match> {
    let claims = matchable(corpus, selected);
    let query = Query::parse(question.text, question.language, &corpus.match_lexicon);
    let mut contest = Contest::new(&claims, &query, CandidateLimits::default());
    let mut budget = YieldBudget::default();
    while let Some(effort) = contest.step() {
        budget.spend(effort).await;
    }
    rank(contest.compared(), &MODEL, question)
}

/// The selected claims as the ranking sees them: what weights are learnt on.
pub fn matchable<'c>(
    corpus: &'c Corpus,
    selected: &'c RoaringBitmap,
) -> impl crate::matching::corpus::Corpus + use<'c> {
    Selected { corpus, selected }
}

/// The claims that may be answers.
struct Selected<'c> {
    corpus: &'c Corpus,
    selected: &'c RoaringBitmap,
}

impl crate::matching::corpus::Corpus for Selected<'_> {
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

    fn claim(&self, claim: Id) -> ClaimTexts<'_> {
        self.corpus.matchable(claim)
    }

    fn lexicon(&self) -> &Lexicon {
        &self.corpus.match_lexicon
    }
}

impl Selected<'_> {
    /// The claims that are written in the articles found, with the articles' scores.
    fn claims_of(&self, articles: &[Hit], limit: usize) -> Vec<Hit> {
        let mut hits = Vec::new();
        for article in articles.iter().filter(|article| self.corpus.speaks_for_its_claims(article.claim)) {
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

/// Any of the words, which come rarest first. Beyond [`MAX_POSTINGS`] a word is left out: what it stands in by the ten
/// thousand, rarer words of the text rank better.
fn any_of(
    index: &TextIndex,
    field: usize,
    languages: &[Language],
    words: &[SearchWord],
) -> Box<dyn tantivy::query::Query> {
    let mut queries: Vec<Box<dyn tantivy::query::Query>> = Vec::new();
    let mut left = MAX_POSTINGS;
    for word in words {
        let mut terms: Vec<Term> = Vec::new();
        for language in languages {
            let term = Analyzers::kept(|analyzers| {
                Term::from_field_text(index.field(field), analyzers.term(&word.text, *language))
            });
            if !term.serialized_value_bytes().is_empty() && !terms.contains(&term) {
                terms.push(term);
            }
        }
        let frequency = |term: &Term| index.searcher().doc_freq(term).expect("an index in memory can be read");
        let postings: u64 = terms.iter().map(frequency).sum();
        if postings > left.max(FREE_POSTINGS) && !queries.is_empty() {
            continue;
        }
        left = left.saturating_sub(postings);
        for term in terms {
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            queries.push(Box::new(BoostQuery::new(Box::new(query), word.boost)));
        }
    }
    Box::new(BooleanQuery::union(queries))
}

fn top(index: &TextIndex, query: &dyn tantivy::query::Query, limit: usize) -> Vec<Hit> {
    let collector = TopDocs::with_limit(limit).order_by_score();
    let found = index.searcher().search(query, &collector).expect("an index in memory can be read");
    found.into_iter().map(|(score, address)| Hit { claim: address.doc_id, score }).collect()
}
