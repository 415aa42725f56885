//! From errors to statuses: the only place that names a gRPC code.

mod refusals;

use std::collections::HashMap;
use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::live::{self, Shrinkage};
use crate::proto::v1::ErrorReason;
use crate::query::{Error, Fault, Violation, Violations};

pub use refusals::Foreign;

/// Domain of every `google.rpc.ErrorInfo`.
const DOMAIN: &str = "claimd";

/// Most bytes of field violations in one status. Details travel in a header, as base64, and clients take no more than
/// 8 KiB of headers with certainty; this leaves room for the rest.
const MAX_VIOLATION_BYTES: usize = 5 << 10;

/// When to ask for a stream again that could not be had, or that ended with its server: streams stay open for long, and
/// another server has many to take over.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Most bytes of a value that is repeated to the client.
const MAX_SHOWN_BYTES: usize = 256;

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let (code, reason) = classify(&error);
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.as_str_name(), DOMAIN, metadata(&error));
        match &error {
            Error::Invalid(violations) => add_violations(&mut details, violations),
            Error::NotFound { resource, name } => {
                details.set_resource_info(resource.message_name(), shortened(name), "", "there is no such record");
            }
            Error::Internal { cause } => tracing::error!(cause, "internal error"),
            Error::RequestTooLarge { .. }
            | Error::ResponseTooLarge { .. }
            | Error::NetworkTooLarge { .. }
            | Error::RevisionGone { .. } => {}
        }
        Status::with_error_details(code, shortened(&error.to_string()), details)
    }
}

impl From<live::Error> for Status {
    fn from(error: live::Error) -> Self {
        let (code, reason) = classify_live(&error);
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.as_str_name(), DOMAIN, live_metadata(&error));
        let retry = match &error {
            live::Error::TooManyStreams { .. } => Some(RETRY_DELAY),
            live::Error::Running { retry } => Some(*retry),
            _ => None,
        };
        if retry.is_some() {
            details.set_retry_info(retry);
        }
        Status::with_error_details(code, shortened(&error.to_string()), details)
    }
}

fn classify_live(error: &live::Error) -> (Code, ErrorReason) {
    match error {
        live::Error::Running { .. } => (Code::Aborted, ErrorReason::ReloadRunning),
        live::Error::Impossible => (Code::FailedPrecondition, ErrorReason::ReloadImpossible),
        live::Error::Failed { .. } => (Code::FailedPrecondition, ErrorReason::ReloadFailed),
        live::Error::Shrunk(_) => (Code::FailedPrecondition, ErrorReason::ReloadShrunk),
        live::Error::Fault => (Code::Internal, ErrorReason::Internal),
        live::Error::RevisionGone { .. } => (Code::Aborted, ErrorReason::RevisionGone),
        live::Error::TooManyStreams { .. } => (Code::Unavailable, ErrorReason::TooManyStreams),
    }
}

