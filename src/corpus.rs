//! The corpus: the immutable in-memory store of all records and their indexes.
//!
//! A load goes from the [`Builder`], which stages and validates records, over [`ValidatedRecords`] to a [`Corpus`], which
//! indexes them. Records are stored encoded, back to back, in one arena per resource, and are found through postings, so
//! that a read by name or filter decodes nothing. A reload builds another corpus beside the one that is served.

mod actors;
mod arena;
mod articles;
mod builder;
mod claims;
mod datasets;
mod facets;
mod match_texts;
mod name_index;
mod peek;
mod postings;
mod quotes;
mod report;
mod statements;
mod table;
pub mod text;
mod validated;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::matching::claim_index::ClaimTexts;
use crate::matching::term_statistics::TermStatistics;
use crate::text::Language;
pub use actors::{ActorFacet, Actors, identifier_term};
pub use articles::{ArticleFacet, Articles};
pub use builder::{Builder, LoadFailed, MergeRules};
pub use claims::{ClaimFacet, Claims, disputes};
pub use datasets::Dataset;
pub use facets::{Facet, FacetIndex, FacetIndexes, YES};
pub use name_index::NameIndex;
pub use postings::{Posting, Postings, Terms};
pub use quotes::{IdList, Open, Quotes};
pub use report::{Diagnostic, LoadReport};
pub use statements::{Lists, Sided, Statements};
pub use table::{Id, Key, Table};
use text::{ArticleText, ClaimText};
pub use validated::ValidatedRecords;

/// All records of a load, with their indexes.
pub struct Corpus {
    /// The articles.
    pub articles: Articles,
    /// The actors.
    pub actors: Actors,
    /// Index of the names of the actors.
    pub names: NameIndex,
    /// The claims.
    pub claims: Claims,
    /// Full-text index of the articles.
    pub article_text: ArticleText,
    /// Full-text index of the claims.
    pub claim_text: ClaimText,
    /// Inverse document frequencies and weights of the claims, for MatchClaims.
    pub term_statistics: TermStatistics,
    /// The languages of the texts, in which a query without a language is analyzed. [`Language::PLAIN`], in which names of
    /// people are analyzed, is the last.
    pub languages: Vec<Language>,
    /// Index of the articles that may contain a quote.
    pub quotes: Quotes,
    /// Counts and freshness of each dataset, by name. Records without a dataset are counted under the empty name.
    pub datasets: BTreeMap<String, Dataset>,
    /// Hash of the content: equal for equal records.
    pub revision: String,
    /// The findings of the load.
    pub report: LoadReport,
    /// End of the load.
    pub load_time: SystemTime,
    /// Duration of the load.
    pub load_duration: Duration,
    /// Bytes of records and indexes.
    pub memory_bytes: usize,
}

impl Corpus {
    /// Indexes validated records.
    pub fn index(records: ValidatedRecords) -> Self {
        let revision = records.revision();
        let ValidatedRecords { articles, actors, claims, report, started } = records;
        let mut datasets = datasets::DatasetsBuilder::default();
        let actors = Actors::new(actors, &mut datasets);
        let (mut articles, mut in_article) = Articles::new(articles, &actors, &mut datasets);
        let claims = Claims::new(claims, &articles, &actors, &mut in_article, &mut datasets);
        articles.by[ArticleFacet::Actor].numbers = in_article.build();
        let by_language = [&claims.by[ClaimFacet::Language], &articles.by[ArticleFacet::Language]];
        let tags = by_language.into_iter().flat_map(|index| index.texts.iter());
        let mut languages: Vec<Language> = Vec::new();
        for language in tags.map(|(tag, _)| Language::of(tag)).chain([Language::PLAIN]) {
            languages.retain(|known| *known != language);
            languages.push(language);
        }
        // The indexes that need the most temporary memory are built first, to keep the peak low.
        let quotes = Quotes::new(&articles.table);
        let article_text = ArticleText::new(&articles.table);
        let claim_text = ClaimText::new(&claims.table, &articles.table, &actors);
        let match_texts =
            (0..claims.table.len()).map(|id| match_texts::match_texts(&claims, &articles.table, &actors, id));
        let frequency = |term: &str| claim_text.document_frequency(term);
        let term_statistics = TermStatistics::build(claims.table.len(), match_texts, frequency);
        let names = NameIndex::new(&actors.table);
        let memory_bytes = articles.memory_bytes()
            + actors.memory_bytes()
            + names.memory_bytes()
            + claims.memory_bytes()
            + article_text.index.memory_bytes()
            + claim_text.index.memory_bytes()
            + term_statistics.memory_bytes()
            + quotes.memory_bytes();
        Self {
            articles,
            actors,
            names,
            claims,
            article_text,
            claim_text,
            term_statistics,
            languages,
            quotes,
            datasets: datasets.finish(),
            revision,
            report,
            load_time: SystemTime::now(),
            load_duration: started.elapsed(),
            memory_bytes,
        }
    }

    /// Whether MatchClaims reads an article's text as a text of its claims: only articles with few claims are about them.
    pub fn is_about_its_claims(&self, article: Id) -> bool {
        match_texts::is_about_its_claims(&self.claims, article)
    }

    /// The texts of a claim that MatchClaims compares.
    pub fn match_texts(&self, claim: Id) -> ClaimTexts<'_> {
        match_texts::match_texts(&self.claims, &self.articles.table, &self.actors, claim)
    }
}

impl Builder {
    /// Validates all records and indexes them. Fails as [`Builder::validate`] does.
    pub fn finish(self, strict: bool) -> Result<Corpus, LoadFailed> {
        self.validate(strict).map(Corpus::index)
    }
}
