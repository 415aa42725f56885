//! The articles of a corpus and what finds them.

use prost::Message;

use super::actors::Actors;
use super::datasets::DatasetsBuilder;
use super::postings::{Postings, PostingsBuilder, Terms, TermsBuilder};
use super::table::{Id, Table};
use crate::model::Resource;
use crate::proto::v1::Article;

/// The articles of a corpus, ordered by publish time.
pub struct Articles {
    /// The records.
    pub table: Table,
    /// By publisher as printed.
    pub publishers: Terms,
    /// By publisher: id of the actor.
    pub publisher_actors: Postings,
    /// By language tag, in lower case.
    pub languages: Terms,
    /// By section.
    pub sections: Terms,
    /// By topic.
    pub topics: Terms,
    /// By dataset.
    pub datasets: Terms,
    /// By actor mentioned, or speaking in a claim written there: id of the actor.
    pub actors: Postings,
}

impl Articles {
    /// Indexes the articles. Gives the mentions too: the claims still add who speaks.
    pub(super) fn new(table: Table, actors: &Actors, datasets: &mut DatasetsBuilder) -> (Self, PostingsBuilder) {
        let mut index = Builder::default();
        let mut mentioned = PostingsBuilder::default();
        for id in 0..table.len() {
            let article = Article::decode(table.basic(id)).expect("records were encoded here");
            index.publishers.add(&article.publisher, id);
            if let Some(publisher) = actors.table.id(&article.publisher_actor) {
                index.publisher_actors.add(publisher, id);
            }
            index.languages.add(&article.language.to_ascii_lowercase(), id);
            index.sections.add(&article.section, id);
            article.topics.iter().for_each(|topic| index.topics.add(topic, id));
            for actor in article.mentions.iter().filter_map(|mention| actors.table.id(&mention.actor)) {
                mentioned.add(actor, id);
            }
            let provenance = article.provenance.as_ref();
            index.datasets.add(provenance.map_or("", |provenance| &provenance.dataset), id);
            datasets.add(Resource::Article, provenance, table.time(id));
        }
        let articles = Self {
            publishers: index.publishers.build(),
            publisher_actors: index.publisher_actors.build(),
            languages: index.languages.build(),
            sections: index.sections.build(),
            topics: index.topics.build(),
            datasets: index.datasets.build(),
            actors: Postings::default(),
            table,
        };
        (articles, mentioned)
    }

    /// The publisher of each article, as printed; empty where it is not known.
    pub(super) fn printed_publishers(&self) -> Vec<&str> {
        let mut publishers = vec![""; self.table.len() as usize];
        for (publisher, articles) in self.publishers.iter() {
            let mut ids = roaring::RoaringBitmap::new();
            articles.add_to(&mut ids);
            ids.iter().for_each(|id| publishers[id as usize] = publisher);
        }
        publishers
    }

    /// The publisher of each article, as an actor.
    pub(super) fn publisher_ids(&self) -> Vec<Option<Id>> {
        let mut publishers = vec![None; self.table.len() as usize];
        for actor in 0..self.publisher_actors.values() {
            let mut ids = roaring::RoaringBitmap::new();
            self.publisher_actors.get(actor).add_to(&mut ids);
            ids.iter().for_each(|id| publishers[id as usize] = Some(actor));
        }
        publishers
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.table.memory_bytes()
            + self.publishers.memory_bytes()
            + self.publisher_actors.memory_bytes()
            + self.languages.memory_bytes()
            + self.sections.memory_bytes()
            + self.topics.memory_bytes()
            + self.datasets.memory_bytes()
            + self.actors.memory_bytes()
    }
}

#[derive(Default)]
struct Builder {
    publishers: TermsBuilder,
    publisher_actors: PostingsBuilder,
    languages: TermsBuilder,
    sections: TermsBuilder,
    topics: TermsBuilder,
    datasets: TermsBuilder,
}
