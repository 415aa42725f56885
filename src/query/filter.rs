//! Filters: sets of records by the values of their facets.

use roaring::RoaringBitmap;

use crate::corpus::{Corpus, Facet, FacetIndex, Posting, YES};
use crate::model::{Resource, TimeKey, matches_language};

/// A value that passes the records that have it.
#[derive(Clone, Debug, PartialEq)]
pub enum Term<F> {
    /// A text, exactly so.
    Text(F, String),
    /// A number of an enum.
    Number(F, u32),
    /// The record of a name, or of a former name. A name that no record has passes nothing.
    Record(F, Resource, String),
    /// A language range (RFC 4647): passes the tags that match.
    Language(F, String),
    /// Whether the record has the facet.
    Is(F, bool),
    /// A prefix of an actor's display name, without regard to case.
    DisplayName(String),
}

/// The records that have at least one term of each group and a time in the range, without the exceptions.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter<F> {
    /// Groups of terms; no group is empty.
    pub groups: Vec<Vec<Term<F>>>,
    /// At this time or later.
    pub time_min: Option<TimeKey>,
    /// Before this time.
    pub time_max: Option<TimeKey>,
    /// The records that this filter passes are excluded.
    pub except: Option<Box<Filter<F>>>,
}

impl<F> Default for Filter<F> {
    fn default() -> Self {
        Self { groups: Vec::new(), time_min: None, time_max: None, except: None }
    }
}

impl<F: Facet> Filter<F> {
    /// The ids of the records that pass.
    ///
    /// Costs the union of the postings of the terms; a time range is a range of ids.
    pub fn select(&self, corpus: &Corpus) -> RoaringBitmap {
        let table = F::table(corpus);
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
        // Made only without a group or a time: to intersect with all ids takes the time of all ids.
        let mut selected = selected.unwrap_or_else(|| range(0..table.len()));
        if let Some(except) = &self.except {
            selected -= except.select(corpus);
        }
        selected
    }
}

impl<F: Facet> Term<F> {
    /// Adds the records that have the term.
    fn add_to(&self, corpus: &Corpus, set: &mut RoaringBitmap) {
        let index = |facet: &F| -> &FacetIndex { &F::indexes(corpus)[*facet] };
        match self {
            Self::Text(facet, text) => index(facet).texts.get(text).add_to(set),
            Self::Number(facet, number) => index(facet).numbers.get(*number).add_to(set),
            Self::Record(facet, resource, name) => {
                let table = match resource {
                    Resource::Article => &corpus.articles.table,
                    Resource::Actor => &corpus.actors.table,
                    Resource::Claim => &corpus.claims.table,
                };
                let posting = table.id(name).map_or(Posting::List(&[]), |id| index(facet).numbers.get(id));
                posting.add_to(set);
            }
            Self::Language(facet, range) => {
                let tags = index(facet).texts.iter().filter(|(tag, _)| matches_language(range, tag));
                tags.for_each(|(_, posting)| posting.add_to(set));
            }
            Self::Is(facet, true) => index(facet).numbers.get(YES).add_to(set),
            Self::Is(facet, false) => {
                let mut with = RoaringBitmap::new();
                index(facet).numbers.get(YES).add_to(&mut with);
                *set |= range(0..F::table(corpus).len()) - with;
            }
            Self::DisplayName(prefix) => set.extend(corpus.actors.with_prefix(prefix)),
        }
    }
}

fn range(ids: std::ops::Range<u32>) -> RoaringBitmap {
    let mut set = RoaringBitmap::new();
    set.insert_range(ids);
    set
}
