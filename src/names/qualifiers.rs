//! Numbers, generational suffixes, legal forms and patronymics: where they differ, they lower the score.

use super::form::{ParsedName, Token, TokenKind};
use super::lexicon::{self, LegalClass};
use super::similarity::Feature;

/// Factor for different numbers: Fund 2, Fund 3.
const OTHER_NUMBER: f64 = 0.6;
/// Factor for a number in one name only.
const NUMBER_MISSING: f64 = 0.8;
/// The same for a Roman numeral, which more often distinguishes the members of a series.
const ROMAN_MISSING: f64 = 0.68;
/// The same for the number 1, which the first member of a series often lacks.
const FIRST_MISSING: f64 = 0.95;
/// Factor for different generations: father and son.
const OTHER_GENERATION: f64 = 0.6;
/// Factor for a generational suffix in one name only.
const GENERATION_MISSING: f64 = 0.93;
/// Factor for a generic legal form ("company") and a specific one, so that an equal legal form ranks higher.
const GENERIC_LEGAL_FORM: f64 = 0.99;
/// Factor for legal forms of different classes.
const OTHER_LEGAL_FORM: f64 = 0.9;
/// Factor for a legal form in one name only.
const LEGAL_FORM_MISSING: f64 = 0.98;

/// Factor for exchanged patronymics, father and son: "Abdullah bin Omar" and "Omar bin Abdullah".
const EXCHANGED_PATRONYMIC: f64 = 0.65;

/// The factors that multiply the score, as features; none for a qualifier that neither name has.
pub(super) fn compare(one: &ParsedName, other: &ParsedName) -> impl Iterator<Item = Feature> {
    [numbers(one, other), generation(one, other), legal_forms(one, other), patronymics(one, other)]
        .into_iter()
        .flatten()
}

fn numbers(one: &ParsedName, other: &ParsedName) -> Option<Feature> {
    let (a, b) = (one.numbers(), other.numbers());
    let score = match (a.as_slice(), b.as_slice()) {
        ([], []) => return None,
        (a, b) if a == b => 1.0,
        ([], [1]) | ([1], []) => FIRST_MISSING,
        ([], _) | (_, []) if has_roman_numeral(one) || has_roman_numeral(other) => ROMAN_MISSING,
        ([], _) | (_, []) => NUMBER_MISSING,
        _ => OTHER_NUMBER,
    };
    Some(Feature { feature: "number", score, detail: format!("{a:?} {b:?}") })
}

fn has_roman_numeral(name: &ParsedName) -> bool {
    let is_number = |kind| matches!(kind, TokenKind::Number(_));
    name.tokens.iter().any(|token| is_number(token.kind) && lexicon::roman_numeral(&token.latin).is_some())
}

fn generation(one: &ParsedName, other: &ParsedName) -> Option<Feature> {
    let (score, detail) = match (one.generation(), other.generation()) {
        (None, None) => return None,
        (Some(a), Some(b)) if a == b => (1.0, format!("{a} = {b}")),
        (Some(a), Some(b)) => (OTHER_GENERATION, format!("{a} | {b}")),
        (Some(a), None) | (None, Some(a)) => (GENERATION_MISSING, format!("{a} | none")),
    };
    Some(Feature { feature: "generation", score, detail })
}

fn legal_forms(one: &ParsedName, other: &ParsedName) -> Option<Feature> {
    let (a, b): (Vec<_>, Vec<_>) = (one.legal_forms().collect(), other.legal_forms().collect());
    let score = match (a.is_empty(), b.is_empty()) {
        (true, true) => return None,
        (false, false) if a.iter().any(|class| b.contains(class)) => 1.0,
        (false, false) if a.iter().any(|a| b.iter().any(|b| a.is_compatible(*b))) => GENERIC_LEGAL_FORM,
        (false, false) => OTHER_LEGAL_FORM,
        _ => LEGAL_FORM_MISSING,
    };
    let names = |classes: &[LegalClass]| classes.iter().map(|class| class.name()).collect::<Vec<_>>().join(" ");
    Some(Feature { feature: "legal_form", score, detail: format!("{} | {}", names(&a), names(&b)) })
}

