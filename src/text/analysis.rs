//! Index terms of words, computed once for each distinct word.

use std::cell::RefCell;

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::fold::{dictionary_form, fold, fold_beginning, fold_digraphs, fold_own_letters};
use super::segment::Part;
use super::{Language, compound, words};

/// Most words of a language whose terms are remembered while a corpus is indexed; texts repeat few words often.
const MAX_REMEMBERED: usize = 50_000;
/// Most words of a language that a thread remembers from call to call: half a megabyte.
const MAX_KEPT: usize = 4_096;

thread_local! {
    /// Words of the calls that this thread answered.
    static KEPT: RefCell<Analyzers> = RefCell::new(Analyzers::remembering(MAX_KEPT));
}

/// Analyzers of all languages, each of which remembers the terms of words.
pub struct Analyzers {
    /// By [`Language::index`].
    remembered: Vec<HashMap<String, Analyzed, FxBuildHasher>>,
    /// Most words that each remembers.
    most: usize,
}

/// The terms of a word.
struct Analyzed {
    /// First those that a query asks for, the primary one in front; then those by which a text is found, too.
    terms: Box<[Box<str>]>,
    asked: usize,
    key: Box<str>,
}

impl Default for Analyzers {
    fn default() -> Self {
        Self::remembering(MAX_REMEMBERED)
    }
}

impl Analyzers {
    fn remembering(most: usize) -> Self {
        Self { remembered: Language::all().map(|_| HashMap::default()).collect(), most }
    }

    /// Calls `read` with the analyzers of this thread, which remember words of earlier calls.
    pub fn kept<T>(read: impl FnOnce(&mut Self) -> T) -> T {
        KEPT.with_borrow_mut(read)
    }

    /// The primary term of a word: the stem of its key. Equal words have equal terms. May be empty.
    pub fn term(&mut self, word: &str, language: Language) -> &str {
        &self.analyze(word, language).terms[0]
    }

    /// The terms by which a word of a text is found: its primary term, its other spellings, the parts of a compound, the
    /// first of a pair of characters. None is empty but the primary one.
    pub fn text_terms(&mut self, word: &str, language: Language) -> &[Box<str>] {
        &self.analyze(word, language).terms
    }

    /// The terms that a query asks for to find a word: its primary term and its spelling with digraphs. None is empty but
    /// the primary one.
    pub fn query_terms(&mut self, word: &str, language: Language) -> &[Box<str>] {
        let analyzed = self.analyze(word, language);
        &analyzed.terms[..analyzed.asked]
    }

    /// The key of a word, which is not stemmed: prefixes are compared with it. The stem of `security` is `secur`, which
    /// does not begin with `securit`.
    pub fn key(&mut self, word: &str, language: Language) -> &str {
        &self.analyze(word, language).key
    }

    /// The keys by which words are found that begin with `beginning`.
    pub fn prefix_keys(&mut self, beginning: &str, language: Language) -> [String; 2] {
        [fold(beginning, language), fold_beginning(beginning, language)]
    }

    /// Whether a word has no meaning of its own.
    pub fn is_stop_word(&mut self, word: &str, language: Language) -> bool {
        language.is_stop_word(self.key(word, language))
    }

    fn analyze(&mut self, word: &str, language: Language) -> &Analyzed {
        let remembered = &mut self.remembered[language.index()];
        if remembered.len() >= self.most {
            remembered.clear();
        }
        remembered.entry_ref(word).or_insert_with(|| analyze(word, language))
    }
}

fn analyze(word: &str, language: Language) -> Analyzed {
    let key = fold(word, language);
    let mut terms: Vec<Box<str>> = vec![language.stem(&key).into()];
    let mut add = |key: String| {
        let term = language.stem(&key).into_boxed_str();
        if !term.is_empty() && !terms.contains(&term) {
            terms.push(term);
        }
        terms.len()
    };
    let asked = fold_digraphs(word, language).map_or(1, &mut add);
    fold_own_letters(word, language).map(&mut add);
    if let Some(first) = words(word).next().filter(|first| first.part == Part::Pair) {
        // A pair is a word of its own; its first character is found by itself, too.
        let unit = words(word).nth(1).map_or(word.len(), |second| second.bytes.start);
        add(fold(&first.text[..unit], language));
    }
    if language.is_german() {
        for part in compound::parts(&dictionary_form(word, language)) {
            add(fold(part, language));
        }
    }
    Analyzed { terms: terms.into(), asked, key: key.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn inflected_words_share_a_term() {
        let mut analyzers = Analyzers::default();
        for (tag, a, b) in [
            ("en", "accuses", "accused"),
            ("de", "Überprüfungen", "Ueberpruefung"),
            ("de", "Häuser", "Haus"),
            ("de", "Haeuser", "Haus"),
            ("fr", "l'économie", "économies"),
            ("ko", "정부는", "정부의"),
        ] {
            let language = Language::of(tag);
            assert_eq!(analyzers.term(a, language).to_owned(), analyzers.term(b, language), "{a} {b}");
        }
    }

    #[test]
    fn a_compound_has_the_terms_of_its_parts() {
        let (mut analyzers, german) = (Analyzers::default(), Language::of("de"));
        for (part, compound) in [
            ("Bedenken", "Sicherheitsbedenken"),
            ("Überprüfung", "Sicherheitsüberprüfung"),
            ("Ueberpruefung", "Sicherheitsueberpruefung"),
            ("Sicherheit", "Sicherheitsbedenken"),
        ] {
            let term: Box<str> = analyzers.term(part, german).into();
            assert!(analyzers.text_terms(compound, german).contains(&term), "{part} in {compound}");
        }
    }

    #[test]
    fn a_text_is_found_by_every_spelling_of_its_letters() {
        let mut analyzers = Analyzers::default();
        for (tag, word, terms) in [
            ("en", "Müller", &["muller", "mueller"][..]),
            ("und", "Ærø", &["aero", "aeroe"]),
            ("sv", "Åland", &["åland", "aaland", "aland"]),
            ("zh", "學費", &["学费", "学"]),
        ] {
            let found: Vec<String> =
                analyzers.text_terms(word, Language::of(tag)).iter().map(ToString::to_string).collect();
            let expected: Vec<String> = terms.iter().map(|term| fold(term, Language::of(tag))).collect();
            assert_eq!(found, expected, "{word}");
        }
        assert_eq!(analyzers.query_terms("Åland", Language::of("sv")).len(), 2);
    }

    proptest! {
        #[test]
        fn every_word_has_terms_in_every_language(word in "\\w{1,80}|\\PC{0,12}") {
            let mut analyzers = Analyzers::default();
            for language in Language::all() {
                let asked = analyzers.query_terms(&word, language).to_vec();
                let terms = analyzers.text_terms(&word, language);
                prop_assert!(terms.starts_with(&asked) && !asked.is_empty());
                prop_assert!(terms[1..].iter().all(|term| !term.is_empty()));
            }
        }
    }
}
