//! What a word of a name is by itself: number, generation, initial or particle.

use super::classify::Draft;
use super::{PartyKind, TokenKind};
use crate::names::lexicon;
use crate::names::text::WritingSystem;

/// Numbers, generation suffixes, initials and particles.
pub(super) fn mark_single_words(drafts: &mut Vec<Draft>, kind: PartyKind) {
    let last_open = drafts.iter().rposition(Draft::is_open);
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| draft.is_open()) {
        draft.kind = match kind {
            PartyKind::Organization => organization_word(draft, at, last_open == Some(at)),
            PartyKind::Person => personal_word(draft, at),
            PartyKind::Unknown => unknown_word(draft, at),
        };
    }
    add_tens_and_ones(drafts);
}

fn organization_word(draft: &Draft, at: usize, is_last: bool) -> Option<TokenKind> {
    let latin = draft.latin.as_str();
    let roman = || lexicon::roman_number(latin).filter(|_| at > 0 && (latin.len() > 1 || is_last));
    if draft.word.text == "&" {
        return Some(TokenKind::Particle);
    }
    digits(latin).or_else(|| lexicon::number_word(latin)).or_else(roman).map(TokenKind::Number).or_else(|| {
        (lexicon::is_organization_particle(latin) && (at > 0 || is_article(latin))).then_some(TokenKind::Particle)
    })
}

/// Joining words at the start are part of a name ("Pro Asyl", "Per Mare"), articles are not.
fn is_article(latin: &str) -> bool {
    matches!(
        latin,
        "the"
            | "a"
            | "der"
            | "die"
            | "das"
            | "la"
            | "le"
            | "les"
            | "el"
            | "los"
            | "las"
            | "il"
            | "lo"
            | "l"
            | "o"
            | "os"
    )
}

fn personal_word(draft: &Draft, at: usize) -> Option<TokenKind> {
    let latin = draft.latin.as_str();
    if let Some(number) = digits(latin) {
        return Some(TokenKind::Number(number));
    }
    if at > 0
        && let Some(generation) = generation(latin)
    {
        return Some(TokenKind::Generation(generation));
    }
    // "Y." is an initial, "y" joins Spanish surnames.
    let is_letter = draft.word.text.chars().count() == 1 && draft.word.text.contains(char::is_alphabetic);
    if is_letter && WritingSystem::of(&draft.word.text) != WritingSystem::Syllables {
        let particle = !draft.word.dotted && latin != "a" && lexicon::is_personal_particle(latin);
        return Some(if particle { TokenKind::Particle } else { TokenKind::Initial });
    }
    (draft.word.text == "&" || lexicon::is_personal_particle(latin)).then_some(TokenKind::Particle)
}

fn unknown_word(draft: &Draft, at: usize) -> Option<TokenKind> {
    let article = matches!(draft.latin.as_str(), "the" | "and") || draft.word.text == "&";
    if article { Some(TokenKind::Particle) } else { personal_word(draft, at) }
}

fn digits(latin: &str) -> Option<u32> {
    latin.parse().ok().filter(|_| latin.len() <= 9)
}

/// Suffixes that tell a son from his father.
fn generation(latin: &str) -> Option<u32> {
    match latin {
        "sr" | "senior" | "sen" | "pere" => Some(1),
        "jr" | "junior" | "jun" | "fils" | "filho" | "hijo" => Some(2),
        "neto" | "nieto" => Some(3),
        roman if roman.len() > 1 => lexicon::roman_number(roman),
        _ => None,
    }
}

/// "Thirty-two" is one number.
fn add_tens_and_ones(drafts: &mut Vec<Draft>) {
    for at in (1..drafts.len()).rev() {
        if let (Some(TokenKind::Number(tens)), Some(TokenKind::Number(ones))) = (drafts[at - 1].kind, drafts[at].kind)
            && digits(&drafts[at - 1].latin).is_none()
            && (20..100).contains(&tens)
            && tens.is_multiple_of(10)
            && (1..10).contains(&ones)
        {
            drafts[at - 1].kind = Some(TokenKind::Number(tens + ones));
            drafts.remove(at);
        }
    }
}
