//! From records to validated records: the load after parsing.
//!
//! 1. [`Builder::add`] stages each record as it is read: encoded, by name, with an earlier record of its name replaced or
//!    merged (`staging`).
//! 2. [`Builder::validate`] does what needs all records: merges duplicates across datasets (`deduplication`), resolves the
//!    references of actors, then of articles (`references`), and validates claims: their references and the quotes of
//!    their evidence (`claims`, `anchor`).
//!
//! A record with an error is dropped, and so are the records that refer to it. Every finding goes into the load report.

mod anchor;
mod claims;
mod deduplication;
mod deletions;
mod references;
mod staging;

use std::time::Instant;

pub use self::deduplication::MergeRules;
use self::deletions::Deletions;
use self::references::Targets;
use self::staging::{Measured, Staging};
use super::report::{LoadReport, Origin, ReportBuilder};
use super::table::{OrderedBy, Table};
use super::validated::ValidatedRecords;
use crate::limits::LoadLimits;
use crate::model::{Code, Finding, Findings, Places, RecordOp, Resource, check_name};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// A load without a corpus.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct LoadFailed {
    /// The reason, as a sentence.
    pub reason: String,
    /// All findings.
    pub report: LoadReport,
}

/// Collects the records of a load and validates them.
pub struct Builder {
    limits: LoadLimits,
    started: Instant,
    /// The file being read, as numbered by `report`.
    file: u32,
    report: ReportBuilder,
    articles: Staging,
    actors: Staging,
    claims: Staging,
    merge_rules: MergeRules,
    deletions: Deletions,
}

impl Builder {
    /// Starts a load.
    pub fn new(limits: LoadLimits) -> Self {
        Self {
            limits,
            started: Instant::now(),
            file: 0,
            report: ReportBuilder::new(limits.max_diagnostics),
            articles: Staging::default(),
            actors: Staging::default(),
            claims: Staging::default(),
            merge_rules: MergeRules::default(),
            deletions: Deletions::default(),
        }
    }

    /// Adds rules for merging records of different datasets.
    pub fn merge(&mut self, rules: MergeRules) {
        self.merge_rules.extend(rules);
    }

    /// Opens a file: the following records and findings are reported with its name. If `is_strict`, any error in it
    /// refuses the load.
    pub fn open(&mut self, file: &str, is_strict: bool) {
        self.file = self.report.open(file, is_strict);
    }

    /// Sets how places in the open file are counted; lines are the default.
    pub fn count_by(&mut self, places: Places) {
        self.report.count_by(places);
    }

    /// Reports a finding about the open file as a whole.
    pub fn add_file_finding(&mut self, finding: Finding) {
        self.report.add(Origin { file: self.file, line: 0 }, "", finding);
    }

    /// Adds what was read from a line, counted from 1: a checked record, or none for a record with an error or a deletion.
    /// `name` is the record's name as far as it could be read, `findings` are all findings about the line, and `op`
    /// is what it does to an earlier record of the same name.
    pub fn add(&mut self, line: u32, name: &str, record: Option<Record>, findings: Findings, op: RecordOp) {
        let origin = Origin { file: self.file, line };
        self.report.add_all(origin, name, findings);
        if op == RecordOp::Remove {
            let is_matched = self.staging_of(name).is_some_and(|staging| staging.has_seen(name));
            self.deletions.add(name, origin, is_matched);
        } else if op != RecordOp::RemoveIfPresent {
            self.deletions.mark_matched(name);
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

    fn stage(&mut self, record: Kind, origin: Origin, op: RecordOp) {
        let measured = Measured::of(&record);
        let staging = match measured.resource {
            Resource::Article => &mut self.articles,
            Resource::Actor => &mut self.actors,
            Resource::Claim => &mut self.claims,
        };
        if let Err(finding) = measured.check_size(self.limits.max_record_bytes) {
            self.report.add(origin, measured.name, finding);
            staging.refuse(measured.name);
            return;
        }
        staging.stage(record, origin, op, &mut self.report);
    }

    /// The staging of the resource that a name is of; none for a malformed name.
    fn staging_of(&mut self, name: &str) -> Option<&mut Staging> {
        let stagings = [
            (Resource::Article, &mut self.articles),
            (Resource::Actor, &mut self.actors),
            (Resource::Claim, &mut self.claims),
        ];
        stagings.into_iter().find(|(resource, _)| check_name(name, *resource).is_ok()).map(|(_, staging)| staging)
    }

    /// Validates all records: everything that needs to know the other records.
    ///
    /// Fails when no record is left, when a finding refuses the load, and with `strict` when there is any error.
    pub fn validate(self, strict: bool) -> Result<ValidatedRecords, LoadFailed> {
        let Self { limits, started, mut report, mut articles, mut actors, mut claims, merge_rules, deletions, .. } =
            self;
        let max_bytes = limits.max_record_bytes;
        deletions.report(&mut report);
        for staging in [&mut articles, &mut actors, &mut claims] {
            staging.encode_merged(max_bytes, &mut report);
        }
        deduplication::merge_actors(&mut actors, &merge_rules.actors_by, max_bytes, &mut report);
        deduplication::merge_articles(&mut articles, merge_rules.articles_by_url, max_bytes, &mut report);

        let former_names = references::resolve_actors(&mut actors, &mut report);
        let actor_targets = Targets { staging: &actors, former_names: &former_names };
        let former_names = references::resolve_articles(&mut articles, actor_targets, &mut report);
        let article_targets = Targets { staging: &articles, former_names: &former_names };
        let (claim_arena, claim_rows) =
            claims::validate(claims, article_targets, actor_targets, max_bytes, &mut report);

        let (former_actors, former_articles) = (actor_targets.former_names(), article_targets.former_names());
        let (article_arena, article_rows) = articles.finish();
        let (actor_arena, actor_rows) = actors.finish();
        let report = finish_report(report, claim_rows.len() + article_rows.len() + actor_rows.len(), strict)?;
        let claims = Table::new(claim_arena, claim_rows, OrderedBy::Time, Vec::new());
        let articles = Table::new(article_arena, article_rows, OrderedBy::Time, former_articles);
        let actors = Table::new(actor_arena, actor_rows, OrderedBy::DisplayName, former_actors);
        Ok(ValidatedRecords { articles, actors, claims, report, started })
    }
}

/// The report of a load with `record_count` records, or why the load fails.
fn finish_report(mut report: ReportBuilder, record_count: usize, strict: bool) -> Result<LoadReport, LoadFailed> {
    if record_count == 0 {
        let finding = Finding { code: Code::NoRecords, field: String::new(), message: "no record is left".into() };
        report.add(Origin::LOAD, "", finding);
    }
    let refusal = report.refusal.take();
    let report = report.finish();
    if let Some(reason) = refusal {
        return Err(LoadFailed { reason, report });
    }
    if record_count == 0 {
        return Err(LoadFailed { reason: "the load brought no record".to_owned(), report });
    }
    if strict && report.errors > 0 {
        let reason = format!("the load was asked to be strict and found errors: {}", report.errors);
        return Err(LoadFailed { reason, report });
    }
    Ok(report)
}
