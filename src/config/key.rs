//! Keys: every flag that has an environment variable is a key of the configuration file. The flags are the only list.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command};

use super::Secret;

/// The flag that names the configuration file. It has a variable and is no key: a file does not name another.
const FILE_FLAG: &str = "config";

/// One thing that a server can be told.
#[derive(Clone, Copy)]
pub(super) struct Key<'c>(&'c Arg);

/// The keys of a command, in the order of its help.
pub(super) fn keys(command: &Command) -> impl Iterator<Item = Key<'_>> {
    command.get_arguments().filter(|flag| flag.get_env().is_some() && flag.get_id() != FILE_FLAG).map(Key)
}

impl<'c> Key<'c> {
    /// Its name: the flag's, with `_` for `-`.
    pub(super) fn name(self) -> &'c str {
        self.0.get_id().as_str()
    }

    /// The flag, with its dashes.
    pub(super) fn flag(self) -> String {
        format!("--{}", self.0.get_long().expect("flags of a server have long names"))
    }

    /// The environment variable.
    pub(super) fn variable(self) -> &'c OsStr {
        self.0.get_env().expect("what has no variable is no key")
    }

    /// Heading of its group in the help.
    pub(super) fn heading(self) -> Option<&'c str> {
        self.0.get_help_heading()
    }

    /// Whether it is a switch: on or off, without a value on the command line.
    pub(super) fn is_switch(self) -> bool {
        matches!(self.0.get_action(), ArgAction::SetTrue)
    }

    /// Whether it takes more than one value.
    pub(super) fn is_list(self) -> bool {
        matches!(self.0.get_action(), ArgAction::Append)
    }

    /// Whether its value is never shown.
    pub(super) fn is_secret(self) -> bool {
        self.0.get_value_parser().type_id() == TypeId::of::<Secret>()
    }

    /// What it is when nobody says anything.
    pub(super) fn default(self) -> Vec<OsString> {
        if self.is_switch() {
            return vec!["false".into()];
        }
        self.0.get_default_values().iter().flat_map(|value| self.split(value.to_os_string())).collect()
    }

    /// The values in the text of a variable.
    pub(super) fn split(self, text: OsString) -> Vec<OsString> {
        match (self.0.get_value_delimiter(), text.to_str()) {
            (Some(delimiter), Some(values)) => values.split(delimiter).map(OsString::from).collect(),
            _ => vec![text],
        }
    }

    /// What is wrong with these values, judged by the flag itself.
    pub(super) fn check(self, values: &[OsString]) -> Result<(), String> {
        if self.is_switch() {
            return match values {
                [value] if value == "true" || value == "false" => Ok(()),
                _ => Err("is neither true nor false".to_owned()),
            };
        }
        if values.len() > 1 && !self.is_list() {
            return Err("takes one value, not a list".to_owned());
        }
        let alone = Command::new("claimd").no_binary_name(true).arg(alone(self.0.clone()).value_delimiter(None));
        match alone.try_get_matches_from(values.iter().map(|value| self.told(value))) {
            Ok(_) => Ok(()),
            Err(_) if self.is_secret() => Err("is not valid".to_owned()),
            Err(error) => Err(said(&error)),
        }
    }

    /// The flag with a value, as one word of a command line.
    pub(super) fn told(self, value: &OsStr) -> OsString {
        let mut word = OsString::from(self.flag());
        if !self.is_switch() {
            word.push("=");
            word.push(value);
        }
        word
    }
}

/// The command with its flags alone: values are not looked at, and neither are variables. What a command line says is
/// read by this first, so that what is wrong with values is found out all at once and together with the other sources.
pub fn flags_only(command: Command) -> Command {
    command.mut_args(|flag| {
        let takes_values = flag.get_action().takes_values();
        let flag = alone(flag);
        if takes_values { flag.value_parser(clap::value_parser!(OsString)) } else { flag }
    })
}

/// The flag without its variable, its default and its ties to others.
fn alone(flag: Arg) -> Arg {
    flag.env(None::<&str>)
        .default_value(None::<&str>)
        .required(false)
        .requires(Resettable::Reset)
        .conflicts_with(Resettable::Reset)
        .group(Resettable::Reset)
}

/// What clap says is wrong, without the name of the flag: where it was told is said beside it.
fn said(error: &clap::Error) -> String {
    let text = error.to_string();
    let first: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let said = first.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) => said.replace(&format!(" for '{flag}'"), ""),
        _ => said.to_owned(),
    }
}
