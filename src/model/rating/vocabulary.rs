//! The table of rating texts.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::is_positive;
use super::phrase::Phrase;
use crate::proto::v1::Verdict;

/// Most words of a label in front of a rating ("Our verdict: false").
const MAX_LABEL_WORDS: usize = 3;

/// Rating texts with their verdicts, and the words that cast doubt on a good one.
pub(super) struct Vocabulary {
    /// By key, each language that has the text with its verdict there.
    verdicts: FxHashMap<String, Vec<(&'static str, Verdict)>>,
    doubts: FxHashSet<String>,
    /// Words of the longest text.
    longest: usize,
}

impl Vocabulary {
    /// The tables this crate was built with.
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

    /// The verdict of a text: of all of it, of its first words, or of what stands behind a label.
    pub(super) fn verdict(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let end = phrase.len();
        self.exact(phrase, 0..end, language)
            .or_else(|| self.leading(phrase, language))
            .or_else(|| self.labelled(phrase, language))
    }

    /// Whether a text has a word that keeps it from being read as true.
    pub(super) fn is_doubtful(&self, phrase: &Phrase) -> bool {
        self.any_doubt(phrase, 0)
    }

    /// The verdict of a stretch of words. One that asks ("False?") has none.
    fn exact(&self, phrase: &Phrase, words: Range<usize>, language: &str) -> Option<Verdict> {
        let asks = phrase.after(words.end.checked_sub(1)?).contains(['?', '؟']);
        let key = phrase.key(words);
        (!asks).then(|| self.lookup(&key, language)).flatten()
    }

    /// "False. The photo is older": the longest beginning that is a rating.
    fn leading(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let longest = self.longest.min(phrase.len().saturating_sub(1));
        let (words, verdict) =
            (1..=longest).rev().find_map(|words| Some((words, self.exact(phrase, 0..words, language)?)))?;
        // "True crime" and "Correct figures are lower" begin like ratings.
        let goes_on = phrase.after(words - 1).trim().is_empty();
        let is_unsure = is_positive(verdict) && (goes_on || self.any_doubt(phrase, words));
        (!is_unsure).then_some(verdict)
    }

    /// "Our verdict: false": a rating and nothing else behind a colon and few words.
    fn labelled(&self, phrase: &Phrase, language: &str) -> Option<Verdict> {
        let most = MAX_LABEL_WORDS.min(phrase.len().saturating_sub(1));
        let label = (1..=most).find(|words| phrase.after(words - 1).contains(':'))?;
        let verdict = self.exact(phrase, label..phrase.len(), language)?;
        (!is_positive(verdict) || !self.any_doubt(phrase, 0)).then_some(verdict)
    }

    /// Whether a word from `from` on casts doubt, or is itself a rating of something that does not hold.
    fn any_doubt(&self, phrase: &Phrase, from: usize) -> bool {
        let denies = |word: &str| {
            let verdicts = self.verdicts.get(word).into_iter().flatten();
            verdicts.map(|(_, verdict)| *verdict).any(|verdict| !is_positive(verdict))
        };
        phrase.rest(from).any(|word| self.doubts.contains(word) || denies(word))
    }

    /// The verdict of a text in a language; where that does not have it, or nobody knows which it is, the one that all
    /// languages that have it agree on.
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

/// A line of the table of ratings.
pub(super) struct RatingRow {
    pub(super) language: &'static str,
    pub(super) text: &'static str,
    pub(super) verdict: Verdict,
}

/// The lines of the table. One with a verdict that the contract does not have is left out; a test sees to it that there
/// is none.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = RatingRow> {
    columns(table).filter_map(|[language, text, verdict]| {
        let verdict = Verdict::from_str_name(&format!("VERDICT_{verdict}"))?;
        Some(RatingRow { language, text, verdict })
    })
}

/// The lines of a table that have `N` columns. Lines that begin with `#` are comments.
pub(super) fn columns<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}
