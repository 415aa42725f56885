//! Staging: the records of one resource as they are read, encoded and indexed by name, until references can be checked.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use prost::Message;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::corpus::arena::{Arena, ArenaWriter, Slot};
use crate::corpus::peek;
use crate::corpus::report::{Origin, ReportBuilder};
use crate::corpus::table::Row;
use crate::model::{Code, Finding, Findings, RecordOp, Resource, TimeKey, merge_record};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, Article, Claim};

/// The arena is compacted when replaced records take more than one part in this many of it.
const MAX_WASTE: usize = 8;

/// The keys and sizes of a record.
pub(super) struct Measured<'r> {
    pub(super) resource: Resource,
    pub(super) name: &'r str,
    pub(super) time: TimeKey,
    /// Bytes of the encoding.
    pub(super) len: usize,
    /// Bytes of the BASIC view.
    pub(super) basic_len: usize,
}

impl<'r> Measured<'r> {
    pub(super) fn of(record: &'r Kind) -> Self {
        let (resource, name, time, len) = match record {
            Kind::Article(article) => {
                let time = TimeKey::of(article.publish_time.as_ref());
                (Resource::Article, &article.name, time, article.encoded_len())
            }
            Kind::Actor(actor) => (Resource::Actor, &actor.name, TimeKey::NONE, actor.encoded_len()),
            Kind::Claim(claim) => {
                (Resource::Claim, &claim.name, TimeKey::of(claim.claim_time.as_ref()), claim.encoded_len())
            }
        };
        let basic_len = match record {
            Kind::Article(article) => len - body_len(article),
            Kind::Actor(_) | Kind::Claim(_) => len,
        };
        Self { resource, name, time, len, basic_len }
    }

    /// Checks the size of a record; the bytes of its encoding count.
    pub(super) fn check_size(&self, max_record_bytes: usize) -> Result<(), Finding> {
        if self.len <= max_record_bytes {
            return Ok(());
        }
        let message = too_large(self.len, max_record_bytes);
        Err(Finding { code: Code::RecordTooLarge, field: String::new(), message })
    }
}

/// The message of [`Code::RecordTooLarge`].
pub(super) fn too_large(len: usize, max: usize) -> String {
    format!("the record has {len} bytes, the limit is {max}")
}

/// Bytes of an article's encoding that only the FULL view has.
fn body_len(article: &Article) -> usize {
    let body = &article.body;
    if body.is_empty() { 0 } else { prost::encoding::string::encoded_len(BODY_FIELD, body) }
}

/// Number of `Article.body`, the highest of the message: prost writes fields by number, so the body comes last.
const BODY_FIELD: u32 = 100;

/// A staged record.
pub(super) struct Entry {
    slot: Slot,
    basic_len: u32,
    pub(super) time: TimeKey,
    pub(super) origin: Origin,
    /// Left out for an error that was found after staging, or removed.
    pub(super) dropped: bool,
    /// Whether further records of the same name are merged into it.
    is_mergeable: bool,
    /// Whether it replaced an earlier record: records of the same name that would be merged into it are ignored.
    is_final: bool,
}

/// The result of looking up a name.
#[derive(Clone, Copy)]
pub(super) enum Lookup {
    /// A record that has not been dropped; its index.
    Kept(u32),
    /// A record that was dropped for an error.
    Dropped,
    /// No record.
    Unknown,
}

/// The staged records of one resource: encoded, numbered, indexed by name.
#[derive(Default)]
pub(super) struct Staging {
    arena: ArenaWriter,
    entries: Vec<Entry>,
    indexes: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Names of records that an error kept from being staged.
    refused: FxHashSet<Box<str>>,
    /// Names that were removed and not staged again.
    removed: FxHashSet<Box<str>>,
    /// Decoded records that others were merged into, by index; encoded once after the last record is read.
    merged: FxHashMap<u32, MergedRecord>,
    /// Bytes of the arena that belong to no entry any more.
    wasted: usize,
}

/// A record that others were merged into.
struct MergedRecord {
    record: Kind,
    /// Fields whose conflict has been reported; a feed may op the same conflict a thousand times.
    reported: FxHashSet<String>,
}

