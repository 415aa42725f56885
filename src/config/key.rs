//! Keys of the configuration file: every flag with an environment variable is one.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command};
use rapidfuzz::distance::jaro_winkler;

use super::telemetry::Secret;

/// The flag that names the configuration file. It has a variable and is not a key: a file cannot name another file.
const FILE_FLAG: &str = "config";

/// One setting of the server.
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
        format!("--{}", self.0.get_long().expect("every flag of the server has a long name"))
    }

    /// The environment variable.
    pub(super) fn variable(self) -> &'c OsStr {
        self.0.get_env().expect("every key has a variable")
    }

    /// Heading of its group in the help.
    pub(super) fn heading(self) -> Option<&'c str> {
        self.0.get_help_heading()
    }

    /// Whether it is a switch, which takes no value on the command line.
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

    /// Its default.
    pub(super) fn default(self) -> Vec<OsString> {
        if self.is_switch() {
            return vec!["false".into()];
        }
        self.0.get_default_values().iter().flat_map(|value| self.split(value.to_os_string())).collect()
    }

    /// Splits the text of a variable into values.
    pub(super) fn split(self, text: OsString) -> Vec<OsString> {
        match (self.0.get_value_delimiter(), text.to_str()) {
            (Some(delimiter), Some(values)) => values.split(delimiter).map(OsString::from).collect(),
            _ => vec![text],
        }
    }

    /// Validates values with the parser of the flag. The error says what is wrong.
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
        let flag = without_relations(self.0.clone()).value_delimiter(None);
        let command = Command::new("claimd").no_binary_name(true).arg(flag);
        match command.try_get_matches_from(values.iter().map(|value| self.argument(value))) {
            Ok(_) => Ok(()),
            Err(_) if self.is_secret() => Err("is not valid".to_owned()),
            Err(error) => Err(message_of(&error)),
        }
    }

    /// The flag with a value, as one argument of a command line.
    pub(super) fn argument(self, value: &OsStr) -> OsString {
        let mut argument = OsString::from(self.flag());
        if !self.is_switch() {
            argument.push("=");
            argument.push(value);
        }
        argument
    }
}

/// The command without validation of values and without variables. The command line is parsed with it first, so that
/// errors in values are found all at once, together with those of the other sources.
pub fn flags_only(command: Command) -> Command {
    command.mut_args(|flag| {
        let takes_values = flag.get_action().takes_values();
        let flag = without_relations(flag);
        if takes_values { flag.value_parser(clap::value_parser!(OsString)) } else { flag }
    })
}

/// The flag without its variable, its default and its relations to other flags.
fn without_relations(flag: Arg) -> Arg {
    flag.env(None::<&str>)
        .default_value(None::<&str>)
        .required(false)
        .requires(Resettable::Reset)
        .conflicts_with(Resettable::Reset)
        .group(Resettable::Reset)
}

/// The message of an error of clap without the name of the flag, which is reported as its place.
fn message_of(error: &clap::Error) -> String {
    let text = error.to_string();
    let first: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let said = first.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) => said.replace(&format!(" for '{flag}'"), ""),
        _ => said.to_owned(),
    }
}

/// The known key that is most similar to an unknown one, if any is similar enough to be suggested.
pub(super) fn nearest<'c>(unknown: &str, known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let unknown = unknown.replace('-', "_").to_lowercase();
    let similarity = |key: &'c str| (jaro_winkler::similarity(unknown.chars(), key.chars()), key);
    let best = known.map(similarity).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(similarity, _)| *similarity > 0.8).map(|(_, name)| name)
}
