#![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

use super::*;
use crate::names::weights::PriorWeights;

fn compare(one: &str, other: &str, kind: PartyKind) -> f64 {
    let (one, other) = (NameForm::parse(one, kind), NameForm::parse(other, kind));
    score(&one, &other, &PriorWeights).score
}

fn person(one: &str, other: &str) -> f64 {
    compare(one, other, PartyKind::Person)
}

fn organization(one: &str, other: &str) -> f64 {
    compare(one, other, PartyKind::Organization)
}

#[test]
fn one_person_written_in_many_ways() {
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
fn other_persons() {
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
fn one_organization_written_in_many_ways() {
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
fn other_organizations() {
    for (one, other) in [
        ("Fund 2", "Fund 3"),
        ("Bank of Utopia (North)", "Bank of Utopia (Island)"),
        ("Utopia Salt Company", "Utopia Iron Company"),
    ] {
        assert!(organization(one, other) < 0.7, "{one} / {other}: {}", organization(one, other));
    }
}

#[test]
fn legal_forms_of_one_class_are_equal_and_of_others_nearly() {
    assert_eq!(organization("Romashka GmbH", "Romashka Ltd"), 1.0);
    let other = organization("Romashka GmbH", "Romashka AG");
    assert!((0.85..1.0).contains(&other));
}

#[test]
fn a_person_is_no_organization() {
    let (one, other) = (NameForm::parse("Ford", PartyKind::Person), NameForm::parse("Ford", PartyKind::Organization));
    assert_eq!(score(&one, &other, &PriorWeights).score, 0.0);
}

#[test]
fn nothing_scores_nothing() {
    for text in ["", "x", "🙂", "\u{200D}"] {
        assert_eq!(compare(text, text, PartyKind::Unknown), 0.0, "{text:?}");
    }
}
