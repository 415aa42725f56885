//! Readers of errors.

use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorInfo, FieldViolation, StatusExt};

/// The ErrorInfo, which every error has.
pub(crate) fn info(status: &Status) -> ErrorInfo {
    let info = status.get_details_error_info().unwrap_or_else(|| panic!("no ErrorInfo in {status:?}"));
    assert_eq!(info.domain, "claimd");
    info
}

/// The reason, without the prefix of its enum.
pub(crate) fn reason(status: &Status) -> String {
    info(status).reason.strip_prefix("ERROR_REASON_").unwrap().to_owned()
}

/// When to ask again, if RetryInfo says so.
pub(crate) fn retry(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}

/// Every violation of an INVALID_ARGUMENT.
pub(crate) fn violations(status: &Status) -> Vec<FieldViolation> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert!(violations.iter().all(|violation| !violation.description.is_empty()), "{violations:?}");
    violations
}

/// The fields of an INVALID_ARGUMENT, in order.
pub(crate) fn violated(status: &Status) -> Vec<String> {
    violations(status).into_iter().map(|violation| violation.field).collect()
}
