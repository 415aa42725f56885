//! Resolves flags, environment and file to one value per key.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Command};

use super::calls::DEFAULT_AND_MAXIMUM;
use super::effective::{Effective, Origin, Setting};
use super::file::{self, Entry, Value};
use super::key::{Key, keys, nearest};
use super::problem::{ConfigConflict, Problem, Problems};

/// The value of every key of a command, with the errors found so far.
pub struct Resolution {
    command: Command,
    effective: Effective,
    problems: Vec<Problem>,
    /// Keys with an invalid value. Conflicts of these with other keys are not reported.
    invalid: Vec<String>,
}

/// The values of a key in one source.
type Sourced = (Origin, Vec<OsString>);

impl Resolution {
    /// Takes the value of each key of `command` from the flags, else from the environment, else from the file. Values that
    /// are overridden are validated too. An empty variable counts as not set.
    ///
    /// `flags` were parsed by [`super::flags_only`].
    pub fn new(
        command: &Command,
        flags: &ArgMatches,
        environment: impl Fn(&OsStr) -> Option<OsString>,
        file: Option<&Path>,
    ) -> Self {
        let (entries, problems) = file.map(file::read).unwrap_or_default();
        let mut resolution =
            Self { command: command.clone(), effective: Effective::default(), problems, invalid: Vec::new() };
        if let Some(path) = file {
            resolution.refuse_unknown(path, command, &entries);
        }
        for key in keys(command) {
            let flag = flag_value(key, flags);
            let variable = environment(key.variable()).filter(|text| !text.is_empty()).map(|text| {
                (Origin::Environment(key.variable().to_string_lossy().into_owned()), variable_value(key, text))
            });
            let in_file = file.and_then(|path| resolution.file_value(key, path, &entries));
            let sourced = [flag, variable, in_file].into_iter().flatten().collect();
            resolution.resolve(key, sourced);
        }
        resolution.lower_defaults();
        resolution
    }

    /// The command's own struct, unless a value is invalid or values conflict.
    pub fn finish<T>(
        mut self,
        read: impl FnOnce(&ArgMatches) -> Result<T, clap::Error>,
        conflicts: impl FnOnce(&T) -> Vec<ConfigConflict>,
    ) -> Result<(T, Effective), Problems> {
        let command = self.command.clone().no_binary_name(true);
        let command = command.mut_args(|flag| flag.env(None::<&str>).value_delimiter(None));
        let line = self.command_line();
        if let Err(error) = command.clone().try_get_matches_from(&line)
            && !self.is_of_invalid_value(&error)
        {
            self.add_combined(&error);
        }
        // Conflicts are also reported when a required flag is missing.
        let lax = command.mut_args(|flag| flag.requires(Resettable::Reset));
        match lax.try_get_matches_from(&line).and_then(|matches| read(&matches)) {
            Ok(whole) => {
                for conflict in conflicts(&whole) {
                    self.add_conflict(conflict);
                }
                if self.problems.is_empty() {
                    return Ok((whole, self.effective));
                }
            }
            Err(_) if !self.problems.is_empty() => {}
            Err(error) => self.add_combined(&error),
        }
        Err(Problems(self.problems))
    }

