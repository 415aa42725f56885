//! The corpus: everything that is served, immutable, in memory.
//!
//! Records live encoded, back to back, in one arena per resource, and are found through postings. A read by name or
//! filter decodes nothing; a reload builds another corpus beside this one.

mod actors;
mod arena;
mod articles;
mod builder;
mod claims;
mod datasets;
mod facets;
mod matchable;
mod name_index;
mod peek;
mod postings;
mod quotes;
mod report;
mod revision;
mod settled;
mod statements;
mod table;
pub mod text;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::matching::corpus::ClaimTexts;
use crate::matching::lexicon::Lexicon;
use crate::text::Language;
pub use actors::{ActorFacet, Actors, identifier_term};
pub use articles::{ArticleFacet, Articles};
pub use builder::{Builder, LoadFailed, Merging};
pub use claims::{ClaimFacet, Claims, disputes};
pub use datasets::Dataset;
pub use facets::{Facet, FacetIndex, FacetIndexes, YES};
pub use name_index::NameIndex;
pub use postings::{Posting, Postings, Terms};
pub use quotes::{IdList, Open, Quotes};
pub use report::{Diagnostic, LoadReport};
pub use settled::Settled;
pub use statements::{Lists, Sided, Statements};
pub use table::{Id, Key, Table};
use text::{ArticleText, ClaimText};

/// Everything that is served.
pub struct Corpus {
    /// The articles.
    pub articles: Articles,
    /// The actors.
    pub actors: Actors,
    /// The names of the actors.
    pub names: NameIndex,
    /// The claims.
    pub claims: Claims,
    /// Full text of the articles.
    pub article_text: ArticleText,
    /// Full text of the claims.
    pub claim_text: ClaimText,
    /// How rare words are among the claims, for matching.
    pub match_lexicon: Lexicon,
    /// The languages of its texts, for queries that do not say theirs; names of people are read as [`Language::PLAIN`],
    /// which comes last.
    pub languages: Vec<Language>,
    /// Which articles may hold a quote.
    pub quotes: Quotes,
    /// What each dataset brought, by name; records that name none are under the empty name.
    pub datasets: BTreeMap<String, Dataset>,
    /// Hash of the content: equal wherever the same records were loaded.
    pub revision: String,
    /// What the load found.
    pub report: LoadReport,
    /// When the load was finished.
    pub load_time: SystemTime,
    /// How long the load took.
    pub load_duration: Duration,
    /// Bytes of records and indexes.
    pub memory_bytes: usize,
}

impl Corpus {
    /// Indexes settled records.
    fn index(settled: Settled) -> Self {
        let revision = settled.revision();
        let Settled { articles, actors, claims, report, started } = settled;
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
        // The indexes that take most beside themselves while they are built come first, while there is least in memory.
        let quotes = Quotes::new(&articles.table);
        let matchable = |id| matchable::claim_texts(&claims, &articles.table, &actors, id);
        let match_lexicon = Lexicon::build(|| (0..claims.table.len()).map(matchable));
        let article_text = ArticleText::new(&articles.table);
        let claim_text = ClaimText::new(&claims.table, &articles.table, &actors);
        let names = NameIndex::new(&actors.table);
        let memory_bytes = articles.memory_bytes()
            + actors.memory_bytes()
            + names.memory_bytes()
            + claims.memory_bytes()
            + article_text.index.memory_bytes()
            + claim_text.index.memory_bytes()
            + match_lexicon.memory_bytes()
            + quotes.memory_bytes();
        Self {
            articles,
            actors,
            names,
            claims,
            article_text,
            claim_text,
            match_lexicon,
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

    /// Whether an article is about the claims that are written in it, so that matching may take its words for theirs.
    pub fn speaks_for_its_claims(&self, article: Id) -> bool {
        matchable::speaks_for_its_claims(&self.claims, article)
    }

    /// The texts of a claim, as matching compares them.
    pub fn matchable(&self, claim: Id) -> ClaimTexts<'_> {
        matchable::claim_texts(&self.claims, &self.articles.table, &self.actors, claim)
    }
}
