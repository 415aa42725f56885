//! The words of a query, each in a form the corpus knows where there is one: `#VoteRed` and `socalled` come apart.

use crate::matching::analysis::{Word, for_each_word};
use crate::matching::language::Language;
use crate::matching::lexicon::Lexicon;
use crate::matching::query_text::humps;

/// A meaningful word of a query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueryWord {
    /// How many words stand before it.
    pub(crate) position: u32,
    /// Folded.
    pub(crate) text: String,
    /// As it is compared.
    pub(crate) stem: String,
    /// Inverse document frequency of the stem.
    pub(crate) rarity: f32,
    /// Whether it stands in some head of the corpus.
    pub(crate) is_known: bool,
    /// Whether it was written with a capital letter.
    pub(crate) is_capital: bool,
}

impl QueryWord {
    /// Whether it begins with a digit.
    pub(crate) fn is_number(&self) -> bool {
        self.text.as_bytes().first().is_some_and(u8::is_ascii_digit)
    }
}

/// The meaningful words of `text`, in order.
pub(crate) fn query_words(text: &str, language: &Language, lexicon: &Lexicon) -> Vec<QueryWord> {
    let mut reader = Reader { language, lexicon, words: Vec::new() };
    for_each_word(text, language, &mut String::new(), |word| reader.read(&text[word.start..word.end], &word));
    reader.words
}

/// A word is only taken apart between parts of this length: shorter ones fit everywhere.
const MIN_PART_BYTES: usize = 3;
/// Nobody writes longer compounds; bounds the search for a seam.
const MAX_COMPOUND_BYTES: usize = 40;

struct Reader<'a> {
    language: &'a Language,
    lexicon: &'a Lexicon,
    words: Vec<QueryWord>,
}

impl Reader<'_> {
    fn read(&mut self, raw: &str, word: &Word<'_>) {
        if self.language.is_stop_word(word.text) {
            return;
        }
        let (stem, frequency) = self.look_up(word.text);
        if frequency == 0 {
            let humps = humps(raw);
            if !humps.is_empty() {
                for hump in humps {
                    self.take_part(hump, word);
                }
                return;
            }
            if let Some((left, right)) = self.seam(word.text) {
                self.take_part(left, word);
                self.take_part(right, word);
                return;
            }
        }
        self.push(word.text, stem, word);
    }

    fn take_part(&mut self, part: &str, whole: &Word<'_>) {
        let mut folded = String::new();
        for_each_word(part, self.language, &mut String::new(), |word| folded.push_str(word.text));
        if !folded.is_empty() && !self.language.is_stop_word(&folded) {
            let (stem, _) = self.look_up(&folded);
            self.push(&folded, stem, whole);
        }
    }

    /// Where an unknown word is best cut into two known ones: where the rarer part is the most frequent.
    fn seam<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        let is_candidate = (2 * MIN_PART_BYTES..=MAX_COMPOUND_BYTES).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_candidate {
            return None;
        }
        let cuts = (MIN_PART_BYTES..=word.len() - MIN_PART_BYTES).map(|at| word.split_at(at));
        let scored = cuts.map(|cut| (self.look_up(cut.0).1.min(self.look_up(cut.1).1), cut));
        scored.filter(|(frequency, _)| *frequency > 0).max_by_key(|(frequency, _)| *frequency).map(|(_, cut)| cut)
    }

    fn look_up(&self, word: &str) -> (String, u32) {
        let mut stem = String::new();
        self.language.stem_into(word, &mut stem);
        let frequency = self.lexicon.frequency(&stem);
        (stem, frequency)
    }

    fn push(&mut self, text: &str, stem: String, whole: &Word<'_>) {
        let rarity = self.lexicon.rarity(&stem);
        let is_known = self.lexicon.frequency(&stem) > 0;
        let text = text.to_owned();
        self.words.push(QueryWord {
            position: whole.position,
            text,
            stem,
            rarity,
            is_known,
            is_capital: whole.is_capital,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::corpus::ClaimTexts;

    fn read(text: &str, corpus: &[&'static str]) -> Vec<String> {
        let claims = || corpus.iter().map(|text| ClaimTexts { text, ..ClaimTexts::default() });
        let words = query_words(text, &Language::from_tag("en"), &Lexicon::build(claims));
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn tags_come_apart_only_where_the_corpus_does_not_know_them() {
        assert_eq!(read("#VoteRed on YouTube", &["YouTube banned red hats", "vote early"]), ["vote", "red", "youtube"]);
        assert_eq!(read("#votered socalled", &["red hats", "vote early"]), ["vote", "red", "socalled"]);
    }
}
