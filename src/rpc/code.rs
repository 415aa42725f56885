//! Names of gRPC codes, and whose fault each is.

use tonic::Code;

/// Code of a call that its client gave up, or that a stopping server cut.
pub const GIVEN_UP: Code = Code::Cancelled;

/// Code of a response without one: clients report it as this.
pub const UNSAID: Code = Code::Unknown;

/// Every code with its name, in the order of their numbers.
pub const CODES: [(Code, &str); 17] = [
    (Code::Ok, "OK"),
    (Code::Cancelled, "CANCELLED"),
    (Code::Unknown, "UNKNOWN"),
    (Code::InvalidArgument, "INVALID_ARGUMENT"),
    (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
    (Code::NotFound, "NOT_FOUND"),
    (Code::AlreadyExists, "ALREADY_EXISTS"),
    (Code::PermissionDenied, "PERMISSION_DENIED"),
    (Code::ResourceExhausted, "RESOURCE_EXHAUSTED"),
    (Code::FailedPrecondition, "FAILED_PRECONDITION"),
    (Code::Aborted, "ABORTED"),
    (Code::OutOfRange, "OUT_OF_RANGE"),
    (Code::Unimplemented, "UNIMPLEMENTED"),
    (Code::Internal, "INTERNAL"),
    (Code::Unavailable, "UNAVAILABLE"),
    (Code::DataLoss, "DATA_LOSS"),
    (Code::Unauthenticated, "UNAUTHENTICATED"),
];

/// Name of a code.
pub fn code_name(code: Code) -> &'static str {
    CODES[code as usize].1
}

/// Who has to act on a call that ended with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// No fault, or the client's.
    Client,
    /// The operator, if it is frequent: a limit of the server was reached.
    Limits,
    /// The server's programmers.
    Server,
}

impl Blame {
    /// Who has to act on a call that ended with this code.
    pub fn of(code: Code) -> Self {
        match code {
            Code::Unknown | Code::Internal | Code::DataLoss => Self::Server,
            Code::DeadlineExceeded | Code::Unavailable => Self::Limits,
            _ => Self::Client,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_at_the_index_of_its_number() {
        for (number, (code, name)) in CODES.into_iter().enumerate() {
            assert_eq!(code as usize, number, "{name}");
            assert_eq!(code_name(code), name);
        }
    }
}