/// Detects "A son of B" in one name where the other has "B son of A".
fn patronymics(one: &ParsedName, other: &ParsedName) -> Option<Feature> {
    let sons = |name: &'_ ParsedName| -> Vec<(String, String)> {
        let words: Vec<&Token> = name.aligned_tokens().collect();
        let has_son_of = |window: &&[&Token]| is_son_of(&window[1].latin);
        words.windows(3).filter(has_son_of).map(|window| (name_key(window[0]), name_key(window[2]))).collect()
    };
    let others = sons(other);
    let exchanged = sons(one)
        .into_iter()
        .find(|pair| !others.contains(pair) && others.contains(&(pair.1.clone(), pair.0.clone())))?;
    Some(Feature {
        feature: "patronym",
        score: EXCHANGED_PATRONYMIC,
        detail: format!("{} of {}", exchanged.0, exchanged.1),
    })
}

fn is_son_of(latin: &str) -> bool {
    matches!(latin, "bin" | "ben" | "bn" | "ibn" | "bint" | "binti")
}

/// One key for all spellings of a given name; the phonetic key of other words.
fn name_key(token: &Token) -> String {
    let name = token
        .given_names
        .iter()
        .find(|given| !given.is_short_form)
        .and_then(|given| lexicon::given_name_spellings(given.id).first());
    name.unwrap_or(&token.phonetic_key).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::PartyKind;

    fn feature(kind: PartyKind, one: &str, other: &str) -> Option<(&'static str, f64)> {
        let (one, other) = (ParsedName::parse(one, kind), ParsedName::parse(other, kind));
        compare(&one, &other).next().map(|feature| (feature.feature, feature.score))
    }

    #[test]
    fn different_numbers_lower_the_score() {
        let numbers = |one, other| feature(PartyKind::Organization, one, other);
        assert_eq!(numbers("Fund 2", "Fund Two"), Some(("number", 1.0)));
        assert_eq!(numbers("Fund 2", "Fund 3"), Some(("number", OTHER_NUMBER)));
        assert_eq!(numbers("Fund", "Fund I"), Some(("number", FIRST_MISSING)));
        assert_eq!(numbers("Fund", "Fund II"), Some(("number", ROMAN_MISSING)));
        assert_eq!(numbers("Schalke", "Schalke 04"), Some(("number", NUMBER_MISSING)));
        assert_eq!(numbers("Fund", "Fund"), None);
    }

    #[test]
    fn different_generations_lower_the_score() {
        let generations = |one, other| feature(PartyKind::Person, one, other);
        assert_eq!(generations("Henry Ford II", "Henry Ford Jr."), Some(("generation", 1.0)));
        assert_eq!(generations("Henry Ford II", "Henry Ford III"), Some(("generation", OTHER_GENERATION)));
        assert_eq!(generations("Henry Ford", "Henry Ford III"), Some(("generation", GENERATION_MISSING)));
    }

    #[test]
    fn legal_forms_are_compared_by_class() {
        let forms = |one, other| feature(PartyKind::Organization, one, other);
        assert_eq!(forms("Romashka OOO", "Romashka Ltd"), Some(("legal_form", 1.0)));
        assert_eq!(forms("Romashka Inc", "Romashka Ltd"), Some(("legal_form", GENERIC_LEGAL_FORM)));
        assert_eq!(forms("Romashka AG", "Romashka Ltd"), Some(("legal_form", OTHER_LEGAL_FORM)));
        assert_eq!(forms("Romashka", "Romashka Ltd"), Some(("legal_form", LEGAL_FORM_MISSING)));
    }

    #[test]
    fn exchanged_patronymics_lower_the_score() {
        let patronymics = |one, other| feature(PartyKind::Person, one, other);
        assert_eq!(patronymics("Abdullah bin Omar", "Umar ibn Abdallah"), Some(("patronym", EXCHANGED_PATRONYMIC)));
        assert_eq!(patronymics("Abdullah bin Omar", "Abdullah bin Omar"), None);
        assert_eq!(patronymics("Tariq Yusuf bin", "Yusuf bin Tariq"), None);
    }
}
