//! Counts of claims by up to three keys.

use std::cmp::Ordering;
use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::calendar;
use super::yield_budget::YieldBudget;
use crate::corpus::{ClaimFacet, Claims, Corpus, Id, Posting, Table};
use crate::model::{TimeKey, usual_case};
use crate::proto::v1::{ClaimKind, GroupKey, Stance, Verdict, WindowUnit};

/// Most keys of an aggregate.
pub const MAX_KEYS: usize = 3;

/// The values of a bucket as numbers; 0 for unused keys.
type Values = [u32; MAX_KEYS];

/// The number of claims with the same keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// A value for each key.
    pub keys: Vec<String>,
    /// Number of claims.
    pub count: u32,
    /// Number of disputed claims.
    pub disputed: u32,
    /// Earliest claim time; [`TimeKey::NONE`] if no claim has a time.
    pub first: TimeKey,
    /// Latest claim time; [`TimeKey::NONE`] if no claim has a time.
    pub last: TimeKey,
}

/// The largest buckets, and the number of claims in the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// By count descending, then keys.
    pub buckets: Vec<Bucket>,
    /// Sum of the counts of the buckets beyond the limit.
    pub other: u64,
}

/// Counts the selected claims by one to three keys.
///
/// Costs one pass over the postings of the keys and a step for each bucket. Yields to other calls; stops when dropped.
pub async fn aggregate(corpus: &Corpus, selected: &RoaringBitmap, keys: &[GroupKey], limit: usize) -> Aggregate {
    let mut budget = YieldBudget::default();
    let mut columns = Vec::with_capacity(keys.len());
    for key in keys {
        columns.push(Column::new(corpus, *key, selected, &mut budget).await);
    }
    let mut counts: HashMap<Values, Tally> = HashMap::new();
    for id in selected {
        let disputed = corpus.claims.disputed.contains(id);
        let time = corpus.claims.table.time(id);
        // A claim by a hundred speakers about a hundred actors is in ten thousand buckets.
        let mut combinations = 0;
        for_each_combination(&columns, id, |values| {
            combinations += 1;
            counts.entry(values).or_default().add(disputed, time);
        });
        budget.spend(1 + combinations).await;
    }
    tokio::task::yield_now().await;
    largest(counts.into_iter().collect(), &columns, limit)
}

