//! Languages as feeds name them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::node::{Node, text};
use super::notes::Notes;
use crate::format::json::Json;
use crate::model::{is_language, usual_case};

/// Fewest letters of a name of a language: three are a code.
const SHORTEST_NAME: usize = 4;

/// The language of a review, BCP-47. Empty where the feed does not say one: texts are too short to tell it. One that
/// cannot be read goes to the labels.
pub(super) fn language(node: Node<'_>, notes: &mut Notes) -> String {
    let mut read = String::new();
    for value in node.values("inLanguage") {
        let Some(text) = text_of(value) else { continue };
        match parse(&text) {
            Some(tag) if read.is_empty() => read = tag,
            Some(tag) if tag == read => {}
            Some(_) => notes.keep("inLanguage", &text, "is a second language"),
            None => notes.keep("inLanguage", &text, "is no language that is known"),
        }
    }
    read
}

/// The text of a language, or of an object that is one: its code before its name.
fn text_of(value: &Json) -> Option<String> {
    Node::new(value).and_then(|node| node.first_text(&["alternateName", "identifier"])).or_else(|| text(value))
}

/// Codes of languages by their names in lower case: the English one, and what the language calls itself.
static NAMES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    for language in isolang::languages() {
        let code = language.to_639_1().unwrap_or(language.to_639_3());
        // Some English names have a part in parentheses: "Modern Greek (1453-)".
        let english = language.to_name().split(" (").next().unwrap_or_default();
        for name in [Some(english), language.to_autonym()].into_iter().flatten() {
            names.entry(name.to_lowercase()).or_insert(code);
        }
    }
    names
});

/// Reads a tag in any case, with `_` for `-` too, or the name of a language in English or in the language itself.
fn parse(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    if is_language(&tag) {
        return Some(usual_case(&tag));
    }
    let name = text.trim().to_lowercase();
    // Some languages of few speakers have names of one letter.
    let is_name = name.chars().count() >= SHORTEST_NAME;
    is_name.then(|| NAMES.get(&name).map(|code| (*code).to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names_are_languages() {
        for (text, tag) in [
            ("en", "en"),
            ("EN_us", "en-US"),
            ("English", "en"),
            ("german", "de"),
            ("Deutsch", "de"),
            ("Español", "es"),
            ("हिन्दी", "hi"),
            ("Arabic", "ar"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(tag), "{text}");
        }
        for text in ["", "Klingonish", "12", "e"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_language_is_kept_as_a_label() {
        let json =
            Json::parse(r#"{"inLanguage":["tlh?",{"@type":"Language","name":"French","alternateName":"fr"},"de"]}"#);
        let mut notes = Notes::default();
        assert_eq!(language(Node::new(&json.unwrap()).unwrap(), &mut notes), "fr");
        assert_eq!(notes.finish().1["inLanguage"], "tlh?; de");
    }
}