impl Staging {
    /// Stages a record by the rules of `op`: adds, replaces, merges or refuses it.
    pub(super) fn stage(&mut self, record: Kind, origin: Origin, op: RecordOp, report: &mut ReportBuilder) {
        let measured = Measured::of(&record);
        match self.index(measured.name) {
            _ if op == RecordOp::Merge && self.is_final(measured.name) => {}
            None => self.add(&record, &measured, origin, op),
            Some(index) if op == RecordOp::Replace => self.replace(index, &record, origin),
            Some(index) if op == RecordOp::Merge || self.entry(index).is_mergeable => {
                self.merge(index, record, origin, report);
            }
            Some(index) => {
                let place = report.place(self.entry(index).origin);
                let message = format!("another {} of this name stands at {place}", measured.resource.message_name());
                let finding = Finding { code: Code::NameTaken, field: "name".to_owned(), message };
                report.add(origin, measured.name, finding);
            }
        }
    }

    fn add(&mut self, record: &Kind, measured: &Measured<'_>, origin: Origin, op: RecordOp) {
        let entry = self.write(record, measured, origin);
        let index = u32::try_from(self.entries.len()).expect("records are counted in 32 bits");
        let (is_mergeable, is_final) = (op == RecordOp::Merge, op == RecordOp::Replace);
        self.entries.push(Entry { is_mergeable, is_final, ..entry });
        self.removed.remove(measured.name);
        let Self { arena, entries, indexes, hasher, .. } = self;
        let hash = |index: &u32| hasher.hash_one(peek::name(arena.slice(entries[*index as usize].slot)));
        indexes.insert_unique(hash(&index), index, hash);
    }

    /// Replaces the record `index` by another of its name.
    pub(super) fn replace(&mut self, index: u32, record: &Kind, origin: Origin) {
        self.merged.remove(&index);
        self.wasted += self.encoded(index).len();
        let entry = self.write(record, &Measured::of(record), origin);
        let is_mergeable = self.entry(index).is_mergeable;
        self.entries[index as usize] = Entry { is_mergeable, is_final: true, ..entry };
    }

    /// Appends the encoding of a record to the arena.
    fn write(&mut self, record: &Kind, measured: &Measured<'_>, origin: Origin) -> Entry {
        let slot = self.arena.push(measured.len, |buffer| {
            let encoded = match record {
                Kind::Article(article) => article.encode(buffer),
                Kind::Actor(actor) => actor.encode(buffer),
                Kind::Claim(claim) => claim.encode(buffer),
            };
            encoded.expect("a vector grows");
        });
        let basic_len = u32::try_from(measured.basic_len).expect("records are limited to far below 4 GiB");
        Entry { slot, basic_len, time: measured.time, origin, dropped: false, is_mergeable: false, is_final: false }
    }

    /// Merges a record into the one of its name. An equal record costs a comparison; others are merged in decoded form.
    fn merge(&mut self, index: u32, record: Kind, origin: Origin, report: &mut ReportBuilder) {
        if !self.merged.contains_key(&index) {
            if is_encoded_as(&record, self.encoded(index)) {
                return;
            }
            let kept = decode(Measured::of(&record).resource, self.encoded(index));
            self.merged.insert(index, MergedRecord { record: kept, reported: FxHashSet::default() });
        }
        let merged = self.merged.get_mut(&index).expect("it was inserted above");
        let mut findings = merge_record(&mut merged.record, record).into_iter().collect::<Vec<Finding>>();
        findings.retain(|finding| merged.reported.insert(finding.field.clone()));
        for finding in findings {
            report.add(origin, self.name(index), finding);
        }
    }

    /// Encodes the records that others were merged into. Called after the last record is read.
    pub(super) fn encode_merged(&mut self, max_record_bytes: usize, report: &mut ReportBuilder) {
        let mut merged: Vec<(u32, MergedRecord)> = std::mem::take(&mut self.merged).into_iter().collect();
        merged.sort_unstable_by_key(|(index, _)| *index);
        for (index, MergedRecord { record, .. }) in merged {
            let origin = self.entry(index).origin;
            match Measured::of(&record).check_size(max_record_bytes) {
                Ok(()) => self.replace(index, &record, origin),
                Err(finding) => {
                    report.add(origin, self.name(index), finding);
                    self.drop(index);
                }
            }
        }
    }

    /// Removes the record of that name, as if it had never been read.
    pub(super) fn remove(&mut self, name: &str) {
        self.removed.insert(name.into());
        let Some(index) = self.index(name) else { return };
        self.wasted += self.encoded(index).len();
        self.merged.remove(&index);
        self.drop(index);
        let hash = self.hasher.hash_one(name);
        if let Ok(found) = self.indexes.find_entry(hash, |other| *other == index) {
            found.remove();
        }
    }