/// The largest buckets. There can be as many as claims, so only those that are returned are sorted and named.
fn largest(mut counts: Vec<(Values, Tally)>, columns: &[Column<'_>], limit: usize) -> Aggregate {
    let order = |(a, a_count): &(Values, Tally), (b, b_count): &(Values, Tally)| {
        b_count.claims.cmp(&a_count.claims).then_with(|| {
            let names = columns.iter().zip(a.iter().zip(b));
            names.map(|(column, (a, b))| column.compare(*a, *b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        })
    };
    if limit < counts.len() {
        counts.select_nth_unstable_by(limit, order);
    }
    let other = counts.iter().skip(limit).map(|(_, count)| u64::from(count.claims)).sum();
    counts.truncate(limit);
    counts.sort_unstable_by(order);
    let buckets = counts.into_iter().map(|(values, count)| count.bucket(values, columns)).collect();
    Aggregate { buckets, other }
}

#[derive(Default)]
struct Tally {
    claims: u32,
    disputed: u32,
    first: Option<TimeKey>,
    last: Option<TimeKey>,
}

impl Tally {
    /// Adds a claim. Claims come in the order of their times, first those without a time.
    fn add(&mut self, disputed: bool, time: TimeKey) {
        self.claims += 1;
        self.disputed += u32::from(disputed);
        if time != TimeKey::NONE {
            self.first.get_or_insert(time);
            self.last = Some(time);
        }
    }

    fn bucket(self, values: Values, columns: &[Column<'_>]) -> Bucket {
        Bucket {
            keys: columns.iter().zip(values).map(|(column, value)| column.name(value)).collect(),
            count: self.claims,
            disputed: self.disputed,
            first: self.first.unwrap_or(TimeKey::NONE),
            last: self.last.unwrap_or(TimeKey::NONE),
        }
    }
}

fn for_each_combination(columns: &[Column<'_>], id: Id, mut each: impl FnMut(Values)) {
    fn walk(columns: &[Column<'_>], id: Id, at: usize, values: &mut Values, each: &mut impl FnMut(Values)) {
        let Some(column) = columns.get(at) else { return each(*values) };
        for value in column.values(id) {
            values[at] = *value;
            walk(columns, id, at + 1, values, each);
        }
    }
    walk(columns, id, 0, &mut Values::default(), &mut each);
}

/// The values of one key, by claim.
struct Column<'c> {
    /// Start of the values of each claim, and the end of the last.
    starts: Vec<u32>,
    values: Vec<u32>,
    names: Names<'c>,
}

/// The names of the values of a key.
enum Names<'c> {
    Records(&'c Table),
    Texts(Vec<&'c str>),
    Languages(Vec<&'c str>),
    Enum(fn(u32) -> &'static str),
    /// Calendar units, with their numbers in `calendar`.
    Units(WindowUnit, Vec<i64>),
}

impl<'c> Column<'c> {
    async fn new(corpus: &'c Corpus, key: GroupKey, selected: &RoaringBitmap, budget: &mut YieldBudget) -> Self {
        let claims = &corpus.claims;
        let by_number = |names, facet: ClaimFacet, first: u32| -> (Names<'c>, Vec<(u32, Posting<'c>)>) {
            let postings = &claims.by[facet].numbers;
            (names, (first..postings.values()).map(|value| (value, postings.get(value))).collect())
        };
        let by_record = |table, facet| by_number(Names::Records(table), facet, 0);
        // The 0 of an enum is unspecified.
        let by_enum = |name, facet| by_number(Names::Enum(name), facet, 1);
        let by_text =
            |names: fn(Vec<&'c str>) -> Names<'c>, facet: ClaimFacet| -> (Names<'c>, Vec<(u32, Posting<'c>)>) {
                let (texts, postings): (Vec<_>, Vec<_>) = claims.by[facet].texts.iter().unzip();
                (names(texts), (0..).zip(postings).collect())
            };
        let (names, postings) = match key {
            GroupKey::Speaker => by_record(&corpus.actors.table, ClaimFacet::Speaker),
            GroupKey::Subject => by_record(&corpus.actors.table, ClaimFacet::Subject),
            GroupKey::Article => by_record(&corpus.articles.table, ClaimFacet::Article),
            GroupKey::Kind => by_enum(kind_name, ClaimFacet::Kind),
            GroupKey::Stance => by_enum(stance_name, ClaimFacet::Stance),
            GroupKey::Verdict => by_enum(verdict_name, ClaimFacet::Verdict),
            GroupKey::Concept => by_text(Names::Texts, ClaimFacet::Concept),
            GroupKey::Publisher => by_text(Names::Texts, ClaimFacet::Publisher),
            GroupKey::Language => by_text(Names::Languages, ClaimFacet::Language),
            GroupKey::Topic => by_text(Names::Texts, ClaimFacet::Topic),
            GroupKey::Dataset => by_text(Names::Texts, ClaimFacet::Dataset),
            GroupKey::Day => return Self::units(claims, selected, WindowUnit::Day),
            GroupKey::Week => return Self::units(claims, selected, WindowUnit::Week),
            GroupKey::Month => return Self::units(claims, selected, WindowUnit::Month),
            GroupKey::Year => return Self::units(claims, selected, WindowUnit::Year),
            GroupKey::Unspecified => (Names::Texts(Vec::new()), Vec::new()),
        };
        let mut pairs: Vec<(Id, u32)> = Vec::new();
        for (value, posting) in postings {
            match posting {
                Posting::List(ids) => {
                    pairs.extend(ids.iter().filter(|id| selected.contains(**id)).map(|id| (*id, value)));
                }
                Posting::Bitmap(ids) => pairs.extend((ids & selected).iter().map(|id| (id, value))),
            }
            budget.spend(usize::try_from(posting.len()).unwrap_or(usize::MAX)).await;
        }
        Self::from_pairs(claims.table.len(), &pairs, names)
    }

    /// Ids are in the order of times, so the claims of a unit are consecutive.
    fn units(claims: &Claims, selected: &RoaringBitmap, unit: WindowUnit) -> Self {
        let mut numbers: Vec<i64> = Vec::new();
        let mut pairs = Vec::new();
        for id in selected {
            let Some(number) = calendar::number_of(unit, claims, id) else { continue };
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
            pairs.push((id, u32::try_from(numbers.len() - 1).expect("there are fewer days than 2^32")));
        }
        Self::from_pairs(claims.table.len(), &pairs, Names::Units(unit, numbers))
    }

    fn from_pairs(count: Id, pairs: &[(Id, u32)], names: Names<'c>) -> Self {
        let mut starts = vec![0_u32; count as usize + 1];
        for (id, _) in pairs {
            starts[*id as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut values = vec![0; pairs.len()];
        for (id, value) in pairs {
            let at = &mut next[*id as usize];
            values[*at as usize] = *value;
            *at += 1;
        }
        Self { starts, values, names }
    }

    fn values(&self, id: Id) -> &[u32] {
        let (start, end) = (self.starts[id as usize], self.starts[id as usize + 1]);
        &self.values[start as usize..end as usize]
    }

    /// Compares the names of two values.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        let (at, other) = (a as usize, b as usize);
        match &self.names {
            Names::Records(table) => table.name(a).cmp(table.name(b)),
            Names::Texts(texts) => texts[at].cmp(texts[other]),
            Names::Languages(tags) => usual_case(tags[at]).cmp(&usual_case(tags[other])),
            Names::Enum(name) => name(a).cmp(name(b)),
            Names::Units(_, numbers) => numbers[at].cmp(&numbers[other]),
        }
    }

    fn name(&self, value: u32) -> String {
        match &self.names {
            Names::Records(table) => table.name(value).to_owned(),
            Names::Texts(texts) => texts[value as usize].to_owned(),
            Names::Languages(tags) => usual_case(tags[value as usize]),
            Names::Enum(name) => name(value).to_owned(),
            Names::Units(unit, numbers) => calendar::name(*unit, numbers[value as usize]),
        }
    }
}

fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

fn kind_name(value: u32) -> &'static str {
    ClaimKind::try_from(number(value)).unwrap_or_default().as_str_name()
}

fn stance_name(value: u32) -> &'static str {
    Stance::try_from(number(value)).unwrap_or_default().as_str_name()
}

fn verdict_name(value: u32) -> &'static str {
    Verdict::try_from(number(value)).unwrap_or_default().as_str_name()
}
