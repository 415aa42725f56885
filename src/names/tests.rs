//! Scores of pairs of names, and properties of any text as a name.

#![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

use proptest::prelude::*;

use super::{ParsedName, PartyKind, PriorWeights, TokenWeights, score};

fn compare(one: &str, other: &str, kind: PartyKind) -> f64 {
    let (one, other) = (ParsedName::parse(one, kind), ParsedName::parse(other, kind));
    score(&one, &other, &PriorWeights).score
}

fn person(one: &str, other: &str) -> f64 {
    compare(one, other, PartyKind::Person)
}

fn organization(one: &str, other: &str) -> f64 {
    compare(one, other, PartyKind::Organization)
}

#[test]
fn variants_of_a_persons_name_match() {
    for (one, other) in [
        ("Außenministerin Annalena Baerbock", "Annalena Baerbock"),
        ("BAERBOCK, Annalena", "Annalena Baerbock"),
        ("Анналена Бербок", "Annalena Baerbock"),
        ("J. Fischer", "Joschka Fischer"),
        ("Bill Clinton", "William Jefferson Clinton"),
        ("Mikhail Gorbachev", "Michail Gorbatschow"),
        ("محمود عباس", "Mahmoud Abbas"),
        ("Sheikh Mohamed bin Zayed", "Mohammed Bin Zayed"),
    ] {
        assert!(person(one, other) >= 0.7, "{one} / {other}: {}", person(one, other));
    }
}

#[test]
fn names_of_different_persons_do_not_match() {
    for (one, other) in [
        ("Igor Stolnikov", "Oleg Stolnikov"),
        ("John Smith", "John Miller"),
        ("J. Fischer", "Andrea Fischer"),
        ("Helene", "Helene Weigel"),
        ("George Bush Sr.", "George Bush Jr."),
    ] {
        assert!(person(one, other) < 0.7, "{one} / {other}: {}", person(one, other));
    }
}

#[test]
fn variants_of_an_organizations_name_match() {
    for (one, other) in [
        ("Rheinbau AG", "Rheinbau Aktiengesellschaft"),
        ("ООО Ромашка", "Romashka LLC"),
        ("The Harper & Lowell Company", "Harper and Lowell Co."),
        ("Fund 2", "Fund II"),
        ("Third Squadron", "Squadron 3"),
    ] {
        assert!(organization(one, other) >= 0.9, "{one} / {other}: {}", organization(one, other));
    }
}

#[test]
fn names_of_different_organizations_do_not_match() {
    for (one, other) in [
        ("Fund 2", "Fund 3"),
        ("Bank of Utopia (North)", "Bank of Utopia (Island)"),
        ("Utopia Salt Company", "Utopia Iron Company"),
    ] {
        assert!(organization(one, other) < 0.7, "{one} / {other}: {}", organization(one, other));
    }
}

#[test]
fn another_legal_form_lowers_the_score_a_little() {
    assert_eq!(organization("Romashka GmbH", "Romashka Ltd"), 1.0);
    let other = organization("Romashka GmbH", "Romashka AG");
    assert!((0.85..1.0).contains(&other));
}

#[test]
fn a_person_does_not_match_an_organization() {
    let (one, other) =
        (ParsedName::parse("Ford", PartyKind::Person), ParsedName::parse("Ford", PartyKind::Organization));
    assert_eq!(score(&one, &other, &PriorWeights).score, 0.0);
}

#[test]
fn empty_names_score_zero() {
    for text in ["", "x", "🙂", "\u{200D}"] {
        assert_eq!(compare(text, text, PartyKind::Unknown), 0.0, "{text:?}");
    }
}

#[test]
fn words_of_a_name_weigh_more_than_initials_and_particles() {
    let name = ParsedName::parse("Dr. J. von Kleist Jr.", PartyKind::Person);
    let weights: Vec<f64> = name.tokens.iter().map(|token| PriorWeights.weight(token)).collect();
    assert_eq!(weights, [0.0, 0.4, 0.1, 1.0, 0.0]);
}

/// Any kind of party.
pub(crate) fn any_kind() -> impl Strategy<Value = PartyKind> {
    prop_oneof![Just(PartyKind::Person), Just(PartyKind::Organization), Just(PartyKind::Unknown)]
}

/// Any text, and texts composed of parts of names.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "Angela",
        "merkel",
        "J.",
        "al-",
        "bin",
        "GmbH",
        "& Co. KG",
        "S.A.R.L.",
        "(Tirol)",
        "AG",
        "Dr.",
        "II",
        "44",
        "Fund",
        "Thirty-two",
        "习近平",
        "김정은",
        "主席",
        "محمد",
        "بن",
        "Путин",
        "ООО",
        "\u{200B}",
        "🙂",
        "/",
        ",",
        "O'Neill",
        "5%rs",
        "The",
        "of",
        "Jr",
        "2011-QX1",
        "é",
        "e\u{301}",
        "ß",
    ];
    let parts = prop::collection::vec(prop::sample::select(PARTS), 0..12).prop_map(|parts| parts.join(" "));
    prop_oneof![any::<String>(), "\\PC{0,40}", parts]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn scores_are_bounded_and_symmetric(one in any_text(), other in any_text(), kind in any_kind()) {
        let (one, other) = (ParsedName::parse(&one, kind), ParsedName::parse(&other, kind));
        let (there, back) = (score(&one, &other, &PriorWeights).score, score(&other, &one, &PriorWeights).score);
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!((there - back).abs() < 1e-9, "{there} {back}");
    }

    #[test]
    fn a_name_matches_itself(text in any_text(), kind in any_kind()) {
        let name = ParsedName::parse(&text, kind);
        let expected = if name.is_empty() { 0.0 } else { 1.0 };
        prop_assert!((score(&name, &name, &PriorWeights).score - expected).abs() < 1e-9, "{name:?}");
    }
}
