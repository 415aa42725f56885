//! From an item to an article.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item::Item;
use super::parties::{self, NamedActor};
use super::{body, uri_name};
use crate::format::partial_time;
use crate::model::{Code, Findings};
use crate::proto::v1::{Actor, Article, PartialTime, Provenance};

/// Names that have a field of their own, or are read elsewhere; in lower case. Files of media are not kept.
const READ: [&str; 28] = [
    "uri",
    "title",
    "language",
    "copyrightholder",
    "by",
    "byline",
    "firstcreated",
    "versioncreated",
    "contentcreated",
    "subjects",
    "subject",
    "people",
    "person",
    "organisations",
    "organisation",
    "usageterms",
    "pubstatus",
    "embargoed",
    "bodies",
    "headlines",
    "headline",
    "descriptions",
    "renditions",
    "associations",
    "places",
    "place",
    "genres",
    "genre",
];

/// What names of the first generation begin with that end in a kind of text.
const KINDS: [&str; 3] = ["body_", "headline_", "description_"];

/// An item as records.
pub(super) struct Made {
    pub(super) article: Article,
    /// Whom it names.
    pub(super) actors: Vec<Actor>,
    pub(super) findings: Findings,
}

/// The article that an item is, with its text.
pub(super) fn article(item: Item<'_>, body: String) -> Made {
    let mut findings = Findings::default();
    let (title, other_headlines) = body::title(item);
    let uri = item.text("uri");
    let mut article = Article {
        name: uri_name(&uri),
        title,
        language: item.text("language"),
        publisher: publisher(item),
        authors: authors(item),
        topics: item.names(&["subjects", "subject"]),
        provenance: Some(Provenance { record: uri.clone(), license: item.text("usageterms"), ..Provenance::default() }),
        body,
        ..Article::default()
    };
    set_times(&mut article, item, &mut findings);
    article.labels.insert("uri".to_owned(), uri);
    for headline in other_headlines {
        article.labels.insert(format!("headline.{}", headline.role), headline.value.to_owned());
    }
    label_rest(item, &mut article.labels);

    let named = parties::actors(item, &mut findings);
    article.mentions = parties::mentions(&named, &article.body);
    for NamedActor { actor, relation } in &named {
        if !relation.is_empty() {
            add_line(&mut article.labels, format!("rel.{relation}"), &actor.display_name);
        }
    }
    Made { article, actors: named.into_iter().map(|named| named.actor).collect(), findings }
}

/// Who published it: whoever has the rights; else where the information is from.
fn publisher(item: Item<'_>) -> String {
    let holder = item.text("copyrightholder");
    if !holder.is_empty() {
        return holder;
    }
    item.names(&["infosources", "infosource"]).into_iter().next().unwrap_or_default()
}

fn authors(item: Item<'_>) -> Vec<String> {
    ["by", "byline"].iter().map(|name| item.text(name)).filter(|by| !by.is_empty()).take(1).collect()
}

/// Published when it was first made known, changed with its version; of the two an item often has one.
fn set_times(article: &mut Article, item: Item<'_>, findings: &mut Findings) {
    let mut time = |name: &str| -> Option<PartialTime> {
        let text = item.text(name);
        let time = partial_time::parse(&text);
        if time.is_none() && !text.is_empty() {
            findings.add(Code::KeptAsLabel, name, format!("{text:?} is no time"));
            article.labels.insert(name.to_owned(), text);
        }
        time
    };
    let (first, version, content) = (time("firstcreated"), time("versioncreated"), time("contentcreated"));
    article.publish_time = first.or(version).or(content);
    article.modify_time = version.filter(|version| article.publish_time.is_some_and(|published| published != *version));
}

/// Everything else the item says, under its own names in lower case.
fn label_rest(item: Item<'_>, labels: &mut BTreeMap<String, String>) {
    for (key, value) in item.0 {
        let key = key.to_ascii_lowercase();
        let is_read = READ.contains(&key.as_str()) || KINDS.iter().any(|kind| key.starts_with(kind));
        let text = match value {
            _ if is_read => continue,
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        if !text.is_empty() {
            labels.insert(key, text);
        }
    }
    for description in item.contents("descriptions", "description") {
        let key =
            if description.role.is_empty() { "description" } else { &format!("description.{}", description.role) };
        labels.insert(key.to_owned(), description.value.to_owned());
    }
    for (key, singular) in [("places", "place"), ("genres", "genre")] {
        let names = item.names(&[key, singular]);
        if !names.is_empty() {
            labels.insert(key.to_owned(), names.join("\n"));
        }
    }
}

fn add_line(labels: &mut BTreeMap<String, String>, key: String, line: &str) {
    let text = labels.entry(key).or_default();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}
