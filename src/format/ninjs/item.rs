//! A news item, in the words of any generation of ninjs.
//!
//! Between the second and the third generation names changed in their case alone, `versioncreated` to `versionCreated`;
//! so names are looked up without regard to it. From the first to the second, lists took the place of names that end in
//! a kind, `body_text` of `bodies`.

use serde_json::{Map, Value};

/// A JSON object of a news item, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'v>(pub(super) &'v Map<String, Value>);

/// A text with what it is and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content<'v> {
    /// What it is: `main`, `caption`. In the first generation the end of the name. May be empty.
    pub(super) role: &'v str,
    /// Media type; may be empty.
    pub(super) media_type: &'v str,
    /// The text.
    pub(super) value: &'v str,
}

impl<'v> Item<'v> {
    /// The value of a name, `null` left out.
    pub(super) fn get(self, name: &str) -> Option<&'v Value> {
        self.0.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null()).map(|(_, value)| value)
    }

    /// The text of a name; empty where there is none. A number counts as text.
    pub(super) fn text(self, name: &str) -> String {
        match self.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// The same without a copy; a number does not count.
    fn str(self, name: &str) -> &'v str {
        self.get(name).and_then(Value::as_str).map_or("", str::trim)
    }

    /// The objects of the first of these names that has some: a list of them, a single one, or, as associations were
    /// written at first, an object of objects.
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

    /// The texts of a kind: `bodies` is the list of the later generations, `body` what names of the first begin with.
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

    /// What the subjects, places or genres of these names are called.
    pub(super) fn names(self, names: &[&str]) -> Vec<String> {
        let called = |one: Item<'v>| {
            ["name", "literal", "code", "uri"].iter().map(|key| one.text(key)).find(|text| !text.is_empty())
        };
        let mut called: Vec<String> = self.objects(names).into_iter().filter_map(called).collect();
        let mut seen = std::collections::BTreeSet::new();
        called.retain(|name| seen.insert(name.clone()));
        called
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_found_in_the_case_of_either_generation() {
        for json in [r#"{"versioncreated":"x"}"#, r#"{"versionCreated":" x"}"#] {
            assert_eq!(Item(&object(json)).text("versioncreated"), "x");
        }
        assert_eq!(Item(&object(r#"{"urgency":4,"title":null}"#)).text("urgency"), "4");
        assert_eq!(Item(&object(r#"{"title":null}"#)).text("title"), "");
    }

    #[test]
    fn texts_are_found_in_lists_and_under_names_of_their_own() {
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
}
