//! Access to a news item of any generation of ninjs, and the choice of its text and title.
//!
//! The third generation only changed the case of names (`versioncreated` to `versionCreated`), so names are looked up
//! case-insensitively. The second replaced names with a suffix by lists (`body_text` by `bodies`).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::format::reading::html;

/// The JSON object of a news item or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'v>(pub(super) &'v Map<String, Value>);

/// A text with its role and media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content<'v> {
    /// Role, such as `main` or `caption`; in the first generation the suffix of the name. May be empty.
    pub(super) role: &'v str,
    /// Media type. May be empty.
    pub(super) media_type: &'v str,
    /// The text.
    pub(super) value: &'v str,
}

impl<'v> Item<'v> {
    /// The value of a name; None for `null`.
    pub(super) fn get(self, name: &str) -> Option<&'v Value> {
        self.0.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null()).map(|(_, value)| value)
    }

    /// The text or number of a name, as text. Empty if there is none.
    pub(super) fn text(self, name: &str) -> String {
        match self.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The text of a name, without a copy. Empty if there is none.
    fn str(self, name: &str) -> &'v str {
        self.get(name).and_then(Value::as_str).map_or("", str::trim)
    }

    /// The objects of the first of these names that is present: a list, a single object, or an object of objects, as
    /// associations are in the first generation.
    pub(super) fn objects(self, names: &[&str]) -> Vec<Item<'v>> {
        let value = names.iter().find_map(|name| self.get(name));
        let objects: Vec<&Value> = match value {
            Some(Value::Array(values)) => values.iter().collect(),
            Some(Value::Object(object)) if !object.is_empty() && object.values().all(Value::is_object) => {
                object.values().collect()
            }
            Some(value) => vec![value],
            None => Vec::new(),
        };
        objects.into_iter().filter_map(Value::as_object).map(Item).collect()
    }

    /// The texts of a kind: those of a list (`bodies`), and in the first generation those of names with a prefix (`body`).
    pub(super) fn contents(self, list: &str, first_generation: &str) -> Vec<Content<'v>> {
        let listed = self.objects(&[list]).into_iter().map(|content| Content {
            role: content.str("role"),
            media_type: content.str("contenttype"),
            value: content.get("value").and_then(Value::as_str).unwrap_or_default(),
        });
        let single = self.0.iter().filter_map(|(key, value)| {
            let role = match key.strip_prefix(first_generation)? {
                "" => "",
                role => role.strip_prefix('_')?,
            };
            Some(Content { role, media_type: "", value: value.as_str()? })
        });
        listed.chain(single).filter(|content| !content.value.trim().is_empty()).collect()
    }

    /// The names of subjects, places or genres, without duplicates.
    pub(super) fn names(self, names: &[&str]) -> Vec<String> {
        let called = |one: Item<'v>| {
            ["name", "literal", "code", "uri"].iter().map(|key| one.text(key)).find(|text| !text.is_empty())
        };
        let mut called: Vec<String> = self.objects(names).into_iter().filter_map(called).collect();
        let mut seen = BTreeSet::new();
        called.retain(|name| seen.insert(name.clone()));
        called
    }
}

/// The text of an item; None if it has none that can be read. The bodies of an item have the same content in several
/// forms. Plain text is preferred; otherwise the text of HTML is used.
pub(super) fn body(item: Item<'_>) -> Option<String> {
    let bodies = item.contents("bodies", "body");
    if let Some(plain) = bodies.iter().find(|body| form(body) == Form::Plain) {
        return Some(plain.value.to_owned());
    }
    let page = bodies.iter().find(|body| form(body) == Form::Html)?;
    Some(html::text(page.value)).filter(|text| !text.is_empty())
}

/// The main headline of an item, and the other headlines with their roles.
pub(super) fn title(item: Item<'_>) -> (String, Vec<Content<'_>>) {
    let mut headlines = item.contents("headlines", "headline");
    let is_main = |headline: &Content<'_>| headline.role.is_empty() || headline.role == "main";
    let main = headlines.iter().position(is_main).or((!headlines.is_empty()).then_some(0));
    let title = main.map(|main| headlines.remove(main));
    let title = match title {
        Some(title) if form(&title) == Form::Html => html::text(title.value),
        Some(title) => title.value.trim().to_owned(),
        None => item.text("title"),
    };
    (title, headlines)
}

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Html,
    /// A form that is not read, such as NITF.
    Other,
}

