//! How alike a quote and a place are.

use rapidfuzz::distance::levenshtein;

use super::quote::Part;
use crate::text::quote::fold;

/// Share of the measure that is for how the text is set. Small: a quote in capitals is the same words.
const SETTING: f64 = 0.05;
/// Most cells (characters times characters) of all measures of a call; sixty-four take about two nanoseconds. Ten
/// places for the longest quote, thousands for a usual one.
const MAX_CELLS: usize = 1 << 30;

/// Measures how alike texts are, as long as it may.
///
/// For texts a and b: 1 - edits(a, b) / length of the longer, where edits is the least number of characters to insert,
/// delete or replace (Levenshtein). Of a place 95 % is the measure of the folded texts and 5 % that of the texts as
/// they are set; over all parts the edits and the lengths are summed. So 1 is character for character, 0.95 and more
/// is the same but for how it is set, and what differs in words is known from the folded measure alone.
pub(super) struct Measure {
    left: usize,
}

/// What was measured, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Similarity {
    /// Of the folded texts.
    pub(super) folded: f64,
    /// Of the texts, how they are set included.
    pub(super) overall: f64,
}

impl Measure {
    pub(super) fn new() -> Self {
        Self { left: MAX_CELLS }
    }

    /// How alike parts and the texts of their places are; None when too much was measured already. `same` says that the
    /// folded texts are known to be the same.
    pub(super) fn of(&mut self, parts: &[Part], texts: &[&str], same: bool) -> Option<Similarity> {
        let in_words = if same {
            1.0
        } else {
            let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
            self.ratio(parts.iter().zip(&folded).map(|(part, text)| (part.folded.as_str(), text.as_str())))?
        };
        let set = parts.iter().zip(texts).map(|(part, text)| (part.text.as_str(), *text));
        let as_set = match self.ratio(set) {
            Some(ratio) => ratio,
            None if same => 0.0,
            None => return None,
        };
        Some(Similarity { folded: in_words, overall: (1.0 - SETTING) * in_words + SETTING * as_set })
    }

    #[allow(clippy::cast_precision_loss, reason = "texts are far shorter than 2^52")]
    fn ratio<'t>(&mut self, pairs: impl Iterator<Item = (&'t str, &'t str)>) -> Option<f64> {
        let (mut edits, mut length) = (0, 0);
        for (a, b) in pairs {
            let (a_len, b_len) = (a.chars().count(), b.chars().count());
            self.left = self.left.checked_sub(a_len * b_len)?;
            edits += levenshtein::distance(a.chars(), b.chars());
            length += a_len.max(b_len);
        }
        Some(if length == 0 { 1.0 } else { 1.0 - edits as f64 / length as f64 })
    }
}
