//! Why a question has no answer.

use std::fmt;

use crate::model::Resource;

/// Why a question has no answer. How each is said to a client stands in `rpc/error.rs`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Fields of the request break their rules.
    #[error("{0}")]
    Invalid(Violations),
    /// No record bears the name.
    #[error("there is no {name}")]
    NotFound {
        /// What was asked for.
        resource: Resource,
        /// Its name.
        name: String,
    },
    /// The request is larger than its limit.
    #[error("the request has {size} bytes, more than {limit}; ask for less at once")]
    RequestTooLarge {
        /// Bytes of the request.
        size: usize,
        /// Most bytes of such a request.
        limit: usize,
    },
    /// The answer would be larger than what can be sent.
    #[error("the answer would have {size} bytes, more than {limit}; ask for less at once, or for the BASIC view")]
    ResponseTooLarge {
        /// Bytes of the records asked for.
        size: usize,
        /// Most bytes of an answer.
        limit: usize,
    },
    /// The networks would be larger than what can be sent.
    #[error(
        "the networks would have more than {limit} bytes; raise min_weight, lower max_nodes, take fewer windows, or \
         narrow the filter"
    )]
    NetworkTooLarge {
        /// Bytes of the networks when it was found out.
        size: usize,
        /// Most bytes of an answer.
        limit: usize,
    },
    /// A search was begun on a corpus that is not the one served.
    #[error(
        "the pages before are of revision {revision} and another one is served: its hits stand in another order; search \
         again without a page token"
    )]
    RevisionGone {
        /// The revision it was begun on.
        revision: String,
    },
    /// A fault of the server.
    #[error("internal error")]
    Internal {
        /// What is wrong, for the log only.
        cause: &'static str,
    },
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It breaks its rules.
    Invalid,
    /// It is no page token of ours.
    PageToken,
    /// It is a page token of a call with other arguments.
    PageTokenMismatch,
}

/// A field that breaks its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, in proto names (`filter.kinds[0]`).
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
    /// What is wrong with it and what would be right, in a sentence.
    pub description: String,
}

/// Every field of a request that breaks its rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// Notes a field that breaks its rules.
    pub fn add(&mut self, field: impl Into<String>, description: impl Into<String>) {
        self.add_fault(Fault::Invalid, field, description);
    }

    /// Notes a field with a fault of its own kind.
    pub fn add_fault(&mut self, fault: Fault, field: impl Into<String>, description: impl Into<String>) {
        self.0.push(Violation { field: field.into(), fault, description: description.into() });
    }

    /// An error if there is any.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
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
