use super::*;
use crate::names::tests::{any_kind, any_text};
use proptest::prelude::*;

fn add(builder: &mut NameIndexBuilder, actor: Id, text: &str, kind: PartyKind, is_weak: bool) {
    if let Some(name) = IndexedName::parse(actor, text, kind, is_weak) {
        builder.add(name);
    }
}

fn index(names: &[(&str, PartyKind)]) -> NameIndex {
    let mut builder = NameIndexBuilder::default();
    for (actor, (name, kind)) in (0..).zip(names) {
        add(&mut builder, actor, name, *kind, false);
    }
    builder.build()
}

fn demo() -> NameIndex {
    index(&[
        ("Helene Weigel", PartyKind::Person),
        ("Li Keqiang", PartyKind::Person),
        ("Moon Jae In", PartyKind::Person),
        ("Robert Schuman", PartyKind::Person),
        ("Northern River Authority", PartyKind::Organization),
        ("William Clinton", PartyKind::Person),
        ("Yusuf Karimov", PartyKind::Person),
    ])
}

#[test]
fn variants_of_a_name_retrieve_it() {
    let index = demo();
    for (text, expected) in [
        ("helene weigel", "Helene Weigel"),
        ("Weigel, H.", "Helene Weigel"),
        ("Neigel", "Helene Weigel"),
        ("HeleneWeigel", "Helene Weigel"),
        ("Hel ene Weigel", "Helene Weigel"),
        ("李克强", "Li Keqiang"),
        ("문재인", "Moon Jae In"),
        ("罗伯特·舒曼", "Robert Schuman"),
        ("Роберт Шуман", "Robert Schuman"),
        ("روبرت شومان", "Robert Schuman"),
        ("NRA", "Northern River Authority"),
        ("Bill Clinton", "William Clinton"),
        ("Jussuf Kerimow", "Yusuf Karimov"),
    ] {
        let found = index.candidates(&ParsedName::parse(text, PartyKind::Unknown), 5);
        assert_eq!(found.first().map(|&entry| index.text(entry)), Some(expected), "{text}");
    }
}

#[test]
fn a_full_name_retrieves_its_acronym() {
    let index = index(&[("NRA", PartyKind::Organization)]);
    let query = ParsedName::parse("Northern River Authority", PartyKind::Organization);
    assert_eq!(index.candidates(&query, 5), [0]);
}

#[test]
fn names_without_similar_terms_retrieve_nothing() {
    let index = demo();
    for text in ["", "x", "🙂", "\u{200B}", "Zzyzx Qwrt"] {
        assert!(index.candidates(&ParsedName::parse(text, PartyKind::Unknown), 5).is_empty(), "{text:?}");
    }
    assert!(
        NameIndexBuilder::default().build().candidates(&ParsedName::parse("Weigel", PartyKind::Unknown), 5).is_empty()
    );
}

#[test]
fn names_know_their_actor_and_strength() {
    let mut builder = NameIndexBuilder::default();
    add(&mut builder, 7, "Mutti", PartyKind::Person, true);
    add(&mut builder, 7, "…", PartyKind::Person, false);
    add(&mut builder, 9, "Helene Weigel", PartyKind::Person, false);
    let index = builder.build();
    assert_eq!(index.len(), 2);
    assert_eq!((index.actor(0), index.text(0), index.is_weak(0)), (7, "Mutti", true));
    assert_eq!((index.actor(1), index.text(1), index.is_weak(1)), (9, "Helene Weigel", false));
    assert!(index.memory_bytes() > 0);
}

#[test]
fn frequent_words_weigh_less_in_a_large_corpus() {
    let names: Vec<String> =
        (b'a'..=b'z').cycle().take(3_000).map(|letter| format!("Ragnhild Familyname{}", char::from(letter))).collect();
    let index = index(&names.iter().map(|name| (name.as_str(), PartyKind::Person)).collect::<Vec<_>>());
    let name = ParsedName::parse("Ragnhild Borgersen", PartyKind::Person);
    assert!(index.weight(&name.tokens[0]) < 0.5);
    assert!(index.weight(&name.tokens[1]) > 0.999);
}

#[test]
fn many_names_of_one_actor_make_no_word_frequent() {
    let names: Vec<String> = ('a'..='z').map(|letter| format!("{letter}anna Borgersen")).collect();
    let mut builder = NameIndexBuilder::default();
    for name in &names {
        add(&mut builder, 0, name, PartyKind::Person, false);
    }
    let name = ParsedName::parse("Borgersen", PartyKind::Person);
    assert!((builder.build().weight(&name.tokens[0]) - 0.98).abs() < 0.02);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_name_retrieves_itself(text in any_text(), kind in any_kind()) {
        let mut builder = NameIndexBuilder::default();
        add(&mut builder, 3, &text, kind, false);
        add(&mut builder, 4, "Somebody Else", kind, false);
        let index = builder.build();
        let name = ParsedName::parse(&text, kind);
        let has_words = name.tokens.iter().any(|token| token.kind == TokenKind::Name && !token.latin.is_empty());
        if has_words && !name.is_empty() {
            let found = index.candidates(&name, 2);
            prop_assert!(found.iter().any(|&entry| index.actor(entry) == 3), "{name:?}");
        }
    }
}
