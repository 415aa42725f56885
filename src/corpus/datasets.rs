//! Counts and freshness of each dataset.

use std::collections::BTreeMap;

use crate::model::{Resource, TimeKey};
use crate::proto::v1::Provenance;

/// Counts and freshness of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Number of articles.
    pub articles: u32,
    /// Number of actors.
    pub actors: u32,
    /// Number of claims.
    pub claims: u32,
    /// Latest publish time of the articles or claim time of the claims.
    pub newest: TimeKey,
    /// Latest time at which a record was retrieved from its source.
    pub retrieved: TimeKey,
}

/// Collects the datasets by name. Records without a dataset are counted under the empty name.
#[derive(Default)]
pub(super) struct DatasetsBuilder {
    datasets: BTreeMap<String, Dataset>,
}

impl DatasetsBuilder {
    pub(super) fn add(&mut self, resource: Resource, provenance: Option<&Provenance>, time: TimeKey) {
        const NEW: Dataset =
            Dataset { articles: 0, actors: 0, claims: 0, newest: TimeKey::NONE, retrieved: TimeKey::NONE };
        let name = provenance.map_or("", |provenance| &provenance.dataset);
        let dataset = match self.datasets.get_mut(name) {
            Some(dataset) => dataset,
            None => self.datasets.entry(name.to_owned()).or_insert(NEW),
        };
        match resource {
            Resource::Article => dataset.articles += 1,
            Resource::Actor => dataset.actors += 1,
            Resource::Claim => dataset.claims += 1,
        }
        dataset.newest = dataset.newest.max(time);
        let retrieved = provenance.and_then(|provenance| provenance.retrieve_time.as_ref());
        dataset.retrieved = dataset.retrieved.max(retrieved.map_or(TimeKey::NONE, TimeKey::from_timestamp));
    }

    pub(super) fn finish(self) -> BTreeMap<String, Dataset> {
        self.datasets
    }
}
