//! Makes an actor of an entity.

use std::collections::{BTreeMap, BTreeSet};

use unicode_script::{Script, UnicodeScript};

use super::entity::{Entity, label};
use crate::format::reading::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::{Actor, ActorType, Alias, AliasKind, Identifier, Role};

/// Makes the actor of an entity; `of_schema` is the type of its schema.
pub(super) fn actor(entity: &Entity, of_schema: ActorType) -> (Actor, Findings) {
    let mut findings = Findings::default();
    let mut actor = Actor {
        name: stable_name::of_id(Resource::Actor, &entity.id),
        display_name: display_name(entity, &mut findings),
        r#type: actor_type(of_schema, entity.values("topics")).into(),
        provenance: Some(entity.provenance()),
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
    entity.label_history(&mut actor.labels);
    (actor, findings)
}

/// The caption; else the first name in Latin script, the first name, the first alias, or first and last name.
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

/// Puts the values of a property into their field.
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

/// Puts the first value into a single field and the others into a label.
fn first_or_labels(field: &mut String, labels: &mut BTreeMap<String, String>, property: &str, values: &[String]) {
    let (first, rest) = if field.is_empty() { values.split_at(values.len().min(1)) } else { values.split_at(0) };
    if let [first] = first {
        field.clone_from(first);
    }
    label(labels, property, rest);
}

/// The names of an actor so far.
struct Names {
    known: BTreeSet<String>,
    /// The script of the display name.
    script: Option<Script>,
}

impl Names {
    fn of(display_name: &str) -> Self {
        Self { known: BTreeSet::from([display_name.to_owned()]), script: script(display_name) }
    }

    /// A further name as an alias; None if it is known. Without a kind it ranks as the display name does.
    fn alias(&mut self, name: &str, kind: Option<AliasKind>) -> Option<Alias> {
        if !self.known.insert(name.to_owned()) {
            return None;
        }
        let script = script(name);
        let same = if script == self.script { AliasKind::Alias } else { AliasKind::Transliteration };
        // The script is known, but not the language.
        let language = match script {
            None | Some(Script::Latin) => String::new(),
            Some(script) => format!("und-{}", script.short_name()),
        };
        Some(Alias { text: name.to_owned(), language, kind: kind.unwrap_or(same).into() })
    }
}

/// Removes duplicates from a list.
fn keep_first(list: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    list.retain(|text| seen.insert(text.clone()));
}

/// The script of the first letter with a script.
fn script(name: &str) -> Option<Script> {
    let has_one = |script: &Script| !matches!(script, Script::Common | Script::Inherited | Script::Unknown);
    name.chars().map(|letter| letter.script()).find(has_one)
}

// === Types and fields ===

/// Topics that are more specific about an organization than its schema.
const TOPICS: [(&str, ActorType); 2] =
    [("pol.party", ActorType::PoliticalParty), ("gov.igo", ActorType::InternationalBody)];

/// The type of an actor, by its schema and topics.
fn actor_type(of_schema: ActorType, topics: &[String]) -> ActorType {
    let by_topic = TOPICS.iter().find(|(topic, _)| topics.iter().any(|one| one == topic));
    match (of_schema, by_topic) {
        (ActorType::Person, _) | (_, None) => of_schema,
        (_, Some((_, by_topic))) => *by_topic,
    }
}

/// The field for the values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Display name and aliases.
    Name,
    Alias(AliasKind),
    /// An identifier of a scheme.
    Identifier(&'static str),
    Country,
    Role,
    Description,
    Url,
    /// A label under the property's name.
    Label,
}

/// The properties with a field. Codes that many share (of a region, a tax office, a trade) are not identifiers and become
/// labels like all other properties.
const PLACES: [(&str, Place); 47] = [
    ("name", Place::Name),
    ("alias", Place::Alias(AliasKind::Alias)),
    ("previousName", Place::Alias(AliasKind::Previous)),
    ("weakAlias", Place::Alias(AliasKind::Weak)),
    ("abbreviation", Place::Alias(AliasKind::Abbreviation)),
    ("country", Place::Country),
    ("nationality", Place::Country),
    ("citizenship", Place::Country),
    ("jurisdiction", Place::Country),
    ("mainCountry", Place::Country),
    ("position", Place::Role),
    ("description", Place::Description),
    ("summary", Place::Description),
    ("website", Place::Url),
    ("wikidataId", Place::Identifier("wikidata")),
    ("leiCode", Place::Identifier("lei")),
    ("registrationNumber", Place::Identifier("registration")),
    ("taxNumber", Place::Identifier("tax")),
    ("vatCode", Place::Identifier("vat")),
    ("idNumber", Place::Identifier("id_number")),
    ("passportNumber", Place::Identifier("passport")),
    ("socialSecurityNumber", Place::Identifier("ssn")),
    ("licenseNumber", Place::Identifier("license")),
    ("innCode", Place::Identifier("inn")),
    ("ogrnCode", Place::Identifier("ogrn")),
    ("okpoCode", Place::Identifier("okpo")),
    ("bikCode", Place::Identifier("bik")),
    ("pfrNumber", Place::Identifier("pfr")),
    ("voenCode", Place::Identifier("voen")),
    ("uscCode", Place::Identifier("uscc")),
    ("jibCode", Place::Identifier("jib")),
    ("mbsCode", Place::Identifier("mbs")),
    ("irsCode", Place::Identifier("irs")),
    ("cikCode", Place::Identifier("cik")),
    ("cageCode", Place::Identifier("cage")),
    ("npiCode", Place::Identifier("npi")),
    ("giiNumber", Place::Identifier("giin")),
    ("dunsCode", Place::Identifier("duns")),
    ("uniqueEntityId", Place::Identifier("uei")),
    ("swiftBic", Place::Identifier("bic")),
    ("imoNumber", Place::Identifier("imo")),
    ("permId", Place::Identifier("permid")),
    ("isinCode", Place::Identifier("isin")),
    ("ricCode", Place::Identifier("ric")),
    ("icijId", Place::Identifier("icij")),
    ("bvdId", Place::Identifier("bvd")),
    ("opencorporatesUrl", Place::Identifier("opencorporates")),
];

/// The field for the values of a property.
fn place(property: &str) -> Place {
    PLACES.iter().find(|(name, _)| *name == property).map_or(Place::Label, |(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_decides_the_type_of_an_organization_but_not_of_a_person() {
        let topics = ["sanction".to_owned(), "pol.party".to_owned()];
        assert_eq!(actor_type(ActorType::Organization, &topics), ActorType::PoliticalParty);
        assert_eq!(actor_type(ActorType::Person, &topics), ActorType::Person);
        assert_eq!(actor_type(ActorType::Organization, &topics[..1]), ActorType::Organization);
    }

    #[test]
    fn every_property_has_one_field_and_schemes_are_lower_snake_case() {
        let names: BTreeSet<_> = PLACES.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), PLACES.len());
        for (_, place) in PLACES {
            if let Place::Identifier(scheme) = place {
                assert!(scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{scheme}");
            }
        }
    }

    #[test]
    fn a_property_without_a_field_is_a_label() {
        assert_eq!(place("birthDate"), Place::Label);
        assert_eq!(place("kppCode"), Place::Label);
    }
}
