//! The actors of a corpus and their indexes.

use prost::Message;

use super::datasets::DatasetsBuilder;
use super::facets::{FacetBuilders, FacetIndexes, Values, facets};
use super::table::{Id, Table};
use crate::model::{Resource, TimeKey};
use crate::proto::v1::Actor;

facets! {
    /// The facets: fields by which actors are filtered. Display names have an index of their own: [`Actors::with_prefix`].
    ActorFacet of actors {
        /// Type: enum number.
        Type,
        /// Country, ISO 3166-1 alpha-2: text.
        Country,
        /// Parent: id of the actor.
        Parent,
        /// Dataset: text.
        Dataset,
        /// Identifier: text, see [`identifier_term`].
        Identifier,
    }
}

impl ActorFacet {
    /// Adds the values that an actor has in the facet.
    fn add_values(self, actor: &Actor, table: &Table, values: &mut Values<'_>) {
        match self {
            Self::Type => values.enums([actor.r#type]),
            Self::Country => values.texts(actor.countries.iter().map(String::as_str)),
            Self::Parent => values.ids(table.id(&actor.parent)),
            Self::Dataset => values.texts(actor.provenance.as_ref().map(|provenance| &*provenance.dataset)),
            Self::Identifier => {
                for identifier in &actor.identifiers {
                    values.texts([&*identifier_term(&identifier.scheme, &identifier.value)]);
                }
            }
        }
    }
}

/// The actors of a corpus, ordered by display name.
pub struct Actors {
    /// The records.
    pub table: Table,
    /// Which actors have which value in a facet.
    pub by: FacetIndexes<ActorFacet>,
    /// Display names in lower case, sorted, with their actors.
    folded: Box<[(Box<str>, Id)]>,
}

impl Actors {
    pub(super) fn new(table: Table, datasets: &mut DatasetsBuilder) -> Self {
        let mut facets = FacetBuilders::new();
        let mut folded = Vec::with_capacity(table.len() as usize);
        for id in 0..table.len() {
            let actor = Actor::decode(table.encoded(id)).expect("records were encoded here");
            facets.add(id, |facet: ActorFacet, values| facet.add_values(&actor, &table, values));
            datasets.add(Resource::Actor, actor.provenance.as_ref(), TimeKey::NONE);
            folded.push((folded_case(&actor.display_name).into(), id));
        }
        folded.sort_unstable();
        Self { by: facets.build(), folded: folded.into(), table }
    }

    /// The actors whose display name begins with `prefix`, without regard to case.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = Id> + '_ {
        let prefix = folded_case(prefix);
        let start = self.folded.partition_point(|(name, _)| **name < *prefix);
        self.folded[start..].iter().take_while(move |(name, _)| name.starts_with(&prefix)).map(|(_, id)| *id)
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let text = |text: &str| text.len() + size_of::<(Box<str>, Id)>();
        self.table.memory_bytes()
            + self.by.memory_bytes()
            + self.folded.iter().map(|(name, _)| text(name)).sum::<usize>()
    }
}

/// A text in lower case, character by character: `str::to_lowercase` writes a sigma at the end of a word in another way
/// than within it, and the end of a prefix need not be the end of a word.
fn folded_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// An identifier as one text. A scheme has no line break, so different identifiers have different texts.
pub fn identifier_term(scheme: &str, value: &str) -> String {
    format!("{scheme}\n{value}")
}
