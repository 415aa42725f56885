//! Entity resolution: the actors that a written name may refer to.
//!
//! The name index retrieves candidate names, `names::score` compares them with the query, and the type, countries and
//! identifiers of the query ([`Hints`]) raise or lower the score of an actor.

use prost::Message;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::corpus::{ActorFacet, Corpus, Id, NameIndex, identifier_term};
use crate::names::{Feature, ParsedName, PartyKind, score};
use crate::proto::v1::{Actor, ActorType, Identifier};

/// A name to resolve, with known attributes of its bearer.
#[derive(Clone, Debug, Default)]
pub struct ActorQuery {
    /// The name as written; may be empty if there are identifiers. Characters after the first
    /// [`MAX_CHARS`](crate::names::MAX_CHARS) are ignored.
    pub text: String,
    /// Type of the bearer, if known.
    pub actor_type: Option<ActorType>,
    /// Countries of the bearer, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Identifiers of the bearer.
    pub identifiers: Vec<Identifier>,
}

/// An actor that a query may refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorCandidate {
    /// The actor.
    pub id: Id,
    /// 0 to 1; 1 for the same name or an equal identifier.
    pub score: f64,
    /// The name with the best score; empty if only an identifier matches.
    pub matched_name: String,
    /// How well each feature agrees, 0 to 1.
    pub explanation: Vec<Feature>,
}

/// Names that are compared in full for one query. Blocking nearly always ranks the right one among the first few, and one
/// comparison takes some 10 µs.
const COMPARED_NAMES: usize = 40;

/// Names that are compared, or actors that are decoded, between two yields to other calls, at which this call can be
/// cancelled.
const YIELD_EVERY: usize = 8;

/// Minimum score of a query that is the same as a name.
const SAME_NAME: f64 = 0.95;

/// Factor for a query that is only a weak alias: being a part of another name makes it no stronger.
const WEAK_ALONE: f64 = 0.6;

