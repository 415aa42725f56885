//! Which actors a written name may mean: names, aliases and hints brought together.
//!
//! The index of names gives the few names worth comparing, `names::score` compares them, and what else is known of the
//! bearer raises or lowers the score.

mod hints;

use prost::Message;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use self::hints::Hints;
use crate::corpus::{Corpus, Id, NameIndex, identifier_term};
use crate::names::{Feature, ParsedName, PartyKind, score};
use crate::proto::v1::{Actor, ActorType, Identifier};

/// A name in question, with what is known of its bearer.
#[derive(Clone, Debug, Default)]
pub struct ActorQuery {
    /// The name as somebody wrote it; may be empty if there are identifiers. What is beyond
    /// [`MAX_CHARS`](crate::names::MAX_CHARS) is ignored.
    pub text: String,
    /// What the bearer is, if known.
    pub actor_type: Option<ActorType>,
    /// Countries it belongs to, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Its identifiers.
    pub identifiers: Vec<Identifier>,
}

/// An actor that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorCandidate {
    /// The actor.
    pub id: Id,
    /// 0 to 1; 1 for the same name or an equal identifier.
    pub score: f64,
    /// The name that agrees best; empty where none does and an identifier decided.
    pub matched_name: String,
    /// What the score is made of: how well each feature agrees, 0 to 1.
    pub explanation: Vec<Feature>,
}

/// Names that are compared in full for one query: blocking nearly always puts the right one among the first few, and
/// comparing one takes some 10 µs.
const COMPARED_NAMES: usize = 40;

/// Names that are compared, or actors that are decoded, between two chances for other calls, and for this one to be
/// given up.
const YIELD_EVERY: usize = 8;

/// From this score on a query is nothing but a name of the actor.
const SAME_NAME: f64 = 0.95;

/// Factor for a query that is nothing but a weak alias: it does not become stronger by being a part of another name.
const WEAK_ALONE: f64 = 0.6;

/// The actors that a query may mean with at least the score `threshold`, best first (equals by display name, then
/// name), at most `limit`.
///
/// Costs one scan of the vocabulary of names for each of at most 8 words, and the comparison of at most 40 names.
pub async fn resolve(corpus: &Corpus, query: &ActorQuery, limit: usize, threshold: f64) -> Vec<ActorCandidate> {
    let mut found: FxHashMap<Id, Found> = FxHashMap::default();
    let identified = with_identifier(corpus, query);
    for id in identified.iter().take(limit) {
        found.entry(id).or_default();
    }
    let readings = Readings::new(query);
    let names = &corpus.names;
    for (at, entry) in readings.entries(names).into_iter().enumerate() {
        if at.is_multiple_of(YIELD_EVERY) {
            tokio::task::yield_now().await;
        }
        let likeness = readings.compare(names, entry);
        if likeness.score > 0.0 {
            found.entry(names.actor(entry)).or_default().add(likeness, names.is_weak(entry));
        }
    }
    let mut candidates = Vec::new();
    for (at, (id, found)) in (1..).zip(found) {
        if at % YIELD_EVERY == 0 {
            tokio::task::yield_now().await;
        }
        let others = !identified.is_empty() && !identified.contains(id);
        candidates.extend(candidate(corpus, query, id, found, others).filter(|candidate| candidate.score >= threshold));
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    candidates.truncate(limit);
    candidates
}

/// The actors that have one of the identifiers.
fn with_identifier(corpus: &Corpus, query: &ActorQuery) -> RoaringBitmap {
    let mut ids = RoaringBitmap::new();
    for Identifier { scheme, value } in &query.identifiers {
        corpus.actors.identifiers.get(&identifier_term(scheme, value)).add_to(&mut ids);
    }
    ids
}

/// One actor weighed with the hints; none if nothing speaks for it. `others` says that other actors have an identifier of
/// the query.
fn candidate(corpus: &Corpus, query: &ActorQuery, id: Id, found: Found, others: bool) -> Option<ActorCandidate> {
    let hints = if query.has_hints() {
        let actor = Actor::decode(corpus.actors.table.encoded(id)).expect("records were encoded here");
        Hints::of(query, &actor, others)
    } else {
        Hints::default()
    };
    let Likeness { score, entry, mut features, .. } = found.best(&corpus.names, hints.corroborate());
    let score = hints.apply(score);
    if score <= 0.0 {
        return None;
    }
    features.extend(hints.into_features());
    let matched_name = entry.map_or("", |entry| corpus.names.text(entry)).to_owned();
    Some(ActorCandidate { id, score, matched_name, explanation: features })
}

impl ActorQuery {
    fn has_hints(&self) -> bool {
        self.actor_type.is_some() || !self.countries.is_empty() || !self.identifiers.is_empty()
    }
}

/// How well one name of an actor agrees with a query.
#[derive(Debug, Default)]
struct Likeness {
    score: f64,
    /// The name; none if no name agrees.
    entry: Option<u32>,
    features: Vec<Feature>,
    /// Whether the query is this name and nothing more, no title either.
    is_all: bool,
}

/// The names of one actor that agree best.
#[derive(Debug, Default)]
struct Found {
    strong: Likeness,
    weak: Likeness,
}

impl Found {
    fn add(&mut self, likeness: Likeness, is_weak: bool) {
        let best = if is_weak { &mut self.weak } else { &mut self.strong };
        if (likeness.score, likeness.is_all) > (best.score, best.is_all) {
            *best = likeness;
        }
    }

    /// The name that counts. A weak one counts only if something else speaks for the actor, and where it is all that the
    /// query says, a name that it is a part of counts little.
    fn best(self, names: &NameIndex, corroborated: bool) -> Likeness {
        let Self { mut strong, weak } = self;
        if corroborated {
            return if weak.score > strong.score { weak } else { strong };
        }
        if weak.is_all && strong.score < SAME_NAME {
            strong.score *= WEAK_ALONE;
            let detail = weak.entry.map_or("", |entry| names.text(entry)).to_owned();
            strong.features.push(Feature { feature: "weak_alias", score: WEAK_ALONE, detail });
        }
        strong
    }
}

/// The text of a query as the name of a person, of an organization and of nobody known.
struct Readings {
    asked: PartyKind,
    person: ParsedName,
    organization: ParsedName,
    unknown: ParsedName,
}

impl Readings {
    fn new(query: &ActorQuery) -> Self {
        let parse = |kind| ParsedName::parse(&query.text, kind);
        Self {
            asked: query.actor_type.map(PartyKind::from).unwrap_or_default(),
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

    /// The names to compare. A text of unknown kind is looked up both ways if its words are then not the same.
    fn entries(&self, names: &NameIndex) -> Vec<u32> {
        let words = |name: &ParsedName| {
            name.aligned_tokens().map(|token| (token.latin.clone(), token.kind)).collect::<Vec<_>>()
        };
        if self.asked != PartyKind::Unknown || words(&self.person) == words(&self.organization) {
            return names.candidates(self.of(self.asked), COMPARED_NAMES);
        }
        let mut entries = names.candidates(&self.organization, COMPARED_NAMES / 2);
        entries.extend(names.candidates(&self.person, COMPARED_NAMES / 2));
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// Compares the query with one name, both read as names of what the actor is.
    fn compare(&self, names: &NameIndex, entry: u32) -> Likeness {
        let kind = names.kind(entry);
        let (asked, name) = (self.of(kind), ParsedName::parse(names.text(entry), kind));
        let found = score(asked, &name, names);
        let is_all = found.score >= SAME_NAME && asked.tokens.len() <= name.tokens.len();
        Likeness { score: found.score, entry: Some(entry), features: found.features, is_all }
    }
}
