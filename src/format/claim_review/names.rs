//! Resource names of claims, actors and articles in feeds, and actors that may be the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::format::reading::emit::Emitter;
use crate::format::reading::stable_name::hashed;
use crate::model::{Code, Resource, canonical_url};
use crate::proto::v1::Actor;
use crate::text::is_quote_mark;
use crate::text::quote::fold;

/// The form in which claims and names are compared: folded, without quotation marks around it or a full stop at its end.
pub(super) fn folded(text: &str) -> String {
    let folded = fold(text);
    let is_around = |letter: char| letter.is_whitespace() || is_quote_mark(letter);
    folded
        .trim_start_matches(is_around)
        .trim_end_matches(|letter| is_around(letter) || matches!(letter, '.' | '!'))
        .to_owned()
}

/// The name of a claim, by its claimants and its wording, so that reviews of one claim have the same name.
pub(super) fn claim_name(claimants: &[&str], text: &str) -> String {
    let mut claimants = claimants.to_vec();
    claimants.sort_unstable();
    claimants.dedup();
    let mut parts = vec![folded(text)];
    parts.extend(claimants.into_iter().map(str::to_owned));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    hashed(Resource::Claim, "reviewed", &parts)
}

/// The name of an actor, by its Wikidata item if it is known, else by its display name.
pub(super) fn actor_name(wikidata: Option<&str>, display_name: &str) -> String {
    if let Some(item) = wikidata {
        return format!("{}/wikidata-{item}", Resource::Actor.collection());
    }
    let key = folded(display_name);
    hashed(Resource::Actor, &readable(&key), &[&key])
}

/// The name of the article at a URL; None if it is not a web URL.
pub(super) fn article_name(url: &str) -> Option<String> {
    let key = canonical_url(url)?;
    let host = key.split(['/', '?', ':']).next().unwrap_or_default();
    Some(hashed(Resource::Article, &readable(host), &[&key]))
}

/// The beginning of a key in the characters of resource names, for people who read the name.
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

/// Maximum characters of a key in a name.
const MAX_READABLE: usize = 48;

// === Namesakes ===
// A feed may identify an actor in one review and only name it in another. Two people may have the same name, so a name
// does not get the identifier; and resource names must not change when another review comes. Both actors are kept, and
// the possible duplicate is reported.

/// The scheme of the identifiers that actors are named by.
const SCHEME: &str = "wikidata";

/// The actors of a feed by name. It takes a few bytes per actor, far less than the record.
#[derive(Default)]
pub(super) struct Namesakes {
    /// Actors without an identifier: the hash of the resource name, and the first line.
    unidentified: FxHashMap<u64, u32>,
    /// Actors with an identifier, by the resource name that they would have without it.
    identified: BTreeMap<String, BTreeSet<String>>,
    /// Hashes of the identified actors with their display names, so that each name is folded once.
    seen: FxHashSet<u64>,
}

impl Namesakes {
    /// Adds an actor at a line.
    pub(super) fn add(&mut self, line: u32, actor: &Actor) {
        let Actor { name, display_name, identifiers, .. } = actor;
        if identifiers.iter().all(|identifier| identifier.scheme != SCHEME) {
            self.unidentified.entry(hash(&[name])).or_insert(line);
        } else if self.seen.insert(hash(&[name, display_name])) {
            self.identified.entry(actor_name(None, display_name)).or_default().insert(name.clone());
        }
    }

    /// Reports the actors without an identifier that have the name of an actor with one.
    pub(super) fn report(self, emitter: &mut Emitter<'_>) {
        for (name, others) in self.identified {
            let Some(line) = self.unidentified.get(&hash(&[&name])) else { continue };
            emitter.at(*line);
            let others = others.into_iter().collect::<Vec<_>>().join(" and ");
            let message = format!("are missing, but the actor has the same name as {others}");
            emitter.finding(&name, Code::Namesake, "identifiers", message);
        }
    }
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = FxHasher::default();
    parts.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check_name;
    use proptest::prelude::*;

    #[test]
    fn names_are_readable_and_do_not_depend_on_case_and_quotation_marks() {
        assert!(actor_name(None, "Jane Doe").starts_with("actors/jane-doe-"), "{}", actor_name(None, "Jane Doe"));
        assert_eq!(actor_name(None, "Jane Doe"), actor_name(None, " “JANE  DOE” "));
        assert_ne!(actor_name(None, "Jane Doe"), actor_name(None, "Jane Do"));
        assert_eq!(actor_name(Some("Q42"), "anything"), "actors/wikidata-Q42");
        assert_eq!(article_name("https://www.a.org/x"), article_name("http://a.org/x/#y"));
    }

    #[test]
    fn a_claim_is_named_by_its_wording_and_claimants() {
        assert_eq!(claim_name(&["a", "b"], "The moon is blue."), claim_name(&["b", "a", "b"], "“The Moon  is blue”"));
        assert_ne!(claim_name(&["a"], "The moon is blue"), claim_name(&["b"], "The moon is blue"));
        assert_ne!(claim_name(&[], "The moon is blue"), claim_name(&[], "The moon is not blue"));
    }

    proptest! {
        #[test]
        fn every_text_becomes_valid_names(text in ".{0,300}") {
            prop_assert!(check_name(&actor_name(None, &text), Resource::Actor).is_ok());
            prop_assert!(check_name(&claim_name(&[&text], &text), Resource::Claim).is_ok());
        }
    }
}
