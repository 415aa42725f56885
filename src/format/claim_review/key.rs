//! What tells one claim, actor or page from another: stable names.

use crate::format::stable_name::hashed;
use crate::model::{Resource, canonical_url, fold, is_quote_mark};

/// What a claim or a name is compared by: folded, without quotation marks around it and stops at its end.
pub(super) fn folded(text: &str) -> String {
    let folded = fold(text);
    let is_around = |letter: char| letter.is_whitespace() || is_quote_mark(letter);
    folded
        .trim_start_matches(is_around)
        .trim_end_matches(|letter| is_around(letter) || matches!(letter, '.' | '!'))
        .to_owned()
}

/// The name of a claim: its claimants and its wording. Two reviewers of one claim come to one name.
pub(super) fn claim(claimants: &[&str], text: &str) -> String {
    let mut claimants = claimants.to_vec();
    claimants.sort_unstable();
    claimants.dedup();
    let mut parts = vec![folded(text)];
    parts.extend(claimants.into_iter().map(str::to_owned));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    hashed(Resource::Claim, "reviewed", &parts)
}

/// The name of an actor: the Wikidata item where it is known, else what it is called.
pub(super) fn actor(wikidata: Option<&str>, display_name: &str) -> String {
    if let Some(item) = wikidata {
        return format!("{}/wikidata-{item}", Resource::Actor.collection());
    }
    let key = folded(display_name);
    hashed(Resource::Actor, &readable(&key), &[&key])
}

/// The name of the article at an address; None where it is none.
pub(super) fn article(url: &str) -> Option<String> {
    let key = canonical_url(url)?;
    let host = key.split(['/', '?', ':']).next().unwrap_or_default();
    Some(hashed(Resource::Article, &readable(host), &[&key]))
}

/// The beginning of a key in the characters that names may have, for people who read them.
fn readable(key: &str) -> String {
    let latin = any_ascii::any_ascii(key);
    let mut readable = String::new();
    for letter in latin.chars().take(MAX_READABLE) {
        if letter.is_ascii_alphanumeric() || letter == '.' {
            readable.push(letter.to_ascii_lowercase());
        } else if !readable.ends_with('-') {
            readable.push('-');
        }
    }
    let readable = readable.trim_matches('-');
    if readable.is_empty() { "x".to_owned() } else { readable.to_owned() }
}

/// Most characters of a key that stand in a name before its hash.
const MAX_READABLE: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check_name;
    use proptest::prelude::*;

    #[test]
    fn names_can_be_read_and_do_not_depend_on_how_a_name_is_printed() {
        assert!(actor(None, "Jane Doe").starts_with("actors/jane-doe-"), "{}", actor(None, "Jane Doe"));
        assert_eq!(actor(None, "Jane Doe"), actor(None, " “JANE  DOE” "));
        assert_ne!(actor(None, "Jane Doe"), actor(None, "Jane Do"));
        assert_eq!(actor(Some("Q42"), "anything"), "actors/wikidata-Q42");
        assert_eq!(article("https://www.a.org/x"), article("http://a.org/x/#y"));
    }

    #[test]
    fn a_claim_is_its_wording_and_its_claimants() {
        assert_eq!(claim(&["a", "b"], "The moon is blue."), claim(&["b", "a", "b"], "“The Moon  is blue”"));
        assert_ne!(claim(&["a"], "The moon is blue"), claim(&["b"], "The moon is blue"));
        assert_ne!(claim(&[], "The moon is blue"), claim(&[], "The moon is not blue"));
    }

    proptest! {
        #[test]
        fn every_text_makes_names(text in ".{0,300}") {
            prop_assert!(check_name(&actor(None, &text), Resource::Actor).is_ok());
            prop_assert!(check_name(&claim(&[&text], &text), Resource::Claim).is_ok());
        }
    }
}
