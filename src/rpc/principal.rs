//! Who is calling.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::Extensions;

/// Who is calling. In the extensions of every request that came past the layer of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Its name in the list of those who may call; nothing where nobody has to be known.
    pub name: Option<Arc<str>>,
    /// What it may do.
    pub role: Role,
}

impl Principal {
    /// Whether the caller of a request, whose extensions these are, may know of the corpus and not only what everybody may.
    pub fn may_read(extensions: &Extensions) -> bool {
        extensions.get::<Self>().is_some_and(|caller| caller.role >= Role::Reader)
    }
}

/// What a caller may do. A later role may do what an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Ask what is told to whoever asks, and learn nothing of the corpus. No list gives it.
    Anybody,
    /// Ask questions.
    Reader,
    /// Load the data again, too.
    Admin,
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "reader" => Ok(Self::Reader),
            "admin" => Ok(Self::Admin),
            _ => Err("is neither reader nor admin"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anybody => "anybody",
            Self::Reader => "reader",
            Self::Admin => "admin",
        })
    }
}
