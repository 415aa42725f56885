use super::*;
use crate::names::lexicon::LegalClass;

fn person(text: &str) -> ParsedName {
    ParsedName::parse(text, PartyKind::Person)
}

fn organization(text: &str) -> ParsedName {
    ParsedName::parse(text, PartyKind::Organization)
}

/// The transliterations of the tokens of one kind.
fn latin_of(name: &ParsedName, wanted: impl Fn(TokenKind) -> bool) -> Vec<&str> {
    name.tokens.iter().filter(|token| wanted(token.kind)).map(|token| token.latin.as_str()).collect()
}

fn names(name: &ParsedName) -> Vec<&str> {
    latin_of(name, |kind| kind == TokenKind::Name)
}

#[test]
fn titles_are_recognized_before_and_after_a_name() {
    for text in
        ["Prof. Dr. Helene Weigel", "Bundeskanzlerin a. D. Helene Weigel", "Weigel, Dr. Helene", "Helene Weigel, PhD"]
    {
        let form = person(text);
        let mut names = names(&form);
        names.sort_unstable();
        assert_eq!(names, ["helene", "weigel"], "{text}");
    }
    assert_eq!(names(&person("Secretary of State Antony Blinken")), ["antony", "blinken"]);
    assert_eq!(names(&person("习近平主席")), ["xijinping"]);
}

#[test]
fn legal_forms_are_recognized() {
    for text in
        ["Rheinbau AG", "RheinbauAG", "Rheinbau Aktiengesellschaft", "Rheinbau Aktiengesellchaft", "AG Rheinbau"]
    {
        let form = organization(text);
        assert_eq!(names(&form), ["rheinbau"], "{text}");
        assert_eq!(form.legal_forms().next().map(LegalClass::name), Some("stock"), "{text}");
    }
    assert_eq!(names(&organization("KWIATEK EUROPE Sp. z o.o.")), ["kwiatek", "europe"]);
    assert_eq!(names(&organization("ООО \"Газпром\"")), ["gazprom"]);
}

#[test]
fn an_unknown_kind_is_inferred_from_titles_and_legal_forms() {
    assert_eq!(ParsedName::parse("Rheinbau GmbH", PartyKind::Unknown).kind, PartyKind::Organization);
    assert_eq!(ParsedName::parse("Dr. Weigel", PartyKind::Unknown).kind, PartyKind::Person);
    assert_eq!(ParsedName::parse("Weigel", PartyKind::Unknown).kind, PartyKind::Unknown);
}

#[test]
fn numbers_are_parsed_from_digits_words_and_roman_numerals() {
    for text in ["Squadron 32", "Squadron Thirty-two", "Squadron XXII 10"] {
        assert_eq!(organization(text).numbers().iter().sum::<u32>(), 32, "{text}");
    }
    assert_eq!(organization("Alder Growth Fund III L.P.").numbers(), [3]);
    assert_eq!(organization("Lease Pool 2011-QX1").numbers(), [1, 2011]);
}

#[test]
fn generational_suffixes_are_not_names() {
    assert_eq!(person("Robert Kennedy Jr.").generation(), Some(2));
    assert_eq!(person("Louis XIV").generation(), Some(14));
    assert_eq!(names(&person("Robert Kennedy Jr.")), ["robert", "kennedy"]);
}

#[test]
fn single_letters_are_initials_of_persons_and_words_of_organizations() {
    let initials = latin_of(&person("H.-D. Klimt"), |kind| kind == TokenKind::Initial).len();
    assert_eq!(initials, 2);
    assert_eq!(names(&organization("Q.R.S. Company")), ["qrs"]);
}

#[test]
fn digits_inside_a_word_become_letters() {
    assert_eq!(names(&person("B0ris Ivan1n")), ["boris", "ivanin"]);
}

#[test]
fn a_parsed_name_has_at_least_one_name_token() {
    assert_eq!(names(&organization("Limited")).len(), 1);
    assert_eq!(names(&organization("1860")).len(), 1);
    assert_eq!(names(&person("Al Gore")), ["al", "gore"]);
    assert_eq!(names(&person("Doctor")).len(), 1);
}

#[test]
fn texts_that_identify_nobody_are_empty() {
    for text in ["", " ", "🙂", "\u{200B}\u{202E}", "x", "X.", "م", "…!?"] {
        assert!(ParsedName::parse(text, PartyKind::Unknown).is_empty(), "{text:?}");
    }
    assert!(!person("Li").is_empty());
    assert!(!person("王").is_empty());
}

#[test]
fn tokens_are_bounded() {
    assert!(person(&"Helene Weigel ".repeat(600)).tokens.len() <= MAX_TOKENS);
}
