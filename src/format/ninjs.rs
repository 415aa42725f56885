//! IPTC ninjs: news items in JSON, generations 1 to 3.
//!
//! [`item`] reads members of any generation, and [`article`] makes the records. An item in another item, such as an
//! association, is an item too.

mod article;
mod item;

use std::io::{self, BufRead};

use serde_json::Value;

use self::article::{Made, uri_name};
use self::item::Item;
use super::reading::emit::{Emitted, Emitter};
use super::reading::json_items::{self, read_items};
use super::reading::{json, time};
use super::records::{Parsed, ReadLimits};
use crate::model::{Code, Findings, RecordOp};
use crate::proto::Timestamp;
use crate::proto::v1::record::Record as Kind;

/// Members that only news items have, in lower case.
const TELLING: &str = "$standard associations altids bodies body_html body_text body_xhtml contentcreated eventdetails \
    firstcreated headline headlines pubstatus renditions representationtype usageterms versioncreated";

/// Whether the first bytes of a file are a news item or a list of them.
pub(super) fn recognises(head: &[u8]) -> bool {
    let keys: Vec<String> = json::members(head).into_iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
    let has_uri = keys.iter().any(|key| key == "uri");
    let telling = keys.iter().filter(|key| TELLING.split(' ').any(|name| name == key.as_str())).count();
    telling >= 2 || (has_uri && telling >= 1)
}

/// Reads items to the end of `input`: one item, a list, or one item after the other.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    let parse = |element: json_items::Item<'_>| {
        Emitted::at(element.line, |emitter| match element.content.map(serde_json::from_slice) {
            Ok(Ok(value)) => emit(&value, &limits.now, emitter),
            Ok(Err(error)) => emitter.finding("", Code::NotJson, "", error.to_string()),
            Err(fault) => emitter.fault(fault),
        })
    };
    read_items(input, &[], limits, parse, |emitted| emitter.pass_on(emitted))?;
    emitter.finish();
    Ok(())
}

/// Emits an item and the items in it.
fn emit(value: &Value, now: &Timestamp, emitter: &mut Emitter<'_>) {
    match value {
        Value::Object(object) => emit_item(Item(object), now, emitter),
        _ => emitter.finding("", Code::ItemInvalid, "", "the item is not an object"),
    }
}

fn emit_item(item: Item<'_>, now: &Timestamp, emitter: &mut Emitter<'_>) {
    let uri = item.text("uri");
    let held_back = match Release::of(item, now) {
        Release::Free => None,
        Release::HeldBack(why) => Some((Code::ItemHeldBack, "", format!("{uri}: {why}"))),
        Release::Unreadable(embargo) => {
            Some((Code::ValueInvalid, "embargoed", format!("{embargo} is not a time, so the item is held back")))
        }
    };
    if let Some((code, field, message)) = held_back {
        // An earlier version may have been read. The items in it are held back too.
        emitter.finding(&uri_name(&uri), code, field, message);
        return emitter.remove(uri_name(&uri), RecordOp::RemoveIfPresent);
    }
    let text = item::body(item);
    match kind_without_text(item, text.as_deref()) {
        Some(what) => emitter.skip(what),
        None if uri.is_empty() => emitter.finding("", Code::ItemInvalid, "uri", "is missing"),
        None => emit_article(item, text, emitter),
    }
    for association in item.objects(&["associations"]) {
        emit_item(association, now, emitter);
    }
}

/// The kind of an item that is skipped because it has no text. None for an item with a text, and for a text item whose text
/// is missing.
fn kind_without_text(item: Item<'_>, text: Option<&str>) -> Option<String> {
    let kind = item.text("type").to_ascii_lowercase();
    match kind.as_str() {
        _ if text.is_some() => None,
        "text" | "composite" => None,
        "" if item.get("eventdetails").is_some() => Some("events without a text".to_owned()),
        "" if item.get("renditions").is_none() && !item::title(item).0.is_empty() => None,
        "" => Some("items of unknown type without a text".to_owned()),
        kind => Some(format!("items of type {kind} without a text")),
    }
}

fn emit_article(item: Item<'_>, text: Option<String>, emitter: &mut Emitter<'_>) {
    let is_missing = text.is_none();
    let Made { article, actors, mut findings } = article::article(item, text.unwrap_or_default());
    if is_missing {
        findings.add(Code::TextMissing, "body", "the item has no body as plain text or HTML");
    }
    for actor in actors {
        emitter.record(Kind::Actor(actor), Findings::default());
    }
    // The version that is read later counts, because feeds are in order.
    emitter.record_with(Kind::Article(article), findings, RecordOp::Replace);
}

/// Whether an item may be served.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Release {
    /// It may be served.
    Free,
    /// It may not be served now, or not any more; the reason.
    HeldBack(String),
    /// Its embargo cannot be read, so it is not served. The embargo as written.
    Unreadable(String),
}

impl Release {
    /// Whether an item may be served at a time.
    fn of(item: Item<'_>, now: &Timestamp) -> Self {
        let status = item.text("pubstatus").to_ascii_lowercase();
        // The status may also be a code of a vocabulary: `stat:canceled`, `http://cv.iptc.org/newscodes/pubstatusg2/withheld`.
        let status = status.rsplit([':', '/', '#']).next().unwrap_or_default();
        if matches!(status, "withheld" | "canceled" | "cancelled") {
            return Self::HeldBack(format!("its pubstatus is {status}"));
        }
        let Some(embargo) = item.get("embargoed") else { return Self::Free };
        let text = embargo.as_str().unwrap_or_default();
        match time::parse_iso(text).and_then(|time| time.time) {
            None => Self::Unreadable(embargo.to_string()),
            Some(until) if (until.seconds, until.nanos) > (now.seconds, now.nanos) => {
                Self::HeldBack(format!("it is embargoed until {text}"))
            }
            Some(_) => Self::Free,
        }
    }
}

#[cfg(test)]
mod tests;
