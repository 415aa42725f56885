//! Exact and normalized matches of a quote in a body, and their similarity.

use std::ops::Range;

use memchr::memmem::Finder;
use rapidfuzz::distance::levenshtein;

use super::Agreement;
use super::quote::{Part, Quote};
use crate::text::is_quote_mark;
use crate::text::quote::{Folded, fold};

/// Maximum bytes between two parts of a quote: a few paragraphs. Parts further apart are not one quote.
pub(super) const MAX_GAP_BYTES: usize = 8 << 10;
/// Maximum bytes of a place, as a multiple of the bytes of the quote. Bounds the white space and invisible characters in
/// responses.
const MAX_STRETCH: usize = 4;
/// Bytes that a place may have, however short the quote is.
const MIN_STRETCH_BYTES: usize = 256;

/// A place in a body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// Byte ranges of the body, one for each part, in text order.
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) agreement: Agreement,
    pub(super) similarity: f64,
}

impl Place {
    fn outer(&self) -> Range<usize> {
        outer(&self.ranges)
    }
}

fn outer(ranges: &[Range<usize>]) -> Range<usize> {
    let first = ranges.first().map_or(0, |range| range.start);
    first..ranges.last().map_or(first, |range| range.end)
}

/// Searchers for a quote: as a whole, and by its parts if it has omissions.
pub(super) struct Search<'q> {
    quote: &'q Quote,
    exact: Vec<Vec<Finder<'q>>>,
    folded: Vec<Vec<Finder<'q>>>,
}

impl<'q> Search<'q> {
    pub(super) fn new(quote: &'q Quote) -> Self {
        let mut readings = vec![std::slice::from_ref(&quote.whole)];
        if quote.has_omissions() {
            readings.push(&quote.parts);
        }
        let finders = |text: fn(&Part) -> &str| {
            let of = |reading: &&'q [Part]| reading.iter().map(|part| Finder::new(text(part))).collect();
            readings.iter().map(of).collect()
        };
        Self { quote, exact: finders(|part| &part.text), folded: finders(|part| &part.folded) }
    }

    /// The exact matches. The bytes need no UTF-8 validation.
    pub(super) fn exact(&self, body: &[u8], most: usize) -> Vec<Place> {
        let mut places = Vec::new();
        for finders in &self.exact {
            for ranges in chains(body, finders, most) {
                add(&mut places, Place { ranges, agreement: Agreement::Exact, similarity: 1.0 }, most);
            }
        }
        places
    }

    /// Adds the normalized matches that do not overlap known places. Their similarity is still to be measured.
    pub(super) fn normalized(&self, body: &str, places: &mut Vec<Place>, most: usize) {
        let text = fold(body);
        if self.folded.iter().all(|finders| chains(text.as_bytes(), finders, 1).is_empty()) {
            return;
        }
        let folded = Folded::new(body);
        let readings = [std::slice::from_ref(&self.quote.whole), &self.quote.parts];
        for (finders, parts) in self.folded.iter().zip(readings) {
            for chain in chains(folded.text.as_bytes(), finders, most) {
                let origin = |(range, part): (Range<usize>, &Part)| {
                    folded.origin(range).map(|range| with_marks(body, range, &part.text))
                };
                let Some(ranges) = chain.into_iter().zip(parts).map(origin).collect::<Option<Vec<_>>>() else {
                    continue;
                };
                if fits(&ranges, self.quote) {
                    add(places, Place { ranges, agreement: Agreement::Normalized, similarity: 0.0 }, most);
                }
            }
        }
    }
}

/// Whether a place is short enough for a response.
pub(super) fn fits(ranges: &[Range<usize>], quote: &Quote) -> bool {
    ranges.iter().map(Range::len).sum::<usize>() <= (MAX_STRETCH * quote.text().len()).max(MIN_STRETCH_BYTES)
}

fn add(places: &mut Vec<Place>, place: Place, most: usize) {
    let new = place.outer();
    let overlaps = |known: &Place| known.outer().start < new.end && new.start < known.outer().end;
    if places.len() < most && !places.iter().any(overlaps) {
        places.push(place);
    }
}

/// Extends a range by the adjacent quote mark if the part begins or ends with one. Folding removes such marks.
pub(super) fn with_marks(body: &str, range: Range<usize>, part: &str) -> Range<usize> {
    let Range { mut start, mut end } = range;
    if part.starts_with(is_quote_mark) {
        start -= body[..start].chars().next_back().filter(|c| is_quote_mark(*c)).map_or(0, char::len_utf8);
    }
    if part.ends_with(is_quote_mark) {
        end += body[end..].chars().next().filter(|c| is_quote_mark(*c)).map_or(0, char::len_utf8);
    }
    start..end
}

/// An occurrence of a part: its start, and the index of the occurrence of the previous part that it follows.
type Occurrence = (usize, usize);

