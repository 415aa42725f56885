//! Why a call is turned away, or ended, by something other than its question.

use std::time::Duration;

/// Why a call is turned away, or ended, by something other than its question. How each is said to a client stands in
/// `rpc/error.rs`.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It took too long.
    #[error("the call took longer than the {} s it was given; ask for less, or give it more time", limit.as_secs_f64())]
    DeadlineExceeded {
        /// What it was given.
        limit: Duration,
    },
    /// The header that says how much time it has cannot be read.
    #[error("grpc-timeout is one number of 1 to 8 digits with one of the units H, M, S, m, u and n")]
    TimeoutInvalid,
    /// As many calls are open as may be.
    #[error("the server has {limit} calls open and takes no more; try again later")]
    Overloaded {
        /// Most calls open at once.
        limit: u32,
        /// When to try again.
        retry: Duration,
    },
    /// As many bytes of answers wait to be taken as may.
    #[error(
        "answers of {limit} bytes wait to be taken by their clients, and there is no room for more; try again later"
    )]
    AnswersUnsent {
        /// Most bytes of answers that wait.
        limit: usize,
        /// When to try again.
        retry: Duration,
    },
    /// The client calls too often.
    #[error("{client} calls more often than it may; try again later")]
    QuotaExceeded {
        /// Its name or address.
        client: String,
        /// When to try again.
        retry: Duration,
    },
    /// Nothing says who is calling.
    #[error("this server has to know who is calling: send a token, as authorization: Bearer TOKEN")]
    CredentialsMissing,
    /// The token is not known.
    #[error("the token is not, or no longer, known to this server")]
    CredentialsInvalid,
    /// Whoever calls is known, and may not.
    #[error("{client} may not call {method}")]
    PermissionMissing {
        /// Its name.
        client: String,
        /// Path of the method.
        method: String,
    },
    /// The handler panicked.
    #[error("internal error")]
    Panicked,
    /// The transport broke while the answer was written.
    #[error("internal error")]
    AnswerBroken,
    /// The request is larger than what is read.
    #[error("the request has more than {limit} bytes; ask for less at once")]
    RequestTooLarge {
        /// Most bytes of a request.
        limit: usize,
    },
    /// The answer is larger than what is sent.
    #[error("the answer has more than {limit} bytes; ask for less at once, or for the BASIC view")]
    ResponseTooLarge {
        /// Most bytes of an answer.
        limit: usize,
    },
    /// The bytes are no request.
    #[error("the bytes of the call are no request of its method")]
    Malformed,
    /// There is no such method.
    #[error("there is no method {method}")]
    MethodUnknown {
        /// Path of the method.
        method: String,
    },
    /// The request is compressed in a way that is not read.
    #[error("the request is compressed by a method that this server does not read")]
    EncodingUnknown,
    /// There is no such service.
    #[error("there is no service {service}")]
    ServiceUnknown {
        /// Name of the service.
        service: String,
    },
    /// The server is about to end.
    #[error("the server is about to end; connect again")]
    ShuttingDown,
}
