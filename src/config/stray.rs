//! Variables of the environment that look like claimd's and are not: most likely somebody mistyped one.
//!
//! They are told and stop nothing. Orchestrators make variables of the names of services, so that one that is called
//! claimd would keep every server in its namespace from starting.

use std::ffi::{OsStr, OsString};
use std::fmt;

use clap::Command;

use super::key::{Key, keys};
use super::resolution::nearest;

/// What the names of all variables begin with.
const PREFIX: &str = "CLAIMD_";

/// A variable that says nothing to claimd. Its value is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// Its name.
    pub variable: String,
    /// The variable that it was most likely meant to be.
    pub meant: Option<String>,
}

impl Stray {
    /// The strays of an environment: none of a variable that a command of `program` takes, whatever command runs, and none
    /// that Kubernetes makes for a service. What is meant is a key of `command`.
    pub fn find(
        program: &Command,
        command: &Command,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Vec<Self> {
        let commands = program.get_subcommands();
        let known: Vec<&OsStr> = commands.flat_map(Command::get_arguments).filter_map(|flag| flag.get_env()).collect();
        let mut strays: Vec<Self> = environment
            .into_iter()
            .filter(|(name, _)| !known.contains(&name.as_os_str()))
            .filter_map(|(name, value)| {
                let name = name.to_string_lossy().into_owned();
                let end = name.strip_prefix(PREFIX)?;
                if value.is_empty() || is_of_service(end, &value.to_string_lossy()) {
                    return None;
                }
                let meant =
                    nearest(end, keys(command).map(Key::name)).map(|key| PREFIX.to_owned() + &key.to_uppercase());
                Some(Self { variable: name, meant })
            })
            .collect();
        strays.sort_unstable_by(|a, b| a.variable.cmp(&b.variable));
        strays
    }
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, meant } = self;
        write!(f, "{variable} is set and says nothing to claimd")?;
        meant.as_ref().map_or(Ok(()), |meant| write!(f, "; did you mean {meant}?"))
    }
}

/// Whether Kubernetes makes such a variable of a service: `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_<NAME>`,
/// `…_PORT` and `…_PORT_<NUMBER>_<PROTOCOL>` with an address, `…_PORT_<NUMBER>_<PROTOCOL>_ADDR`, `_PORT` or `_PROTO`.
fn is_of_service(end: &str, value: &str) -> bool {
    // The name of the service is before it, and may be claimd alone.
    let end = format!("_{end}");
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let is_part = ["_ADDR", "_PORT", "_PROTO"].iter().any(|part| end.ends_with(part));
    let has_number =
        end.split("_PORT_").nth(1).is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    end.ends_with("_SERVICE_HOST")
        || end.ends_with("_SERVICE_PORT")
        || end.contains("_SERVICE_PORT_")
        || (end.ends_with("_PORT") && is_address)
        || (has_number && (is_address || is_part))
}
