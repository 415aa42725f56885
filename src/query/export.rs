//! Export of all records in a fixed order, batch by batch.

use crate::corpus::{Corpus, Id, Table};
use crate::model::Resource;
use crate::proto::EncodedRecord;

/// Field numbers of `Record`.
const ARTICLE_FIELD: u32 = 1;
const ACTOR_FIELD: u32 = 2;
const CLAIM_FIELD: u32 = 3;

/// The limits of a batch.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimits {
    /// Most bytes of its records; the first one may be larger.
    pub bytes: usize,
    /// Most records; at least one.
    pub records: usize,
}

/// Consecutive records of an export.
#[derive(Debug, Default)]
pub struct Batch {
    /// The records; empty at the end of the export.
    pub records: Vec<EncodedRecord>,
    /// Bytes of the records.
    pub bytes: usize,
    /// Number of records before the next batch.
    pub end: u64,
}

/// The batch after the first `start` records of the resources. The order is that of `resources` and of the ids within
/// each, equal for equal revisions.
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
