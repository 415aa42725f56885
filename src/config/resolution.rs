//! From flags, environment and file to one value for each key.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Command};

use super::file::{self, Entry, Value};
use super::key::{Key, keys};
use super::limits::FOLLOWING;
use super::{Effective, Misfit, Origin, Problem, Problems, Setting};

/// What every key of a command comes to.
pub struct Resolution {
    command: Command,
    effective: Effective,
    problems: Vec<Problem>,
    /// Keys with a value that is wrong alone; what they clash with is not looked into.
    wrong: Vec<String>,
}

/// What one source says about a key.
type Told = (Origin, Vec<OsString>);

impl Resolution {
    /// Asks, for each key of `command`, the flags, then the environment, then the file; the first that says something
    /// counts, but what any says is checked. An empty variable says nothing.
    ///
    /// `flags` were read by [`super::flags_only`].
    pub fn new(
        command: &Command,
        flags: &ArgMatches,
        environment: impl Fn(&OsStr) -> Option<OsString>,
        file: Option<&Path>,
    ) -> Self {
        let (entries, problems) = file.map(file::read).unwrap_or_default();
        let mut resolution =
            Self { command: command.clone(), effective: Effective::default(), problems, wrong: Vec::new() };
        if let Some(path) = file {
            resolution.refuse_unknown(path, command, &entries);
        }
        for key in keys(command) {
            let by_flag = told_by_flag(key, flags);
            let by_variable = environment(key.variable()).filter(|text| !text.is_empty()).map(|text| {
                (Origin::Environment(key.variable().to_string_lossy().into_owned()), told_by_variable(key, text))
            });
            let by_file = file.and_then(|path| resolution.told_by_file(key, path, &entries));
            let told = [by_flag, by_variable, by_file].into_iter().flatten().collect();
            resolution.settle(key, told);
        }
        resolution.lower_defaults();
        resolution
    }

    /// The command's own struct, if nothing is wrong with the values, neither alone nor together.
    pub fn finish<T>(
        mut self,
        read: impl FnOnce(&ArgMatches) -> Result<T, clap::Error>,
        misfits: impl FnOnce(&T) -> Vec<Misfit>,
    ) -> Result<(T, Effective), Problems> {
        let command = self.command.clone().no_binary_name(true);
        let command = command.mut_args(|flag| flag.env(None::<&str>).value_delimiter(None));
        let line = self.command_line();
        if let Err(error) = command.clone().try_get_matches_from(&line)
            && !self.is_answered(&error)
        {
            self.add_together(&error);
        }
        // Flags that lack others are looked at as well.
        let lax = command.mut_args(|flag| flag.requires(Resettable::Reset));
        match lax.try_get_matches_from(&line).and_then(|matches| read(&matches)) {
            Ok(whole) => {
                for misfit in misfits(&whole) {
                    self.add_misfit(misfit);
                }
                if self.problems.is_empty() {
                    return Ok((whole, self.effective));
                }
            }
            Err(_) if !self.problems.is_empty() => {}
            Err(error) => self.add_together(&error),
        }
        Err(Problems(self.problems))
    }

