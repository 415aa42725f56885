//! From records to a corpus: names, references, anchors, indexes, report.
//!
//! Actors are settled first, since everything refers to them; then articles, whose texts the quotes of claims are
//! checked against; then claims. A record with an error is left out, and with it what refers to it.

mod actors;
mod anchor;
mod articles;
mod cascade;
mod claims;
mod locate;
mod names;
mod staging;

use std::time::Instant;

use prost::Message;

use self::names::ActorNames;
use self::staging::Staging;
use super::Corpus;
use super::report::{LoadReport, Origin, ReportBuilder};
use super::table::{OrderedBy, Table};
use crate::config::LoadLimits;
use crate::model::{Code, Finding, Findings, Resource, TimeKey, check_name};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Article, Record};

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
        }
    }

    /// Enters a file; what follows was found in it.
    pub fn open(&mut self, file: &str) {
        self.file = self.report.open(file);
    }

    /// Notes what was found about the file as a whole.
    pub fn add_file_finding(&mut self, finding: Finding) {
        self.report.add(Origin { file: self.file, line: 0 }, "", finding);
    }

    /// Takes in what was read from a line, counted from 1: a checked record, or none if there was an error in it. `name`
    /// is the record's name as far as it could be read, and `findings` is all that was found in it.
    pub fn add(&mut self, line: u32, name: &str, record: Option<Record>, findings: Findings) {
        let origin = Origin { file: self.file, line };
        self.report.add_all(origin, name, findings);
        if let Some(record) = record.and_then(|record| record.record) {
            return self.stage(&record, origin);
        }
        let stagings = [
            (Resource::Article, &mut self.articles),
            (Resource::Actor, &mut self.actors),
            (Resource::Claim, &mut self.claims),
        ];
        for (_, staging) in stagings.into_iter().filter(|(resource, _)| check_name(name, *resource).is_ok()) {
            staging.refuse(name);
        }
    }

    /// Settles everything that needs to know all records, and builds the indexes.
    ///
    /// Fails when no record is left, and with `strict` when there was any error.
    pub fn finish(self, strict: bool) -> Result<Corpus, LoadFailed> {
        let Self { limits, started, mut report, mut articles, mut actors, claims, .. } = self;
        let merged = actors::settle(&mut actors, &mut report);
        let actor_names = ActorNames { staging: &actors, merged: &merged };
        articles::settle(&mut articles, actor_names, &mut report);
        let (claim_arena, claim_rows) =
            claims::settle(claims, &articles, actor_names, limits.max_record_bytes, &mut report);

        let merged: Vec<(Box<str>, Box<str>)> =
            merged.iter().map(|(name, index)| (name.clone(), actors.name(*index).into())).collect();
        let (article_arena, article_rows) = articles.finish();
        let (actor_arena, actor_rows) = actors.finish();
        let count = claim_rows.len() + article_rows.len() + actor_rows.len();
        if count == 0 {
            let finding = Finding { code: Code::NoRecords, field: String::new(), message: "no record is left".into() };
            report.add(Origin::LOAD, "", finding);
        }
        let report = report.finish();
        if count == 0 {
            return Err(LoadFailed { reason: "the load brought no record".to_owned(), report });
        }
        if strict && report.errors > 0 {
            let reason = format!("the load was asked to be strict and found errors: {}", report.errors);
            return Err(LoadFailed { reason, report });
        }
        let claims = Table::new(claim_arena, claim_rows, OrderedBy::Time);
        let articles = Table::new(article_arena, article_rows, OrderedBy::Time);
        let actors = Table::new(actor_arena, actor_rows, OrderedBy::DisplayName);
        Ok(Corpus::index(articles, actors, &merged, claims, report, started))
    }

    fn stage(&mut self, record: &Kind, origin: Origin) {
        let (staging, resource) = match record {
            Kind::Article(_) => (&mut self.articles, Resource::Article),
            Kind::Actor(_) => (&mut self.actors, Resource::Actor),
            Kind::Claim(_) => (&mut self.claims, Resource::Claim),
        };
        let (name, time, len) = match record {
            Kind::Article(article) => {
                (&article.name, TimeKey::of(article.publish_time.as_ref()), article.encoded_len())
            }
            Kind::Actor(actor) => (&actor.name, TimeKey::NONE, actor.encoded_len()),
            Kind::Claim(claim) => (&claim.name, TimeKey::of(claim.claim_time.as_ref()), claim.encoded_len()),
        };
        if len > self.limits.max_record_bytes {
            let message = too_large(len, self.limits.max_record_bytes);
            let finding = Finding { code: Code::RecordTooLarge, field: String::new(), message };
            self.report.add(origin, name, finding);
            staging.refuse(name);
            return;
        }
        let basic_len = match record {
            Kind::Article(article) => len - body_len(article),
            Kind::Actor(_) | Kind::Claim(_) => len,
        };
        let taken = staging.add(name, (time, origin), (len, basic_len), |buffer| {
            let encoded = match record {
                Kind::Article(article) => article.encode(buffer),
                Kind::Actor(actor) => actor.encode(buffer),
                Kind::Claim(claim) => claim.encode(buffer),
            };
            encoded.expect("a vector grows");
        });
        if let Err(first) = taken {
            let place = self.report.place(first);
            let message = format!("another {} of this name stands at {place}", resource.message_name());
            self.report.add(origin, name, Finding { code: Code::NameTaken, field: "name".to_owned(), message });
        }
    }
}

/// Bytes of an article's encoding that only the FULL view has.
fn body_len(article: &Article) -> usize {
    let body = &article.body;
    if body.is_empty() { 0 } else { prost::encoding::string::encoded_len(BODY_FIELD, body) }
}

/// Number of `Article.body`, the highest of the message: prost writes fields by number, so that the body comes last.
const BODY_FIELD: u32 = 100;

fn too_large(len: usize, limit: usize) -> String {
    format!("the record has {len} bytes, the limit is {limit}")
}
