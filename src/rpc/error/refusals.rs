//! From refusals to statuses, and to whole answers where a layer gives them.

use std::collections::HashMap;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Response};
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, QuotaViolation, StatusExt};

use super::{DOMAIN, RETRY_DELAY, shortened};
use crate::proto::v1::ErrorReason;
use crate::rpc::Refusal;

/// Tells clients that retry by themselves how long to wait, in milliseconds.
const PUSHBACK: HeaderName = HeaderName::from_static("grpc-retry-pushback-ms");

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let (code, reason) = classify(&refusal);
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.as_str_name(), DOMAIN, metadata(&refusal));
        match &refusal {
            Refusal::TimeoutInvalid | Refusal::Malformed => {
                let field = if matches!(refusal, Refusal::Malformed) { "" } else { "grpc-timeout" };
                let mut violation = FieldViolation::new(field, refusal.to_string());
                reason.as_str_name().clone_into(&mut violation.reason);
                details.set_bad_request(vec![violation]);
            }
            Refusal::QuotaExceeded { client, .. } => {
                let violation = QuotaViolation::new(format!("client:{}", shortened(client)), "calls a second");
                details.set_quota_failure(vec![violation]);
            }
            _ => {}
        }
        if let Some(retry) = refusal.retry() {
            details.set_retry_info(Some(retry));
        }
        Status::with_error_details(code, shortened(&refusal.to_string()), details)
    }
}

fn classify(refusal: &Refusal) -> (Code, ErrorReason) {
    match refusal {
        Refusal::DeadlineExceeded { .. } => (Code::DeadlineExceeded, ErrorReason::DeadlineExceeded),
        Refusal::TimeoutInvalid => (Code::InvalidArgument, ErrorReason::InvalidRequest),
        Refusal::Overloaded { .. } | Refusal::AnswersUnsent { .. } => (Code::Unavailable, ErrorReason::Overloaded),
        Refusal::QuotaExceeded { .. } => (Code::ResourceExhausted, ErrorReason::QuotaExceeded),
        Refusal::CredentialsMissing => (Code::Unauthenticated, ErrorReason::CredentialsMissing),
        Refusal::CredentialsInvalid => (Code::Unauthenticated, ErrorReason::CredentialsInvalid),
        Refusal::PermissionMissing { .. } => (Code::PermissionDenied, ErrorReason::PermissionMissing),
        Refusal::Panicked | Refusal::AnswerBroken => (Code::Internal, ErrorReason::Internal),
        Refusal::RequestTooLarge { .. } => (Code::ResourceExhausted, ErrorReason::RequestTooLarge),
        Refusal::ResponseTooLarge { .. } => (Code::ResourceExhausted, ErrorReason::ResponseTooLarge),
        Refusal::Malformed => (Code::InvalidArgument, ErrorReason::MalformedRequest),
        Refusal::MethodUnknown { .. } => (Code::Unimplemented, ErrorReason::MethodUnknown),
        Refusal::EncodingUnknown => (Code::Unimplemented, ErrorReason::EncodingUnknown),
        Refusal::ServiceUnknown { .. } => (Code::NotFound, ErrorReason::ServiceUnknown),
        Refusal::ShuttingDown => (Code::Unavailable, ErrorReason::ShuttingDown),
    }
}

/// Every value that the message holds, by name.
fn metadata(refusal: &Refusal) -> HashMap<String, String> {
    let pairs = match refusal {
        Refusal::DeadlineExceeded { limit } => vec![("limit_seconds", limit.as_secs_f64().to_string())],
        Refusal::Overloaded { limit, .. } => vec![("limit_calls", limit.to_string())],
        Refusal::QuotaExceeded { client, .. } => vec![("client", shortened(client))],
        Refusal::PermissionMissing { client, method } => {
            vec![("client", shortened(client)), ("method", shortened(method))]
        }
        Refusal::RequestTooLarge { limit }
        | Refusal::ResponseTooLarge { limit }
        | Refusal::AnswersUnsent { limit, .. } => {
            vec![("limit_bytes", limit.to_string())]
        }
        Refusal::MethodUnknown { method } => vec![("method", shortened(method))],
        Refusal::ServiceUnknown { service } => vec![("service", shortened(service))],
        Refusal::TimeoutInvalid => vec![("violations", "1".to_owned())],
        Refusal::CredentialsMissing
        | Refusal::CredentialsInvalid
        | Refusal::Panicked
        | Refusal::AnswerBroken
        | Refusal::Malformed
        | Refusal::EncodingUnknown
        | Refusal::ShuttingDown => Vec::new(),
    };
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

impl Refusal {
    fn retry(&self) -> Option<Duration> {
        match self {
            Self::Overloaded { retry, .. } | Self::AnswersUnsent { retry, .. } | Self::QuotaExceeded { retry, .. } => {
                Some(*retry)
            }
            Self::ShuttingDown => Some(RETRY_DELAY),
            _ => None,
        }
    }

    /// The whole answer of a call that is turned away.
    pub fn into_response(self) -> Response<Body> {
        let pushback = match &self {
            Self::Overloaded { retry, .. } => Some(*retry),
            _ => None,
        };
        let mut response = Status::from(self).into_http::<Body>();
        if let Some(retry) = pushback {
            response
                .headers_mut()
                .insert(PUSHBACK, HeaderValue::from(u64::try_from(retry.as_millis()).unwrap_or(u64::MAX)));
        }
        response
    }

    /// The end of an answer that has begun.
    pub fn into_trailers(self) -> HeaderMap {
        let mut trailers = HeaderMap::new();
        Status::from(self).add_header(&mut trailers).expect("texts of statuses are encoded for headers");
        trailers
    }
}

/// What a status in headers or trailers says, of one that tonic or a handler of another crate made: none of ours, since
/// ours have details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A message is larger than what is read or sent.
    TooLarge,
    /// A method, or a compression, that there is not.
    Unknown,
    /// The bytes cannot be read, or the answer cannot be written.
    Broken,
}

