//! Loads that lost records: a feed that was cut off half-way looks like a corpus that became smaller.

use std::fmt;

use crate::corpus::Corpus;

/// Records below which a resource is not looked at by itself: of a handful, half is soon gone for good reasons. Their
/// loss still counts among all records.
const FEW: u32 = 10;

/// Fewer records than a load has to bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrinkage {
    /// What was counted: `records`, or the name of a collection.
    pub records: &'static str,
    /// How many the load brought.
    pub loaded: u64,
    /// How many are served.
    pub served: u64,
    /// The share that has to be brought.
    pub min_keep_ratio: f64,
}

impl fmt::Display for Shrinkage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, loaded, served, min_keep_ratio } = self;
        write!(
            f,
            "the load brought {loaded} {records} where {served} are served, less than the share of {min_keep_ratio} \
             that --min-keep-ratio asks for; if they are meant to be gone, load with --min-keep-ratio 0"
        )
    }
}

impl Shrinkage {
    /// What `loaded` lost of `served`, if it is too much.
    pub(super) fn find(served: &Corpus, loaded: &Corpus, min_keep_ratio: f64) -> Option<Self> {
        let (before, after) = (counts(served), counts(loaded));
        let all = |counts: [(&'static str, u32); 3]| counts.iter().map(|(_, count)| u64::from(*count)).sum();
        let resources = before.into_iter().zip(after).filter(|((_, served), _)| *served >= FEW);
        let each = resources.map(|((records, served), (_, loaded))| (records, loaded.into(), served.into()));
        std::iter::once(("records", all(after), all(before)))
            .chain(each)
            .map(|(records, loaded, served)| Self { records, loaded, served, min_keep_ratio })
            .find(Self::is_too_much)
    }

    #[allow(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    fn is_too_much(&self) -> bool {
        (self.loaded as f64) < self.served as f64 * self.min_keep_ratio
    }
}

fn counts(corpus: &Corpus) -> [(&'static str, u32); 3] {
    [
        ("articles", corpus.articles.table.len()),
        ("actors", corpus.actors.table.len()),
        ("claims", corpus.claims.table.len()),
    ]
}
