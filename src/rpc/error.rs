//! Maps errors to gRPC statuses. This is the only file that names a gRPC code.
//!
//! Every status has a `google.rpc.ErrorInfo`; those of invalid requests have a `BadRequest` with every violation, those of
//! missing records a `ResourceInfo`, and those where retrying helps a `RetryInfo`.

use std::collections::HashMap;

use tonic::metadata::MetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, QuotaViolation, StatusExt};

use crate::error::{Detail, Error, Violation, Violations};
use crate::proto::v1::ErrorReason;

/// Domain of every `google.rpc.ErrorInfo`.
const DOMAIN: &str = "claimd";

/// Most bytes of field violations in one status. Details travel base64-encoded in a header, and clients accept 8 KiB of
/// headers at least; this leaves room for the rest.
const MAX_VIOLATION_BYTES: usize = 5 << 10;

/// Most bytes of a text that is repeated to the client.
const MAX_TEXT_BYTES: usize = 256;

/// The delay of a retry in milliseconds, for clients that retry by themselves.
const PUSHBACK: &str = "grpc-retry-pushback-ms";

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let Detail { reason, metadata, retry } = error.detail();
        if let Error::Internal { cause } = &error {
            tracing::error!(cause, "internal error");
        }
        let metadata: HashMap<_, _> =
            metadata.into_iter().map(|(key, value)| (key.to_owned(), shortened(&value))).collect();
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.as_str_name(), DOMAIN, metadata);
        if retry.is_some() {
            details.set_retry_info(retry);
        }
        match &error {
            Error::Invalid(violations) => add_violations(&mut details, violations),
            Error::Malformed => {
                let violation = Violation { field: String::new(), reason, description: error.to_string() };
                add_violations(&mut details, &Violations(vec![violation]));
            }
            Error::NotFound { resource, name } => {
                details.set_resource_info(
                    resource.message_name(),
                    shortened(name),
                    "",
                    "the corpus has no such record",
                );
            }
            Error::QuotaExceeded { client, .. } => {
                let violation = QuotaViolation::new(format!("client:{}", shortened(client)), "calls a second");
                details.set_quota_failure(vec![violation]);
            }
            _ => {}
        }
        let mut status = Self::with_error_details(code(reason), shortened(&error.to_string()), details);
        if let Error::Overloaded { retry, .. } = &error {
            let pushback = u64::try_from(retry.as_millis()).unwrap_or(u64::MAX);
            status.metadata_mut().insert(PUSHBACK, MetadataValue::from(pushback));
        }
        status
    }
}

/// The code of each reason.
fn code(reason: ErrorReason) -> Code {
    match reason {
        ErrorReason::InvalidRequest
        | ErrorReason::InvalidPageToken
        | ErrorReason::PageTokenMismatch
        | ErrorReason::MalformedRequest => Code::InvalidArgument,
        ErrorReason::NotFound | ErrorReason::ServiceUnknown => Code::NotFound,
        ErrorReason::ResponseTooLarge | ErrorReason::RequestTooLarge | ErrorReason::QuotaExceeded => {
            Code::ResourceExhausted
        }
        ErrorReason::DeadlineExceeded => Code::DeadlineExceeded,
        ErrorReason::Overloaded | ErrorReason::ShuttingDown | ErrorReason::TooManyStreams => Code::Unavailable,
        ErrorReason::CredentialsMissing | ErrorReason::CredentialsInvalid => Code::Unauthenticated,
        ErrorReason::PermissionMissing => Code::PermissionDenied,
        ErrorReason::MethodUnknown | ErrorReason::EncodingUnknown | ErrorReason::MethodNotOffered => {
            Code::Unimplemented
        }
        ErrorReason::ReloadRunning | ErrorReason::RevisionGone => Code::Aborted,
        ErrorReason::ReloadFailed | ErrorReason::ReloadShrunk | ErrorReason::ReloadImpossible => {
            Code::FailedPrecondition
        }
        ErrorReason::Internal | ErrorReason::Unspecified => Code::Internal,
    }
}