fn form(content: &Content<'_>) -> Form {
    let form = if content.media_type.is_empty() { content.role } else { content.media_type };
    let form = form.to_ascii_lowercase();
    if form.contains("html") {
        Form::Html
    } else if form.contains("xml") || form.contains("nitf") || form.contains("json") {
        Form::Other
    } else {
        // `text`, or a role that does not name a form, or nothing.
        Form::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_found_in_any_case() {
        for json in [r#"{"versioncreated":"x"}"#, r#"{"versionCreated":" x"}"#] {
            assert_eq!(Item(&object(json)).text("versioncreated"), "x");
        }
        assert_eq!(Item(&object(r#"{"urgency":4,"title":null}"#)).text("urgency"), "4");
        assert_eq!(Item(&object(r#"{"title":null}"#)).text("title"), "");
    }

    #[test]
    fn texts_are_found_in_lists_and_under_names_with_a_prefix() {
        let object = object(
            r#"{"body_text":"a","bodies":[{"role":"main","contentType":"text/plain","value":"b"},{"value":""},7],"bodyguard":"no"}"#,
        );
        let found = Item(&object).contents("bodies", "body");
        let shown: Vec<_> = found.iter().map(|one| (one.role, one.media_type, one.value)).collect();
        assert_eq!(shown, [("main", "text/plain", "b"), ("text", "", "a")]);
    }

    #[test]
    fn a_list_an_object_of_objects_and_a_single_object_are_read_alike() {
        for json in [
            r#"{"subject":[{"name":"a"},{"name":"a"},{"literal":"b"}]}"#,
            r#"{"subject":{"x":{"name":"a"},"y":{"code":"b"}}}"#,
        ] {
            assert_eq!(Item(&object(json)).names(&["subjects", "subject"]), ["a", "b"]);
        }
        assert_eq!(Item(&object(r#"{"subject":{"name":"a"}}"#)).names(&["subject"]), ["a"]);
    }

    fn body_of(json: &str) -> Option<String> {
        body(Item(&serde_json::from_str(json).unwrap()))
    }

    #[test]
    fn plain_text_is_preferred_and_not_changed() {
        let json = r#"{"body_xhtml":"<p>a</p>","body_text":" a <b>\r\n"}"#;
        assert_eq!(body_of(json).as_deref(), Some(" a <b>\r\n"));
        let json =
            r#"{"bodies":[{"contenttype":"text/html","value":"<p>a"},{"contenttype":"text/plain","value":"b"}]}"#;
        assert_eq!(body_of(json).as_deref(), Some("b"));
    }

    #[test]
    fn markup_of_html_is_removed_and_other_forms_are_not_read() {
        for json in [
            r#"{"body_xhtml":"<p>a</p><p>b</p>"}"#,
            r#"{"bodies":[{"role":"nitf","contentType":"text/vnd.IPTC.NITF","value":"<nitf/>"},{"contentType":"text/html5","value":"<p>a<p>b"}]}"#,
        ] {
            assert_eq!(body_of(json).as_deref(), Some("a\nb"), "{json}");
        }
        assert_eq!(body_of(r#"{"bodies":[{"contenttype":"application/xml","value":"<x/>"}]}"#), None);
        assert_eq!(body_of(r#"{"body_text":"  "}"#), None);
    }

    #[test]
    fn the_main_headline_is_the_title_and_the_others_are_kept() {
        let item = serde_json::from_str(
            r#"{"headlines":[{"role":"short","value":"s"},{"role":"main","value":" m "}],"title":"t"}"#,
        )
        .unwrap();
        let (title, others) = title(Item(&item));
        assert_eq!((title.as_str(), others.len(), others[0].value), ("m", 1, "s"));
    }
}
