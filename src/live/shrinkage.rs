//! Loads that lost records: a feed that was cut off half-way looks like a corpus that became smaller.

use crate::corpus::Corpus;
use crate::error::Error;

/// Records below which a resource is not looked at by itself: of a handful, half is soon gone for good reasons. Their
/// loss still counts among all records.
const FEW: u32 = 10;

/// The error of a load that has less than `min_keep_ratio` of the served records, of all or of a resource.
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub(super) fn find_shrinkage(served: &Corpus, loaded: &Corpus, min_keep_ratio: f64) -> Option<Error> {
    let (before, after) = (counts(served), counts(loaded));
    let all = |counts: [(&'static str, u32); 3]| counts.iter().map(|(_, count)| u64::from(*count)).sum();
    let resources = before.into_iter().zip(after).filter(|((_, served), _)| *served >= FEW);
    let each = resources.map(|((records, served), (_, loaded))| (records, loaded.into(), served.into()));
    let mut counts = std::iter::once(("records", all(after), all(before))).chain(each);
    let (records, loaded, served) =
        counts.find(|(_, loaded, served)| (*loaded as f64) < *served as f64 * min_keep_ratio)?;
    Some(Error::ReloadShrunk { records, loaded, served, min_keep_ratio })
}

fn counts(corpus: &Corpus) -> [(&'static str, u32); 3] {
    [
        ("articles", corpus.articles.table.len()),
        ("actors", corpus.actors.table.len()),
        ("claims", corpus.claims.table.len()),
    ]
}
