use super::*;

fn person(text: &str) -> NameForm {
    NameForm::parse(text, PartyKind::Person)
}

fn organization(text: &str) -> NameForm {
    NameForm::parse(text, PartyKind::Organization)
}

/// The Latin readings of the words of one kind.
fn readings(form: &NameForm, wanted: impl Fn(TokenKind) -> bool) -> Vec<&str> {
    form.tokens.iter().filter(|token| wanted(token.kind)).map(|token| token.latin.as_str()).collect()
}

fn names(form: &NameForm) -> Vec<&str> {
    readings(form, |kind| kind == TokenKind::Name)
}

#[test]
fn titles_stand_around_a_name() {
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
fn legal_forms_are_set_apart() {
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
fn an_unknown_party_is_known_by_its_words() {
    assert_eq!(NameForm::parse("Rheinbau GmbH", PartyKind::Unknown).kind, PartyKind::Organization);
    assert_eq!(NameForm::parse("Dr. Weigel", PartyKind::Unknown).kind, PartyKind::Person);
    assert_eq!(NameForm::parse("Weigel", PartyKind::Unknown).kind, PartyKind::Unknown);
}

#[test]
fn numbers_are_read_in_every_writing() {
    for text in ["Squadron 32", "Squadron Thirty-two", "Squadron XXII 10"] {
        assert_eq!(organization(text).numbers().iter().sum::<u32>(), 32, "{text}");
    }
    assert_eq!(organization("Alder Growth Fund III L.P.").numbers(), [3]);
    assert_eq!(organization("Lease Pool 2011-QX1").numbers(), [1, 2011]);
}

#[test]
fn generations_are_no_names() {
    assert_eq!(person("Robert Kennedy Jr.").generation(), Some(2));
    assert_eq!(person("Louis XIV").generation(), Some(14));
    assert_eq!(names(&person("Robert Kennedy Jr.")), ["robert", "kennedy"]);
}

#[test]
fn single_letters_are_initials_of_persons_and_words_of_organizations() {
    let initials = readings(&person("H.-D. Klimt"), |kind| kind == TokenKind::Initial).len();
    assert_eq!(initials, 2);
    assert_eq!(names(&organization("Q.R.S. Company")), ["qrs"]);
}

#[test]
fn digits_inside_a_word_are_letters() {
    assert_eq!(names(&person("B0ris Ivan1n")), ["boris", "ivanin"]);
}

#[test]
fn a_name_keeps_something_to_know_it_by() {
    assert_eq!(names(&organization("Limited")).len(), 1);
    assert_eq!(names(&organization("1860")).len(), 1);
    assert_eq!(names(&person("Al Gore")), ["al", "gore"]);
    assert_eq!(names(&person("Doctor")).len(), 1);
}

#[test]
fn nothing_is_empty() {
    for text in ["", " ", "🙂", "\u{200B}\u{202E}", "x", "X.", "م", "…!?"] {
        assert!(NameForm::parse(text, PartyKind::Unknown).is_empty(), "{text:?}");
    }
    assert!(!person("Li").is_empty());
    assert!(!person("王").is_empty());
}

#[test]
fn long_texts_are_cut() {
    assert!(person(&"Helene Weigel ".repeat(600)).tokens.len() <= MAX_TOKENS);
}
