//! Rules on single fields, shared by the records that have such fields.

use std::collections::BTreeMap;

use super::{Code, Findings, Resource, SpanError, check_name, is_country, is_language};
use crate::proto::v1::Span;

/// Requires a text.
pub(super) fn required(value: &str, field: &str, findings: &mut Findings) {
    if value.trim().is_empty() {
        findings.add(Code::FieldRequired, field, "is empty");
    }
}

/// Requires a whole resource name where there is one at all.
pub(super) fn reference(name: &str, to: Resource, field: impl FnOnce() -> String, findings: &mut Findings) {
    if !name.is_empty()
        && let Err(error) = check_name(name, to)
    {
        findings.add(Code::ReferenceInvalid, field(), error.to_string());
    }
}

/// Requires whole resource names among former ones.
pub(super) fn merged_names(names: &[String], of: Resource, findings: &mut Findings) {
    for (index, name) in names.iter().enumerate() {
        required(name, &format!("merged_names[{index}]"), findings);
        reference(name, of, || format!("merged_names[{index}]"), findings);
    }
}

/// Requires a share between 0 and 1 where there is one at all. Not-a-number is no share.
pub(super) fn share(value: Option<f64>, field: impl FnOnce() -> String, findings: &mut Findings) {
    if let Some(value) = value
        && !(0.0..=1.0).contains(&value)
    {
        findings.add(Code::OutOfRange, field(), format!("{value} is not within 0 and 1"));
    }
}

/// Requires a finite number where there is one at all.
pub(super) fn finite(value: Option<f64>, field: impl FnOnce() -> String, findings: &mut Findings) {
    if let Some(value) = value
        && !value.is_finite()
    {
        findings.add(Code::OutOfRange, field(), format!("{value} is not a number on a scale"));
    }
}

/// Requires spans that can address some text.
pub(super) fn spans(spans: &[Span], field: impl Fn(usize) -> String, findings: &mut Findings) {
    if let Err(error) = super::span::check_order(spans) {
        span_error(error, field, findings);
    }
}

/// Notes a span that cannot address its text.
pub(super) fn span_error(error: SpanError, field: impl Fn(usize) -> String, findings: &mut Findings) {
    findings.add(Code::SpanInvalid, field(error.index()), error.to_string());
}

/// Keeps a language only if it is one; else its text goes to `labels`.
pub(super) fn language(
    tag: &mut String,
    field: impl FnOnce() -> String,
    labels: &mut BTreeMap<String, String>,
    findings: &mut Findings,
) {
    if !tag.is_empty() && !is_language(tag) {
        let field = field();
        findings.add(Code::LanguageInvalid, &field, format!("{tag:?} is not a language"));
        labels.insert(field, std::mem::take(tag));
    }
}

/// Keeps the countries that are some; the texts of others go to `labels`.
pub(super) fn countries(codes: &mut Vec<String>, labels: &mut BTreeMap<String, String>, findings: &mut Findings) {
    let mut index = 0;
    codes.retain_mut(|code| {
        let field = format!("countries[{index}]");
        index += 1;
        if is_country(code) {
            return true;
        }
        findings.add(Code::CountryInvalid, &field, format!("{code:?} is not a country"));
        labels.insert(field, std::mem::take(code));
        false
    });
}
