//! What stands around a name: titles and legal forms, found from the outside in.

use super::classify::Draft;
use super::{PartyKind, TokenKind};
use crate::names::lexicon::{self, MAX_LEGAL_WORDS, MAX_TITLE_WORDS, Place};

/// Marks titles before the name (also after a comma: "Weigel, Dr. Helene") and after it.
pub(super) fn mark_titles(drafts: &mut [Draft]) {
    let starts: Vec<usize> = (0..drafts.len()).filter(|&at| drafts[at].word.starts_part).collect();
    for mut at in starts {
        while let Some(length) = title_length(&drafts[at..], Place::Before) {
            mark(&mut drafts[at..at + length], TokenKind::Title);
            at += length;
        }
    }
    let mut end = drafts.len();
    while let Some(length) = (1..=MAX_TITLE_WORDS.min(end)).rev().find(|&length| {
        let window = &drafts[end - length..end];
        window.iter().all(Draft::is_open) && is_title_after(window)
    }) {
        mark(&mut drafts[end - length..end], TokenKind::Title);
        end -= length;
    }
}

fn is_title_after(window: &[Draft]) -> bool {
    lexicon::title(&joined(window), Place::After)
        || matches!(window, [only] if lexicon::is_glued_title(&only.word.text))
}

/// Words of the title that `drafts` start with; longest title first.
fn title_length(drafts: &[Draft], place: Place) -> Option<usize> {
    let longest = (1..=MAX_TITLE_WORDS.min(drafts.len())).rev().find(|&length| {
        drafts[..length].iter().all(Draft::is_open) && lexicon::title(&joined(&drafts[..length]), place)
    });
    let compound =
        || drafts.first().filter(|first| first.is_open() && lexicon::is_compound_title(&first.latin)).map(|_| 1);
    longest.or_else(compound)
}

/// Marks legal forms at the end and at the start of the name, and unmistakable ones inside it.
pub(super) fn mark_legal_forms(drafts: &mut [Draft], kind: PartyKind) {
    // A person with a legal form is a slip or a sole trader; two letters are more likely a name ("Ag", "Co").
    let shortest = if kind == PartyKind::Organization { 1 } else { 3 };
    let mut end = drafts.len();
    while let Some(length) = longest(end, |length| is_legal_form(&drafts[end - length..end], shortest)) {
        mark_legal(&mut drafts[end - length..end]);
        end -= length;
    }
    if kind == PartyKind::Person {
        return;
    }
    let mut start = 0;
    while let Some(length) = longest(end - start, |length| {
        let window = &drafts[start..start + length];
        is_legal_form(window, shortest.max(2)) && !is_generic(window)
    }) {
        mark_legal(&mut drafts[start..start + length]);
        start += length;
    }
    for at in (start + 1).min(end)..end {
        let window = &mut drafts[at..=at];
        if is_legal_form(window, 3) && !is_generic(window) {
            mark_legal(window);
        }
    }
}

/// The greatest length of a legal form, at most `available`, for which `fits` holds.
fn longest(available: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
    (1..=MAX_LEGAL_WORDS.min(available)).rev().find(|&length| fits(length))
}

fn is_legal_form(window: &[Draft], shortest: usize) -> bool {
    let latin = joined(window);
    latin.len() >= shortest && window.iter().all(Draft::is_open) && lexicon::legal_form(&latin).is_some()
}

/// Words such as "group", which say "a company" only at the end of a name.
fn is_generic(window: &[Draft]) -> bool {
    lexicon::legal_form(&joined(window)).is_none_or(|class| class.name() == "any" || class.name() == "foundation")
}

fn mark_legal(window: &mut [Draft]) {
    if let Some(class) = lexicon::legal_form(&joined(window)) {
        mark(window, TokenKind::LegalForm(class));
    }
}

fn mark(window: &mut [Draft], kind: TokenKind) {
    for draft in window {
        draft.kind = Some(kind);
    }
}

fn joined(window: &[Draft]) -> String {
    window.iter().map(|draft| if draft.word.text == "&" { "and" } else { draft.latin.as_str() }).collect()
}
