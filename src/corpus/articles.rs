//! The articles of a corpus and their indexes.

use prost::Message;

use super::actors::Actors;
use super::datasets::DatasetsBuilder;
use super::facets::{FacetBuilders, FacetIndexes, Values, facets};
use super::postings::PostingsBuilder;
use super::table::{Id, Table};
use crate::model::Resource;
use crate::proto::v1::Article;

facets! {
    /// The facets: fields by which articles are filtered.
    ArticleFacet of articles {
        /// Publisher: the text as printed, and the id of the actor.
        Publisher,
        /// Language tag in lower case: text.
        Language,
        /// Section: text.
        Section,
        /// Topic: text.
        Topic,
        /// Actor mentioned, or speaking in a claim written there: id of the actor.
        Actor,
        /// Dataset: text.
        Dataset,
    }
}

impl ArticleFacet {
    /// Adds the values that an article has in the facet; those of actors who speak in it come from the claims.
    fn add_values(self, article: &Article, actors: &Actors, values: &mut Values<'_>) {
        match self {
            Self::Publisher => {
                values.texts([&*article.publisher]);
                values.ids(actors.table.id(&article.publisher_actor));
            }
            Self::Language => values.texts([&*article.language.to_ascii_lowercase()]),
            Self::Section => values.texts([&*article.section]),
            Self::Topic => values.texts(article.topics.iter().map(String::as_str)),
            Self::Actor => values.ids(article.mentions.iter().filter_map(|mention| actors.table.id(&mention.actor))),
            Self::Dataset => values.texts(article.provenance.as_ref().map(|provenance| &*provenance.dataset)),
        }
    }
}

/// The articles of a corpus, ordered by publish time.
pub struct Articles {
    /// The records.
    pub table: Table,
    /// Which articles have which value in a facet.
    pub by: FacetIndexes<ArticleFacet>,
}

impl Articles {
    /// Indexes the articles. The index of [`ArticleFacet::Actor`] is still to be built: the claims add their speakers to
    /// the returned mentions.
    pub(super) fn new(table: Table, actors: &Actors, datasets: &mut DatasetsBuilder) -> (Self, PostingsBuilder) {
        let mut facets = FacetBuilders::new();
        for id in 0..table.len() {
            let article = Article::decode(table.basic(id)).expect("records were encoded here");
            facets.add(id, |facet: ArticleFacet, values| facet.add_values(&article, actors, values));
            datasets.add(Resource::Article, article.provenance.as_ref(), table.time(id));
        }
        let mentions = std::mem::take(&mut facets.facet_mut(ArticleFacet::Actor).numbers);
        (Self { table, by: facets.build() }, mentions)
    }

    /// The publisher of each article, as printed; empty where it is not known.
    pub(super) fn printed_publishers(&self) -> Vec<&str> {
        let mut publishers = vec![""; self.table.len() as usize];
        for (publisher, articles) in self.by[ArticleFacet::Publisher].texts.iter() {
            let mut ids = roaring::RoaringBitmap::new();
            articles.add_to(&mut ids);
            ids.iter().for_each(|id| publishers[id as usize] = publisher);
        }
        publishers
    }

    /// The publisher of each article, as an actor.
    pub(super) fn publisher_ids(&self) -> Vec<Option<Id>> {
        let mut publishers = vec![None; self.table.len() as usize];
        let actors = &self.by[ArticleFacet::Publisher].numbers;
        for actor in 0..actors.values() {
            let mut ids = roaring::RoaringBitmap::new();
            actors.get(actor).add_to(&mut ids);
            ids.iter().for_each(|id| publishers[id as usize] = Some(actor));
        }
        publishers
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.table.memory_bytes() + self.by.memory_bytes()
    }
}
