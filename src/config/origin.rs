//! Where a value comes from.

use std::fmt;
use std::path::PathBuf;

/// Where a value comes from. The strongest is first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag, with its dashes.
    Flag(String),
    /// An environment variable.
    Environment(String),
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// Nobody said anything, and the default would be above another key's value, which stands for it.
    Lowered {
        /// That other key.
        to: &'static str,
    },
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File { path, line } => write!(f, "file {}:{line}", path.display()),
            Self::Lowered { to } => write!(f, "default, lowered to {to}"),
            Self::Default => f.write_str("default"),
        }
    }
}
