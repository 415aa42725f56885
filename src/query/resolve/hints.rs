//! What a query says besides the name: it raises or lowers the score of a name that agrees.

use super::ActorQuery;
use crate::names::{Feature, PartyKind};
use crate::proto::v1::{Actor, ActorType};

/// What one hint does to a score.
enum Effect {
    /// Takes this share of what is missing to 1, the more the better the name agrees.
    Raise(f64),
    /// Multiplies.
    Lower(f64),
    /// Sets to 1.
    Decide,
}

const SAME_TYPE: Effect = Effect::Raise(0.1);
const OTHER_TYPE: Effect = Effect::Lower(0.95);
/// A person for an organization or the other way round.
const OTHER_KIND: Effect = Effect::Lower(0.6);
const SAME_COUNTRY: Effect = Effect::Raise(0.2);
const OTHER_COUNTRY: Effect = Effect::Lower(0.85);
/// The actor has no country: an equal name that has the right one comes first.
const UNKNOWN_COUNTRY: Effect = Effect::Lower(0.98);
const SAME_IDENTIFIER: Effect = Effect::Decide;
/// Another identifier of a scheme in which an actor has one, or one that another actor has: who is meant is decided.
const OTHER_IDENTIFIER: Effect = Effect::Lower(0.6);

/// Countries of either side that an explanation shows.
const SHOWN_COUNTRIES: usize = 8;

/// The hints of a query held against one actor.
#[derive(Default)]
pub(super) struct Hints {
    found: Vec<(Effect, Feature)>,
}

impl Hints {
    /// `others` says that an identifier of the query is known to be another actor's.
    pub(super) fn of(query: &ActorQuery, actor: &Actor, others: bool) -> Self {
        let hints = [by_type(query, actor), by_country(query, actor), by_identifier(query, actor, others)];
        Self { found: hints.into_iter().flatten().collect() }
    }

    pub(super) fn apply(&self, score: f64) -> f64 {
        self.found.iter().fold(score, |score, (effect, _)| match effect {
            Effect::Raise(share) => score + (1.0 - score) * share * score,
            Effect::Lower(factor) => score * factor,
            Effect::Decide => 1.0,
        })
    }

    /// Whether a hint speaks for the actor on its own: its country or its identifier. A type does not, half of all
    /// actors share it.
    pub(super) fn corroborate(&self) -> bool {
        self.found.iter().any(|(effect, feature)| {
            matches!(effect, Effect::Decide) || matches!(effect, Effect::Raise(_)) && feature.feature == "country"
        })
    }

    pub(super) fn into_features(self) -> impl Iterator<Item = Feature> {
        self.found.into_iter().map(|(_, feature)| feature)
    }
}

fn by_type(query: &ActorQuery, actor: &Actor) -> Option<(Effect, Feature)> {
    let (asked, found) = (query.actor_type?, actor.r#type());
    if found == ActorType::Unspecified {
        return None;
    }
    let kinds = [asked, found].map(PartyKind::from);
    let effect = if asked == found {
        SAME_TYPE
    } else if kinds[0] == kinds[1] || kinds.contains(&PartyKind::Unknown) {
        OTHER_TYPE
    } else {
        OTHER_KIND
    };
    let detail = format!("{} | {}", asked.as_str_name(), found.as_str_name());
    Some((effect, Feature { feature: "type", score: agreement(asked == found), detail }))
}

fn by_country(query: &ActorQuery, actor: &Actor) -> Option<(Effect, Feature)> {
    if query.countries.is_empty() {
        return None;
    }
    let shared = actor.countries.iter().any(|country| query.countries.contains(country));
    let effect = match (actor.countries.is_empty(), shared) {
        (true, _) => UNKNOWN_COUNTRY,
        (_, true) => SAME_COUNTRY,
        _ => OTHER_COUNTRY,
    };
    let shown = |countries: &[String]| countries[..countries.len().min(SHOWN_COUNTRIES)].join(" ");
    let detail = format!("{} | {}", shown(&query.countries), shown(&actor.countries));
    Some((effect, Feature { feature: "country", score: agreement(shared), detail }))
}

fn by_identifier(query: &ActorQuery, actor: &Actor, others: bool) -> Option<(Effect, Feature)> {
    let feature = |score, detail| Feature { feature: "identifier", score, detail };
    if let Some(equal) = query.identifiers.iter().find(|asked| actor.identifiers.contains(asked)) {
        return Some((SAME_IDENTIFIER, feature(1.0, format!("{}/{}", equal.scheme, equal.value))));
    }
    if others {
        return Some((OTHER_IDENTIFIER, feature(0.0, "another actor has it".to_owned())));
    }
    let (asked, found) = query.identifiers.iter().find_map(|asked| {
        let found = actor.identifiers.iter().find(|found| found.scheme == asked.scheme)?;
        Some((asked, found))
    })?;
    Some((OTHER_IDENTIFIER, feature(0.0, format!("{}/{} | {}", asked.scheme, asked.value, found.value))))
}

fn agreement(agrees: bool) -> f64 {
    if agrees { 1.0 } else { 0.0 }
}
