//! Parses a quote: strips the quote marks around it and splits it at omissions.

use std::ops::Range;

use crate::text::is_quote_mark;
use crate::text::quote::{Word, fold, words};

/// Minimum code points of a quote. Shorter texts match nearly everywhere.
const MIN_CODE_POINTS: usize = 8;

/// Why a text is not a valid quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// It is too short.
    #[error("has {0} code points without the marks around it; give at least {MIN_CODE_POINTS}")]
    TooShort(usize),
    /// It is too long.
    #[error("has {0} bytes, more than {1}")]
    TooLong(usize, usize),
    /// It has too many parts.
    #[error("has {0} parts between words left out; give at most {1}")]
    TooManyParts(usize, usize),
    /// Its folded text is empty.
    #[error("has nothing in it but quote marks, white space and marks of omission")]
    Empty,
}

/// A parsed quote.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The whole quote with its marks of omission, which the article may also have.
    pub(super) whole: Part,
    /// The texts between marks of omission. One part if there are no such marks.
    pub(super) parts: Vec<Part>,
}

/// A contiguous part of a quote.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) folded: String,
    pub(super) words: Vec<Word>,
}

impl Quote {
    /// Parses a quote of at most `max_bytes` bytes and at most `max_parts` parts.
    pub fn new(text: &str, max_bytes: usize, max_parts: usize) -> Result<Self, QuoteError> {
        let text = text.trim();
        if text.len() > max_bytes {
            return Err(QuoteError::TooLong(text.len(), max_bytes));
        }
        let text = without_marks_around(text);
        let code_points = text.chars().count();
        if code_points < MIN_CODE_POINTS {
            return Err(QuoteError::TooShort(code_points));
        }
        let omissions = omissions(text);
        let starts = std::iter::once(0).chain(omissions.iter().map(|omission| omission.end));
        let ends = omissions.iter().map(|omission| omission.start).chain([text.len()]);
        let pieces = starts.zip(ends).map(|(start, end)| Part::new(text[start..end].trim()));
        let parts: Vec<Part> = pieces.filter(|part| !part.folded.is_empty()).collect();
        match parts.len() {
            0 => Err(QuoteError::Empty),
            count if count > max_parts => Err(QuoteError::TooManyParts(count, max_parts)),
            _ => Ok(Self { whole: Part::new(text), parts }),
        }
    }

    /// The quote, without the marks around it.
    pub fn text(&self) -> &str {
        &self.whole.text
    }

    /// Whether the quote has marks of omission.
    pub(super) fn has_omissions(&self) -> bool {
        self.parts.len() > 1 || self.parts[0].text != self.whole.text
    }
}

impl Part {
    fn new(text: &str) -> Self {
        let folded = fold(text);
        let words = words(&folded).collect();
        Self { text: text.to_owned(), folded, words }
    }
}

fn without_marks_around(mut text: &str) -> &str {
    loop {
        let inner = text.strip_prefix(is_quote_mark).and_then(|rest| rest.strip_suffix(is_quote_mark));
        match inner {
            Some(inner) => text = inner.trim(),
            None => return text,
        }
    }
}

/// The byte ranges of the marks of omission: `…` or at least three dots, alone or in brackets.
fn omissions(text: &str) -> Vec<Range<usize>> {
    let mut omissions = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(['…', '.', '[', '(']).map(|at| from + at) {
        let len = omission(&text[start..]);
        if len > 0 {
            omissions.push(start..start + len);
        }
        from = start + len.max(text[start..].chars().next().map_or(1, char::len_utf8));
    }
    omissions
}

/// Length of the mark of omission at the start of a text, in bytes. 0 if there is none.
fn omission(text: &str) -> usize {
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some(inner) = text.strip_prefix(open) {
            let dots = inner.trim_start();
            let rest = dots[dots_len(dots)..].trim_start();
            let closed = rest.len() < dots.trim_start().len() && rest.starts_with(close);
            return if closed { text.len() - rest.len() + 1 } else { 0 };
        }
    }
    dots_len(text)
}

/// Length of the `…` or of at least three dots, with or without spaces between them, at the start of a text, in bytes.
fn dots_len(text: &str) -> usize {
    let (mut dots, mut end) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '…' => dots += 3,
            '.' => dots += 1,
            ' ' | '\u{a0}' if dots < 3 => continue,
            _ => break,
        }
        end = at + c.len_utf8();
    }
    if dots < 3 { 0 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<String> {
        Quote::new(text, 1000, 32).unwrap().parts.into_iter().map(|part| part.text).collect()
    }

    #[test]
    fn marks_around_the_whole_are_taken_off() {
        for text in ["“we are ready”", "\u{a0}»we are ready«\n", "„‚we are ready‘“", "we are ready"] {
            assert_eq!(parts(text), ["we are ready"], "{text}");
        }
        assert_eq!(parts("\"No,\" he said"), ["\"No,\" he said"]);
    }

    #[test]
    fn omissions_of_every_style_part_a_quote() {
        for mark in ["…", "...", " … ", "[...]", " [ … ] ", "(...)", "(…)", ". . .", "....", "[. . .]"] {
            assert_eq!(parts(&format!("we are{mark}never ready")), ["we are", "never ready"], "{mark}");
        }
        assert_eq!(parts("… we are ready …"), ["we are ready"]);
        assert_eq!(parts("we [are] (not) ready. No."), ["we [are] (not) ready. No."]);
    }

    #[test]
    fn what_is_too_short_too_long_or_nothing_is_refused() {
        let error = |text: &str| Quote::new(text, 20, 2).unwrap_err();
        assert_eq!(error(" \"seven c\" "), QuoteError::TooShort(7));
        assert!(Quote::new("eight ch", 20, 1).is_ok());
        assert_eq!(error("twenty-one characters"), QuoteError::TooLong(21, 20));
        assert_eq!(error("... ... [...]"), QuoteError::Empty);
        assert!(Quote::new("one … and two", 20, 2).is_ok());
        assert_eq!(error("one … two … six"), QuoteError::TooManyParts(3, 2));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(\\PC|[.…\\[\\]( )\"“]){0,40}") {
            if let Ok(quote) = Quote::new(&text, 100, 32) {
                prop_assert!(quote.parts.iter().all(|part| text.contains(&part.text)));
            }
        }
    }
}
