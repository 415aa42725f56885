//! The configuration file: TOML, each key the name of a flag with `_` for `-`, all at the top level.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

/// A key of the file and what it is given.
pub(super) struct Entry {
    /// The key, as written.
    pub(super) key: String,
    /// Line of the key, counted from 1.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Value,
}

/// What a key can be given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, a number or a truth value, as a flag would have it.
    One(String),
    /// A list of such.
    Many(Vec<String>),
    /// Something that no flag takes; its name in TOML.
    Strange(&'static str),
}

/// Reads the file. What is not TOML is reported line by line; the rest is still read, for what may be wrong with that.
pub(super) fn read(path: &Path) -> (Vec<Entry>, Vec<Problem>) {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(path, &text),
        Err(error) => (Vec::new(), vec![Problem::new(path.display(), format_args!("cannot be read: {error}"))]),
    }
}

fn parse(path: &Path, text: &str) -> (Vec<Entry>, Vec<Problem>) {
    let line_at = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
    let (table, errors) = DeTable::parse_recoverable(text);
    let problem = |error: &toml::de::Error| {
        let line = error.span().map_or(1, |span| line_at(span.start));
        let said = error.message().replace('\n', "; ");
        Problem::new(format_args!("{}:{line}", path.display()), format_args!("this is not TOML: {said}"))
    };
    let problems = errors.iter().map(problem).collect();
    let mut entries: Vec<Entry> = table.get_ref().iter().map(|(key, value)| entry(key, value, line_at)).collect();
    entries.sort_by_key(|entry| entry.line);
    (entries, problems)
}

fn entry(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
    line_at: impl Fn(usize) -> usize,
) -> Entry {
    let value = match value.get_ref() {
        DeValue::Array(items) => items
            .iter()
            .map(|item| scalar(item.get_ref()))
            .collect::<Result<_, _>>()
            .map_or_else(Value::Strange, Value::Many),
        value => scalar(value).map_or_else(Value::Strange, Value::One),
    };
    Entry { key: key.get_ref().to_string(), line: line_at(key.span().start), value }
}

/// A value as a flag would have it, or what it is instead.
fn scalar(value: &DeValue<'_>) -> Result<String, &'static str> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => {
            // Decimal, whatever the base it is written in; what no i128 holds is left for the flag to refuse.
            let parsed = i128::from_str_radix(number.as_str(), number.radix());
            Ok(parsed.map_or_else(|_| number.to_string(), |number| number.to_string()))
        }
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        other => Err(other.type_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_form_become_what_a_flag_would_have() {
        let text = "listen = \"[::1]:0\"\nmax_streams = 0x1_0\nratio = 0.5\nwatch = true\ndata = [\"a,b\", 'c']\n";
        let (entries, problems) = parse(Path::new("claimd.toml"), text);
        assert_eq!(problems, []);
        let one = |text: &str| Value::One(text.to_owned());
        let many = Value::Many(vec!["a,b".to_owned(), "c".to_owned()]);
        let found: Vec<_> = entries.into_iter().map(|entry| (entry.line, entry.key, entry.value)).collect();
        let expected = [
            ("listen", one("[::1]:0")),
            ("max_streams", one("16")),
            ("ratio", one("0.5")),
            ("watch", one("true")),
            ("data", many),
        ];
        let expected = expected.into_iter().enumerate().map(|(index, (key, value))| (index + 1, key.to_owned(), value));
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_table_and_a_time_are_strange() {
        let (entries, _) = parse(Path::new("claimd.toml"), "when = 2020-08-03\n[server]\nlisten = \"x\"\n");
        let strange: Vec<_> = entries.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
        assert_eq!(strange, [("when", &Value::Strange("datetime")), ("server", &Value::Strange("table"))]);
    }

    #[test]
    fn what_is_not_toml_is_reported_with_its_line_and_the_rest_is_read() {
        let (entries, problems) = parse(Path::new("claimd.toml"), "max_streams = 7\nlisten = \nlog = \"info\"\n");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].place, "claimd.toml:2");
        assert!(entries.iter().any(|entry| entry.key == "log"), "the line after is read");
    }
}
