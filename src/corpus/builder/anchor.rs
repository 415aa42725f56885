//! Quote anchoring: compares the quote of an evidence with the text at its spans, and finds quotes without correct spans.

use std::ops::Range;

use memchr::memmem;

use crate::model::{Code, Findings, QUOTE_JOINT, byte_ranges, code_point_spans, joined};
use crate::proto::v1::{Anchor, Evidence, QuotationType, Span};

/// Sets the anchor of `evidence`: checks its quote against `text`, fills in missing spans or quote, corrects wrong spans.
///
/// `text` is the addressed field of the article, empty where it is not known. `room` is the number of bytes by which the
/// record may still grow; it is reduced by the bytes of a quote that is filled in.
pub(super) fn anchor(evidence: &mut Evidence, text: &str, path: &str, room: &mut usize, findings: &mut Findings) {
    if text.is_empty() {
        evidence.set_anchor(Anchor::Unchecked);
        return;
    }
    check_words(evidence, text, path, findings);
    let place = match (evidence.spans.is_empty(), evidence.quote.is_empty()) {
        (true, true) => {
            if evidence.quotation_type() != QuotationType::Paraphrase {
                findings.add(Code::EvidenceWithoutQuote, path, "has neither quote nor spans");
            }
            evidence.set_anchor(Anchor::Unchecked);
            return;
        }
        (false, true) => quote_from_spans(evidence, text, path, room, findings),
        (true, false) => spans_from_quote(evidence, text, path, findings),
        (false, false) => compare_quote(evidence, text, path, findings),
    };
    if let Some(place) = place {
        check_context(evidence, text, &place, path, findings);
    }
}

/// Checks that the cue and the speaker lie in the text.
fn check_words(evidence: &Evidence, text: &str, path: &str, findings: &mut Findings) {
    for (span, name) in [(&evidence.cue, "cue"), (&evidence.speaker, "speaker")] {
        if let Some(Span { start, end }) = *span
            && let Err(error) = byte_ranges(text, &[Span { start, end }])
        {
            findings.add(Code::SpanInvalid, format!("{path}.{name}"), error.to_string());
        }
    }
}

fn quote_from_spans(
    evidence: &mut Evidence,
    text: &str,
    path: &str,
    room: &mut usize,
    findings: &mut Findings,
) -> Option<Range<usize>> {
    let ranges = match byte_ranges(text, &evidence.spans) {
        Ok(ranges) => ranges,
        Err(error) => {
            findings.add(Code::SpanInvalid, format!("{path}.spans[{}]", error.index()), error.to_string());
            return None;
        }
    };
    // Spans are short and quotes are long: a small record could make the corpus hold any amount of text.
    let bytes = ranges.iter().map(Range::len).sum::<usize>();
    if bytes > *room {
        findings.add(Code::RecordTooLarge, format!("{path}.quote"), format!("{bytes} bytes do not fit the record"));
        return None;
    }
    *room -= bytes;
    evidence.quote = joined(text, &ranges);
    evidence.set_anchor(Anchor::Exact);
    whole(&ranges)
}

fn spans_from_quote(evidence: &mut Evidence, text: &str, path: &str, findings: &mut Findings) -> Option<Range<usize>> {
    let ranges = locate_or_report(evidence, text, path, findings)?;
    evidence.spans = code_point_spans(text, &ranges);
    evidence.set_anchor(Anchor::Exact);
    let message = format!("the quote stands at {}", shown(&evidence.spans));
    findings.add(Code::QuoteLocated, format!("{path}.spans"), message);
    whole(&ranges)
}

fn compare_quote(evidence: &mut Evidence, text: &str, path: &str, findings: &mut Findings) -> Option<Range<usize>> {
    let ranges = byte_ranges(text, &evidence.spans);
    if let Ok(ranges) = &ranges
        && joined(text, ranges) == evidence.quote
    {
        // MOVED is kept, so that a corpus that is exported and loaded again has the same revision.
        let moved = evidence.anchor() == Anchor::Moved;
        evidence.set_anchor(if moved { Anchor::Moved } else { Anchor::Exact });
        return whole(ranges);
    }
    let given = shown(&evidence.spans);
    let ranges = locate_or_report(evidence, text, path, findings)?;
    evidence.spans = code_point_spans(text, &ranges);
    evidence.set_anchor(Anchor::Moved);
    let message = format!("the quote stands at {}, not at {given}", shown(&evidence.spans));
    findings.add(Code::QuoteMoved, format!("{path}.spans"), message);
    whole(&ranges)
}

/// The ranges of the quote in the text. Without a unique match the evidence loses its spans and becomes MISSING.
fn locate_or_report(
    evidence: &mut Evidence,
    text: &str,
    path: &str,
    findings: &mut Findings,
) -> Option<Vec<Range<usize>>> {
    let (code, message) = match locate(text, &evidence.quote, &evidence.prefix, &evidence.suffix) {
        Located::At(ranges) => return Some(ranges),
        Located::Ambiguous(places) => (Code::QuoteAmbiguous, format!("the quote stands at {places} places")),
        Located::Nowhere => (Code::QuoteMissing, "the quote does not stand in the text".to_owned()),
    };
    let quote: String = evidence.quote.chars().take(60).collect();
    let given =
        if evidence.spans.is_empty() { String::new() } else { format!(", given at {}", shown(&evidence.spans)) };
    findings.add(code, format!("{path}.quote"), format!("{message}: {quote:?}{given}"));
    evidence.spans.clear();
    evidence.set_anchor(Anchor::Missing);
    None
}

