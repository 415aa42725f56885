//! Where a quote stands in a body, character by character or but for how it is set.

use std::ops::Range;

use memchr::memmem::Finder;

use super::Agreement;
use super::quote::{Part, Quote};
use crate::text::is_quote_mark;
use crate::text::quote::{Folded, fold};

/// Most bytes between two parts of a quote: a few paragraphs. Parts further apart were not said in one breath.
pub(super) const MAX_GAP_BYTES: usize = 8 << 10;
/// How many times as many bytes as the quote a place may have. White space and characters without width have no end,
/// answers have.
const MAX_STRETCH: usize = 4;
/// Bytes that a place may have however short the quote is.
const MIN_STRETCH_BYTES: usize = 256;

/// A place in a body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// Bytes of the body, a range for each part, in text order.
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

/// What a quote is searched by: as a whole, and in parts where words are left out.
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

    /// Where the quote stands character by character. The bytes need not be checked to be a text first.
    pub(super) fn exact(&self, body: &[u8], most: usize) -> Vec<Place> {
        let mut places = Vec::new();
        for finders in &self.exact {
            for ranges in chains(body, finders, most) {
                add(&mut places, Place { ranges, agreement: Agreement::Exact, similarity: 1.0 }, most);
            }
        }
        places
    }

    /// Adds where the quote stands but for how it is set, beside the places that are known. Their similarity is still to
    /// be measured.
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

/// Whether a place is not too long to be sent.
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

/// The range with the quote mark next to it that the part begins or ends with: marks at an end are folded away.
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

/// An occurrence of a part: where it starts, and which occurrence of the part before it follows.
type Occurrence = (usize, usize);

/// Where the parts stand one behind the other, none too far from the one before: at most `most` places, each of those
/// parts that are nearest to one another. Costs one search for each part.
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
