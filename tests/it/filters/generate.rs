//! Random corpora without errors, and random filters over the same few words, so that they meet often.

use std::fmt::{self, Debug};
use std::ops::Range;

use claimd::proto::Timestamp;
use claimd::proto::v1::{
    Actor, ActorFilter, Article, ArticleFilter, Claim, ClaimFilter, Evidence, Identifier, Mention, PartialTime, Party,
    Position, Provenance, Relation, Review,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{IntoRecord, actor, article, claim, ndjson};

/// The merged names lead to the first two actors.
const ACTORS: [&str; 8] = [
    "actors/a0",
    "actors/a1",
    "actors/a2",
    "actors/a3",
    "actors/a4",
    "actors/a5",
    "actors/merged-into-a0",
    "actors/merged-into-a1",
];
const ARTICLES: [&str; 6] = ["articles/t0", "articles/t1", "articles/t2", "articles/t3", "articles/t4", "articles/t5"];
const LANGUAGES: [&str; 7] = ["", "de", "de-AT", "DE-ch", "deu", "en", "en-GB"];
const RANGES: [&str; 7] = ["de", "DE", "de-at", "en", "gsw", "de-AT-1996", "*"];
const TOPICS: [&str; 4] = ["economy", "Economy", "health", "übersee"];
const CONCEPTS: [&str; 3] = ["a tax", "a ban", "Ä"];
const DATASETS: [&str; 3] = ["", "one", "two"];
const PUBLISHERS: [&str; 3] = ["", "The Paper", "Das Blatt"];
const SECTIONS: [&str; 3] = ["", "news", "opinion"];
const COUNTRIES: [&str; 3] = ["DE", "US", "FR"];
const DISPLAY_NAMES: [&str; 6] = ["Anna", "ANNA B", "Änne", "ΟΔΟΣΑ", "İpek", "Straße"];
const PREFIXES: [&str; 8] = ["", "", "an", "ANNA ", "ÄN", "ΟΔΟΣ", "i\u{307}p", "nobody"];

/// Enum numbers that are used, of enums that all have more: few, so that they meet.
const NUMBERS: Range<i32> = 0..5;

#[derive(Clone)]
pub(crate) struct Corpus {
    articles: Vec<Article>,
    actors: Vec<Actor>,
    claims: Vec<Claim>,
}

impl Corpus {
    pub(crate) fn ndjson(&self) -> String {
        let articles = self.articles.iter().map(|record| record as &dyn IntoRecord);
        let actors = self.actors.iter().map(|record| record as &dyn IntoRecord);
        ndjson(articles.chain(actors).chain(self.claims.iter().map(|record| record as &dyn IntoRecord)))
    }

    pub(crate) fn sizes(&self) -> [usize; 3] {
        [self.articles.len(), self.actors.len(), self.claims.len()]
    }
}

/// A failure is told with its corpus file.
impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ndjson())
    }
}

#[derive(Clone)]
pub(crate) struct Filters {
    pub(crate) claims: Vec<ClaimFilter>,
    pub(crate) articles: Vec<ArticleFilter>,
    pub(crate) actors: Vec<ActorFilter>,
}

/// A failure is told with the one filter that failed, elsewhere.
impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filters").finish_non_exhaustive()
    }
}

/// A corpus of 6 articles, 6 actors and 20 to 45 claims.
pub(crate) fn corpus() -> impl Strategy<Value = Corpus> {
    (20..46_usize).prop_flat_map(|count| {
        let articles: Vec<_> = (0..6).map(articles_at).collect();
        let actors: Vec<_> = (0..6).map(actors_at).collect();
        let claims: Vec<_> = (0..count).map(|at| claims_at(at, count)).collect();
        (articles, actors, claims).prop_map(|(articles, actors, claims)| Corpus { articles, actors, claims })
    })
}

/// So many filters of claims, of articles and of actors.
pub(crate) fn filters([claims, articles, actors]: [usize; 3]) -> impl Strategy<Value = Filters> {
    (
        prop::collection::vec(claim_filters(3), claims),
        prop::collection::vec(article_filters(), articles),
        prop::collection::vec(actor_filters(), actors),
    )
        .prop_map(|(claims, articles, actors)| Filters { claims, articles, actors })
}

// === Parts of records ===

fn text(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(words).prop_map(str::to_owned)
}

fn few<S: Strategy>(values: S) -> impl Strategy<Value = Vec<S::Value>> {
    prop::collection::vec(values, 0..3)
}

fn timestamps() -> impl Strategy<Value = Timestamp> {
    (-3..4_i64, select(vec![0, 1])).prop_map(|(seconds, nanos)| Timestamp { seconds, nanos })
}

