//! What stands around a name: it agrees, or it lowers the score.

use super::Feature;
use crate::names::form::{NameForm, Token, TokenKind};
use crate::names::lexicon::{self, LegalClass};

/// Factor for numbers that contradict each other: Fund 2 is not Fund 3.
const OTHER_NUMBER: f64 = 0.6;
/// Factor for a number that only one name has.
const NUMBER_MISSING: f64 = 0.8;
/// Factor if that number is written in Roman letters: those tell the members of a series apart.
const ROMAN_MISSING: f64 = 0.68;
/// Factor if that number is 1: the first of a series often has none.
const FIRST_MISSING: f64 = 0.95;
/// Factor for another generation: father and son.
const OTHER_GENERATION: f64 = 0.6;
/// Factor for a generation that only one name says.
const GENERATION_MISSING: f64 = 0.93;
/// Factor if one name says only that it is a company: an equal legal form comes first.
const GENERIC_LEGAL_FORM: f64 = 0.99;
/// Factor for legal forms of different classes.
const OTHER_LEGAL_FORM: f64 = 0.9;
/// Factor for a legal form that only one name says.
const LEGAL_FORM_MISSING: f64 = 0.98;

/// Factor for "Abdullah bin Omar" and "Omar bin Abdullah": father and son.
const FATHER_FOR_SON: f64 = 0.65;

/// The factors by which numbers, generation and legal forms lower the score; no feature where neither name has any.
pub(super) fn compare(one: &NameForm, other: &NameForm) -> impl Iterator<Item = Feature> {
    [numbers(one, other), generation(one, other), legal_forms(one, other), patronyms(one, other)].into_iter().flatten()
}

fn numbers(one: &NameForm, other: &NameForm) -> Option<Feature> {
    let (a, b) = (one.numbers(), other.numbers());
    let score = match (a.as_slice(), b.as_slice()) {
        ([], []) => return None,
        (a, b) if a == b => 1.0,
        ([], [1]) | ([1], []) => FIRST_MISSING,
        ([], _) | (_, []) if has_roman(one) || has_roman(other) => ROMAN_MISSING,
        ([], _) | (_, []) => NUMBER_MISSING,
        _ => OTHER_NUMBER,
    };
    Some(Feature { feature: "number", score, detail: format!("{a:?} {b:?}") })
}

fn has_roman(form: &NameForm) -> bool {
    let is_number = |kind| matches!(kind, TokenKind::Number(_));
    form.tokens.iter().any(|token| is_number(token.kind) && lexicon::roman_number(&token.latin).is_some())
}

fn generation(one: &NameForm, other: &NameForm) -> Option<Feature> {
    let (score, detail) = match (one.generation(), other.generation()) {
        (None, None) => return None,
        (Some(a), Some(b)) if a == b => (1.0, format!("{a} = {b}")),
        (Some(a), Some(b)) => (OTHER_GENERATION, format!("{a} | {b}")),
        (Some(a), None) | (None, Some(a)) => (GENERATION_MISSING, format!("{a} | none")),
    };
    Some(Feature { feature: "generation", score, detail })
}

fn legal_forms(one: &NameForm, other: &NameForm) -> Option<Feature> {
    let (a, b): (Vec<_>, Vec<_>) = (one.legal_forms().collect(), other.legal_forms().collect());
    let score = match (a.is_empty(), b.is_empty()) {
        (true, true) => return None,
        (false, false) if a.iter().any(|class| b.contains(class)) => 1.0,
        (false, false) if a.iter().any(|a| b.iter().any(|b| a.agrees(*b))) => GENERIC_LEGAL_FORM,
        (false, false) => OTHER_LEGAL_FORM,
        _ => LEGAL_FORM_MISSING,
    };
    let names = |classes: &[LegalClass]| classes.iter().map(|class| class.name()).collect::<Vec<_>>().join(" ");
    Some(Feature { feature: "legal_form", score, detail: format!("{} | {}", names(&a), names(&b)) })
}

