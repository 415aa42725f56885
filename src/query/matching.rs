//! Has this been claimed before? The corpus as the ranking of `matching` sees it.

use std::sync::LazyLock;

use roaring::RoaringBitmap;
use tantivy::Term;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::search::within;
use crate::corpus::text::{Analyzers, ArticleField, ClaimField, TextIndex};
use crate::corpus::{Corpus, Id};
use crate::matching::corpus::{ClaimTexts, Field, Hit, SearchWord};
use crate::matching::lexicon::Lexicon;
use crate::matching::model::Model;
use crate::matching::rank::{Match, Question, rank};

/// The learnt weights. They are part of the program.
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().expect("the weights in the program can be read"));

/// The selected claims that a text may repeat, best first.
///
/// Bounded whatever the text: a number of rare words are searched for, some hundred claims are compared.
pub fn match_claims(corpus: &Corpus, selected: &RoaringBitmap, question: Question<'_>) -> Vec<Match> {
    rank(&Selected { corpus, selected }, &MODEL, question)
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
                let query = self.any_of(index.field(ClaimField::EVERYTHING), words);
                let query = within(query, &self.corpus.claims.table, self.selected);
                top(index, &*query, limit)
            }
            Field::Body => {
                let index = &self.corpus.article_text.index;
                let query = self.any_of(index.field(ArticleField::Body.number()), words);
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
    fn any_of(&self, field: IndexField, words: &[SearchWord]) -> Box<dyn Query> {
        let mut analyzers = Analyzers::default();
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        for word in words {
            let mut terms: Vec<String> = Vec::new();
            for language in &self.corpus.languages {
                let term = analyzers.query_term(&word.text, *language);
                if !term.is_empty() && !terms.contains(&term) {
                    terms.push(term);
                }
            }
            for term in terms {
                let query = TermQuery::new(Term::from_field_text(field, &term), IndexRecordOption::WithFreqs);
                queries.push(Box::new(BoostQuery::new(Box::new(query), word.boost)));
            }
        }
        Box::new(BooleanQuery::union(queries))
    }

    /// The claims that are written in the articles found, with the articles' scores.
    fn claims_of(&self, articles: &[Hit], limit: usize) -> Vec<Hit> {
        let mut hits = Vec::new();
        for article in articles.iter().filter(|article| self.corpus.speaks_for_its_claims(article.claim)) {
            let mut claims = RoaringBitmap::new();
            self.corpus.claims.articles.get(article.claim).add_to(&mut claims);
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

fn top(index: &TextIndex, query: &dyn Query, limit: usize) -> Vec<Hit> {
    let collector = TopDocs::with_limit(limit).order_by_score();
    let found = index.searcher().search(query, &collector).expect("an index in memory can be read");
    found.into_iter().map(|(score, address)| Hit { claim: address.doc_id, score }).collect()
}
