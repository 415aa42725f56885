//! Rules on a record of any resource.

use super::{Code, Findings, Resource, actor, article, check_name, claim};
use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// The resource and name of a record, as far as it has them.
pub fn record_name(record: &Record) -> Option<(Resource, &str)> {
    record.record.as_ref().map(|record| match record {
        Kind::Article(article) => (Resource::Article, article.name.as_str()),
        Kind::Actor(actor) => (Resource::Actor, actor.name.as_str()),
        Kind::Claim(claim) => (Resource::Claim, claim.name.as_str()),
    })
}

/// Checks everything that can be told from the record alone, and fills in what it leaves to be computed or defaulted.
/// Checking a checked record changes nothing, and finds what was left as it is.
pub fn check_record(record: &mut Record) -> Findings {
    let mut findings = Findings::default();
    let Some((resource, name)) = record_name(record) else {
        findings.add(Code::NotOneRecord, "", "there is no record in it");
        return findings;
    };
    if let Err(error) = check_name(name, resource) {
        findings.add(Code::NameInvalid, "name", error.to_string());
    }
    match record.record.as_mut() {
        Some(Kind::Article(record)) => article::check(record, &mut findings),
        Some(Kind::Actor(record)) => actor::check(record, &mut findings),
        Some(Kind::Claim(record)) => claim::check(record, &mut findings),
        None => {}
    }
    findings
}