/// The actors that a query may refer to with a score of at least `threshold`, best first (equal scores by display name,
/// then name), at most `limit`.
///
/// Cost: one scan of the vocabulary of names for each of at most 8 words, and the comparison of at most 40 names.
pub async fn resolve(corpus: &Corpus, query: &ActorQuery, limit: usize, threshold: f64) -> Vec<ActorCandidate> {
    let mut found: FxHashMap<Id, BestNames> = FxHashMap::default();
    let identified = with_identifier(corpus, query);
    for id in identified.iter().take(limit) {
        found.entry(id).or_default();
    }
    let readings = Readings::new(query);
    let names = &corpus.names;
    for (at, name) in readings.candidates(names).into_iter().enumerate() {
        if at.is_multiple_of(YIELD_EVERY) {
            tokio::task::yield_now().await;
        }
        let comparison = readings.compare(names, name);
        if comparison.score > 0.0 {
            found.entry(names.actor(name)).or_default().add(comparison, names.is_weak(name));
        }
    }
    let mut candidates = Vec::new();
    for (at, (id, found)) in (1..).zip(found) {
        if at % YIELD_EVERY == 0 {
            tokio::task::yield_now().await;
        }
        let is_other_identified = !identified.is_empty() && !identified.contains(id);
        candidates.extend(
            candidate(corpus, query, id, found, is_other_identified).filter(|candidate| candidate.score >= threshold),
        );
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    candidates.truncate(limit);
    candidates
}

/// The actors that have one of the identifiers.
fn with_identifier(corpus: &Corpus, query: &ActorQuery) -> RoaringBitmap {
    let mut ids = RoaringBitmap::new();
    for Identifier { scheme, value } in &query.identifiers {
        corpus.actors.by[ActorFacet::Identifier].texts.get(&identifier_term(scheme, value)).add_to(&mut ids);
    }
    ids
}

/// An actor scored by its names and the hints; none if the score is 0. `is_other_identified`: only other actors have an
/// identifier of the query.
fn candidate(
    corpus: &Corpus,
    query: &ActorQuery,
    id: Id,
    found: BestNames,
    is_other_identified: bool,
) -> Option<ActorCandidate> {
    let hints = if query.has_hints() {
        let actor = Actor::decode(corpus.actors.table.encoded(id)).expect("records were encoded here");
        Hints::of(query, &actor, is_other_identified)
    } else {
        Hints::default()
    };
    let Comparison { score, name, mut features, .. } = found.best(&corpus.names, hints.corroborate());
    let score = hints.apply(score);
    if score <= 0.0 {
        return None;
    }
    features.extend(hints.into_features());
    let matched_name = name.map_or("", |name| corpus.names.text(name)).to_owned();
    Some(ActorCandidate { id, score, matched_name, explanation: features })
}

impl ActorQuery {
    fn has_hints(&self) -> bool {
        self.actor_type.is_some() || !self.countries.is_empty() || !self.identifiers.is_empty()
    }
}

/// The comparison of a query with one name of an actor.
#[derive(Debug, Default)]
struct Comparison {
    score: f64,
    /// The name, by its number in the index; none if no name matches.
    name: Option<u32>,
    features: Vec<Feature>,
    /// Whether the query is this name without additional words or titles.
    is_whole_query: bool,
}

/// The best name of one actor that is not a weak alias, and the best weak alias.
#[derive(Debug, Default)]
struct BestNames {
    strong: Comparison,
    weak: Comparison,
}

impl BestNames {
    fn add(&mut self, comparison: Comparison, is_weak: bool) {
        let best = if is_weak { &mut self.weak } else { &mut self.strong };
        if (comparison.score, comparison.is_whole_query) > (best.score, best.is_whole_query) {
            *best = comparison;
        }
    }

    /// The name that decides the score. A weak alias decides only if a hint corroborates the actor. Where the query is only
    /// a weak alias, it lowers the score of a name that contains it.
    fn best(self, names: &NameIndex, is_corroborated: bool) -> Comparison {
        let Self { mut strong, weak } = self;
        if is_corroborated {
            return if weak.score > strong.score { weak } else { strong };
        }
        if weak.is_whole_query && strong.score < SAME_NAME {
            strong.score *= WEAK_ALONE;
            let detail = weak.name.map_or("", |name| names.text(name)).to_owned();
            strong.features.push(Feature { feature: "weak_alias", score: WEAK_ALONE, detail });
        }
        strong
    }
}

/// The text of a query parsed as the name of each kind of party.
struct Readings {
    /// The kind that the query gives.
    kind: PartyKind,
    person: ParsedName,
    organization: ParsedName,
    unknown: ParsedName,
}

impl Readings {
    fn new(query: &ActorQuery) -> Self {
        let parse = |kind| ParsedName::parse(&query.text, kind);
        Self {
            kind: query.actor_type.map(PartyKind::from).unwrap_or_default(),
            person: parse(PartyKind::Person),
            organization: parse(PartyKind::Organization),
            unknown: parse(PartyKind::Unknown),
        }
    }

    fn of(&self, kind: PartyKind) -> &ParsedName {
        match kind {
            PartyKind::Person => &self.person,
            PartyKind::Organization => &self.organization,
            PartyKind::Unknown => &self.unknown,
        }
    }

    /// The names to compare. A text of unknown kind that parses differently as the name of a person and of an organization
    /// is looked up as both.
    fn candidates(&self, names: &NameIndex) -> Vec<u32> {
        let words = |name: &ParsedName| {
            name.aligned_tokens().map(|token| (token.latin.clone(), token.kind)).collect::<Vec<_>>()
        };
        if self.kind != PartyKind::Unknown || words(&self.person) == words(&self.organization) {
            return names.candidates(self.of(self.kind), COMPARED_NAMES);
        }
        let mut candidates = names.candidates(&self.organization, COMPARED_NAMES / 2);
        candidates.extend(names.candidates(&self.person, COMPARED_NAMES / 2));
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    /// Compares the query with one name, both parsed by the kind of the actor.
    fn compare(&self, names: &NameIndex, name: u32) -> Comparison {
        let kind = names.kind(name);
        let (query, parsed) = (self.of(kind), ParsedName::parse(names.text(name), kind));
        let found = score(query, &parsed, names);
        let is_whole_query = found.score >= SAME_NAME && query.tokens.len() <= parsed.tokens.len();
        Comparison { score: found.score, name: Some(name), features: found.features, is_whole_query }
    }
}

// === Hints

/// The effect of one hint on a score.
enum Effect {
    /// Adds this share of the score times its distance to 1.
    Raise(f64),
    /// Multiplies by this factor.
    Lower(f64),
    /// Sets the score to 1.
    Decide,
}

const SAME_TYPE: Effect = Effect::Raise(0.1);
const OTHER_TYPE: Effect = Effect::Lower(0.95);
/// A person for an organization, or an organization for a person.
const OTHER_KIND: Effect = Effect::Lower(0.6);
const SAME_COUNTRY: Effect = Effect::Raise(0.2);
const OTHER_COUNTRY: Effect = Effect::Lower(0.85);
/// The actor has no country, so that an equal name with the right country ranks higher.
const UNKNOWN_COUNTRY: Effect = Effect::Lower(0.98);
const SAME_IDENTIFIER: Effect = Effect::Decide;
/// The actor has another identifier of the same scheme, or another actor has the identifier.
const OTHER_IDENTIFIER: Effect = Effect::Lower(0.6);

/// Countries of the query and of the actor that an explanation shows.
const SHOWN_COUNTRIES: usize = 8;

/// The type, countries and identifiers of a query, compared with one actor.
#[derive(Default)]
struct Hints {
    found: Vec<(Effect, Feature)>,
}

impl Hints {
    /// `is_other_identified`: only other actors have an identifier of the query.
    fn of(query: &ActorQuery, actor: &Actor, is_other_identified: bool) -> Self {
        let hints = [by_type(query, actor), by_country(query, actor), by_identifier(query, actor, is_other_identified)];
        Self { found: hints.into_iter().flatten().collect() }
    }

    fn apply(&self, score: f64) -> f64 {
        self.found.iter().fold(score, |score, (effect, _)| match effect {
            Effect::Raise(share) => score + (1.0 - score) * share * score,
            Effect::Lower(factor) => score * factor,
            Effect::Decide => 1.0,
        })
    }

    /// Whether a country or an identifier corroborates the actor. A type does not, since half of all actors share it.
    fn corroborate(&self) -> bool {
        self.found.iter().any(|(effect, feature)| {
            matches!(effect, Effect::Decide) || matches!(effect, Effect::Raise(_)) && feature.feature == "country"
        })
    }

    fn into_features(self) -> impl Iterator<Item = Feature> {
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

fn by_identifier(query: &ActorQuery, actor: &Actor, is_other_identified: bool) -> Option<(Effect, Feature)> {
    let feature = |score, detail| Feature { feature: "identifier", score, detail };
    if let Some(equal) = query.identifiers.iter().find(|asked| actor.identifiers.contains(asked)) {
        return Some((SAME_IDENTIFIER, feature(1.0, format!("{}/{}", equal.scheme, equal.value))));
    }
    if is_other_identified {
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