    /// Remembers the name of a record that an error kept from being staged, to tell references to it from unknown names.
    pub(super) fn refuse(&mut self, name: &str) {
        self.refused.insert(name.into());
    }

    /// Leaves a record out of the corpus.
    pub(super) fn drop(&mut self, index: u32) {
        self.entries[index as usize].dropped = true;
    }

    /// Whether a replacement or removal of that name overrides records that would be merged.
    fn is_final(&self, name: &str) -> bool {
        self.index(name).map_or_else(|| self.removed.contains(name), |index| self.entry(index).is_final)
    }

    /// Whether a record of that name was staged or refused.
    pub(super) fn has_seen(&self, name: &str) -> bool {
        self.index(name).is_some() || self.refused.contains(name)
    }

    pub(super) fn lookup(&self, name: &str) -> Lookup {
        match self.index(name) {
            Some(index) if self.entry(index).dropped => Lookup::Dropped,
            Some(index) => Lookup::Kept(index),
            None if self.refused.contains(name) => Lookup::Dropped,
            None => Lookup::Unknown,
        }
    }

    /// The index of the record of that name, dropped or not.
    pub(super) fn index(&self, name: &str) -> Option<u32> {
        self.indexes.find(self.hasher.hash_one(name), |index| self.name(*index) == name).copied()
    }

    pub(super) fn entry(&self, index: u32) -> &Entry {
        &self.entries[index as usize]
    }

    pub(super) fn name(&self, index: u32) -> &str {
        peek::name(self.encoded(index))
    }

    pub(super) fn encoded(&self, index: u32) -> &[u8] {
        self.arena.slice(self.entry(index).slot)
    }

    /// The encoding of a record without what only the FULL view has.
    pub(super) fn basic(&self, index: u32) -> &[u8] {
        &self.encoded(index)[..self.entry(index).basic_len as usize]
    }

    /// The body of an article; empty if it has none.
    pub(super) fn body(&self, index: u32) -> &str {
        peek::body(self.encoded(index), self.entry(index).basic_len as usize)
    }

    /// The indexes of the records that have not been dropped, in the order in which they were staged.
    pub(super) fn kept(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().zip(0..).filter(|(entry, _)| !entry.dropped).map(|(_, index)| index)
    }

    /// Reports findings about a record.
    pub(super) fn report(&self, index: u32, findings: Findings, report: &mut ReportBuilder) {
        report.add_all(self.entry(index).origin, self.name(index), findings);
    }

    /// The records that have not been dropped, with their arena.
    pub(super) fn finish(mut self) -> (Arena, Vec<Row>) {
        if self.wasted * MAX_WASTE > self.arena.len() {
            self.compact();
        }
        let kept = self.entries.into_iter().filter(|entry| !entry.dropped);
        let rows = kept.map(|Entry { slot, basic_len, time, .. }| Row { slot, basic_len, time }).collect();
        (self.arena.finish(), rows)
    }

    /// Copies the records that have not been dropped into a new arena.
    fn compact(&mut self) {
        let mut arena = ArenaWriter::default();
        for entry in self.entries.iter_mut().filter(|entry| !entry.dropped) {
            let record = self.arena.slice(entry.slot);
            entry.slot = arena.push(record.len(), |buffer| buffer.extend_from_slice(record));
        }
        self.arena = arena;
        // Slots of dropped records are invalid now.
        self.indexes.clear();
    }
}

fn is_encoded_as(record: &Kind, bytes: &[u8]) -> bool {
    match record {
        Kind::Article(article) => article.encoded_len() == bytes.len() && article.encode_to_vec() == bytes,
        Kind::Actor(actor) => actor.encoded_len() == bytes.len() && actor.encode_to_vec() == bytes,
        Kind::Claim(claim) => claim.encoded_len() == bytes.len() && claim.encode_to_vec() == bytes,
    }
}

fn decode(resource: Resource, bytes: &[u8]) -> Kind {
    let decoded = match resource {
        Resource::Article => Article::decode(bytes).map(Kind::Article),
        Resource::Actor => Actor::decode(bytes).map(Kind::Actor),
        Resource::Claim => Claim::decode(bytes).map(Kind::Claim),
    };
    decoded.expect("records were encoded here")
}
