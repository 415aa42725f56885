//! Applies the settings of a dataset to its records.

use super::manifest::DatasetEntry;
use crate::format::Parsed;
use crate::model::{Code, Resource, check_name, each_name};
use crate::proto::v1::record::Record as Kind;

/// Settings that apply to the records of a dataset.
#[derive(Clone, Debug, Default)]
pub(super) struct Dataset {
    /// Replaces an empty `provenance.dataset`.
    name: String,
    /// Replaces an empty `provenance.license`.
    license: String,
    /// Prefix of the id in every resource name, followed by a full stop. Empty: none.
    namespace: String,
    /// Whether any error in the dataset refuses the load.
    pub(super) is_strict: bool,
}

impl Dataset {
    pub(super) fn of(entry: &DatasetEntry) -> Self {
        Self {
            name: entry.name.clone(),
            license: entry.license.clone().unwrap_or_default(),
            namespace: entry.namespace.clone().unwrap_or_default(),
            is_strict: entry.strict,
        }
    }

    /// Applies the settings to a record.
    pub(super) fn adopt(&self, mut parsed: Parsed) -> Parsed {
        self.rename(&mut parsed.name);
        let Some(record) = parsed.record.as_mut().and_then(|record| record.record.as_mut()) else { return parsed };
        let mut is_too_long = None;
        if !self.namespace.is_empty() {
            each_name(record, |name| {
                self.rename(name);
                if !is_name(name) {
                    is_too_long = Some(name.clone());
                }
            });
        }
        let provenance = match record {
            Kind::Article(article) => &mut article.provenance,
            Kind::Actor(actor) => &mut actor.provenance,
            Kind::Claim(claim) => &mut claim.provenance,
        };
        if !self.name.is_empty() || !self.license.is_empty() {
            let provenance = provenance.get_or_insert_default();
            fill(&mut provenance.dataset, &self.name);
            fill(&mut provenance.license, &self.license);
        }
        if let Some(name) = is_too_long {
            let message = format!("with the namespace of its dataset, {name} is too long a name");
            parsed.findings.add(Code::NameInvalid, "name", message);
            parsed.record = None;
        }
        parsed
    }

    fn rename(&self, name: &mut String) {
        if let Some((collection, id)) = name.split_once('/').filter(|_| !self.namespace.is_empty()) {
            *name = format!("{collection}/{}.{id}", self.namespace);
        }
    }
}

fn fill(field: &mut String, value: &str) {
    if field.is_empty() {
        value.clone_into(field);
    }
}

fn is_name(name: &str) -> bool {
    [Resource::Article, Resource::Actor, Resource::Claim].iter().any(|resource| check_name(name, *resource).is_ok())
}