/// A time known to any precision, a precision without a time, or nothing.
fn times() -> impl Strategy<Value = Option<PartialTime>> {
    let time = (prop::option::weighted(0.9, timestamps()), 0..6_i32);
    let time = time.prop_map(|(time, precision)| PartialTime { time, precision });
    prop::option::weighted(0.8, time)
}

fn provenances() -> impl Strategy<Value = Option<Provenance>> {
    let provenance = (text(&DATASETS), 0..4_i32).prop_map(|(dataset, method)| Provenance {
        dataset,
        method,
        ..Provenance::default()
    });
    prop::option::of(provenance)
}

fn parties() -> impl Strategy<Value = Vec<Party>> {
    let actors = || prop::option::weighted(0.7, text(&ACTORS)).prop_map(Option::unwrap_or_default);
    few((actors(), actors()).prop_map(|(actor, on_behalf_of)| Party {
        actor,
        on_behalf_of,
        mention: "somebody".to_owned(),
        ..Party::default()
    }))
}

fn evidences() -> impl Strategy<Value = Vec<Evidence>> {
    few((text(&ARTICLES), NUMBERS).prop_map(|(article, quotation_type)| Evidence {
        article,
        quotation_type,
        ..Evidence::default()
    }))
}

fn positions() -> impl Strategy<Value = Vec<Position>> {
    few((text(&CONCEPTS), 0..4_i32).prop_map(|(concept, stance)| Position { concept, stance }))
}

/// Relations of the claim at a place to other claims.
fn relations(at: usize, count: usize) -> impl Strategy<Value = Vec<Relation>> {
    let targets = (1..count).prop_map(move |steps| format!("claims/c{}", (at + steps) % count));
    few((targets, 0..8_i32, 0..4_i32).prop_map(|(claim, kind, status)| Relation {
        claim,
        kind,
        status,
        ..Relation::default()
    }))
}

fn reviews() -> impl Strategy<Value = Vec<Review>> {
    few(NUMBERS.prop_map(|verdict| Review { verdict, ..Review::default() }))
}

fn identifiers() -> impl Strategy<Value = Identifier> {
    (text(&["wikidata", "lei"]), text(&["Q1", "Q2"])).prop_map(|(scheme, value)| Identifier { scheme, value })
}

// === Records ===

fn articles_at(at: usize) -> impl Strategy<Value = Article> {
    let publisher_actors = prop::option::of(text(&ACTORS)).prop_map(Option::unwrap_or_default);
    let mentions = few(text(&ACTORS).prop_map(|actor| Mention { actor, ..Mention::default() }));
    let described = (text(&LANGUAGES), text(&PUBLISHERS), publisher_actors, text(&SECTIONS), few(text(&TOPICS)));
    (described, mentions, times(), provenances()).prop_map(
        move |((language, publisher, publisher_actor, section, topics), mentions, publish_time, provenance)| Article {
            language,
            publisher,
            publisher_actor,
            section,
            topics,
            mentions,
            publish_time,
            provenance,
            ..article(&format!("t{at}"))
        },
    )
}

fn actors_at(at: usize) -> impl Strategy<Value = Actor> {
    // Parents come earlier, so that they make no circle.
    let parents = prop::option::of(0..at.max(1)).prop_map(move |parent| match parent {
        Some(parent) if parent < at => format!("actors/a{parent}"),
        _ => String::new(),
    });
    let described = (text(&DISPLAY_NAMES), NUMBERS, few(text(&COUNTRIES)), few(identifiers()));
    (described, parents, provenances()).prop_map(
        move |((display_name, kind, countries, identifiers), parent, provenance)| Actor {
            display_name,
            r#type: kind,
            countries,
            identifiers,
            parent,
            provenance,
            merged_names: if at < 2 { vec![format!("actors/merged-into-a{at}")] } else { Vec::new() },
            ..actor(&format!("a{at}"))
        },
    )
}

fn claims_at(at: usize, count: usize) -> impl Strategy<Value = Claim> {
    let said = (NUMBERS, text(&LANGUAGES), few(text(&TOPICS)), positions(), times());
    let made = (0..4_i32, provenances());
    let linked = (evidences(), relations(at, count), reviews());
    (said, made, linked, [parties(), parties(), parties()]).prop_map(move |(said, made, linked, parties)| {
        let (kind, language, topics, positions, claim_time) = said;
        let ((status, provenance), (evidence, relations, reviews)) = (made, linked);
        let [speakers, subjects, addressees] = parties;
        Claim {
            speakers,
            subjects,
            addressees,
            kind,
            language,
            topics,
            positions,
            claim_time,
            evidence,
            relations,
            reviews,
            status,
            provenance,
            ..claim(&format!("c{at}"))
        }
    })
}