/// Whether a name says "son of" the other way round than the other name.
fn patronyms(one: &NameForm, other: &NameForm) -> Option<Feature> {
    let sons = |form: &'_ NameForm| -> Vec<(String, String)> {
        let words: Vec<&Token> = form.compared().collect();
        let son_of = |window: &&[&Token]| is_son_of(&window[1].latin);
        words.windows(3).filter(son_of).map(|window| (name_key(window[0]), name_key(window[2]))).collect()
    };
    let others = sons(other);
    let turned = sons(one)
        .into_iter()
        .find(|pair| !others.contains(pair) && others.contains(&(pair.1.clone(), pair.0.clone())))?;
    Some(Feature { feature: "patronym", score: FATHER_FOR_SON, detail: format!("{} of {}", turned.0, turned.1) })
}

fn is_son_of(latin: &str) -> bool {
    matches!(latin, "bin" | "ben" | "bn" | "ibn" | "bint" | "binti")
}

/// One text for all spellings of a given name.
fn name_key(token: &Token) -> String {
    let name = token.given.iter().find(|given| !given.short).and_then(|given| lexicon::spellings(given.name).first());
    name.unwrap_or(&token.sound).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::form::PartyKind;

    fn feature(kind: PartyKind, one: &str, other: &str) -> Option<(&'static str, f64)> {
        let (one, other) = (NameForm::parse(one, kind), NameForm::parse(other, kind));
        compare(&one, &other).next().map(|feature| (feature.feature, feature.score))
    }

    #[test]
    fn numbers_must_agree() {
        let numbers = |one, other| feature(PartyKind::Organization, one, other);
        assert_eq!(numbers("Fund 2", "Fund Two"), Some(("number", 1.0)));
        assert_eq!(numbers("Fund 2", "Fund 3"), Some(("number", OTHER_NUMBER)));
        assert_eq!(numbers("Fund", "Fund I"), Some(("number", FIRST_MISSING)));
        assert_eq!(numbers("Fund", "Fund II"), Some(("number", ROMAN_MISSING)));
        assert_eq!(numbers("Schalke", "Schalke 04"), Some(("number", NUMBER_MISSING)));
        assert_eq!(numbers("Fund", "Fund"), None);
    }

    #[test]
    fn generations_must_agree() {
        let generations = |one, other| feature(PartyKind::Person, one, other);
        assert_eq!(generations("Henry Ford II", "Henry Ford Jr."), Some(("generation", 1.0)));
        assert_eq!(generations("Henry Ford II", "Henry Ford III"), Some(("generation", OTHER_GENERATION)));
        assert_eq!(generations("Henry Ford", "Henry Ford III"), Some(("generation", GENERATION_MISSING)));
    }

    #[test]
    fn legal_forms_agree_by_class() {
        let forms = |one, other| feature(PartyKind::Organization, one, other);
        assert_eq!(forms("Romashka OOO", "Romashka Ltd"), Some(("legal_form", 1.0)));
        assert_eq!(forms("Romashka Inc", "Romashka Ltd"), Some(("legal_form", GENERIC_LEGAL_FORM)));
        assert_eq!(forms("Romashka AG", "Romashka Ltd"), Some(("legal_form", OTHER_LEGAL_FORM)));
        assert_eq!(forms("Romashka", "Romashka Ltd"), Some(("legal_form", LEGAL_FORM_MISSING)));
    }

    #[test]
    fn a_father_is_not_his_son() {
        let patronyms = |one, other| feature(PartyKind::Person, one, other);
        assert_eq!(patronyms("Abdullah bin Omar", "Umar ibn Abdallah"), Some(("patronym", FATHER_FOR_SON)));
        assert_eq!(patronyms("Abdullah bin Omar", "Abdullah bin Omar"), None);
        assert_eq!(patronyms("Tariq Yusuf bin", "Yusuf bin Tariq"), None);
    }
}
