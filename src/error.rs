//! The errors of calls: one enum, and one table with the reason, metadata and retry delay of each.
//!
//! `rpc/error.rs` maps them to gRPC statuses. The codes, reasons and metadata are part of the contract and documented at
//! `claimd.v1.ErrorReason`; a test compares the table with those comments.

use std::fmt;
use std::time::Duration;

use crate::model::Resource;
use crate::proto::v1::ErrorReason;

/// When to open a stream again that was refused or that ended with its server. Streams stay open for long, and another
/// server has many to take over.
const STREAM_RETRY: Duration = Duration::from_secs(1);

/// Why a call failed. The text is for the client: it says what to change, and nothing about the inside of the server.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    // === The request ===
    /// Fields of the request break their rules.
    #[error("{0}")]
    Invalid(Violations),
    /// The bytes of the request cannot be decoded.
    #[error("the request is not a valid message of its method")]
    Malformed,
    /// The request is larger than its limit.
    #[error("the request has {}more than {limit} bytes; ask for less at once", known(*size))]
    RequestTooLarge {
        /// Bytes of the request, if all of it was received.
        size: Option<usize>,
        /// Most bytes of a request.
        limit: usize,
    },
    /// The request is compressed with an unsupported encoding.
    #[error("the compression of the request is not supported; grpc-accept-encoding lists those that are")]
    EncodingUnknown,
    /// The method does not exist.
    #[error("there is no method {method}")]
    MethodUnknown {
        /// Path of the method.
        method: String,
    },
    /// The service that health was asked about does not exist.
    #[error("there is no service {service}")]
    ServiceUnknown {
        /// Name of the service.
        service: String,
    },

    // === The answer ===
    /// No record has the name.
    #[error("there is no {name}")]
    NotFound {
        /// Resource of the record.
        resource: Resource,
        /// Name of the record.
        name: String,
    },
    /// The response is larger than its limit.
    #[error("the response has {}more than {limit} bytes; ask for less at once, or for the BASIC view", known(*size))]
    ResponseTooLarge {
        /// Bytes of the response, if they are known.
        size: Option<usize>,
        /// Most bytes of a response.
        limit: usize,
    },
    /// The networks are larger than the limit of a response.
    #[error(
        "the networks have more than {limit} bytes; raise min_weight, lower max_nodes, take fewer windows, or narrow the \
         filter"
    )]
    NetworkTooLarge {
        /// Bytes of the networks when the computation stopped.
        size: usize,
        /// Most bytes of a response.
        limit: usize,
    },
    /// A page token of a search is of another revision than the served one.
    #[error(
        "the page token is of revision {revision}, which is no longer served; search again without a page token, since \
         the ranking may differ"
    )]
    SearchRevisionGone {
        /// The revision of the token.
        revision: String,
    },
    /// The revision of an export is no longer in memory.
    #[error("revision {revision} is no longer in memory; export again from the start")]
    ExportRevisionGone {
        /// The revision of the export.
        revision: String,
    },

    // === Access and load ===
    /// The call has no credentials.
    #[error("this server requires credentials: send a token, as authorization: Bearer TOKEN")]
    CredentialsMissing,
    /// The token is unknown, malformed or revoked.
    #[error("the token is not valid")]
    CredentialsInvalid,
    /// The role of the client does not include the method.
    #[error("{client} may not call {method}")]
    PermissionMissing {
        /// Name of the client.
        client: String,
        /// Path of the method.
        method: String,
    },
    /// The client exceeds its rate of calls.
    #[error("{client} exceeds its rate of calls; try again later")]
    QuotaExceeded {
        /// Name or address of the client.
        client: String,
        /// When to try again.
        retry: Duration,
    },
    /// The server has as many calls in flight as its limit.
    #[error("the server has {limit} calls in flight, its limit; try again later")]
    Overloaded {
        /// Most calls in flight.
        limit: u32,
        /// When to try again.
        retry: Duration,
    },
    /// Responses that clients have not read yet fill the memory set aside for them.
    #[error("responses that clients have not read fill the limit of {limit} bytes; try again later")]
    ResponseMemoryFull {
        /// Most bytes of unread responses.
        limit: usize,
        /// When to try again.
        retry: Duration,
    },
    /// The method has as many open streams as its limit.
    #[error("{method} has {limit} open streams, its limit; try again later, or another server")]
    TooManyStreams {
        /// Name of the method.
        method: &'static str,
        /// Most open streams of the method.
        limit: usize,
    },
    /// The call exceeded its deadline.
    #[error("the call exceeded its deadline of {} s; ask for less, or set a later deadline", limit.as_secs_f64())]
    DeadlineExceeded {
        /// Time from the arrival of the call to its deadline.
        limit: Duration,
    },
    /// The server is shutting down.
    #[error("the server is shutting down; connect again")]
    ShuttingDown,

    // === Reloads ===
    /// A load is already running.
    #[error("a load is running; try again when it has ended")]
    ReloadRunning {
        /// When the running load is likely to end.
        retry: Duration,
    },
    /// The data cannot be loaded again.
    #[error("the data came from standard input, which cannot be read again; load from files to be able to reload")]
    ReloadImpossible,
    /// The load failed.
    #[error("{message}")]
    ReloadFailed {
        /// Why, in a sentence.
        message: String,
        /// Diagnostics of severity ERROR.
        errors: u32,
        /// Diagnostics of severity WARNING.
        warnings: u32,
    },
    /// The load lost more records than it may.
    #[error(
        "the load has {loaded} {records} where {served} are served, below the share of {min_keep_ratio} required by \
         --min-keep-ratio; if the records are meant to be gone, load with --min-keep-ratio 0"
    )]
    ReloadShrunk {
        /// What was counted: `records`, or the name of a collection.
        records: &'static str,
        /// How many the load has.
        loaded: u64,
        /// How many the served corpus has.
        served: u64,
        /// Least share of the served ones that a load must have.
        min_keep_ratio: f64,
    },
    /// The load ended in a panic, or could not start its thread.
    #[error("the load failed with an internal error; see the log of the server")]
    ReloadPanicked,

    // === Faults of the server ===
    /// The handler panicked. The panic was logged.
    #[error("internal error")]
    Panicked,
    /// An invariant of the server does not hold.
    #[error("internal error")]
    Internal {
        /// What is wrong, for the log only.
        cause: &'static str,
    },
}

