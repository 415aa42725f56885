//! Reads documents as the loader does, without a file.

use std::collections::BTreeMap;

use claimd::config::LoadLimits;
use claimd::format::{Format, ReadLimits};
use claimd::model::{Finding, Severity, merge_record};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{Actor, Article, Claim, Record};

use crate::support::defaults;

/// The merged records by name, and findings with their lines.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) records: BTreeMap<String, Kind>,
    pub(crate) findings: Vec<(u32, Finding)>,
    /// Lines with the names of their claims, in order.
    pub(crate) lines: Vec<(u32, String)>,
}

/// Reads a document.
pub(crate) fn read(document: &[u8]) -> Read {
    read_within(document, &ReadLimits::from(&defaults::<LoadLimits>()))
}

/// Reads a document with these limits.
pub(crate) fn read_within(document: &[u8], limits: &ReadLimits) -> Read {
    let mut read = Read::default();
    let mut input = document;
    let outcome = Format::ClaimReview.read(&mut input, limits, &mut |parsed| {
        read.findings.extend(parsed.findings.into_iter().map(|finding| (parsed.line, finding)));
        let Some(record) = parsed.record.and_then(|record| record.record) else { return };
        if matches!(record, Kind::Claim(_)) {
            read.lines.push((parsed.line, parsed.name.clone()));
        }
        match read.records.get_mut(&parsed.name) {
            Some(kept) => {
                merge_record(kept, record);
            }
            None => {
                read.records.insert(parsed.name, record);
            }
        }
    });
    outcome.unwrap();
    read
}

impl Read {
    pub(crate) fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.records.values().filter_map(|record| if let Kind::Claim(claim) = record { Some(claim) } else { None })
    }

    pub(crate) fn actor(&self, name: &str) -> &Actor {
        let Some(Kind::Actor(actor)) = self.records.get(name) else { panic!("there is no {name}") };
        actor
    }

    pub(crate) fn article(&self, name: &str) -> &Article {
        let Some(Kind::Article(article)) = self.records.get(name) else { panic!("there is no {name}") };
        article
    }

    /// The claim whose text begins with `text`.
    pub(crate) fn claim(&self, text: &str) -> &Claim {
        self.claims().find(|claim| claim.text.starts_with(text)).unwrap_or_else(|| panic!("there is no {text}"))
    }

    /// The URLs of the pages of a claim, in order.
    pub(crate) fn pages(&self, claim: &Claim) -> Vec<&str> {
        claim.evidence.iter().map(|evidence| self.article(&evidence.article).url.as_str()).collect()
    }

    /// Line, code and field of each finding.
    pub(crate) fn outline(&self) -> Vec<String> {
        let line = |(line, finding): &(u32, Finding)| format!("{line} {} {}", finding.code.as_str(), finding.field);
        self.findings.iter().map(line).map(|line| line.trim_end().to_owned()).collect()
    }

    pub(crate) fn errors(&self) -> usize {
        self.findings.iter().filter(|(_, finding)| finding.code.severity() == Severity::Error).count()
    }

    /// The records as a feed, and the number of what was left out.
    pub(crate) fn written(&self) -> (String, BTreeMap<&'static str, u64>) {
        let mut feed = Vec::new();
        let mut writer = Format::ClaimReview.writer(&mut feed).unwrap().unwrap();
        // Names of actors and articles come before those of claims.
        let order = |kind: &&Kind| matches!(kind, Kind::Claim(_));
        let (claims, others): (Vec<_>, Vec<_>) = self.records.values().partition(order);
        for record in others.into_iter().chain(claims) {
            writer.write(Record { record: Some(record.clone()) }).unwrap();
        }
        let left_out = writer.finish().unwrap().left_out;
        (String::from_utf8(feed).unwrap(), left_out)
    }
}
