//! Converts offsets in UTF-16 code units, as Java counts them, to positions in a text.

use std::ops::Range;

use crate::proto::v1::Span;

/// Characters between two marks, which is the maximum that a lookup walks over. A mark takes 24 bytes.
const MARK_EVERY: usize = 256;

/// A text in which positions are looked up by UTF-16 offsets.
pub(super) struct Utf16Text<'t> {
    text: &'t str,
    /// A position every [`MARK_EVERY`] characters, ascending, from the start of the text.
    marks: Vec<Place>,
    /// The end of the text.
    end: Place,
}

/// A position in a text, in three units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    utf16: usize,
    code_points: usize,
    bytes: usize,
}

impl Place {
    fn after(self, letter: char) -> Self {
        Self {
            utf16: self.utf16 + letter.len_utf16(),
            code_points: self.code_points + 1,
            bytes: self.bytes + letter.len_utf8(),
        }
    }
}

/// The part of a text between two offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// In bytes.
    pub(super) range: Range<usize>,
    /// In code points.
    pub(super) span: Span,
    /// Whether an offset was inside of a character, so that the part was extended to the whole character.
    pub(super) widened: bool,
}

/// Why there is no text between two offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidOffsets {
    #[error("Start {start} is not before Stop {stop}")]
    Empty { start: i64, stop: i64 },
    #[error("Start {start} and Stop {stop} are outside of the text, which has {length} UTF-16 code units")]
    Outside { start: i64, stop: i64, length: usize },
}

impl<'t> Utf16Text<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut place = Place::default();
        let mut marks = Vec::with_capacity(text.len() / MARK_EVERY + 1);
        for letter in text.chars() {
            if place.code_points.is_multiple_of(MARK_EVERY) {
                marks.push(place);
            }
            place = place.after(letter);
        }
        Self { text, marks, end: place }
    }

    /// The text from `start` to `stop`.
    pub(super) fn cut(&self, start: i64, stop: i64) -> Result<Cut, InvalidOffsets> {
        if start >= stop {
            return Err(InvalidOffsets::Empty { start, stop });
        }
        let outside = InvalidOffsets::Outside { start, stop, length: self.end.utf16 };
        let offset = |offset: i64| usize::try_from(offset).ok().filter(|offset| *offset <= self.end.utf16);
        let (from, to) = offset(start).zip(offset(stop)).ok_or(outside)?;
        let (before, _) = self.around(from);
        let (_, after) = self.around(to);
        let number = |count: usize| i32::try_from(count).map_err(|_| outside);
        Ok(Cut {
            range: before.bytes..after.bytes,
            span: Span { start: number(before.code_points)?, end: number(after.code_points)? },
            widened: before.utf16 != from || after.utf16 != to,
        })
    }

    /// The nearest character boundaries at or before, and at or after, an offset.
    fn around(&self, utf16: usize) -> (Place, Place) {
        let mark = self.marks.partition_point(|mark| mark.utf16 <= utf16).checked_sub(1);
        let mut place = mark.map_or(self.end, |mark| self.marks[mark]);
        for letter in self.text[place.bytes..].chars() {
            if place.utf16 == utf16 {
                break;
            }
            let next = place.after(letter);
            if next.utf16 > utf16 {
                return (place, next);
            }
            place = next;
        }
        (place, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_emoji_counts_two_and_an_umlaut_one() {
        let text = "ä🙂b c";
        let cut = Utf16Text::new(text).cut(3, 4).unwrap();
        assert_eq!((&text[cut.range], cut.span, cut.widened), ("b", Span { start: 2, end: 3 }, false));
    }

    #[test]
    fn an_offset_inside_of_a_character_takes_the_whole_character() {
        let text = "a🙂b";
        for (start, stop, expected) in [(2, 4, "🙂b"), (0, 2, "a🙂"), (1, 2, "🙂"), (2, 3, "🙂")] {
            let cut = Utf16Text::new(text).cut(start, stop).unwrap();
            assert_eq!((&text[cut.range], cut.widened), (expected, true));
        }
    }

    #[test]
    fn the_end_of_the_text_is_accepted_and_one_past_it_is_refused() {
        let text = Utf16Text::new("a🙂");
        assert!(text.cut(0, 3).is_ok());
        assert_eq!(text.cut(0, 4), Err(InvalidOffsets::Outside { start: 0, stop: 4, length: 3 }));
        assert_eq!(text.cut(-1, 2), Err(InvalidOffsets::Outside { start: -1, stop: 2, length: 3 }));
        assert_eq!(text.cut(2, 2), Err(InvalidOffsets::Empty { start: 2, stop: 2 }));
        assert!(Utf16Text::new("").cut(0, 1).is_err());
    }

    proptest! {
        #[test]
        fn offsets_cut_as_in_utf_16(text in "[a-z🙂ä\r\n]{0,900}", start in 0..900_i64, length in 1..600_i64) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let cut = Utf16Text::new(&text).cut(start, start + length);
            let expected = units.get(usize::try_from(start).unwrap()..usize::try_from(start + length).unwrap());
            prop_assert_eq!(cut.is_ok(), expected.is_some());
            if let (Ok(cut), Some(expected)) = (cut, expected) {
                let found = &text[cut.range];
                let by_span: String = {
                    let (from, to) = (usize::try_from(cut.span.start).unwrap(), usize::try_from(cut.span.end).unwrap());
                    text.chars().skip(from).take(to - from).collect()
                };
                prop_assert_eq!(found, by_span);
                if !cut.widened {
                    prop_assert_eq!(found, String::from_utf16(expected).unwrap());
                }
            }
        }
    }
}
