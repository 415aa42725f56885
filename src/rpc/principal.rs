//! The caller of a call, and its role.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The caller of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its name in the file of credentials; nothing if it is anonymous.
    pub name: Option<Arc<str>>,
    /// Its permissions.
    pub role: Role,
}

impl Principal {
    /// True if it may read the corpus, and not only call methods that need no credentials.
    pub fn may_read(&self) -> bool {
        self.role >= Role::Reader
    }
}

/// Permissions of a caller. Each role includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Calls methods that need no credentials, and is told nothing of the corpus. Not a role of the file of credentials.
    Anonymous,
    /// Reads the corpus.
    Reader,
    /// Reloads the data as well.
    Admin,
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "reader" => Ok(Self::Reader),
            "admin" => Ok(Self::Admin),
            _ => Err("is not a valid role: reader or admin"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "anonymous",
            Self::Reader => "reader",
            Self::Admin => "admin",
        })
    }
}