fn live_metadata(error: &live::Error) -> HashMap<String, String> {
    let pairs = match error {
        live::Error::Failed { errors, warnings, .. } => {
            vec![("errors", errors.to_string()), ("warnings", warnings.to_string())]
        }
        live::Error::Shrunk(Shrinkage { records, loaded, served, min_keep_ratio }) => vec![
            ("records", (*records).to_owned()),
            ("loaded", loaded.to_string()),
            ("served", served.to_string()),
            ("min_keep_ratio", min_keep_ratio.to_string()),
        ],
        live::Error::RevisionGone { revision } => vec![("revision", revision.clone())],
        live::Error::TooManyStreams { method, limit } => {
            vec![("method", (*method).to_owned()), ("limit", limit.to_string())]
        }
        live::Error::Running { .. } | live::Error::Impossible | live::Error::Fault => Vec::new(),
    };
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn classify(error: &Error) -> (Code, ErrorReason) {
    match error {
        Error::Invalid(violations) => (Code::InvalidArgument, invalid_reason(violations)),
        Error::NotFound { .. } => (Code::NotFound, ErrorReason::NotFound),
        Error::RequestTooLarge { .. } => (Code::ResourceExhausted, ErrorReason::RequestTooLarge),
        Error::ResponseTooLarge { .. } | Error::NetworkTooLarge { .. } => {
            (Code::ResourceExhausted, ErrorReason::ResponseTooLarge)
        }
        Error::RevisionGone { .. } => (Code::Aborted, ErrorReason::RevisionGone),
        Error::Internal { .. } => (Code::Internal, ErrorReason::Internal),
    }
}

/// The reason that all violations share, else that the request as a whole is wrong.
fn invalid_reason(Violations(violations): &Violations) -> ErrorReason {
    let reasons = violations.iter().map(|violation| reason(violation.fault));
    reasons.reduce(|a, b| if a == b { a } else { ErrorReason::InvalidRequest }).unwrap_or(ErrorReason::InvalidRequest)
}

fn reason(fault: Fault) -> ErrorReason {
    match fault {
        Fault::Invalid => ErrorReason::InvalidRequest,
        Fault::PageToken => ErrorReason::InvalidPageToken,
        Fault::PageTokenMismatch => ErrorReason::PageTokenMismatch,
    }
}

/// Every value that the message holds, by name.
fn metadata(error: &Error) -> HashMap<String, String> {
    let pairs = match error {
        Error::Invalid(Violations(violations)) => vec![("violations", violations.len().to_string())],
        Error::NotFound { name, .. } => vec![("name", shortened(name))],
        Error::RequestTooLarge { size, limit }
        | Error::ResponseTooLarge { size, limit }
        | Error::NetworkTooLarge { size, limit } => {
            vec![("size_bytes", size.to_string()), ("limit_bytes", limit.to_string())]
        }
        Error::RevisionGone { revision } => vec![("revision", shortened(revision))],
        Error::Internal { .. } => Vec::new(),
    };
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn add_violations(details: &mut ErrorDetails, Violations(violations): &Violations) {
    let mut room = MAX_VIOLATION_BYTES;
    let mut shown = Vec::new();
    for Violation { field, fault, description } in violations {
        let mut violation = FieldViolation::new(shortened(field), shortened(description));
        reason(*fault).as_str_name().clone_into(&mut violation.reason);
        // Keys and lengths of three fields and of the message around them.
        let cost = violation.field.len() + violation.description.len() + violation.reason.len() + 16;
        if cost > room {
            break;
        }
        room -= cost;
        shown.push(violation);
    }
    let left_out = violations.len() - shown.len();
    if left_out > 0 {
        shown.push(FieldViolation::new("", format!("and {left_out} more")));
    }
    details.set_bad_request(shown);
}

/// Adds the name of its call to the details of an error that is sent in place of an answer.
pub fn name_error(headers: &mut HeaderMap, request_id: &str) {
    let Some(status) = Status::from_header_map(headers).filter(|status| status.code() != Code::Ok) else { return };
    let details = ErrorDetails::with_request_info(request_id, "");
    let status = if status.details().is_empty() {
        Status::with_error_details(status.code(), status.message(), details)
    } else {
        // Two messages one behind the other are one with the details of both. Floods of refusals come this way: to read
        // the details and write them again took more time than all else of a refusal.
        let named = Status::with_error_details(Code::Ok, "", details);
        let both = [status.details(), named.details()].concat();
        Status::with_details(status.code(), status.message(), both.into())
    };
    // It fails on a message that no header takes, and this one was in a header.
    status.add_header(headers).ok();
}

fn shortened(text: &str) -> String {
    if text.len() <= MAX_SHOWN_BYTES {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(MAX_SHOWN_BYTES);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Resource;
    use tonic_types::StatusExt;

    fn violations(count: usize) -> Error {
        let mut violations = Violations::default();
        for index in 0..count {
            violations.add(format!("names[{index}]"), "is no name ".repeat(40));
        }
        Error::Invalid(violations)
    }

    #[test]
    fn every_error_has_its_code_reason_and_metadata() {
        let mut token = Violations::default();
        token.add_fault(Fault::PageTokenMismatch, "page_token", "is of another call");
        let not_found = Error::NotFound { resource: Resource::Claim, name: "claims/x".into() };
        let cases: [(Error, Code, &str, &[&str]); 8] = [
            (violations(2), Code::InvalidArgument, "ERROR_REASON_INVALID_REQUEST", &["violations"]),
            (Error::Invalid(token), Code::InvalidArgument, "ERROR_REASON_PAGE_TOKEN_MISMATCH", &["violations"]),
            (not_found, Code::NotFound, "ERROR_REASON_NOT_FOUND", &["name"]),
            (
                Error::RequestTooLarge { size: 2, limit: 1 },
                Code::ResourceExhausted,
                "ERROR_REASON_REQUEST_TOO_LARGE",
                &["limit_bytes", "size_bytes"],
            ),
            (
                Error::ResponseTooLarge { size: 2, limit: 1 },
                Code::ResourceExhausted,
                "ERROR_REASON_RESPONSE_TOO_LARGE",
                &["limit_bytes", "size_bytes"],
            ),
            (
                Error::NetworkTooLarge { size: 2, limit: 1 },
                Code::ResourceExhausted,
                "ERROR_REASON_RESPONSE_TOO_LARGE",
                &["limit_bytes", "size_bytes"],
            ),
            (Error::RevisionGone { revision: "ab".into() }, Code::Aborted, "ERROR_REASON_REVISION_GONE", &["revision"]),
            (Error::Internal { cause: "secret" }, Code::Internal, "ERROR_REASON_INTERNAL", &[]),
        ];
        for (error, code, reason, keys) in cases {
            let status = Status::from(error);
            assert_eq!(status.code(), code);
            assert!(!status.message().contains("secret"));
            let info = status.get_details_error_info().unwrap();
            assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "claimd"));
            let mut found: Vec<_> = info.metadata.keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, keys);
        }
    }

    #[test]
    fn every_error_of_reloads_and_streams_has_its_code_reason_and_metadata() {
        let failed = live::Error::Failed { reason: "the load brought no record".into(), errors: 3, warnings: 0 };
        let shrinkage = Shrinkage { records: "claims", loaded: 1, served: 30, min_keep_ratio: 0.5 };
        let cases: [(live::Error, Code, &str, &[&str]); 7] = [
            (live::Error::Running { retry: RETRY_DELAY }, Code::Aborted, "RELOAD_RUNNING", &[]),
            (live::Error::Impossible, Code::FailedPrecondition, "RELOAD_IMPOSSIBLE", &[]),
            (failed, Code::FailedPrecondition, "RELOAD_FAILED", &["errors", "warnings"]),
            (
                live::Error::Shrunk(shrinkage),
                Code::FailedPrecondition,
                "RELOAD_SHRUNK",
                &["loaded", "min_keep_ratio", "records", "served"],
            ),
            (live::Error::Fault, Code::Internal, "INTERNAL", &[]),
            (live::Error::RevisionGone { revision: "ab".into() }, Code::Aborted, "REVISION_GONE", &["revision"]),
            (
                live::Error::TooManyStreams { method: "WatchCorpus", limit: 1 },
                Code::Unavailable,
                "TOO_MANY_STREAMS",
                &["limit", "method"],
            ),
        ];
        for (error, code, reason, keys) in cases {
            let status = Status::from(error);
            assert_eq!(status.code(), code);
            let info = status.get_details_error_info().unwrap();
            assert_eq!((info.reason, info.domain.as_str()), (format!("ERROR_REASON_{reason}"), "claimd"));
            let mut found: Vec<_> = info.metadata.keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, keys);
            let retry = status.get_details_retry_info().is_some();
            assert_eq!(retry, ["RELOAD_RUNNING", "TOO_MANY_STREAMS"].contains(&reason), "{reason}");
        }
    }

    #[test]
    fn a_thousand_violations_stay_below_8_kib_and_say_how_many_are_left_out() {
        let status = Status::from(violations(1000));
        assert!(status.details().len() < 8 << 10, "{}", status.details().len());
        let last = status.get_details_bad_request().unwrap().field_violations.pop().unwrap();
        assert!(last.description.starts_with("and 9"), "{}", last.description);
    }
}
