//! From texts to terms.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::language::Language;
use super::{compound, fold};

/// Most characters of a word that count. No language has words as long; data in texts can be.
const MAX_WORD: usize = 64;
/// Most words of a language whose terms are remembered while a corpus is indexed; texts repeat few words often.
const MAX_REMEMBERED: usize = 50_000;
/// Most words of a language that a thread remembers from answer to answer: half a megabyte.
const MAX_KEPT: usize = 4_096;

thread_local! {
    /// What answers given by this thread have met.
    static KEPT: RefCell<Analyzers> = RefCell::new(Analyzers { analyzers: HashMap::new(), most: MAX_KEPT });
}

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// As it stands there.
    pub text: &'t str,
    /// Where: bytes.
    pub bytes: Range<usize>,
}

/// The words of a text: runs of letters, digits and marks, with apostrophes and unseen characters inside. Scripts that write no spaces give
/// each character as a word.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.find(|(_, letter)| letter.is_alphanumeric())?;
        let mut end = start + first.len_utf8();
        while let Some((at, letter)) = rest.peek().copied() {
            let joins = |letter: char| letter.is_alphanumeric() && !stands_alone(first) && !stands_alone(letter);
            let apostrophe =
                matches!(letter, '\'' | '’') && text[at + letter.len_utf8()..].chars().next().is_some_and(joins);
            let joined = joins(letter);
            if !(joined || apostrophe || is_combining_mark(letter) || is_unseen(letter)) {
                break;
            }
            end = at + letter.len_utf8();
            rest.next();
        }
        Some(Word { text: &text[start..end], bytes: start..end })
    })
}

/// Characters inside of words that no reader sees: soft hyphens, joiners and their opposites.
pub(super) fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Characters that are words of their own: ideographs, kana, and the scripts of Thailand, Laos, Burma and Cambodia.
fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Analyzers of every language met, each made once and remembering the words it has seen.
pub struct Analyzers {
    analyzers: HashMap<Language, Analyzer>,
    /// Most words that each remembers.
    most: usize,
}

impl Default for Analyzers {
    fn default() -> Self {
        Self { analyzers: HashMap::new(), most: MAX_REMEMBERED }
    }
}

impl Analyzers {
    /// Reads texts with analyzers that remember words of answers before.
    pub fn kept<T>(read: impl FnOnce(&mut Self) -> T) -> T {
        KEPT.with_borrow_mut(read)
    }

    /// The terms of a word that a text holds: its stem, and the stems of its parts.
    pub fn text_terms(&mut self, word: &str, language: Language) -> &[String] {
        self.analyzer(language).text_terms(word)
    }

    /// The term of a word that is asked for.
    pub fn query_term(&mut self, word: &str, language: Language) -> String {
        self.analyzer(language).term(word)
    }

    /// A word as written, folded: what a word that begins with it begins with, too. Stems do not tell: `security` has the
    /// stem `secur`, which does not begin with `securit`.
    pub fn form(&mut self, word: &str, language: Language) -> &str {
        &self.analyzer(language).remember(word).form
    }

    /// Whether it is known which words of a language say nothing alone.
    pub fn lists_stop_words(&mut self, language: Language) -> bool {
        !self.analyzer(language).stop_words.is_empty()
    }

    /// Whether a word says nothing alone.
    pub fn is_stop_word(&mut self, word: &str, language: Language) -> bool {
        let lower = word.to_lowercase().replace('’', "'");
        self.analyzer(language).stop_words.contains(lower.as_str())
    }

    fn analyzer(&mut self, language: Language) -> &mut Analyzer {
        self.analyzers.entry(language).or_insert_with(|| Analyzer::new(language, self.most))
    }
}

struct Analyzer {
    language: Language,
    stemmer: Option<frostem::Stemmer>,
    stop_words: &'static HashSet<&'static str>,
    remembered: HashMap<Box<str>, Analyzed>,
    most: usize,
}

/// What is remembered of a word.
struct Analyzed {
    terms: Box<[String]>,
    form: Box<str>,
}

impl Analyzer {
    fn new(language: Language, most: usize) -> Self {
        let (stemmer, stop_words) = (language.stemmer(), language.stop_words());
        Self { language, stemmer, stop_words, remembered: HashMap::new(), most }
    }

    fn text_terms(&mut self, word: &str) -> &[String] {
        &self.remember(word).terms
    }

    fn remember(&mut self, word: &str) -> &Analyzed {
        if self.remembered.len() >= self.most {
            self.remembered.clear();
        }
        if !self.remembered.contains_key(word) {
            let analyzed = Analyzed { terms: self.analyze(word).into(), form: self.form(word).into() };
            self.remembered.insert(word.into(), analyzed);
        }
        &self.remembered[word]
    }

    fn analyze(&self, word: &str) -> Vec<String> {
        let mut terms = vec![self.term(word)];
        if self.language.is_german() {
            let word = fold::with_umlauts(&shortened(word));
            terms.extend(compound::parts(&word).into_iter().map(|part| self.term(part)));
            terms.sort_unstable();
            terms.dedup();
        }
        terms
    }

    fn term(&self, word: &str) -> String {
        let form = self.form(word);
        match self.stemmer {
            Some(stemmer) => stemmer.stem(&form).into_owned(),
            None => form,
        }
    }

    fn form(&self, word: &str) -> String {
        let mut folded = fold::fold(&shortened(word), self.language);
        if self.language.elides()
            && let Some((_, noun)) = folded.split_once('\'').filter(|(article, _)| article.chars().count() <= 6)
        {
            folded = noun.to_owned();
        }
        folded
    }
}

fn shortened(word: &str) -> String {
    word.chars().filter(|letter| !is_unseen(*letter)).take(MAX_WORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        words(text).map(|word| word.text).collect()
    }

    #[test]
    fn words_keep_inner_apostrophes_and_marks() {
        assert_eq!(
            split("Don't, 'quote' e\u{301}t\u{e9} US-Geschäft 2,5"),
            ["Don't", "quote", "e\u{301}t\u{e9}", "US", "Geschäft", "2", "5"]
        );
        assert_eq!(split("字节跳动 app"), ["字", "节", "跳", "动", "app"]);
        assert_eq!(split("字'节"), ["字", "节"]);
    }

    #[test]
    fn inflected_words_share_a_term() {
        let mut analyzers = Analyzers::default();
        for (tag, a, b) in [
            ("en", "accuses", "accused"),
            ("de", "Überprüfungen", "Ueberpruefung"),
            ("de", "Häuser", "Haus"),
            ("fr", "l'économie", "économies"),
        ] {
            let language = Language::of(tag);
            assert_eq!(analyzers.query_term(a, language), analyzers.query_term(b, language), "{a} {b}");
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
            let term = analyzers.query_term(part, german);
            assert!(analyzers.text_terms(compound, german).contains(&term), "{part} in {compound}");
        }
    }

    proptest! {
        #[test]
        fn words_stand_where_they_say(text in "\\PC{0,60}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.bytes.start >= end);
                prop_assert_eq!(&text[word.bytes.clone()], word.text);
                end = word.bytes.end;
            }
        }

        #[test]
        fn every_word_has_a_term_in_every_language(word in "\\w{1,80}") {
            let mut analyzers = Analyzers::default();
            for tag in ["de", "en", "fr", "tr", "ru", "ar", "und"] {
                let term = analyzers.query_term(&word, Language::of(tag));
                prop_assert!(analyzers.text_terms(&word, Language::of(tag)).contains(&term));
            }
        }
    }
}
