//! Spans: conversion between code points and bytes.

use std::ops::Range;

use crate::proto::v1::Span;

/// A span that cannot address its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSpan {
    /// The span is empty or ends before it starts.
    #[error("span {index} ({start}..{end}) is empty")]
    Empty {
        /// Index of the span.
        index: usize,
        /// Its start.
        start: i32,
        /// Its end.
        end: i32,
    },
    /// The span starts before 0 or before the end of the previous span.
    #[error("span {index} starts at {start}; the minimum here is {least}")]
    Unordered {
        /// Index of the span.
        index: usize,
        /// Its start.
        start: i32,
        /// The minimum start: the end of the previous span.
        least: i32,
    },
    /// The span ends after the text.
    #[error("span {index} ends at {end}; the text has {length} code points")]
    PastEnd {
        /// Index of the span.
        index: usize,
        /// Its end.
        end: i32,
        /// Length of the text in code points.
        length: usize,
    },
}

impl InvalidSpan {
    /// Index of the invalid span.
    pub fn index(&self) -> usize {
        match self {
            Self::Empty { index, .. } | Self::Unordered { index, .. } | Self::PastEnd { index, .. } => *index,
        }
    }
}

/// Checks that no span is empty and that they are in text order, which does not need their text.
pub(super) fn check_order(spans: &[Span]) -> Result<(), InvalidSpan> {
    let mut least = 0;
    for (index, &Span { start, end }) in spans.iter().enumerate() {
        if start < least {
            return Err(InvalidSpan::Unordered { index, start, least });
        }
        if end <= start {
            return Err(InvalidSpan::Empty { index, start, end });
        }
        least = end;
    }
    Ok(())
}

/// The byte ranges of `spans` in `text`, found in one pass over it.
pub fn byte_ranges(text: &str, spans: &[Span]) -> Result<Vec<Range<usize>>, InvalidSpan> {
    check_order(spans)?;
    let mut offsets = Offsets { text, code_points: 0, bytes: 0 };
    let mut ranges = Vec::with_capacity(spans.len());
    for (index, span) in spans.iter().enumerate() {
        let past_end = |length| InvalidSpan::PastEnd { index, end: span.end, length };
        let start = offsets.advance_to(span.start).map_err(past_end)?;
        let end = offsets.advance_to(span.end).map_err(past_end)?;
        ranges.push(start..end);
    }
    Ok(ranges)
}

/// The spans of byte ranges of `text`. The ranges must be in text order and end at character boundaries.
pub fn code_point_spans(text: &str, ranges: &[Range<usize>]) -> Vec<Span> {
    let (mut bytes, mut code_points) = (0, 0);
    let mut count_to = |byte: usize| {
        code_points += text[bytes..byte].chars().count();
        bytes = byte;
        i32::try_from(code_points).unwrap_or(i32::MAX)
    };
    ranges.iter().map(|range| Span { start: count_to(range.start), end: count_to(range.end) }).collect()
}

/// Joins the parts of a quote whose spans do not touch.
pub const QUOTE_JOINT: &str = " … ";

/// The text of `ranges`, joined by [`QUOTE_JOINT`].
pub fn joined(text: &str, ranges: &[Range<usize>]) -> String {
    ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>().join(QUOTE_JOINT)
}

/// A position in a text, in code points and bytes, that only moves forward.
struct Offsets<'t> {
    text: &'t str,
    code_points: usize,
    bytes: usize,
}

impl Offsets<'_> {
    /// Moves to a code point and returns its byte offset; Err with the length in code points if the text is shorter.
    fn advance_to(&mut self, code_point: i32) -> Result<usize, usize> {
        let target = usize::try_from(code_point).unwrap_or(0);
        let rest = &self.text[self.bytes..];
        let mut starts = rest.char_indices().map(|(byte, _)| byte).chain([rest.len()]);
        match starts.nth(target - self.code_points) {
            Some(byte) => {
                self.bytes += byte;
                self.code_points = target;
                Ok(self.bytes)
            }
            None => Err(self.text.chars().count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(start: i32, end: i32) -> Span {
        Span { start, end }
    }

    #[test]
    fn spans_count_code_points() {
        // An umlaut of two bytes, an emoji of four, a combining mark of its own, a line break of two characters.
        let text = "ä🙂e\u{301}\r\nz";
        let ranges = byte_ranges(text, &[span(0, 1), span(1, 2), span(2, 4), span(4, 6), span(6, 7)]).unwrap();
        let parts: Vec<_> = ranges.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(parts, ["ä", "🙂", "e\u{301}", "\r\n", "z"]);
    }

    #[test]
    fn a_span_may_end_with_the_text_and_not_one_past_it() {
        assert_eq!(byte_ranges("äb", &[span(0, 2)]), Ok(vec![0..3]));
        assert_eq!(byte_ranges("äb", &[span(0, 3)]), Err(InvalidSpan::PastEnd { index: 0, end: 3, length: 2 }));
        assert_eq!(byte_ranges("", &[span(0, 1)]), Err(InvalidSpan::PastEnd { index: 0, end: 1, length: 0 }));
    }

    #[test]
    fn empty_negative_and_overlapping_spans_are_refused() {
        assert_eq!(byte_ranges("abc", &[span(1, 1)]), Err(InvalidSpan::Empty { index: 0, start: 1, end: 1 }));
        assert_eq!(byte_ranges("abc", &[span(-1, 1)]), Err(InvalidSpan::Unordered { index: 0, start: -1, least: 0 }));
        let overlapping = [span(0, 2), span(1, 3)];
        assert_eq!(byte_ranges("abc", &overlapping), Err(InvalidSpan::Unordered { index: 1, start: 1, least: 2 }));
    }

    proptest! {
        #[test]
        fn spans_select_code_points(text in "\\PC{0,40}", start in 0..50_usize, length in 1..50_usize) {
            let characters: Vec<char> = text.chars().collect();
            let asked = span(i32::try_from(start).unwrap(), i32::try_from(start + length).unwrap());
            let expected: Option<String> = characters.get(start..start + length).map(|part| part.iter().collect());
            let cut = byte_ranges(&text, &[asked]).ok().map(|ranges| joined(&text, &ranges));
            prop_assert_eq!(cut, expected);
        }

        #[test]
        fn spans_to_bytes_and_back_is_the_same(text in "\\PC{1,40}", cuts in prop::collection::btree_set(0..40_i32, 2..8)) {
            let length = i32::try_from(text.chars().count()).unwrap();
            let cuts: Vec<_> = cuts.into_iter().filter(|cut| *cut <= length).collect();
            let spans: Vec<_> = cuts.windows(2).map(|pair| span(pair[0], pair[1])).collect();
            let ranges = byte_ranges(&text, &spans).unwrap();
            prop_assert_eq!(code_point_spans(&text, &ranges), spans);
        }
    }
}
