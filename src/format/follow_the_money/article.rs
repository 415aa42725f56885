//! Makes an article of a document.

use std::collections::BTreeSet;

use super::entity::{Entity, label};
use crate::format::reading::{html, stable_name, time};
use crate::model::{Code, Findings, Resource, quoted};
use crate::proto::v1::{Article, PartialTime};

/// Makes the article of a document.
pub(super) fn article(entity: &Entity) -> (Article, Findings) {
    let mut findings = Findings::default();
    let mut fields = Fields { entity, taken: BTreeSet::new() };
    let mut article = Article {
        name: stable_name::of_id(Resource::Article, &entity.id),
        title: fields.first(&["title", "subject", "name"]).unwrap_or(entity.caption.clone()),
        language: fields.first(&["language"]).unwrap_or_default(),
        publisher: fields.first(&["publisher"]).unwrap_or_default(),
        authors: fields.all("author"),
        url: fields.first(&["sourceUrl"]).unwrap_or_default(),
        publish_time: fields.time(&["publishedAt", "date", "authoredAt"], "publish_time", &mut findings),
        modify_time: fields.time(&["modifiedAt"], "modify_time", &mut findings),
        topics: fields.all("keywords"),
        body: fields.body(),
        provenance: Some(entity.provenance()),
        ..Article::default()
    };
    for (property, values) in &entity.properties {
        let rest = values.iter().filter(|value| !fields.taken.contains(&(property.as_str(), value.as_str())));
        label(&mut article.labels, property, &rest.cloned().collect::<Vec<_>>());
    }
    entity.label_history(&mut article.labels);
    (article, findings)
}

/// The properties of an entity, and the values that were put into a field. The others become labels.
struct Fields<'e> {
    entity: &'e Entity,
    /// Property and value.
    taken: BTreeSet<(&'e str, &'e str)>,
}

impl<'e> Fields<'e> {
    fn values(&self, property: &'e str) -> impl Iterator<Item = (&'e str, &'e str)> + Clone + use<'e> {
        self.entity.values(property).iter().map(move |value| (property, value.as_str()))
    }

    /// The first value of the first property with a value.
    fn first(&mut self, properties: &[&'e str]) -> Option<String> {
        let found = properties.iter().find_map(|property| self.values(property).next())?;
        self.taken.insert(found);
        Some(found.1.to_owned())
    }

    fn all(&mut self, property: &'e str) -> Vec<String> {
        self.taken.extend(self.values(property));
        self.entity.values(property).to_vec()
    }

    /// The first value that is a time, of the first property with one.
    fn time(&mut self, properties: &[&'e str], field: &str, findings: &mut Findings) -> Option<PartialTime> {
        let mut values = properties.iter().flat_map(|property| self.values(property));
        let found = values.clone().find_map(|value| Some((value, time::parse_iso(value.1)?)));
        if let (None, Some((property, value))) = (&found, values.next()) {
            findings.add(Code::KeptAsLabel, field, format!("{property} {} is not a date", quoted(value)));
        }
        let (value, time) = found?;
        self.taken.insert(value);
        Some(time)
    }

    /// The plain text; else the text of the HTML.
    fn body(&mut self) -> String {
        let texts = self.all("bodyText");
        if !texts.is_empty() {
            return texts.join("\n\n");
        }
        self.all("bodyHtml").iter().map(|page| html::text(page)).collect::<Vec<_>>().join("\n\n")
    }
}