impl Foreign {
    /// Finds a status that is not ours and that we have better words for.
    pub fn find(headers: &HeaderMap) -> Option<Self> {
        let code = headers.get(Status::GRPC_STATUS)?;
        if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
            return None;
        }
        match Code::from_bytes(code.as_bytes()) {
            Code::OutOfRange | Code::ResourceExhausted => Some(Self::TooLarge),
            Code::Unimplemented => Some(Self::Unknown),
            Code::Internal => Some(Self::Broken),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_code_reason_and_metadata() {
        let second = Duration::from_secs(1);
        let cases: [(Refusal, Code, &str, &[&str]); 16] = [
            (
                Refusal::DeadlineExceeded { limit: second },
                Code::DeadlineExceeded,
                "DEADLINE_EXCEEDED",
                &["limit_seconds"],
            ),
            (Refusal::TimeoutInvalid, Code::InvalidArgument, "INVALID_REQUEST", &["violations"]),
            (Refusal::Overloaded { limit: 1, retry: second }, Code::Unavailable, "OVERLOADED", &["limit_calls"]),
            (Refusal::AnswersUnsent { limit: 1, retry: second }, Code::Unavailable, "OVERLOADED", &["limit_bytes"]),
            (
                Refusal::QuotaExceeded { client: "c".into(), retry: second },
                Code::ResourceExhausted,
                "QUOTA_EXCEEDED",
                &["client"],
            ),
            (Refusal::CredentialsMissing, Code::Unauthenticated, "CREDENTIALS_MISSING", &[]),
            (Refusal::CredentialsInvalid, Code::Unauthenticated, "CREDENTIALS_INVALID", &[]),
            (
                Refusal::PermissionMissing { client: "c".into(), method: "/m".into() },
                Code::PermissionDenied,
                "PERMISSION_MISSING",
                &["client", "method"],
            ),
            (Refusal::Panicked, Code::Internal, "INTERNAL", &[]),
            (Refusal::RequestTooLarge { limit: 1 }, Code::ResourceExhausted, "REQUEST_TOO_LARGE", &["limit_bytes"]),
            (Refusal::ResponseTooLarge { limit: 1 }, Code::ResourceExhausted, "RESPONSE_TOO_LARGE", &["limit_bytes"]),
            (Refusal::Malformed, Code::InvalidArgument, "MALFORMED_REQUEST", &[]),
            (Refusal::MethodUnknown { method: "/m".into() }, Code::Unimplemented, "METHOD_UNKNOWN", &["method"]),
            (Refusal::EncodingUnknown, Code::Unimplemented, "ENCODING_UNKNOWN", &[]),
            (Refusal::ServiceUnknown { service: "s".into() }, Code::NotFound, "SERVICE_UNKNOWN", &["service"]),
            (Refusal::ShuttingDown, Code::Unavailable, "SHUTTING_DOWN", &[]),
        ];
        for (refusal, code, reason, keys) in cases {
            let retry = refusal.retry();
            let status = Status::from(refusal);
            assert_eq!(status.code(), code);
            let info = status.get_details_error_info().unwrap();
            assert_eq!((info.reason, info.domain), (format!("ERROR_REASON_{reason}"), DOMAIN.to_owned()));
            let mut found: Vec<_> = info.metadata.keys().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, keys);
            assert_eq!(status.get_details_retry_info().and_then(|info| info.retry_delay), retry);
        }
    }

    #[test]
    fn a_call_that_is_turned_away_is_told_when_to_come_again() {
        let response = Refusal::Overloaded { limit: 1, retry: Duration::from_millis(250) }.into_response();
        assert_eq!(response.headers()[PUSHBACK], "250");
        assert_eq!(response.headers()["grpc-status"], "14");
    }
}
