//! Anchors: whether a quote stands where its evidence says.

use std::ops::Range;

use super::locate::{Located, locate};
use crate::model::{Code, Findings, byte_ranges, code_point_spans, joined};
use crate::proto::v1::{Anchor, Evidence, QuotationType, Span};

/// Checks evidence against the text it addresses, finds what has no spans, corrects what has wrong ones.
///
/// `text` is empty where the article is known without it. `room` is how many bytes of quote the record may still take
/// on; it shrinks by what is filled in.
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
        (false, false) => compare(evidence, text, path, findings),
    };
    if let Some(place) = place {
        check_context(evidence, text, &place, path, findings);
    }
}

/// The words that introduce the quotation and name its speaker only have to lie in the text.
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
    // Spans are short and quotes are not: a small record could ask for any amount of text.
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
    let ranges = located(evidence, text, path, findings)?;
    evidence.spans = code_point_spans(text, &ranges);
    evidence.set_anchor(Anchor::Exact);
    let message = format!("the quote stands at {}", shown(&evidence.spans));
    findings.add(Code::QuoteLocated, format!("{path}.spans"), message);
    whole(&ranges)
}

fn compare(evidence: &mut Evidence, text: &str, path: &str, findings: &mut Findings) -> Option<Range<usize>> {
    let ranges = byte_ranges(text, &evidence.spans);
    if let Ok(ranges) = &ranges
        && joined(text, ranges) == evidence.quote
    {
        // What was once MOVED stays so: a corpus that is written out and loaded again is the same corpus.
        let moved = evidence.anchor() == Anchor::Moved;
        evidence.set_anchor(if moved { Anchor::Moved } else { Anchor::Exact });
        return whole(ranges);
    }
    let given = shown(&evidence.spans);
    let ranges = located(evidence, text, path, findings)?;
    evidence.spans = code_point_spans(text, &ranges);
    evidence.set_anchor(Anchor::Moved);
    let message = format!("the quote stands at {}, not at {given}", shown(&evidence.spans));
    findings.add(Code::QuoteMoved, format!("{path}.spans"), message);
    whole(&ranges)
}

/// Where the quote stands; if that cannot be told, the evidence loses its spans and is MISSING.
fn located(evidence: &mut Evidence, text: &str, path: &str, findings: &mut Findings) -> Option<Vec<Range<usize>>> {
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

fn check_context(evidence: &Evidence, text: &str, place: &Range<usize>, path: &str, findings: &mut Findings) {
    let Evidence { prefix, suffix, .. } = evidence;
    if !text[..place.start].ends_with(prefix.as_str()) {
        findings.add(Code::ContextDiffers, format!("{path}.prefix"), format!("{prefix:?} does not stand before it"));
    }
    if !text[place.end..].starts_with(suffix.as_str()) {
        findings.add(Code::ContextDiffers, format!("{path}.suffix"), format!("{suffix:?} does not stand after it"));
    }
}

/// From the start of the first range to the end of the last.
fn whole(ranges: &[Range<usize>]) -> Option<Range<usize>> {
    Some(ranges.first()?.start..ranges.last()?.end)
}

fn shown(spans: &[Span]) -> String {
    let more = if spans.len() > 3 { ", …" } else { "" };
    let first: Vec<_> = spans.iter().take(3).map(|span| format!("{}..{}", span.start, span.end)).collect();
    format!("{}{more}", first.join(", "))
}
