//! Everything there is, in a fixed order, batch by batch.

use crate::corpus::{Corpus, Id, Table};
use crate::model::Resource;
use crate::proto::EncodedRecord;

/// Fields of `Record`.
const ARTICLE_FIELD: u32 = 1;
const ACTOR_FIELD: u32 = 2;
const CLAIM_FIELD: u32 = 3;

/// What a batch may hold.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimits {
    /// Most bytes of its records, unless the first one alone is larger.
    pub bytes: usize,
    /// Most records; at least one.
    pub records: usize,
}

/// Some records in a row.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records; none behind the last one.
    pub records: Vec<EncodedRecord>,
    /// Bytes of the records.
    pub bytes: usize,
    /// Records before the next batch.
    pub end: u64,
}

/// The records of these resources behind the first `start` of them, as many as a batch may hold. The order is that of
/// `resources`, and of the table within each: the same wherever the revision is the same.
pub fn export(corpus: &Corpus, resources: &[Resource], start: u64, limits: BatchLimits) -> Batch {
    let mut batch = Batch { end: start, ..Batch::default() };
    let mut before = 0;
    for resource in resources {
        let (table, field) = table(corpus, *resource);
        let end = before + u64::from(table.len());
        while batch.end < end {
            let id = Id::try_from(batch.end - before).expect("ids are counted in 32 bits");
            let record = table.encoded(id);
            let len = EncodedRecord::wrapped_len(field, record);
            let is_full = batch.bytes + len > limits.bytes || batch.records.len() >= limits.records;
            if is_full && !batch.records.is_empty() {
                return batch;
            }
            batch.records.push(EncodedRecord::wrapping(field, record));
            batch.bytes += len;
            batch.end += 1;
        }
        before = end;
    }
    batch
}

fn table(corpus: &Corpus, resource: Resource) -> (&Table, u32) {
    match resource {
        Resource::Article => (&corpus.articles.table, ARTICLE_FIELD),
        Resource::Actor => (&corpus.actors.table, ACTOR_FIELD),
        Resource::Claim => (&corpus.claims.table, CLAIM_FIELD),
    }
}
