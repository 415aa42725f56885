//! Similarity of two tokens.

#![allow(clippy::cast_precision_loss, reason = "words have few letters")]

mod edit_distance;

use self::edit_distance::{character_distance, spelling_distance};
use super::form::{Token, TokenKind};
use super::transliteration::WritingSystem;

/// One part of the explanation of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// What was compared.
    pub feature: &'static str,
    /// How well it agrees, 0..=1.
    pub score: f64,
    /// The words compared, for display.
    pub detail: String,
}

/// Similarity of two words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Similarity {
    /// 0 (nothing in common) ..= 1 (the same word).
    pub score: f64,
    /// What the words have in common; becomes [`Feature::feature`].
    pub feature: &'static str,
}

/// Two spellings of one given name.
const SAME_GIVEN_NAME: f64 = 0.97;
/// A given name and its short form.
const SHORT_FORM: f64 = 0.93;
/// Two short forms of one given name.
const TWO_SHORT_FORMS: f64 = 0.86;
/// An initial and a name that starts with it.
const INITIAL: f64 = 0.78;
/// Maximum for two words that are known as different given names.
const OTHER_GIVEN_NAME: f64 = 0.5;
/// Factor for equal phonetic keys of different spellings.
const SAME_PHONETIC_KEY: f64 = 0.95;
/// Factor for equal consonants, where the vowels of one writing system are unreliable.
const SAME_CONSONANTS: f64 = 0.92;
/// The same factor for a single consonant.
const SAME_SINGLE_CONSONANT: f64 = 0.75;
/// Minimum length that distances are divided by, so that one typo costs no more in "Mao" than in a word of four letters.
const MIN_LENGTH: usize = 4;
/// Cost of each unit of distance after the first, on top of its share of the length.
const FURTHER_TYPO: f64 = 0.08;
/// Spelling similarity below this is chance and counts as 0.
const CHANCE: f64 = 0.4;

/// Compares two tokens. Symmetric.
pub(super) fn similarity(one: &Token, other: &Token) -> Similarity {
    // Different Han or Hangul characters may have the same transliteration and still be different names.
    let are_syllabic = [one, other].iter().all(|token| token.writing_system == WritingSystem::Syllabic);
    if one.text == other.text || (one.latin == other.latin && !one.latin.is_empty() && !are_syllabic) {
        return Similarity { score: 1.0, feature: "equal" };
    }
    if one.kind == TokenKind::Initial || other.kind == TokenKind::Initial {
        return initial_similarity(one, other);
    }
    if one.kind == TokenKind::Particle && other.kind == TokenKind::Particle {
        return Similarity { score: spelling_similarity(one, other).score.max(0.5), feature: "particle" };
    }
    let is_same_script = one.writing_system == other.writing_system;
    let has_unreliable_vowels = [one, other].iter().any(|token| token.writing_system.has_unreliable_vowels());
    match given_name_similarity(one, other) {
        Some(similarity) => similarity,
        None if is_same_script && one.writing_system != WritingSystem::Latin => same_script_similarity(one, other),
        None if has_unreliable_vowels => consonant_similarity(one, other),
        None => spelling_similarity(one, other),
    }
}

fn initial_similarity(one: &Token, other: &Token) -> Similarity {
    let is_same_letter = one.latin.chars().next() == other.latin.chars().next();
    let are_both_initials = one.kind == other.kind;
    Similarity { score: if is_same_letter && !are_both_initials { INITIAL } else { 0.0 }, feature: "initial" }
}

/// Compares words as given names: high for spellings and short forms of one name, low for two different names, which are
/// never typos of each other. None unless both are known given names.
fn given_name_similarity(one: &Token, other: &Token) -> Option<Similarity> {
    let pairs = || one.given_names.iter().flat_map(|a| other.given_names.iter().map(move |b| (a, b)));
    let shared = pairs().filter(|(a, b)| a.id == b.id).map(|(a, b)| match (a.is_short_form, b.is_short_form) {
        (false, false) => Similarity { score: SAME_GIVEN_NAME, feature: "given_name" },
        (true, true) => Similarity { score: TWO_SHORT_FORMS, feature: "nickname" },
        _ => Similarity { score: SHORT_FORM, feature: "nickname" },
    });
    let best = shared.max_by(|a, b| a.score.total_cmp(&b.score));
    if best.is_some() || one.given_names.is_empty() || other.given_names.is_empty() {
        return best;
    }
    let spelling = spelling_similarity(one, other);
    Some(Similarity { score: spelling.score.min(OTHER_GIVEN_NAME), ..spelling })
}