// === Filters ===

/// The values of a field, most often none.
fn field<S: Strategy>(values: S) -> impl Strategy<Value = Vec<S::Value>>
where
    S::Value: Debug,
{
    prop::option::weighted(0.12, prop::collection::vec(values, 1..4)).prop_map(Option::unwrap_or_default)
}

fn optional<S: Strategy>(value: S) -> impl Strategy<Value = Option<S::Value>>
where
    S::Value: Debug,
{
    prop::option::weighted(0.12, value)
}

/// Known actors, and one that nobody bears the name of.
fn actor_names() -> impl Strategy<Value = Vec<String>> {
    field(prop_oneof![8 => text(&ACTORS), 1 => Just("actors/unknown".to_owned())])
}

fn article_names() -> impl Strategy<Value = Vec<String>> {
    field(prop_oneof![6 => text(&ARTICLES), 1 => Just("articles/unknown".to_owned())])
}

fn publishers() -> impl Strategy<Value = Vec<String>> {
    field(prop_oneof![text(&["The Paper", "Das Blatt", "the paper"]), text(&ACTORS)])
}

fn datasets() -> impl Strategy<Value = Vec<String>> {
    field(text(&["one", "two", "three"]))
}

/// From when and to when, in that order; either may be open.
fn time_ranges() -> impl Strategy<Value = (Option<Timestamp>, Option<Timestamp>)> {
    (optional(timestamps()), optional(timestamps())).prop_map(|(one, other)| match (one, other) {
        (Some(min), Some(max)) if (min.seconds, min.nanos) > (max.seconds, max.nanos) => (Some(max), Some(min)),
        range => range,
    })
}

fn claim_filters(nesting: u32) -> BoxedStrategy<ClaimFilter> {
    let parties = (actor_names(), actor_names(), actor_names(), actor_names());
    let written = (article_names(), publishers(), field(NUMBERS), datasets(), field(0..4_i32));
    let said = (field(NUMBERS), field(text(&CONCEPTS)), field(0..4_i32), field(text(&TOPICS)), field(text(&RANGES)));
    let times = time_ranges();
    let answered = (field(0..8_i32), optional(any::<bool>()), optional(any::<bool>()), field(NUMBERS), field(0..4_i32));
    let except = if nesting == 0 {
        Just(None).boxed()
    } else {
        prop::option::weighted(0.4, claim_filters(nesting - 1)).prop_map(|except| except.map(Box::new)).boxed()
    };
    (parties, written, said, times, answered, except)
        .prop_map(|(parties, written, said, times, answered, except)| {
            let (speakers, subjects, addressees, actors) = parties;
            let (articles, publishers, quotation_types, datasets, methods) = written;
            let (kinds, concepts, stances, topics, languages) = said;
            let (claim_time_min, claim_time_max) = times;
            let (relation_kinds, disputed, reviewed, verdicts, statuses) = answered;
            ClaimFilter {
                articles,
                publishers,
                speakers,
                subjects,
                addressees,
                actors,
                kinds,
                quotation_types,
                concepts,
                stances,
                topics,
                languages,
                claim_time_min,
                claim_time_max,
                relation_kinds,
                disputed,
                reviewed,
                verdicts,
                statuses,
                datasets,
                methods,
                except,
            }
        })
        .boxed()
}

fn article_filters() -> impl Strategy<Value = ArticleFilter> {
    let times = time_ranges();
    let words = (publishers(), field(text(&RANGES)), field(text(&["news", "sport"])), field(text(&TOPICS)));
    (words, actor_names(), times, datasets()).prop_map(
        |((publishers, languages, sections, topics), actors, (publish_time_min, publish_time_max), datasets)| {
            ArticleFilter {
                publishers,
                languages,
                sections,
                topics,
                actors,
                publish_time_min,
                publish_time_max,
                datasets,
            }
        },
    )
}

fn actor_filters() -> impl Strategy<Value = ActorFilter> {
    let words = (field(NUMBERS), field(text(&["DE", "US", "FR", "IT"])), text(&PREFIXES));
    (words, actor_names(), datasets(), field(identifiers())).prop_map(
        |((types, countries, name_prefix), parents, datasets, identifiers)| ActorFilter {
            types,
            countries,
            name_prefix,
            parents,
            datasets,
            identifiers,
        },
    )
}
