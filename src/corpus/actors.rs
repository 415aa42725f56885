//! The actors of a corpus and what finds them.

use prost::Message;

use super::datasets::DatasetsBuilder;
use super::postings::{Postings, PostingsBuilder, Terms, TermsBuilder};
use super::table::{Id, Table};
use crate::model::{Resource, TimeKey};
use crate::proto::v1::Actor;

/// The actors of a corpus, ordered by display name.
pub struct Actors {
    /// The records.
    pub table: Table,
    /// By type: enum number.
    pub types: Postings,
    /// By country: ISO 3166-1 alpha-2.
    pub countries: Terms,
    /// By parent: id of the parent.
    pub parents: Postings,
    /// By identifier: see [`identifier_term`].
    pub identifiers: Terms,
    /// By dataset.
    pub datasets: Terms,
    /// Display names in lower case, sorted, with their actors.
    folded: Box<[(Box<str>, Id)]>,
}

impl Actors {
    pub(super) fn new(table: Table, datasets: &mut DatasetsBuilder) -> Self {
        let (mut types, mut parents) = (PostingsBuilder::default(), PostingsBuilder::default());
        let (mut countries, mut identifiers) = (TermsBuilder::default(), TermsBuilder::default());
        let mut dataset_terms = TermsBuilder::default();
        let mut folded = Vec::with_capacity(table.len() as usize);
        for id in 0..table.len() {
            let actor = Actor::decode(table.encoded(id)).expect("records were encoded here");
            types.add_number(actor.r#type, id);
            actor.countries.iter().for_each(|country| countries.add(country, id));
            if let Some(parent) = table.id(&actor.parent) {
                parents.add(parent, id);
            }
            for identifier in &actor.identifiers {
                identifiers.add(&identifier_term(&identifier.scheme, &identifier.value), id);
            }
            let provenance = actor.provenance.as_ref();
            dataset_terms.add(provenance.map_or("", |provenance| &provenance.dataset), id);
            datasets.add(Resource::Actor, provenance, TimeKey::NONE);
            folded.push((folded_case(&actor.display_name).into(), id));
        }
        folded.sort_unstable();
        Self {
            types: types.build(),
            countries: countries.build(),
            parents: parents.build(),
            identifiers: identifiers.build(),
            datasets: dataset_terms.build(),
            folded: folded.into(),
            table,
        }
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
            + self.types.memory_bytes()
            + self.countries.memory_bytes()
            + self.parents.memory_bytes()
            + self.identifiers.memory_bytes()
            + self.datasets.memory_bytes()
            + self.folded.iter().map(|(name, _)| text(name)).sum::<usize>()
    }
}

/// A text without regard to case. Character by character: `str::to_lowercase` writes a sigma at the end of a word in
/// another way than within it, and the end of a prefix is no end of a word.
fn folded_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// An identifier as one text. No scheme has a line break in it, so different identifiers stay different.
pub fn identifier_term(scheme: &str, value: &str) -> String {
    format!("{scheme}\n{value}")
}
