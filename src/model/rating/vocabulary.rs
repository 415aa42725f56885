//! The table of rating texts, and rating texts in the form in which they are compared.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use crate::proto::v1::Verdict;
use crate::text::plain_letter;
use crate::text::quote::{fold, words};

/// Whether a verdict says that a claim is true.
pub(super) fn is_positive(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::True | Verdict::MostlyTrue)
}

/// Maximum words of a rating text. Ratings are short; a longer text is not a rating.
const MAX_WORDS: usize = 64;

/// A rating text, folded and split into words, for comparison with other spellings of the same rating.
#[derive(Debug)]
pub(super) struct Phrase {
    words: Vec<PhraseWord>,
}

/// A word of a rating text.
#[derive(Debug)]
struct PhraseWord {
    text: String,
    /// The text between this word and the next.
    after: String,
}

impl Phrase {
    pub(super) fn new(text: &str) -> Self {
        let folded = fold(&text.nfkd().filter_map(plain_letter).collect::<String>());
        let ranges: Vec<_> = words(&folded).map(|word| word.range).take(MAX_WORDS).collect();
        let ends = ranges.iter().skip(1).map(|range| range.start).chain([folded.len()]);
        let words = ranges.iter().zip(ends).map(|(range, end)| PhraseWord {
            text: folded[range.clone()].to_owned(),
            after: folded[range.end..end].to_owned(),
        });
        Self { words: words.collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the text has nothing but numbers ("3", "3/5") or is empty.
    pub(super) fn is_number(&self) -> bool {
        self.words().all(|word| word.chars().all(char::is_numeric))
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.text.as_str())
    }

    /// The lookup key of some words: the words without spaces, so that "Partlyfalse" equals "partly false".
    pub(super) fn key(&self, words: Range<usize>) -> String {
        self.words[words].iter().map(|word| word.text.as_str()).collect()
    }

    /// The text between word `at` and the next.
    pub(super) fn after(&self, at: usize) -> &str {
        &self.words[at].after
    }

    /// The words from `from` on.
    pub(super) fn rest(&self, from: usize) -> impl Iterator<Item = &str> {
        self.words().skip(from)
    }
}

/// Maximum words of a label before a rating ("Our verdict: false").
const MAX_LABEL_WORDS: usize = 3;

/// Rating texts with their verdicts, and words that cast doubt on a positive one.
pub(super) struct Vocabulary {
    /// By key: the languages of the text, each with its verdict.
    verdicts: FxHashMap<String, Vec<(&'static str, Verdict)>>,
    doubts: FxHashSet<String>,
    /// Number of words of the longest text.
    longest: usize,
}

impl Vocabulary {
    /// The built-in tables.
    pub(super) fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
            Vocabulary::new(
                rows(include_str!("../../../data/ratings.tsv")),
                include_str!("../../../data/rating_doubts.tsv"),
            )
        });
        &BUILT_IN
    }

    fn new(ratings: impl Iterator<Item = RatingRow>, doubts: &'static str) -> Self {
        let mut verdicts: FxHashMap<String, Vec<_>> = FxHashMap::default();
        let mut longest = 0;
        for RatingRow { language, text, verdict } in ratings {
            let phrase = Phrase::new(text);
            longest = longest.max(phrase.len());
            verdicts.entry(phrase.key(0..phrase.len())).or_default().push((language, verdict));
        }
        let lists = columns::<2>(doubts).flat_map(|[_, words]| words.split(' '));
        let doubts = lists.flat_map(|word| Phrase::new(word).words().map(str::to_owned).collect::<Vec<_>>()).collect();
        Self { verdicts, doubts, longest }
    }

    /// The verdict of the whole text, of its first words, or of the words after a label.
    pub(super) fn verdict(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let end = phrase.len();
        self.exact(phrase, 0..end, language)
            .or_else(|| self.leading(phrase, language))
            .or_else(|| self.labelled(phrase, language))
    }

    /// Whether a text has a word that contradicts a positive verdict.
    pub(super) fn is_doubtful(&self, phrase: &Phrase) -> bool {
        self.any_doubt(phrase, 0)
    }

    /// The verdict of some words. A question ("False?") has none.
    fn exact(&self, phrase: &Phrase, words: Range<usize>, language: &str) -> Option<Verdict> {
        let asks = phrase.after(words.end.checked_sub(1)?).contains(['?', '؟']);
        let key = phrase.key(words);
        (!asks).then(|| self.lookup(&key, language)).flatten()
    }

    /// The verdict of the longest known beginning: "False. The photo is older".
    fn leading(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let longest = self.longest.min(phrase.len().saturating_sub(1));
        let (words, verdict) =
            (1..=longest).rev().find_map(|words| Some((words, self.exact(phrase, 0..words, language)?)))?;
        // "True crime" and "Correct figures are lower" are not ratings.
        let goes_on = phrase.after(words - 1).trim().is_empty();
        let is_unsure = is_positive(verdict) && (goes_on || self.any_doubt(phrase, words));
        (!is_unsure).then_some(verdict)
    }

    /// The verdict of a rating after a label and a colon: "Our verdict: false".
    fn labelled(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let most = MAX_LABEL_WORDS.min(phrase.len().saturating_sub(1));
        let label = (1..=most).find(|words| phrase.after(words - 1).contains(':'))?;
        let verdict = self.exact(phrase, label..phrase.len(), language)?;
        (!is_positive(verdict) || !self.any_doubt(phrase, 0)).then_some(verdict)
    }

    /// Whether a word from `from` on casts doubt, or is itself a rating that is not positive.
    fn any_doubt(&self, phrase: &Phrase, from: usize) -> bool {
        let denies = |word: &str| {
            let verdicts = self.verdicts.get(word).into_iter().flatten();
            verdicts.map(|(_, verdict)| *verdict).any(|verdict| !is_positive(verdict))
        };
        phrase.rest(from).any(|word| self.doubts.contains(word) || denies(word))
    }

    /// The verdict of a text in a language. If the language does not have the text or is unknown, the verdict that all
    /// languages with the text agree on.
    fn lookup(&self, key: &str, language: &str) -> Option<Verdict> {
        let listed = self.verdicts.get(key)?;
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        let own = listed.iter().find(|(language, _)| language.eq_ignore_ascii_case(primary));
        let agreed = || {
            let (_, first) = listed.first()?;
            listed.iter().all(|(_, verdict)| verdict == first).then_some(*first)
        };
        own.map(|(_, verdict)| *verdict).or_else(agreed)
    }
}