/// Adds as many violations as fit, and how many were left out.
fn add_violations(details: &mut ErrorDetails, Violations(violations): &Violations) {
    let mut room = MAX_VIOLATION_BYTES;
    let mut shown = Vec::new();
    for Violation { field, reason, description } in violations {
        let mut violation = FieldViolation::new(shortened(field), shortened(description));
        reason.as_str_name().clone_into(&mut violation.reason);
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

fn shortened(text: &str) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(MAX_TEXT_BYTES);
    format!("{}…", &text[..end])
}

/// Adds the request id to an error: a `google.rpc.RequestInfo` among its details.
///
/// Details of a status are one encoded message, and two encoded messages in a row are one with the details of both, so
/// nothing is decoded: floods of rejected calls pass here.
pub fn with_request_id(status: &Status, request_id: &str) -> Status {
    let named = ErrorDetails::with_request_info(request_id, "");
    let (code, message) = if status.details().is_empty() { (status.code(), status.message()) } else { (Code::Ok, "") };
    let named = Status::with_error_details(code, message, named);
    let details = [status.details(), named.details()].concat();
    Status::with_details_and_metadata(status.code(), status.message(), details.into(), status.metadata().clone())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use super::*;
    use crate::model::Resource;

    /// An error of each kind, and of each reason.
    fn errors() -> Vec<Error> {
        let (retry, method, limit) = (Duration::from_millis(250), "/m", 1);
        let (client, revision) = ("c".to_owned(), "ab".to_owned());
        let token = |reason| {
            let mut violations = Violations::default();
            violations.add_because(reason, "page_token", "is wrong");
            Error::Invalid(violations)
        };
        vec![
            Violations::one("name", "is empty"),
            token(ErrorReason::InvalidPageToken),
            token(ErrorReason::PageTokenMismatch),
            Error::Malformed,
            Error::RequestTooLarge { size: None, limit },
            Error::RequestTooLarge { size: Some(2), limit },
            Error::EncodingUnknown,
            Error::MethodUnknown { method: method.to_owned() },
            Error::ServiceUnknown { service: "s".to_owned() },
            Error::NotFound { resource: Resource::Claim, name: "claims/x".to_owned() },
            Error::ResponseTooLarge { size: None, limit },
            Error::ResponseTooLarge { size: Some(2), limit },
            Error::NetworkTooLarge { size: 2, limit },
            Error::SearchRevisionGone { revision: revision.clone() },
            Error::ExportRevisionGone { revision },
            Error::CredentialsMissing,
            Error::CredentialsInvalid,
            Error::PermissionMissing { client: client.clone(), method: method.to_owned() },
            Error::QuotaExceeded { client, retry },
            Error::Overloaded { limit: 1, retry },
            Error::ResponseMemoryFull { limit, retry },
            Error::TooManyStreams { method, limit },
            Error::DeadlineExceeded { limit: retry },
            Error::ShuttingDown,
            Error::ReloadRunning { retry },
            Error::ReloadImpossible,
            Error::ReloadFailed { message: "no record".to_owned(), errors: 3, warnings: 0 },
            Error::ReloadShrunk { records: "claims", loaded: 1, served: 30, min_keep_ratio: 0.5 },
            Error::ReloadPanicked,
            Error::Panicked,
            Error::Internal { cause: "secret" },
        ]
    }

    /// What the comments of `ErrorReason` say of each value: its code, its metadata, and whether it has a RetryInfo.
    /// Nothing of values that are never sent.
    fn documented() -> BTreeMap<String, Option<(String, BTreeSet<String>, bool)>> {
        let proto = include_str!("../../proto/claimd/v1/error_reason.proto");
        let (_, body) = proto.split_once("enum ErrorReason {").unwrap();
        let (mut documented, mut comment) = (BTreeMap::new(), String::new());
        for line in body.lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("// ") {
                comment.push_str(text);
                comment.push(' ');
            } else if let Some((value, _)) = line.split_once(" = ") {
                let comment = std::mem::take(&mut comment);
                let code = comment.split(['.', ',']).next().unwrap().to_owned();
                let metadata = comment.split_once("Metadata: ").map_or("", |(_, metadata)| metadata);
                let keys = metadata.split('`').skip(1).step_by(2).map(str::to_owned).collect();
                let row = (code, keys, comment.contains("RetryInfo"));
                documented.insert(value.to_owned(), (!comment.starts_with("Never sent")).then_some(row));
            }
        }
        documented
    }

    #[test]
    fn every_reason_has_the_code_metadata_and_retry_delay_that_its_comment_documents() {
        let mut sent: BTreeMap<String, Option<(String, BTreeSet<String>, bool)>> = BTreeMap::new();
        for error in errors() {
            let status = Status::from(error);
            let info = status.get_details_error_info().unwrap();
            assert_eq!(info.domain, "claimd");
            assert!(!status.message().contains("secret"));
            let code = super::super::code_name(status.code()).to_owned();
            let retry = status.get_details_retry_info().is_some();
            let row =
                sent.entry(info.reason).or_default().get_or_insert_with(|| (code.clone(), BTreeSet::new(), retry));
            assert_eq!((&row.0, row.2), (&code, retry), "errors of one reason agree");
            row.1.extend(info.metadata.into_keys());
        }
        let documented = documented();
        assert!(documented.len() > 25, "{}", documented.len());
        for (reason, row) in documented {
            assert_eq!(sent.remove(&reason).flatten(), row, "{reason}");
        }
        assert!(sent.is_empty(), "reasons that are not in the proto: {sent:?}");
    }

    #[test]
    fn details_name_the_fields_and_the_record() {
        for error in errors() {
            let is_invalid = matches!(error, Error::Invalid(_) | Error::Malformed);
            let is_not_found = matches!(error, Error::NotFound { .. });
            let status = Status::from(error);
            assert_eq!(status.get_details_bad_request().is_some(), is_invalid);
            assert_eq!(status.get_details_resource_info().is_some(), is_not_found);
        }
    }

    #[test]
    fn a_thousand_violations_stay_below_8_kib_and_count_those_left_out() {
        let mut violations = Violations::default();
        for index in 0..1000 {
            violations.add(format!("names[{index}]"), "is not a name ".repeat(40));
        }
        let status = Status::from(Error::Invalid(violations));
        assert!(status.details().len() < 8 << 10, "{}", status.details().len());
        let last = status.get_details_bad_request().unwrap().field_violations.pop().unwrap();
        assert!(last.description.starts_with("and 9"), "{}", last.description);
    }

    #[test]
    fn an_overloaded_server_tells_clients_that_retry_by_themselves_when() {
        let status = Status::from(Error::Overloaded { limit: 1, retry: Duration::from_millis(250) });
        assert_eq!(
            (status.code(), status.metadata().get(PUSHBACK).unwrap().to_str().unwrap()),
            (Code::Unavailable, "250")
        );
    }

    #[test]
    fn a_request_id_is_added_to_the_other_details() {
        for status in [Status::from(Error::ShuttingDown), Status::cancelled("gone")] {
            let named = with_request_id(&status, "id-1");
            assert_eq!((named.code(), named.message()), (status.code(), status.message()));
            assert_eq!(named.get_details_request_info().unwrap().request_id, "id-1");
            assert_eq!(named.get_details_retry_info().is_some(), status.get_details_retry_info().is_some());
        }
    }
}
