//! The configuration that counts, as it is shown.

use std::ffi::{OsStr, OsString};
use std::fmt;

use super::{Origin, Stray};

/// What a key comes to.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) key: String,
    /// Heading of its group in the help.
    pub(super) heading: Option<String>,
    /// Its value or values, as flags have them; none when it is not set.
    pub(super) values: Vec<OsString>,
    pub(super) origin: Origin,
    pub(super) is_list: bool,
    pub(super) is_secret: bool,
}

/// The configuration that counts: each key with its value and where that comes from.
///
/// Shown as TOML that gives the same configuration again when it is given as file, secrets aside: these are left out.
/// Variables that were meant to say something, and do not, come last.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    pub(super) settings: Vec<Setting>,
    strays: Vec<Stray>,
}

impl Effective {
    /// Whether nobody said anything about a key.
    pub fn is_default(&self, key: &str) -> bool {
        self.get(key).is_none_or(|setting| setting.origin == Origin::Default)
    }

    /// Notes variables of the environment that say nothing.
    pub fn note(&mut self, strays: Vec<Stray>) {
        self.strays = strays;
    }

    /// Variables of the environment that say nothing, and look as though they did.
    pub fn strays(&self) -> &[Stray] {
        &self.strays
    }

    pub(super) fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "# claimd {}: what counts, and where it comes from.", env!("CARGO_PKG_VERSION"))?;
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
        if !self.strays.is_empty() {
            write!(f, "\n\n# Variables that say nothing")?;
            self.strays.iter().try_for_each(|stray| write!(f, "\n# {stray}"))?;
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

/// A value in TOML. Numbers and truth values stand bare; the file's reader takes them with quotes too.
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
