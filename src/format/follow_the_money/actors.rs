//! From an entity to an actor.

use std::collections::{BTreeMap, BTreeSet};

use unicode_script::{Script, UnicodeScript};

use super::entity::Entity;
use super::properties::{Place, place};
use super::schemata;
use crate::format::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::{Actor, ActorType, Alias, AliasKind, Identifier, Provenance, Role};

/// The actor that an entity is.
pub(super) fn actor(entity: &Entity, of_schema: ActorType) -> (Actor, Findings) {
    let mut findings = Findings::default();
    let mut actor = Actor {
        name: stable_name::of_id(Resource::Actor, &entity.id),
        display_name: display_name(entity, &mut findings),
        r#type: schemata::actor_type(of_schema, entity.values("topics")).into(),
        provenance: Some(provenance(entity)),
        ..Actor::default()
    };
    let mut names = Names::of(&actor.display_name);
    for (property, values) in &entity.properties {
        take(&mut actor, property, values, &mut names);
    }
    keep_first(&mut actor.countries);
    actor.merged_names = entity.referents.iter().map(|id| stable_name::of_id(Resource::Actor, id)).collect();
    actor.merged_names.retain(|name| *name != actor.name);
    keep_first(&mut actor.merged_names);
    label_history(entity, &mut actor.labels);
    (actor, findings)
}

/// Datasets and dates of an entity, under their own names; and the schema, which says more than a type can.
pub(super) fn label_history(entity: &Entity, labels: &mut BTreeMap<String, String>) {
    let datasets = ("datasets".to_owned(), entity.datasets.join("\n"));
    let schema = ("schema".to_owned(), entity.schema.clone());
    for (key, value) in entity.others.iter().chain([&datasets, &schema]) {
        if !value.is_empty() {
            labels.insert(key.clone(), value.clone());
        }
    }
}

/// Where an entity comes from. Of several datasets the first in order of names stands for all, as where records of
/// several datasets are united.
pub(super) fn provenance(entity: &Entity) -> Provenance {
    let dataset = entity.datasets.iter().min().cloned().unwrap_or_default();
    Provenance { dataset, record: entity.id.clone(), ..Provenance::default() }
}

/// The caption; else the first name in Latin letters, the first name at all, the first other name, the parts of a name.
fn display_name(entity: &Entity, findings: &mut Findings) -> String {
    if !entity.caption.trim().is_empty() && entity.caption != entity.schema {
        return entity.caption.clone();
    }
    let names = entity.values("name");
    let in_latin = names.iter().find(|name| script(name) == Some(Script::Latin));
    let others = ["alias", "previousName", "abbreviation", "weakAlias"];
    let other = || others.iter().find_map(|property| entity.values(property).first());
    if let Some(name) = in_latin.or(names.first()).or_else(other) {
        return name.clone();
    }
    let parts: Vec<&str> = ["firstName", "lastName"]
        .iter()
        .filter_map(|property| entity.values(property).first().map(String::as_str))
        .collect();
    if !parts.is_empty() {
        return parts.join(" ");
    }
    findings.add(Code::NameMissing, "display_name", format!("{} {} has no name", entity.schema, entity.id));
    entity.id.clone()
}

/// Puts the values of a property where they go.
fn take(actor: &mut Actor, property: &str, values: &[String], names: &mut Names) {
    match place(property) {
        Place::Name => actor.aliases.extend(values.iter().filter_map(|name| names.alias(name, None))),
        Place::Alias(kind) => actor.aliases.extend(values.iter().filter_map(|name| names.alias(name, Some(kind)))),
        Place::Identifier(scheme) => {
            let identifiers = values.iter().map(|value| Identifier { scheme: scheme.to_owned(), value: value.clone() });
            actor.identifiers.extend(identifiers);
        }
        Place::Country => actor.countries.extend(values.iter().map(|country| country.to_ascii_uppercase())),
        Place::Role => {
            actor.roles.extend(values.iter().map(|title| Role { title: title.clone(), ..Role::default() }));
        }
        Place::Description => first_or_labels(&mut actor.description, &mut actor.labels, property, values),
        Place::Url => first_or_labels(&mut actor.url, &mut actor.labels, property, values),
        Place::Label => label(&mut actor.labels, property, values),
    }
}

/// A field of one value takes the first; the labels keep the others.
fn first_or_labels(field: &mut String, labels: &mut BTreeMap<String, String>, property: &str, values: &[String]) {
    let (first, rest) = if field.is_empty() { values.split_at(values.len().min(1)) } else { values.split_at(0) };
    if let [first] = first {
        field.clone_from(first);
    }
    label(labels, property, rest);
}

/// Values under the property's name, one a line.
pub(super) fn label(labels: &mut BTreeMap<String, String>, property: &str, values: &[String]) {
    if !values.is_empty() {
        labels.insert(property.to_owned(), values.join("\n"));
    }
}

/// The names that an actor has so far.
struct Names {
    known: BTreeSet<String>,
    /// The script of the display name.
    script: Option<Script>,
}

impl Names {
    fn of(display_name: &str) -> Self {
        Self { known: BTreeSet::from([display_name.to_owned()]), script: script(display_name) }
    }

    /// A further name as an alias, unless it is known. Without a kind it is a name of the same rank as the display name.
    fn alias(&mut self, name: &str, kind: Option<AliasKind>) -> Option<Alias> {
        if !self.known.insert(name.to_owned()) {
            return None;
        }
        let script = script(name);
        let same = if script == self.script { AliasKind::Alias } else { AliasKind::Transliteration };
        // The language is not known; of the writing system so much is.
        let language = match script {
            None | Some(Script::Latin) => String::new(),
            Some(script) => format!("und-{}", script.short_name()),
        };
        Some(Alias { text: name.to_owned(), language, kind: kind.unwrap_or(same).into() })
    }
}

/// Leaves out what stands in a list a second time.
fn keep_first(list: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    list.retain(|text| seen.insert(text.clone()));
}

/// The script of the first letter that has one.
fn script(name: &str) -> Option<Script> {
    let has_one = |script: &Script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown);
    name.chars().map(|letter| letter.script()).find(has_one)
}
