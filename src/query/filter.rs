//! Filters: sets of records by what they say.

use roaring::RoaringBitmap;

use crate::corpus::{Corpus, Id, Posting, Table, Terms, identifier_term};
use crate::model::{TimeKey, matches_language};

/// Something that some records of one resource have and others have not.
pub trait Term {
    /// The records it is about.
    fn table(corpus: &Corpus) -> &Table;

    /// Adds the records that have it.
    fn add_to(&self, corpus: &Corpus, set: &mut RoaringBitmap);
}

/// Which records are meant: those with at least one term of each group, within the time range, and not excepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter<T> {
    /// Groups of terms; no group is empty.
    pub groups: Vec<Vec<T>>,
    /// At this time or later.
    pub time_min: Option<TimeKey>,
    /// Before this time.
    pub time_max: Option<TimeKey>,
    /// Taken away.
    pub except: Option<Box<Filter<T>>>,
}

impl<T> Default for Filter<T> {
    fn default() -> Self {
        Self { groups: Vec::new(), time_min: None, time_max: None, except: None }
    }
}

impl<T: Term> Filter<T> {
    /// The ids of the records that are meant.
    ///
    /// Costs the sizes of the postings named, as bitmaps; a time range is a range of ids.
    pub fn select(&self, corpus: &Corpus) -> RoaringBitmap {
        let table = T::table(corpus);
        let range = |range| {
            let mut ids = RoaringBitmap::new();
            ids.insert_range(range);
            ids
        };
        let mut selected = match (self.time_min, self.time_max) {
            (None, None) => None,
            (min, max) => Some(range(table.time_range(min, max))),
        };
        for group in &self.groups {
            let mut any = RoaringBitmap::new();
            for term in group {
                term.add_to(corpus, &mut any);
            }
            selected = Some(match selected {
                Some(selected) => selected & any,
                None => any,
            });
        }
        // Made only where nothing else says which: to intersect with everything takes the time of everything.
        let mut selected = selected.unwrap_or_else(|| range(0..table.len()));
        if let Some(except) = &self.except {
            selected -= except.select(corpus);
        }
        selected
    }
}

/// What a claim has.
#[derive(Clone, Debug, PartialEq)]
pub enum ClaimTerm {
    /// Evidence in the article of that name.
    Article(String),
    /// Evidence in an article of that publisher: as printed, or the name of an actor.
    Publisher(String),
    /// The speaker of that name.
    Speaker(String),
    /// The subject of that name.
    Subject(String),
    /// The addressee of that name.
    Addressee(String),
    /// An actor of that name in any part.
    Actor(String),
    /// The kind of that number.
    Kind(u32),
    /// Evidence of the quotation type of that number.
    QuotationType(u32),
    /// A position on that concept.
    Concept(String),
    /// A position with the stance of that number.
    Stance(u32),
    /// That topic.
    Topic(String),
    /// A language in that range.
    Language(String),
    /// An outgoing relation of the kind of that number.
    RelationKind(u32),
    /// Whether some claim disputes, denies or contradicts it.
    Disputed(bool),
    /// Whether it has a review.
    Reviewed(bool),
    /// A review with the verdict of that number.
    Verdict(u32),
    /// The status of that number.
    Status(u32),
    /// That dataset.
    Dataset(String),
    /// The method of that number.
    Method(u32),
}

impl Term for ClaimTerm {
    fn table(corpus: &Corpus) -> &Table {
        &corpus.claims.table
    }