fn known(size: Option<usize>) -> String {
    size.map(|size| format!("{size} bytes, ")).unwrap_or_default()
}

/// A row of the table of errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// Reason, which determines the gRPC code.
    pub reason: ErrorReason,
    /// The values in the message, by name.
    pub metadata: Vec<(&'static str, String)>,
    /// When to try again, where that helps.
    pub retry: Option<Duration>,
}

impl Detail {
    fn of<const N: usize>(reason: ErrorReason, metadata: [(&'static str, &dyn fmt::Display); N]) -> Self {
        let metadata = metadata.map(|(key, value)| (key, value.to_string()));
        Self { reason, metadata: metadata.into(), retry: None }
    }

    fn of_size(reason: ErrorReason, size: Option<usize>, limit: usize) -> Self {
        let mut detail = Self::of(reason, [("limit_bytes", &limit)]);
        detail.metadata.extend(size.map(|size| ("size_bytes", size.to_string())));
        detail
    }

    fn after(self, retry: Duration) -> Self {
        Self { retry: Some(retry), ..self }
    }
}

impl Error {
    /// The table: reason, metadata and retry delay of each error.
    pub fn detail(&self) -> Detail {
        use ErrorReason as Reason;
        match self {
            Self::Invalid(violations) => Detail::of(violations.reason(), [("violations", &violations.0.len())]),
            Self::Malformed => Detail::of(Reason::MalformedRequest, []),
            Self::RequestTooLarge { size, limit } => Detail::of_size(Reason::RequestTooLarge, *size, *limit),
            Self::EncodingUnknown => Detail::of(Reason::EncodingUnknown, []),
            Self::MethodUnknown { method } => Detail::of(Reason::MethodUnknown, [("method", method)]),
            Self::ServiceUnknown { service } => Detail::of(Reason::ServiceUnknown, [("service", service)]),
            Self::NotFound { name, .. } => Detail::of(Reason::NotFound, [("name", name)]),
            Self::ResponseTooLarge { size, limit } => Detail::of_size(Reason::ResponseTooLarge, *size, *limit),
            Self::NetworkTooLarge { size, limit } => Detail::of_size(Reason::ResponseTooLarge, Some(*size), *limit),
            Self::SearchRevisionGone { revision } | Self::ExportRevisionGone { revision } => {
                Detail::of(Reason::RevisionGone, [("revision", revision)])
            }
            Self::CredentialsMissing => Detail::of(Reason::CredentialsMissing, []),
            Self::CredentialsInvalid => Detail::of(Reason::CredentialsInvalid, []),
            Self::PermissionMissing { client, method } => {
                Detail::of(Reason::PermissionMissing, [("client", client), ("method", method)])
            }
            Self::QuotaExceeded { client, retry } => {
                Detail::of(Reason::QuotaExceeded, [("client", client)]).after(*retry)
            }
            Self::Overloaded { limit, retry } => Detail::of(Reason::Overloaded, [("limit_calls", limit)]).after(*retry),
            Self::ResponseMemoryFull { limit, retry } => {
                Detail::of(Reason::Overloaded, [("limit_bytes", limit)]).after(*retry)
            }
            Self::TooManyStreams { method, limit } => {
                Detail::of(Reason::TooManyStreams, [("method", method), ("limit", limit)]).after(STREAM_RETRY)
            }
            Self::DeadlineExceeded { limit } => {
                Detail::of(Reason::DeadlineExceeded, [("limit_seconds", &limit.as_secs_f64())])
            }
            Self::ShuttingDown => Detail::of(Reason::ShuttingDown, []).after(STREAM_RETRY),
            Self::ReloadRunning { retry } => Detail::of(Reason::ReloadRunning, []).after(*retry),
            Self::ReloadImpossible => Detail::of(Reason::ReloadImpossible, []),
            Self::ReloadFailed { errors, warnings, .. } => {
                Detail::of(Reason::ReloadFailed, [("errors", errors), ("warnings", warnings)])
            }
            Self::ReloadShrunk { records, loaded, served, min_keep_ratio } => Detail::of(
                Reason::ReloadShrunk,
                [("records", records), ("loaded", loaded), ("served", served), ("min_keep_ratio", min_keep_ratio)],
            ),
            Self::ReloadPanicked | Self::Panicked | Self::Internal { .. } => Detail::of(Reason::Internal, []),
        }
    }
}

// === impl Violations ===

/// A field that breaks its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, in proto names (`filter.kinds[0]`).
    pub field: String,
    /// The reason of the error if this is the only violation.
    pub reason: ErrorReason,
    /// What is wrong and what would be right, as a predicate of the field.
    pub description: String,
}

/// Every field of a request that breaks its rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// Adds a field that breaks its rules.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.add_because(ErrorReason::InvalidRequest, field, description);
    }

    /// Adds a field with a reason of its own, such as a page token.
    pub fn add_because(&mut self, reason: ErrorReason, field: impl Into<String>, description: impl Into<String>) {
        self.0.push(Violation { field: field.into(), reason, description: description.into() });
    }

    /// The error of one field.
    pub fn one(field: &str, description: impl Into<String>) -> Error {
        let mut violations = Self::default();
        violations.add(field, description);
        Error::Invalid(violations)
    }

    /// Fails if there is any violation.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    /// The reason that all violations share, else INVALID_REQUEST.
    fn reason(&self) -> ErrorReason {
        let reasons = self.0.iter().map(|violation| violation.reason);
        reasons
            .reduce(|a, b| if a == b { a } else { ErrorReason::InvalidRequest })
            .unwrap_or(ErrorReason::InvalidRequest)
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Violation { field, description, .. }) = self.0.first() else { return Ok(()) };
        write!(f, "{field}: {description}")?;
        match self.0.len() - 1 {
            0 => Ok(()),
            more => write!(f, " (and {more} more)"),
        }
    }
}