/// Compares two words of one script other than Latin by characters. One character of a syllabic script is half a name.
fn same_script_similarity(one: &Token, other: &Token) -> Similarity {
    let characters = |token: &Token| token.text.chars().collect::<Vec<_>>();
    let (a, b) = (characters(one), characters(other));
    let share = character_distance(&a, &b) / a.len().max(b.len()) as f64;
    if one.writing_system == WritingSystem::Syllabic {
        return Similarity { score: (1.0 - 2.0 * share).max(0.0), feature: "spelling" };
    }
    let spelling = spelling_similarity(one, other);
    if one.writing_system == WritingSystem::Alphabet && spelling.score > 1.0 - share {
        return spelling;
    }
    Similarity { score: 1.0 - share, feature: "spelling" }
}

/// Compares consonants, or spellings where these are more similar.
fn consonant_similarity(one: &Token, other: &Token) -> Similarity {
    // Chinese and Japanese transcriptions do not distinguish r and l.
    let is_syllabic = [one, other].iter().any(|token| token.writing_system == WritingSystem::Syllabic);
    let key = |token: &Token| {
        if is_syllabic { token.consonant_key.replace('l', "r") } else { token.consonant_key.clone() }
    };
    let (a, b) = (key(one), key(other));
    let length = a.len().max(b.len());
    if length == 0 {
        return Similarity { score: 0.0, feature: "consonants" };
    }
    let share = spelling_distance(a.as_bytes(), b.as_bytes(), length as f64) / length as f64;
    let factor = if length == 1 { SAME_SINGLE_CONSONANT } else { SAME_CONSONANTS };
    let consonants = Similarity { score: (1.0 - share).max(0.0) * factor, feature: "consonants" };
    consonants.or_better(spelling_similarity(one, other))
}

/// Compares transliterations by letters and by phonetic keys.
fn spelling_similarity(one: &Token, other: &Token) -> Similarity {
    let letters = letter_similarity(&one.latin, &other.latin);
    let spelling = Similarity { score: letters, feature: "spelling" };
    if letters >= SAME_PHONETIC_KEY || (one.phonetic_key == one.latin && other.phonetic_key == other.latin) {
        return spelling;
    }
    let phonetic = letter_similarity(&one.phonetic_key, &other.phonetic_key) * SAME_PHONETIC_KEY;
    spelling.or_better(Similarity { score: phonetic, feature: "sound" })
}

impl Similarity {
    fn or_better(self, other: Self) -> Self {
        if other.score > self.score { other } else { self }
    }
}

fn letter_similarity(one: &str, other: &str) -> f64 {
    let length = one.len().max(other.len());
    if length == 0 || one.len().abs_diff(other.len()) * 2 > length {
        return 0.0;
    }
    let length = length.max(MIN_LENGTH) as f64;
    let max_distance = (1.0 - CHANCE + FURTHER_TYPO) / (1.0 / length + FURTHER_TYPO);
    let distance = spelling_distance(one.as_bytes(), other.as_bytes(), max_distance);
    let similarity = 1.0 - distance / length - FURTHER_TYPO * (distance - 1.0).max(0.0);
    if similarity < CHANCE { 0.0 } else { similarity }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

    use super::*;
    use crate::names::{ParsedName, PartyKind};

    fn score(one: &str, other: &str) -> f64 {
        let token = |text: &str| ParsedName::parse(&format!("{text} Smith"), PartyKind::Person).tokens[0].clone();
        let (one, other) = (token(one), token(other));
        assert_eq!(similarity(&one, &other).score, similarity(&other, &one).score);
        similarity(&one, &other).score
    }

    #[test]
    fn variants_of_a_given_name_are_similar() {
        assert!(score("Aleksandr", "Alexander") > 0.95);
        assert!(score("Bill", "William") > 0.9);
        assert!(score("Marta", "Marco") <= 0.5);
    }

    #[test]
    fn transliterations_are_similar() {
        assert!(score("Обама", "Obama") > 0.95);
        assert!(score("سلمان", "Salman") > 0.9);
        assert!(score("נתניהו", "Netanyahu") > 0.9);
        assert!(score("قذافي", "Gaddafi") > 0.8);
    }

    #[test]
    fn one_different_syllable_is_another_name() {
        assert!(score("김종은", "김정은") < 0.5);
    }

    #[test]
    fn a_typo_costs_less_in_a_longer_word() {
        assert!(score("Manat", "Manet") > 0.85);
        assert!(score("Lind", "Lindemann") < 0.6);
    }

    #[test]
    fn initials_match_names_but_not_other_initials() {
        assert_eq!(score("J.", "Joachim"), INITIAL);
        assert_eq!(score("G.", "W."), 0.0);
    }
}
