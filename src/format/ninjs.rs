//! IPTC ninjs, news items in JSON, generations 1 to 3.
//!
//! Reading order: [`item`] looks names up in any generation, [`release`] says whether an item may be served, [`body`]
//! chooses its text, [`article`] and [`parties`] make records. Items that stand in others, as their associations, are
//! items too.

mod article;
mod body;
mod item;
mod parties;
mod release;

use std::io::{self, BufRead};

use serde_json::Value;

use self::article::Made;
use self::item::Item;
use self::release::Release;
use super::emit::{Emitted, Emitter};
use super::json_items::{self, read_items};
use super::{Parsed, ReadLimits, json_head, stable_name};
use crate::model::{Code, Findings, Repeat, Resource};
use crate::proto::Timestamp;
use crate::proto::v1::record::Record as Kind;

/// Names that only news items have, in lower case.
const TELLING: [&str; 17] = [
    "$standard",
    "associations",
    "altids",
    "bodies",
    "body_html",
    "body_text",
    "body_xhtml",
    "contentcreated",
    "eventdetails",
    "firstcreated",
    "headline",
    "headlines",
    "pubstatus",
    "renditions",
    "representationtype",
    "usageterms",
    "versioncreated",
];

/// Whether the first bytes of a file are a news item, or a list of them.
pub(super) fn recognises(head: &[u8]) -> bool {
    let keys: Vec<String> = json_head::members(head).into_iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
    let has_uri = keys.iter().any(|key| key == "uri");
    let telling = keys.iter().filter(|key| TELLING.contains(&key.as_str())).count();
    telling >= 2 || (has_uri && telling >= 1)
}

/// Reads items to the end of `input`: one, a list, or one after the other.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let parse = |element: json_items::Item<'_>| {
        Emitted::at(element.line, |emitter| match element.content.map(serde_json::from_slice) {
            Ok(Ok(value)) => emit(&value, &limits.now, emitter),
            Ok(Err(error)) => emitter.finding("", Code::NotJson, "", error.to_string()),
            Err(fault) => emitter.fault(fault),
        })
    };
    read_items(input, &[], limits, parse, |emitted| emitter.hand_over(emitted))?;
    emitter.finish();
    Ok(())
}

/// Hands over what an item is, and the items that stand in it.
fn emit(value: &Value, now: &Timestamp, emitter: &mut Emitter<'_>) {
    match value {
        Value::Object(object) => emit_item(Item(object), now, emitter),
        _ => emitter.finding("", Code::ItemInvalid, "", "is not an object"),
    }
}

fn emit_item(item: Item<'_>, now: &Timestamp, emitter: &mut Emitter<'_>) {
    let uri = item.text("uri");
    let held_back = match Release::of(item, now) {
        Release::Free => None,
        Release::HeldBack(why) => Some((Code::ItemHeldBack, "", format!("{uri}: {why}"))),
        Release::Unreadable(embargo) => {
            Some((Code::ValueInvalid, "embargoed", format!("{embargo} is no time, so that the item is not served")))
        }
    };
    if let Some((code, field, message)) = held_back {
        // An earlier version of it may have been read; and what stands in it is not free before it is.
        emitter.finding(&uri_name(&uri), code, field, message);
        return emitter.remove(uri_name(&uri));
    }
    let text = body::body(item);
    match passed_over(item, text.as_deref()) {
        Some(what) => emitter.skip(what),
        None if uri.is_empty() => emitter.finding("", Code::ItemInvalid, "uri", "is missing"),
        None => emit_article(item, text, emitter),
    }
    for association in item.objects(&["associations"]) {
        emit_item(association, now, emitter);
    }
}

/// What an item is that becomes no article: it has no text, and is none of which only the text is missing.
fn passed_over(item: Item<'_>, text: Option<&str>) -> Option<String> {
    let kind = item.text("type").to_ascii_lowercase();
    match kind.as_str() {
        _ if text.is_some() => None,
        "text" | "composite" => None,
        "" if item.get("eventdetails").is_some() => Some("items on events without a text".to_owned()),
        "" if item.get("renditions").is_none() && !body::title(item).0.is_empty() => None,
        "" => Some("items without a text that do not say what they are".to_owned()),
        kind => Some(format!("items of type {kind} without a text")),
    }
}

fn emit_article(item: Item<'_>, text: Option<String>, emitter: &mut Emitter<'_>) {
    let is_missing = text.is_none();
    let Made { article, actors, mut findings } = article::article(item, text.unwrap_or_default());
    if is_missing {
        findings.add(Code::TextMissing, "body", "there is no body as plain text or HTML");
    }
    for actor in actors {
        emitter.record(Kind::Actor(actor), Findings::default());
    }
    // Of two versions the one that is read later counts: a feed is in order, and a correction corrects.
    emitter.record_by(Kind::Article(article), findings, Repeat::Replace);
}

/// The name of an article, by the URI that its provider gave it.
fn uri_name(uri: &str) -> String {
    stable_name::hashed(Resource::Article, "ninjs", &[uri])
}

#[cfg(test)]
mod tests;