    /// Whether an error reports as missing a flag that was given with an invalid value.
    fn is_of_invalid_value(&self, error: &clap::Error) -> bool {
        let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return false };
        let is_missing = |key: &String| {
            let flag = format!("--{}", key.replace('_', "-"));
            missing.iter().any(|missing| missing.split(' ').next() == Some(&flag))
        };
        self.invalid.iter().any(is_missing)
    }

    fn add_combined(&mut self, error: &clap::Error) {
        let text = error.to_string();
        let lines = text.lines().take_while(|line| !line.starts_with("Usage")).map(str::trim);
        let message = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        self.problems.push(Problem::new("together", message.trim_start_matches("error: ")));
    }

    /// A command line with the values of all sources.
    fn command_line(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for key in keys(&self.command) {
            let Some(setting) = self.effective.get(key.name()) else { continue };
            let is_left_out =
                setting.origin == Origin::Default || self.invalid.iter().any(|invalid| invalid == key.name());
            let values = setting.values.iter().filter(|value| !key.is_switch() || *value == "true");
            arguments.extend(values.filter(|_| !is_left_out).map(|value| key.argument(value)));
        }
        arguments
    }

    /// Validates the values of a key in all sources and takes those of the first source.
    fn resolve(&mut self, key: Key<'_>, sourced: Vec<Sourced>) {
        for (origin, values) in &sourced {
            if let Err(text) = key.check(values) {
                let place = match origin {
                    Origin::Flag(flag) => flag.clone(),
                    Origin::Environment(variable) => variable.clone(),
                    Origin::File { path, line } => format!("{}:{line}: {}", path.display(), key.name()),
                    Origin::Lowered { .. } | Origin::Default => key.name().to_owned(),
                };
                self.problems.push(Problem { place, text });
                self.invalid.push(key.name().to_owned());
            }
        }
        let (origin, values) = sourced.into_iter().next().unwrap_or_else(|| (Origin::Default, key.default()));
        self.effective.settings.push(Setting {
            key: key.name().to_owned(),
            heading: key.heading().map(str::to_owned),
            values,
            origin,
            is_list: key.is_list(),
            is_secret: key.is_secret(),
        });
    }

    fn file_value(&mut self, key: Key<'_>, path: &Path, entries: &[Entry]) -> Option<Sourced> {
        let Entry { line, value, .. } = entries.iter().find(|entry| entry.key == key.name())?;
        let origin = Origin::File { path: path.to_owned(), line: *line };
        match value {
            Value::One(text) => Some((origin, vec![text.into()])),
            Value::Many(texts) if key.is_list() => Some((origin, texts.iter().map(OsString::from).collect())),
            Value::Many(_) => {
                self.refuse(path, *line, key.name(), "takes one value, not a list");
                None
            }
            Value::Unsupported(kind) => {
                self.refuse(path, *line, key.name(), &format!("must not be a {kind}"));
                None
            }
        }
    }

    fn refuse(&mut self, path: &Path, line: usize, key: &str, text: &str) {
        self.problems.push(Problem::new(format_args!("{}:{line}: {key}", path.display()), text));
        self.invalid.push(key.to_owned());
    }

    fn refuse_unknown(&mut self, path: &Path, command: &Command, entries: &[Entry]) {
        for Entry { key, line, value } in entries {
            if keys(command).any(|known| known.name() == key) {
                continue;
            }
            let text = match value {
                Value::Unsupported("table") => "is a table; all keys are at the top level, without tables".to_owned(),
                _ => match nearest(key, keys(command).map(Key::name)) {
                    Some(known) => format!("there is no such key; did you mean {known}?"),
                    None => "there is no such key; docs/OPERATIONS.md lists all keys".to_owned(),
                },
            };
            self.problems.push(Problem::new(format_args!("{}:{line}: {key}", path.display()), text));
        }
    }

    /// Lowers a default that was not set to its maximum.
    fn lower_defaults(&mut self) {
        let number = |setting: &Setting| -> Option<f64> { setting.values.first()?.to_str()?.parse().ok() };
        for (lower, upper) in DEFAULT_AND_MAXIMUM {
            let Some(most) =
                self.effective.get(upper).cloned().filter(|_| !self.invalid.iter().any(|invalid| invalid == upper))
            else {
                continue;
            };
            let Some(setting) = self.effective.settings.iter_mut().find(|setting| setting.key == lower) else {
                continue;
            };
            if let (Some(low), Some(high), Origin::Default) = (number(setting), number(&most), &setting.origin)
                && high < low
            {
                setting.values = most.values;
                setting.origin = Origin::Lowered { to: upper };
            }
        }
    }

    fn add_conflict(&mut self, ConfigConflict { keys, text }: ConfigConflict) {
        if keys.iter().any(|key| self.invalid.iter().any(|invalid| invalid == key)) {
            return;
        }
        let place = |key: &str| match self.effective.get(key) {
            Some(Setting { origin, .. }) => format!("{key} ({origin})"),
            None => key.to_owned(),
        };
        let places: Vec<String> = keys.into_iter().map(place).collect();
        self.problems.push(Problem { place: places.join(", "), text });
    }
}

fn flag_value(key: Key<'_>, flags: &ArgMatches) -> Option<Sourced> {
    if flags.value_source(key.name()) != Some(clap::parser::ValueSource::CommandLine) {
        return None;
    }
    let values = if key.is_switch() {
        vec!["true".into()]
    } else {
        flags.get_raw(key.name()).into_iter().flatten().map(OsStr::to_os_string).collect()
    };
    Some((Origin::Flag(key.flag()), values))
}

fn variable_value(key: Key<'_>, text: OsString) -> Vec<OsString> {
    if !key.is_switch() {
        return key.split(text);
    }
    // Common spellings in environments. A file has the booleans of TOML.
    let switch = match text.to_string_lossy().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => "true".into(),
        "false" | "0" | "no" | "off" => "false".into(),
        _ => text,
    };
    vec![switch]
}
