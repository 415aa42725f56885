//! Actors that a feed identifies in one review and names alone in another.
//!
//! Two people may have one name, so that a name alone makes nobody the bearer of an identifier, and names of records
//! must not change when another review comes. Both stay, and whoever can tell is told.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::key;
use crate::format::emit::Emitter;
use crate::model::Code;
use crate::proto::v1::Actor;

/// The scheme of the identifiers that records are named by.
const SCHEME: &str = "wikidata";

/// Who is called what in a feed. Takes some bytes for each actor, of which a load keeps far more.
#[derive(Default)]
pub(super) struct Namesakes {
    /// Those who are named alone, by the hash of their resource names, with the line of the first mention.
    named: FxHashMap<u64, u32>,
    /// Those who are identified, by the resource name that they would have if they were named alone.
    identified: BTreeMap<String, BTreeSet<String>>,
    /// Hashes of the identified ones with what they are called, so that a name is folded once.
    seen: FxHashSet<u64>,
}

impl Namesakes {
    /// Takes in an actor that stands at a line.
    pub(super) fn see(&mut self, line: u32, actor: &Actor) {
        let Actor { name, display_name, identifiers, .. } = actor;
        if identifiers.iter().all(|identifier| identifier.scheme != SCHEME) {
            self.named.entry(hash(&[name])).or_insert(line);
        } else if self.seen.insert(hash(&[name, display_name])) {
            self.identified.entry(key::actor(None, display_name)).or_default().insert(name.clone());
        }
    }

    /// Reports those who are named alone and called as somebody who is identified.
    pub(super) fn report(self, emitter: &mut Emitter<'_>) {
        for (name, others) in self.identified {
            let Some(line) = self.named.get(&hash(&[&name])) else { continue };
            emitter.at(*line);
            let (verb, others) = (if others.len() == 1 { "is" } else { "are" }, others.into_iter().collect::<Vec<_>>());
            let message = format!("is called as {} {verb}, and has no identifier", others.join(" and "));
            emitter.finding(&name, Code::Namesake, "identifiers", message);
        }
    }
}

fn hash(parts: &[&str]) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = FxHasher::default();
    parts.hash(&mut hasher);
    hasher.finish()
}
