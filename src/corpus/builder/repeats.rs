//! Records of one name that are united.
//!
//! A record that repeats what is there costs a comparison. One that brings something new is united with it in decoded
//! form, and the outcome is encoded once, when the last record is in.

use std::collections::HashSet;

use prost::Message;

use super::staging::{Measured, Staging, encode};
use super::too_large;
use crate::corpus::report::{Origin, ReportBuilder};
use crate::model::{Code, Finding, Resource, merge_record};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, Article, Claim};

/// A record that others were united with.
pub(super) struct United {
    record: Kind,
    /// Fields that were reported to differ: once is enough, a feed may say the same thing a thousand times.
    reported: HashSet<String>,
}

/// Unites a record with the one of its name.
pub(super) fn unite_with(
    staging: &mut Staging,
    index: u32,
    record: Kind,
    (origin, report): (Origin, &mut ReportBuilder),
) {
    if !staging.united.contains_key(&index) {
        let mut bytes = Vec::new();
        encode(&record, &mut bytes);
        if staging.encoded(index) == bytes {
            return;
        }
        let kept = decode(Measured::of(&record).resource, staging.encoded(index));
        staging.united.insert(index, United { record: kept, reported: HashSet::new() });
    }
    let united = staging.united.get_mut(&index).expect("it was put there");
    let findings = merge_record(&mut united.record, record);
    let news: Vec<Finding> =
        findings.into_iter().filter(|finding| united.reported.insert(finding.field.clone())).collect();
    for finding in news {
        report.add(origin, staging.name(index), finding);
    }
}

/// Unites a record with another that it is one with, and reports where they differ.
pub(super) fn unite_one(kept: &mut Kind, other: Kind, (origin, report): (Origin, &mut ReportBuilder)) {
    let findings = merge_record(kept, other);
    report.add_all(origin, Measured::of(kept).name, findings);
}

/// Encodes the records that others were united with, now that nothing more comes.
pub(super) fn settle(staging: &mut Staging, max_record_bytes: usize, report: &mut ReportBuilder) {
    let mut united: Vec<(u32, United)> = std::mem::take(&mut staging.united).into_iter().collect();
    united.sort_unstable_by_key(|(index, _)| *index);
    for (index, United { record, .. }) in united {
        let measured = Measured::of(&record);
        let origin = staging.entries[index as usize].origin;
        if measured.len > max_record_bytes {
            let message = too_large(measured.len, max_record_bytes);
            let finding = Finding { code: Code::RecordTooLarge, field: String::new(), message };
            report.add(origin, measured.name, finding);
            staging.entries[index as usize].dropped = true;
            continue;
        }
        staging.replace(index, &measured, origin, |buffer| encode(&record, buffer));
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