    /// Whether an error says that a flag is missing which was given, with a value that is wrong.
    fn is_answered(&self, error: &clap::Error) -> bool {
        let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return false };
        let is_missing = |key: &String| {
            let flag = format!("--{}", key.replace('_', "-"));
            missing.iter().any(|missing| missing.split(' ').next() == Some(&flag))
        };
        self.wrong.iter().any(is_missing)
    }

    fn add_together(&mut self, error: &clap::Error) {
        let text = error.to_string();
        let said = text.lines().take_while(|line| !line.starts_with("Usage")).map(str::trim);
        let said = said.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        self.problems.push(Problem::new("together", said.trim_start_matches("error: ")));
    }

    /// A command line that says what all sources together say.
    fn command_line(&self) -> Vec<OsString> {
        let mut words = Vec::new();
        for key in keys(&self.command) {
            let Some(setting) = self.effective.get(key.name()) else { continue };
            let silent = setting.origin == Origin::Default || self.wrong.iter().any(|wrong| wrong == key.name());
            let values = setting.values.iter().filter(|value| !key.is_switch() || *value == "true");
            words.extend(values.filter(|_| !silent).map(|value| key.told(value)));
        }
        words
    }

    /// Checks everything that was told about a key and keeps the first of it.
    fn settle(&mut self, key: Key<'_>, told: Vec<Told>) {
        for (origin, values) in &told {
            if let Err(text) = key.check(values) {
                let place = match origin {
                    Origin::Flag(flag) => flag.clone(),
                    Origin::Environment(variable) => variable.clone(),
                    Origin::File { path, line } => format!("{}:{line}: {}", path.display(), key.name()),
                    Origin::Lowered { .. } | Origin::Default => key.name().to_owned(),
                };
                self.problems.push(Problem { place, text });
                self.wrong.push(key.name().to_owned());
            }
        }
        let (origin, values) = told.into_iter().next().unwrap_or_else(|| (Origin::Default, key.default()));
        self.effective.settings.push(Setting {
            key: key.name().to_owned(),
            heading: key.heading().map(str::to_owned),
            values,
            origin,
            is_list: key.is_list(),
            is_secret: key.is_secret(),
        });
    }

    fn told_by_file(&mut self, key: Key<'_>, path: &Path, entries: &[Entry]) -> Option<Told> {
        let Entry { line, value, .. } = entries.iter().find(|entry| entry.key == key.name())?;
        let origin = Origin::File { path: path.to_owned(), line: *line };
        match value {
            Value::One(text) => Some((origin, vec![text.into()])),
            Value::Many(texts) if key.is_list() => Some((origin, texts.iter().map(OsString::from).collect())),
            Value::Many(_) => {
                self.refuse(path, *line, key.name(), "takes one value, not a list");
                None
            }
            Value::Strange(kind) => {
                self.refuse(path, *line, key.name(), &format!("takes no {kind}"));
                None
            }
        }
    }

    fn refuse(&mut self, path: &Path, line: usize, key: &str, text: &str) {
        self.problems.push(Problem::new(format_args!("{}:{line}: {key}", path.display()), text));
        self.wrong.push(key.to_owned());
    }

    fn refuse_unknown(&mut self, path: &Path, command: &Command, entries: &[Entry]) {
        for Entry { key, line, value } in entries {
            if keys(command).any(|known| known.name() == key) {
                continue;
            }
            let text = match value {
                Value::Strange("table") => "is a table; keys stand at the top level, without tables".to_owned(),
                _ => match nearest(key, keys(command).map(Key::name)) {
                    Some(known) => format!("there is no such key; did you mean {known}?"),
                    None => "there is no such key; docs/OPERATIONS.md lists all".to_owned(),
                },
            };
            self.problems.push(Problem::new(format_args!("{}:{line}: {key}", path.display()), text));
        }
    }

    /// A default that nobody chose gives way to a maximum that somebody did choose.
    fn lower_defaults(&mut self) {
        let number = |setting: &Setting| -> Option<f64> { setting.values.first()?.to_str()?.parse().ok() };
        for (lower, upper) in FOLLOWING {
            let Some(most) =
                self.effective.get(upper).cloned().filter(|_| !self.wrong.iter().any(|wrong| wrong == upper))
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

    fn add_misfit(&mut self, Misfit { keys, text }: Misfit) {
        if keys.iter().any(|key| self.wrong.iter().any(|wrong| wrong == key)) {
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

fn told_by_flag(key: Key<'_>, flags: &ArgMatches) -> Option<Told> {
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

fn told_by_variable(key: Key<'_>, text: OsString) -> Vec<OsString> {
    if !key.is_switch() {
        return key.split(text);
    }
    // As people write them in environments; a file has TOML's own.
    let truth = match text.to_string_lossy().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => "true".into(),
        "false" | "0" | "no" | "off" => "false".into(),
        _ => text,
    };
    vec![truth]
}

/// The known key that an unknown one was most likely meant to be.
pub(super) fn nearest<'c>(unknown: &str, known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let unknown = unknown.replace('-', "_").to_lowercase();
    let likeness = |key: &'c str| (strsim::jaro_winkler(&unknown, key), key);
    let best = known.map(likeness).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness > 0.8).map(|(_, name)| name)
}