/// A row of the table of ratings.
pub(super) struct RatingRow {
    pub(super) language: &'static str,
    pub(super) text: &'static str,
    pub(super) verdict: Verdict,
}

/// The rows of the table of ratings. A row with an unknown verdict is left out; a test makes sure that there is none.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = RatingRow> {
    columns(table).filter_map(|[language, text, verdict]| {
        let verdict = Verdict::from_str_name(&format!("VERDICT_{verdict}"))?;
        Some(RatingRow { language, text, verdict })
    })
}

/// The rows of a table with `N` columns. Lines that begin with `#` are comments.
pub(super) fn columns<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        let phrase = Phrase::new(text);
        phrase.key(0..phrase.len())
    }

    #[test]
    fn case_accents_punctuation_and_spaces_do_not_count() {
        for text in ["Partly False", "partly-false!", " PARTLYFALSE ", "„Partly“ false."] {
            assert_eq!(key(text), "partlyfalse", "{text}");
        }
        assert_eq!(key("Größtenteils falsch"), key("GROSSTENTEILS FALSCH"));
        assert_eq!(key("Fałsz"), "falsz");
        assert_eq!(key("DOĞRU"), key("doğru"));
    }

    #[test]
    fn arabic_is_read_with_and_without_its_signs() {
        assert_eq!(key("مُضَلِّل"), key("مضلل"));
        assert_eq!(key("إشاعة"), key("اشاعه"));
    }

    #[test]
    fn devanagari_keeps_its_vowels_and_loses_its_dots() {
        assert_eq!(key("फ़र्ज़ी"), key("फर्जी"));
        assert_ne!(key("झूठा"), key("झूठी"));
    }

    #[test]
    fn the_text_after_each_word_is_kept() {
        let phrase = Phrase::new("True, but: old");
        assert_eq!((phrase.after(0).trim(), phrase.after(1).trim(), phrase.after(2)), (",", ":", ""));
    }

    #[test]
    fn a_text_of_numbers_has_no_words() {
        assert!(Phrase::new("3/5").is_number() && Phrase::new(" ").is_number() && !Phrase::new("3 stars").is_number());
    }

    #[test]
    fn a_long_text_is_read_to_its_64th_word() {
        assert_eq!(Phrase::new(&"no ".repeat(1000)).len(), MAX_WORDS);
    }
}
