//! From records to a corpus: names, references, anchors, indexes, report.
//!
//! Actors are settled first, since everything refers to them; then articles, whose texts the quotes of claims are
//! checked against; then claims. A record with an error is left out, and with it what refers to it.

mod actors;
mod anchor;
mod articles;
mod cascade;
mod claims;
mod deletions;
mod locate;
mod merge;
mod names;
mod repeats;
mod staging;

use std::time::Instant;

use self::deletions::Deletions;
pub use self::merge::Merging;
use self::names::Names;
use self::staging::{Measured, Staging, encode};
use super::Corpus;
use super::report::{LoadReport, Origin, ReportBuilder};
use super::settled::Settled;
use super::table::{OrderedBy, Table};
use crate::config::LoadLimits;
use crate::model::{Code, Finding, Findings, Places, RecordOp, Resource, check_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Why there is no corpus.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct LoadFailed {
    /// Why, in a sentence.
    pub reason: String,
    /// What was found.
    pub report: LoadReport,
}

/// Takes in records and becomes a corpus.
pub struct Builder {
    limits: LoadLimits,
    started: Instant,
    file: u32,
    report: ReportBuilder,
    articles: Staging,
    actors: Staging,
    claims: Staging,
    merging: Merging,
    deletions: Deletions,
}

impl Builder {
    /// Begins a load.
    pub fn new(limits: LoadLimits) -> Self {
        Self {
            limits,
            started: Instant::now(),
            file: 0,
            report: ReportBuilder::new(limits.max_diagnostics),
            articles: Staging::default(),
            actors: Staging::default(),
            claims: Staging::default(),
            merging: Merging::default(),
            deletions: Deletions::default(),
        }
    }

    /// Is told what of different datasets is one, beside what was said before.
    pub fn merge(&mut self, merging: Merging) {
        self.merging.extend(merging);
    }

    /// Enters a file; what follows was found in it. With `is_strict` any error in it refuses the load.
    pub fn open(&mut self, file: &str, is_strict: bool) {
        self.file = self.report.open(file, is_strict);
    }

    /// Is told how places in the file are counted, if otherwise than by lines.
    pub fn count_by(&mut self, places: Places) {
        self.report.count_by(places);
    }

    /// Notes what was found about the file as a whole.
    pub fn add_file_finding(&mut self, finding: Finding) {
        self.report.add(Origin { file: self.file, line: 0 }, "", finding);
    }

    /// Takes in what was read from a line, counted from 1: a checked record, or none if there was an error in it. `name`
    /// is the record's name as far as it could be read, `findings` is all that was found in it, and `op` says what
    /// it does to an earlier record of its name.
    pub fn add(&mut self, line: u32, name: &str, record: Option<Record>, findings: Findings, op: RecordOp) {
        let origin = Origin { file: self.file, line };
        self.report.add_all(origin, name, findings);
        if op == RecordOp::Remove {
            let found = self.staging_of(name).is_some_and(|staging| staging.has_seen(name));
            self.deletions.add(name, origin, found);
        } else if op != RecordOp::RemoveIfPresent {
            self.deletions.meet(name);
        }
        if let Some(record) = record.and_then(|record| record.record) {
            return self.stage(record, origin, op);
        }
        let Some(staging) = self.staging_of(name) else { return };
        match op {
            RecordOp::RemoveIfPresent | RecordOp::Remove => staging.remove(name),
            RecordOp::Insert | RecordOp::Merge | RecordOp::Replace => staging.refuse(name),
        }
    }

    /// Settles everything that needs to know all records, and builds the indexes.
    ///
    /// Fails when no record is left, when the load is refused for one of its files, and with `strict` when there was any
    /// error.
    pub fn finish(self, strict: bool) -> Result<Corpus, LoadFailed> {
        self.settle(strict).map(Settled::index)
    }

    /// Settles everything that needs to know all records. Fails as [`Builder::finish`] does.
    pub fn settle(self, strict: bool) -> Result<Settled, LoadFailed> {
        let Self { limits, started, mut report, mut articles, mut actors, mut claims, merging, deletions, .. } = self;
        deletions.report(&mut report);
        for staging in [&mut articles, &mut actors, &mut claims] {
            repeats::settle(staging, limits.max_record_bytes, &mut report);
        }
        merge::actors(&mut actors, &merging.actors_by, limits.max_record_bytes, &mut report);
        merge::articles(&mut articles, merging.articles_by_url, limits.max_record_bytes, &mut report);
        let merged_actors = actors::settle(&mut actors, &mut report);
        let actor_names = Names { staging: &actors, merged: &merged_actors };
        let merged_articles = articles::settle(&mut articles, actor_names, &mut report);
        let article_names = Names { staging: &articles, merged: &merged_articles };
        let (claim_arena, claim_rows) =
            claims::settle(claims, article_names, actor_names, limits.max_record_bytes, &mut report);

        let (merged_actors, merged_articles) = (actor_names.leading(), article_names.leading());
        let (article_arena, article_rows) = articles.finish();
        let (actor_arena, actor_rows) = actors.finish();
        let count = claim_rows.len() + article_rows.len() + actor_rows.len();
        if count == 0 {
            let finding = Finding { code: Code::NoRecords, field: String::new(), message: "no record is left".into() };
            report.add(Origin::LOAD, "", finding);
        }
        let refusal = report.refusal.take();
        let report = report.finish();
        if let Some(reason) = refusal {
            return Err(LoadFailed { reason, report });
        }
        if count == 0 {
            return Err(LoadFailed { reason: "the load brought no record".to_owned(), report });
        }
        if strict && report.errors > 0 {
            let reason = format!("the load was asked to be strict and found errors: {}", report.errors);
            return Err(LoadFailed { reason, report });
        }
        let claims = Table::new(claim_arena, claim_rows, OrderedBy::Time, Vec::new());
        let articles = Table::new(article_arena, article_rows, OrderedBy::Time, merged_articles);
        let actors = Table::new(actor_arena, actor_rows, OrderedBy::DisplayName, merged_actors);
        Ok(Settled { articles, actors, claims, report, started })
    }

    fn stage(&mut self, record: Kind, origin: Origin, op: RecordOp) {
        let measured = Measured::of(&record);
        let resource = measured.resource;
        if measured.len > self.limits.max_record_bytes {
            let message = too_large(measured.len, self.limits.max_record_bytes);
            let finding = Finding { code: Code::RecordTooLarge, field: String::new(), message };
            self.report.add(origin, measured.name, finding);
            let name = measured.name.to_owned();
            self.staging(resource).refuse(&name);
            return;
        }
        let staging = match resource {
            Resource::Article => &mut self.articles,
            Resource::Actor => &mut self.actors,
            Resource::Claim => &mut self.claims,
        };
        match staging.index(measured.name) {
            _ if op == RecordOp::Merge && staging.is_settled(measured.name) => {}
            None => staging.add(&measured, origin, op, |buffer| encode(&record, buffer)),
            Some(index) if op == RecordOp::Replace => {
                staging.replace(index, &measured, origin, |buffer| encode(&record, buffer));
            }
            Some(index) if op == RecordOp::Merge || staging.may_unite(index) => {
                repeats::unite_with(staging, index, record, (origin, &mut self.report));
            }
            Some(index) => {
                let place = self.report.place(staging.entries[index as usize].origin);
                let message = format!("another {} of this name stands at {place}", resource.message_name());
                let finding = Finding { code: Code::NameTaken, field: "name".to_owned(), message };
                self.report.add(origin, measured.name, finding);
            }
        }
    }

    fn staging(&mut self, resource: Resource) -> &mut Staging {
        match resource {
            Resource::Article => &mut self.articles,
            Resource::Actor => &mut self.actors,
            Resource::Claim => &mut self.claims,
        }
    }

    /// The staging that records of that name belong to.
    fn staging_of(&mut self, name: &str) -> Option<&mut Staging> {
        let mut all = [Resource::Article, Resource::Actor, Resource::Claim].into_iter();
        let resource = all.find(|resource| check_name(name, *resource).is_ok())?;
        Some(self.staging(resource))
    }
}

fn too_large(len: usize, limit: usize) -> String {
    format!("the record has {len} bytes, the limit is {limit}")
}
