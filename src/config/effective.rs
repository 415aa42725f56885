//! The effective configuration and the origin of each value.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use super::UnknownEnvVar;

/// Where a value was set. The first in this order wins.
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
    /// Not set, and the default was above its configured maximum, which replaces it.
    Lowered {
        /// Key of the maximum.
        to: &'static str,
    },
    /// Not set.
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

/// The effective value of a key.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) key: String,
    /// Heading of its group in the help.
    pub(super) heading: Option<String>,
    /// Its value or values, as written on a command line; empty when it is not set.
    pub(super) values: Vec<OsString>,
    pub(super) origin: Origin,
    pub(super) is_list: bool,
    pub(super) is_secret: bool,
}

/// The effective configuration: each key with its value and the origin of the value.
///
/// Displayed as a TOML file that results in the same configuration, except for secrets, which are left out. Unknown
/// environment variables come last, as comments.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    pub(super) settings: Vec<Setting>,
    unknown_variables: Vec<UnknownEnvVar>,
}

impl Effective {
    /// Whether a key is not set by a flag, a variable or the file.
    pub fn is_default(&self, key: &str) -> bool {
        self.get(key).is_none_or(|setting| setting.origin == Origin::Default)
    }

    /// Adds unknown environment variables.
    pub fn set_unknown_variables(&mut self, unknown: Vec<UnknownEnvVar>) {
        self.unknown_variables = unknown;
    }

    /// Environment variables with claimd's prefix that no setting reads.
    pub fn unknown_variables(&self) -> &[UnknownEnvVar] {
        &self.unknown_variables
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "# claimd {}: the effective configuration and the origin of each value.", env!("CARGO_PKG_VERSION"))?;
        let mut headings: Vec<Option<&str>> = Vec::new();
        for setting in &self.settings {
            if !headings.contains(&setting.heading.as_deref()) {
                headings.push(setting.heading.as_deref());
            }
        }
        for heading in headings {
            write!(f, "\n\n# {}", heading.unwrap_or("General"))?;
            for setting in self.settings.iter().filter(|setting| setting.heading.as_deref() == heading) {
                write!(f, "\n{setting}")?;
            }
        }
        if !self.unknown_variables.is_empty() {
            write!(f, "\n\n# Unrecognised variables")?;
            self.unknown_variables.iter().try_for_each(|variable| write!(f, "\n# {variable}"))?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, values, origin, is_list, is_secret, .. } = self;
        if values.is_empty() {
            return write!(f, "# {key} is not set");
        }
        if *is_secret {
            return write!(f, "# {key} is set and not shown  # {origin}");
        }
        let values: Vec<String> = values.iter().map(|value| toml_of(value)).collect();
        if *is_list {
            write!(f, "{key} = [{}]  # {origin}", values.join(", "))
        } else {
            write!(f, "{key} = {}  # {origin}", values[0])
        }
    }
}

/// A value in TOML. Numbers and booleans are written without quotes; the file may have them with quotes too.
fn toml_of(value: &OsStr) -> String {
    let text = value.to_string_lossy();
    let is_integer = text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
    let is_float =
        text.parse::<f64>().is_ok_and(|number| number.is_finite() && number.to_string() == text && text.contains('.'));
    if is_integer || is_float || matches!(&*text, "true" | "false") {
        return text.into_owned();
    }
    toml::Value::String(text.into_owned()).to_string()
}
