//! Errors in a configuration. All of them are reported at once, so that one restart is enough to correct them.

use std::ffi::{OsStr, OsString};
use std::fmt;

use clap::Command;

use super::key::{Key, keys, nearest};

/// Prefix of the names of all environment variables.
const PREFIX: &str = "CLAIMD_";

/// One error in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the value was set: a flag, a variable, or a file with its line.
    pub place: String,
    /// What is wrong with it, and what would be valid.
    pub text: String,
}

impl Problem {
    pub(super) fn new(place: impl fmt::Display, text: impl fmt::Display) -> Self {
        Self { place: place.to_string(), text: text.to_string() }
    }
}

/// All errors in a configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(problems) = self;
        match problems.len() {
            1 => f.write_str("there is a problem in the configuration:")?,
            count => write!(f, "there are {count} problems in the configuration:")?,
        }
        problems.iter().try_for_each(|Problem { place, text }| write!(f, "\n  {place}: {text}"))
    }
}

/// Settings that are valid alone and cannot be used: their values contradict each other, or a file that they name is not
/// usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigConflict {
    /// Keys of the settings.
    pub keys: Vec<&'static str>,
    /// What is wrong with them, and what would be valid.
    pub text: String,
}

impl ConfigConflict {
    /// A conflict of the settings with these keys.
    pub fn new(keys: &[&'static str], text: impl fmt::Display) -> Self {
        Self { keys: keys.to_vec(), text: text.to_string() }
    }
}

/// An environment variable with claimd's prefix that no setting reads, most likely a misspelt one. Its value is not kept.
///
/// It is a warning and not an error: Kubernetes derives variables from the names of services, so that a service named
/// claimd would keep every server in its namespace from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEnvVar {
    /// Its name.
    pub variable: String,
    /// The known variable with the most similar name.
    pub meant: Option<String>,
}

impl UnknownEnvVar {
    /// Unknown variables of an environment. Variables of any command of `program` are known, and so are those that
    /// Kubernetes derives from a service. Suggestions are settings of `command`.
    pub fn find(
        program: &Command,
        command: &Command,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Vec<Self> {
        let commands = program.get_subcommands();
        let known: Vec<&OsStr> = commands.flat_map(Command::get_arguments).filter_map(|flag| flag.get_env()).collect();
        let mut unknown: Vec<Self> = environment
            .into_iter()
            .filter(|(name, _)| !known.contains(&name.as_os_str()))
            .filter_map(|(name, value)| {
                let name = name.to_string_lossy().into_owned();
                let suffix = name.strip_prefix(PREFIX)?;
                if value.is_empty() || is_of_service(suffix, &value.to_string_lossy()) {
                    return None;
                }
                let meant =
                    nearest(suffix, keys(command).map(Key::name)).map(|key| PREFIX.to_owned() + &key.to_uppercase());
                Some(Self { variable: name, meant })
            })
            .collect();
        unknown.sort_unstable_by(|a, b| a.variable.cmp(&b.variable));
        unknown
    }
}

impl fmt::Display for UnknownEnvVar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, meant } = self;
        write!(f, "unrecognised variable {variable}")?;
        meant.as_ref().map_or(Ok(()), |meant| write!(f, "; did you mean {meant}?"))
    }
}

/// Whether Kubernetes derives such a variable from a service: `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_<NAME>`,
/// `…_PORT` and `…_PORT_<NUMBER>_<PROTOCOL>` with an address, `…_PORT_<NUMBER>_<PROTOCOL>_ADDR`, `_PORT` or `_PROTO`.
fn is_of_service(suffix: &str, value: &str) -> bool {
    // The name of the service comes first, and may be claimd alone.
    let suffix = format!("_{suffix}");
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let is_part = ["_ADDR", "_PORT", "_PROTO"].iter().any(|part| suffix.ends_with(part));
    let has_number =
        suffix.split("_PORT_").nth(1).is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    suffix.ends_with("_SERVICE_HOST")
        || suffix.ends_with("_SERVICE_PORT")
        || suffix.contains("_SERVICE_PORT_")
        || (suffix.ends_with("_PORT") && is_address)
        || (has_number && (is_address || is_part))
}
