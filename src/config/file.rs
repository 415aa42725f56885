//! The configuration file: TOML, each key is the name of a flag with `_` for `-`, without tables.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

/// A key of the file with its value.
pub(super) struct Entry {
    /// The key, as written.
    pub(super) key: String,
    /// Line of the key, counted from 1.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Value,
}

/// The value of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A string, a number or a boolean, as written on a command line.
    One(String),
    /// An array of such values.
    Many(Vec<String>),
    /// A type that no flag takes, by its TOML name.
    Unsupported(&'static str),
}

/// Reads the file. Each syntax error is reported with its line; the other keys are still read, so that their errors are
/// reported too.
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
        Problem::new(format_args!("{}:{line}", path.display()), format_args!("is not valid TOML: {said}"))
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
            .map_or_else(Value::Unsupported, Value::Many),
        value => scalar(value).map_or_else(Value::Unsupported, Value::One),
    };
    Entry { key: key.get_ref().to_string(), line: line_at(key.span().start), value }
}

/// A value as written on a command line, or the TOML name of a type that no flag takes.
fn scalar(value: &DeValue<'_>) -> Result<String, &'static str> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Integer(number) => {
            // Decimal, whatever the base in the file. A number beyond i128 is kept as written; the flag refuses it.
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
    fn values_of_every_type_are_read_as_flag_values() {
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
    fn tables_and_times_are_unsupported() {
        let (entries, _) = parse(Path::new("claimd.toml"), "when = 2020-08-03\n[server]\nlisten = \"x\"\n");
        let unsupported: Vec<_> = entries.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
        assert_eq!(unsupported, [("when", &Value::Unsupported("datetime")), ("server", &Value::Unsupported("table"))]);
    }

    #[test]
    fn a_syntax_error_is_reported_with_its_line_and_the_rest_is_read() {
        let (entries, problems) = parse(Path::new("claimd.toml"), "max_streams = 7\nlisten = \nlog = \"info\"\n");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].place, "claimd.toml:2");
        assert!(entries.iter().any(|entry| entry.key == "log"), "the line after is read");
    }
}