/// Reports a prefix or suffix that differs from the text around the quote.
fn check_context(evidence: &Evidence, text: &str, place: &Range<usize>, path: &str, findings: &mut Findings) {
    let Evidence { prefix, suffix, .. } = evidence;
    if !text[..place.start].ends_with(prefix.as_str()) {
        findings.add(Code::ContextDiffers, format!("{path}.prefix"), format!("{prefix:?} does not stand before it"));
    }
    if !text[place.end..].starts_with(suffix.as_str()) {
        findings.add(Code::ContextDiffers, format!("{path}.suffix"), format!("{suffix:?} does not stand after it"));
    }
}

/// The range from the start of the first range to the end of the last.
fn whole(ranges: &[Range<usize>]) -> Option<Range<usize>> {
    Some(ranges.first()?.start..ranges.last()?.end)
}

fn shown(spans: &[Span]) -> String {
    let more = if spans.len() > 3 { ", …" } else { "" };
    let first: Vec<_> = spans.iter().take(3).map(|span| format!("{}..{}", span.start, span.end)).collect();
    format!("{}{more}", first.join(", "))
}

/// Maximum occurrences of the first part at which a quote of several parts is tried; each attempt scans the text.
const MAX_OCCURRENCES: usize = 64;

/// The result of locating a quote.
#[derive(Debug, PartialEq, Eq)]
enum Located {
    /// At one place, or at the one place that fits prefix and suffix best; one range for each part.
    At(Vec<Range<usize>>),
    /// At this many places that prefix and suffix do not distinguish.
    Ambiguous(usize),
    /// Not in the text.
    Nowhere,
}

/// Finds `quote` in `text`: as a whole, else by its parts between [`QUOTE_JOINT`]s.
fn locate(text: &str, quote: &str, prefix: &str, suffix: &str) -> Located {
    let mut places: Vec<Vec<Range<usize>>> = occurrences(text, quote).map(|range| vec![range]).collect();
    if places.is_empty() && quote.contains(QUOTE_JOINT) {
        let parts: Vec<&str> = quote.split(QUOTE_JOINT).collect();
        let starts = occurrences(text, parts[0]).take(MAX_OCCURRENCES + 1);
        places = starts.filter_map(|first| follow(text, first, &parts[1..])).collect();
    }
    match places.len() {
        0 => Located::Nowhere,
        1 => Located::At(places.swap_remove(0)),
        count => choose(text, places, prefix, suffix).map_or(Located::Ambiguous(count), Located::At),
    }
}

/// All occurrences of `part`, including overlapping ones.
fn occurrences<'t>(text: &'t str, part: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let finder = memmem::Finder::new(part.as_bytes());
    let step = part.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(from..).filter(|_| !part.is_empty())?;
        let start = from + finder.find(rest)?;
        from = start + step;
        Some(start..start + part.len())
    })
}

/// The ranges of `first` and of the following parts, each at its first occurrence after the previous part.
fn follow(text: &str, first: Range<usize>, parts: &[&str]) -> Option<Vec<Range<usize>>> {
    let mut ranges = vec![first];
    for part in parts {
        let from = ranges.last().map_or(0, |range| range.end);
        let start = from + text[from..].find(part).filter(|_| !part.is_empty())?;
        ranges.push(start..start + part.len());
    }
    Some(ranges)
}

/// The place whose context has the longest match with prefix and suffix; none if two places have the same.
fn choose(text: &str, places: Vec<Vec<Range<usize>>>, prefix: &str, suffix: &str) -> Option<Vec<Range<usize>>> {
    let agreement = |place: &Vec<Range<usize>>| {
        let start = place.first().map_or(0, |range| range.start);
        let end = place.last().map_or(0, |range| range.end);
        let before = text[..start].chars().rev().zip(prefix.chars().rev()).take_while(|(a, b)| a == b).count();
        let after = text[end..].chars().zip(suffix.chars()).take_while(|(a, b)| a == b).count();
        before + after
    };
    let best = places.iter().map(agreement).max().filter(|best| *best > 0)?;
    let mut fitting = places.into_iter().filter(|place| agreement(place) == best);
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_unique_quote_is_located() {
        assert_eq!(locate("Er sagte: „Schön“.", "Schön", "", ""), Located::At(vec![13..19]));
        assert_eq!(locate("nothing", "here", "", ""), Located::Nowhere);
    }

    #[test]
    fn overlapping_occurrences_are_ambiguous() {
        assert_eq!(locate("aaa", "aa", "", ""), Located::Ambiguous(2));
    }

    #[test]
    fn prefix_and_suffix_disambiguate_places() {
        let text = "he said no, she said no.";
        assert_eq!(locate(text, "no", "", ""), Located::Ambiguous(2));
        assert_eq!(locate(text, "no", "he said ", ","), Located::At(vec![8..10]));
        assert_eq!(locate(text, "no", "she said ", ""), Located::At(vec![21..23]));
        assert_eq!(locate(text, "no", "it said ", ""), Located::Ambiguous(2));
    }

    #[test]
    fn parts_are_located_in_order() {
        let text = "We talk, he added, and we listen.";
        assert_eq!(locate(text, "We talk … and we listen", "", ""), Located::At(vec![0..7, 19..32]));
        assert_eq!(locate(text, "and we listen … We talk", "", ""), Located::Nowhere);
    }

    proptest! {
        #[test]
        fn a_located_range_holds_the_quote(text in "[ab äö]{0,30}", quote in "[ab äö]{1,4}") {
            match locate(&text, &quote, "", "") {
                Located::At(ranges) => prop_assert_eq!(&text[ranges[0].clone()], quote),
                Located::Nowhere => prop_assert!(!text.contains(&quote)),
                Located::Ambiguous(count) => prop_assert!(count > 1 && text.contains(&quote)),
            }
        }
    }
}
