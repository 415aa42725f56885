//! The query language: words, `"phrases"`, `-word`, `word*`, `field:word`.
//!
//! ```text
//! query  = { clause }
//! clause = [ "-" ] [ field ":" ] ( word | word "*" | '"' text '"' )
//! ```
//!
//! All other characters separate words, except letters and digits. `field` is a run of ASCII letters before a colon that
//! is followed by neither white space nor `/`. So `https://…` and `10:30` have no field.

use std::ops::Range;

use crate::text::words;

/// One clause of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause<'q> {
    /// Whether records that match the operand are excluded.
    pub(super) excluded: bool,
    /// Name of the field, as written.
    pub(super) field: Option<&'q str>,
    /// The operand.
    pub(super) kind: ClauseKind<'q>,
    /// Byte range in the query.
    pub(super) at: Range<usize>,
}

/// The operand of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ClauseKind<'q> {
    /// Any of these words.
    Words(&'q str),
    /// Any word with this prefix.
    Prefix(&'q str),
    /// These words, adjacent and in this order.
    Phrase(&'q str),
}

/// A syntax error, with its byte offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) message: &'static str,
    pub(super) at: usize,
}

/// Parses a query.
pub(super) fn parse(query: &str) -> Result<Vec<Clause<'_>>, SyntaxError> {
    let mut clauses = Vec::new();
    let mut at = 0;
    while let Some(skipped) = query[at..].find(|letter: char| !letter.is_whitespace()) {
        let start = at + skipped;
        let excluded = query[start..].starts_with('-');
        at = start + usize::from(excluded);
        let field = field(&query[at..]);
        at += field.map_or(0, |field| field.len() + 1);
        let (kind, end) = operand(query, at)?;
        match &kind {
            Some(kind) => clauses.push(Clause { excluded, field, kind: kind.clone(), at: start..end }),
            None if field.is_some() => return Err(SyntaxError { message: "a field without a word", at: start }),
            None => {}
        }
        at = end;
    }
    Ok(clauses)
}

/// The field name at the start of `rest`.
fn field(rest: &str) -> Option<&str> {
    let (name, after) = rest.split_once(':')?;
    let value = after.chars().next()?;
    let named = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
    (named && !value.is_whitespace() && value != '/').then_some(name)
}

/// Parses the operand at byte `at`. Returns it and its end; `None` for punctuation without a word.
fn operand(query: &str, at: usize) -> Result<(Option<ClauseKind<'_>>, usize), SyntaxError> {
    let rest = &query[at..];
    if let Some(quoted) = rest.strip_prefix('"') {
        let Some(length) = quoted.find('"') else {
            return Err(SyntaxError { message: "a quotation mark that is not closed", at });
        };
        let phrase = &quoted[..length];
        return Ok((has_word(phrase).then_some(ClauseKind::Phrase(phrase)), at + length + 2));
    }
    let length = rest.find(|letter: char| letter.is_whitespace() || letter == '"').unwrap_or(rest.len());
    let word = &rest[..length];
    let kind = match word.strip_suffix('*') {
        Some(beginning) if beginning.chars().next_back().is_some_and(char::is_alphanumeric) => {
            ClauseKind::Prefix(beginning)
        }
        _ if has_word(word) => ClauseKind::Words(word),
        Some(_) => return Err(SyntaxError { message: "a star without the beginning of a word", at }),
        None => return Ok((None, at + length)),
    };
    Ok((Some(kind), at + length))
}

fn has_word(text: &str) -> bool {
    words(text).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(query: &str) -> Vec<(bool, Option<&str>, ClauseKind<'_>)> {
        let clauses = parse(query).unwrap().into_iter();
        clauses.map(|Clause { excluded, field, kind, .. }| (excluded, field, kind)).collect()
    }

    #[test]
    fn every_form_of_a_clause_is_read() {
        use ClauseKind::{Phrase, Prefix, Words};
        assert_eq!(
            kinds("TikTok -ban speaker:Pompeo \"face patterns\" -title:\"a b\" secur*"),
            [
                (false, None, Words("TikTok")),
                (true, None, Words("ban")),
                (false, Some("speaker"), Words("Pompeo")),
                (false, None, Phrase("face patterns")),
                (true, Some("title"), Phrase("a b")),
                (false, None, Prefix("secur")),
            ]
        );
    }

    #[test]
    fn addresses_times_and_lone_signs_are_no_fields() {
        use ClauseKind::Words;
        assert_eq!(
            kinds("https://example.org 10:30 - ? note: it"),
            [
                (false, None, Words("https://example.org")),
                (false, None, Words("10:30")),
                (false, None, Words("note:")),
                (false, None, Words("it")),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_place() {
        assert_eq!(parse("- \"?\" -\u{bc6} \u{301}").unwrap(), [], "a mark without a letter is no word");
        assert_eq!(parse("one \"two").unwrap_err().at, 4);
        assert_eq!(parse("one *").unwrap_err().at, 4);
        assert_eq!(parse("title:?").unwrap_err().at, 0);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_within_it(query in "[a-z*\":ä -]{0,40}|\\PC{0,40}") {
            match parse(&query) {
                Ok(clauses) => for clause in clauses {
                    prop_assert!(query.get(clause.at).is_some());
                },
                Err(error) => prop_assert!(error.at <= query.len() && query.is_char_boundary(error.at)),
            }
        }
    }
}