/// Finds the parts in order, with at most [`MAX_GAP_BYTES`] between two. Returns at most `most` places, each with the
/// occurrences that are nearest to one another. Costs one search for each part.
fn chains(text: &[u8], parts: &[Finder<'_>], most: usize) -> Vec<Vec<Range<usize>>> {
    let len = |at: usize| parts[at].needle().len();
    let mut layers: Vec<Vec<Occurrence>> = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let layer: Vec<Occurrence> = match layers.last() {
            None if parts.len() == 1 => part.find_iter(text).take(most).map(|start| (start, 0)).collect(),
            None => part.find_iter(text).map(|start| (start, 0)).collect(),
            Some(before) => {
                let from = before[0].0;
                let mut next = 0;
                let follow = |start: usize| {
                    while before.get(next).is_some_and(|(other, _)| other + len(at - 1) <= start) {
                        next += 1;
                    }
                    let nearest = next.checked_sub(1)?;
                    (start - (before[nearest].0 + len(at - 1)) <= MAX_GAP_BYTES).then_some((start, nearest))
                };
                part.find_iter(&text[from..]).map(|start| from + start).filter_map(follow).collect()
            }
        };
        if layer.is_empty() {
            return Vec::new();
        }
        layers.push(layer);
    }
    let mut found: Vec<Vec<Range<usize>>> = Vec::new();
    for mut at in 0..layers[parts.len() - 1].len() {
        let mut chain = Vec::with_capacity(parts.len());
        for (part, layer) in layers.iter().enumerate().rev() {
            let (start, before) = layer[at];
            chain.push(start..start + len(part));
            at = before;
        }
        chain.reverse();
        if found.last().is_none_or(|last| outer(last).end <= chain[0].start) {
            found.push(chain);
        }
        if found.len() == most {
            break;
        }
    }
    found
}

/// Weight of the unfolded texts in the similarity. Small, because a quote in capitals has the same words.
const UNFOLDED_WEIGHT: f64 = 0.05;
/// Maximum cells (characters times characters) of all measurements of a call. 64 cells take about two nanoseconds. The
/// limit allows ten places for the longest quote, and thousands for a usual one.
const MAX_MEASURED_CELLS: usize = 1 << 30;

/// Measures the similarity of quotes and places, within a bound on the work of a call.
///
/// The similarity of two texts is 1 - Levenshtein distance / length of the longer text. Distances and lengths are summed
/// over all parts. The overall similarity is 95 % that of the folded texts and 5 % that of the unfolded texts. So 1 means
/// the same characters, and at least 0.95 the same folded text.
pub(super) struct Measure {
    /// Cells that may still be computed.
    left: usize,
}

/// The similarity of a quote and a place, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Similarity {
    /// Of the folded texts.
    pub(super) folded: f64,
    /// Of the folded and the unfolded texts.
    pub(super) overall: f64,
}

impl Measure {
    pub(super) fn new() -> Self {
        Self { left: MAX_MEASURED_CELLS }
    }

    /// The similarity of the parts and the texts of their places. `None` when the bound on the work is reached. `same`:
    /// the folded texts are known to be equal.
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
        Some(Similarity { folded: in_words, overall: (1.0 - UNFOLDED_WEIGHT) * in_words + UNFOLDED_WEIGHT * as_set })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str, quote: &str) -> Vec<(Agreement, String)> {
        let quote = Quote::new(quote, 1000, 32).unwrap();
        let search = Search::new(&quote);
        let mut places = search.exact(body.as_bytes(), 10);
        search.normalized(body, &mut places, 10);
        places.into_iter().map(|place| (place.agreement, crate::model::joined(body, &place.ranges))).collect()
    }

    #[test]
    fn every_place_is_found_once_and_exact_ones_first() {
        let places = found("We are ready. WE ARE READY. We are ready.", "We are ready");
        let text = |text: &str| text.to_owned();
        let expected = [
            (Agreement::Exact, text("We are ready")),
            (Agreement::Exact, text("We are ready")),
            (Agreement::Normalized, text("WE ARE READY")),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn parts_follow_one_another_within_a_gap_and_as_near_as_can_be() {
        let near = "we talk. Well, we talk, he added, and listen, and listen.";
        assert_eq!(found(near, "we talk … and listen"), [(Agreement::Exact, "we talk … and listen".to_owned())]);
        let starts = Search::new(&Quote::new("we talk … and listen", 100, 32).unwrap()).exact(near.as_bytes(), 10);
        assert_eq!(starts[0].ranges, [15..22, 34..44]);
        assert!(found("and listen, then we talk", "we talk … and listen").is_empty());
        let far = |gap: usize| format!("we talk{}and listen", " x".repeat(gap / 2));
        assert_eq!(found(&far(MAX_GAP_BYTES), "we talk … and listen").len(), 1);
        assert!(found(&far(MAX_GAP_BYTES + 2), "we talk … and listen").is_empty());
    }

    #[test]
    fn an_ellipsis_that_is_printed_is_part_of_the_quote() {
        assert_eq!(found("Well… I do not know", "Well… I do not"), [(Agreement::Exact, "Well… I do not".to_owned())]);
        let dots = found("Well... I do not know", "Well… I do not");
        assert_eq!(dots[0], (Agreement::Exact, "Well … I do not".to_owned()));
    }

    #[test]
    fn a_place_has_the_marks_that_the_quote_has() {
        let places = found("Er sagte: «Nein» und ging", "er sagte: \"Nein\"");
        assert_eq!(places, [(Agreement::Normalized, "Er sagte: «Nein»".to_owned())]);
    }

    #[test]
    fn a_place_that_is_mostly_white_space_is_none() {
        let body = format!("we are{}ready now", " ".repeat(5000));
        assert!(found(&body, "we are ready now").is_empty());
    }
}