    fn add_to(&self, corpus: &Corpus, set: &mut RoaringBitmap) {
        let claims = &corpus.claims;
        let by_actor =
            |postings: &'_ _, name: &str, set: &mut RoaringBitmap| add(postings, corpus.actors.table.id(name), set);
        match self {
            Self::Article(name) => add(&claims.articles, corpus.articles.table.id(name), set),
            Self::Publisher(name) => {
                claims.publishers.get(name).add_to(set);
                by_actor(&claims.publisher_actors, name, set);
            }
            Self::Speaker(name) => by_actor(&claims.speakers, name, set),
            Self::Subject(name) => by_actor(&claims.subjects, name, set),
            Self::Addressee(name) => by_actor(&claims.addressees, name, set),
            Self::Actor(name) => by_actor(&claims.actors, name, set),
            Self::Kind(number) => claims.kinds.get(*number).add_to(set),
            Self::QuotationType(number) => claims.quotation_types.get(*number).add_to(set),
            Self::Concept(concept) => claims.concepts.get(concept).add_to(set),
            Self::Stance(number) => claims.stances.get(*number).add_to(set),
            Self::Topic(topic) => claims.topics.get(topic).add_to(set),
            Self::Language(range) => add_languages(&claims.languages, range, set),
            Self::RelationKind(number) => claims.relation_kinds.get(*number).add_to(set),
            Self::Disputed(disputed) => add_flag(&claims.disputed, *disputed, &claims.table, set),
            Self::Reviewed(reviewed) => add_flag(&claims.reviewed, *reviewed, &claims.table, set),
            Self::Verdict(number) => claims.verdicts.get(*number).add_to(set),
            Self::Status(number) => claims.statuses.get(*number).add_to(set),
            Self::Dataset(dataset) => claims.datasets.get(dataset).add_to(set),
            Self::Method(number) => claims.methods.get(*number).add_to(set),
        }
    }
}

/// What an article has.
#[derive(Clone, Debug, PartialEq)]
pub enum ArticleTerm {
    /// That publisher: as printed, or the name of an actor.
    Publisher(String),
    /// A language in that range.
    Language(String),
    /// That section.
    Section(String),
    /// That topic.
    Topic(String),
    /// The actor of that name, mentioned or speaking.
    Actor(String),
    /// That dataset.
    Dataset(String),
}

impl Term for ArticleTerm {
    fn table(corpus: &Corpus) -> &Table {
        &corpus.articles.table
    }

    fn add_to(&self, corpus: &Corpus, set: &mut RoaringBitmap) {
        let articles = &corpus.articles;
        match self {
            Self::Publisher(name) => {
                articles.publishers.get(name).add_to(set);
                add(&articles.publisher_actors, corpus.actors.table.id(name), set);
            }
            Self::Language(range) => add_languages(&articles.languages, range, set),
            Self::Section(section) => articles.sections.get(section).add_to(set),
            Self::Topic(topic) => articles.topics.get(topic).add_to(set),
            Self::Actor(name) => add(&articles.actors, corpus.actors.table.id(name), set),
            Self::Dataset(dataset) => articles.datasets.get(dataset).add_to(set),
        }
    }
}

/// What an actor has.
#[derive(Clone, Debug, PartialEq)]
pub enum ActorTerm {
    /// The type of that number.
    Type(u32),
    /// That country.
    Country(String),
    /// A display name that begins so.
    Prefix(String),
    /// The parent of that name.
    Parent(String),
    /// That dataset.
    Dataset(String),
    /// That identifier: scheme and value.
    Identifier(String, String),
}

impl Term for ActorTerm {
    fn table(corpus: &Corpus) -> &Table {
        &corpus.actors.table
    }

    fn add_to(&self, corpus: &Corpus, set: &mut RoaringBitmap) {
        let actors = &corpus.actors;
        match self {
            Self::Type(number) => actors.types.get(*number).add_to(set),
            Self::Country(country) => actors.countries.get(country).add_to(set),
            Self::Prefix(prefix) => set.extend(actors.with_prefix(prefix)),
            Self::Parent(name) => add(&actors.parents, actors.table.id(name), set),
            Self::Dataset(dataset) => actors.datasets.get(dataset).add_to(set),
            Self::Identifier(scheme, value) => actors.identifiers.get(&identifier_term(scheme, value)).add_to(set),
        }
    }
}

fn add(postings: &crate::corpus::Postings, value: Option<Id>, set: &mut RoaringBitmap) {
    value.map_or(Posting::List(&[]), |value| postings.get(value)).add_to(set);
}

fn add_languages(languages: &Terms, range: &str, set: &mut RoaringBitmap) {
    for (_, posting) in languages.iter().filter(|(tag, _)| matches_language(range, tag)) {
        posting.add_to(set);
    }
}

fn add_flag(with: &RoaringBitmap, wanted: bool, table: &Table, set: &mut RoaringBitmap) {
    if wanted {
        *set |= with;
    } else {
        let mut without = RoaringBitmap::new();
        without.insert_range(0..table.len());
        *set |= without - with;
    }
}
