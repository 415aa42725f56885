//! Languages as feeds name them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::{is_language, usual_case};

/// Minimum characters of a language's name; a shorter text is a code.
const MIN_NAME_CHARS: usize = 4;

/// Codes by the names of languages in lower case: the English name and the language's own name.
static NAMES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    for language in isolang::languages() {
        let code = language.to_639_1().unwrap_or(language.to_639_3());
        // Some English names have an addition in parentheses: "Modern Greek (1453-)".
        let english = language.to_name().split(" (").next().unwrap_or_default();
        for name in [Some(english), language.to_autonym()].into_iter().flatten() {
            names.entry(name.to_lowercase()).or_insert(code);
        }
    }
    names
});

/// The BCP-47 tag for a tag in any case, with `_` or `-`, or for the name of a language in English or in itself.
pub(in crate::format) fn parse(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    if is_language(&tag) {
        return Some(usual_case(&tag));
    }
    let name = text.trim().to_lowercase();
    let is_name = name.chars().count() >= MIN_NAME_CHARS;
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
}
