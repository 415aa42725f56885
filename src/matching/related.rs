//! How much of a query stands in a claim in the same words or in related ones, and how much of the claim in the query.

use hashbrown::HashMap;

use crate::matching::analysis::for_each_word;
use crate::matching::lexicon::Lexicon;
use crate::matching::query::{MAX_TERMS, Query};
use crate::matching::word_vectors::{WordVector, relatedness};

/// What two texts say alike, in shares of their weights: 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alike {
    /// Of the query.
    pub query: f32,
    /// Of the texts.
    pub texts: f32,
}

/// Lays the words of one query beside those of texts.
pub struct Relations<'q> {
    query: &'q Query,
    lexicon: &'q Lexicon,
    /// The vectors of the query's terms.
    terms: Vec<Option<&'q WordVector>>,
    /// Words that were looked up, as indexes into `words`; stop words have none.
    memory: HashMap<Box<str>, Option<usize>>,
    words: Vec<Known>,
    /// For each of `words`, how alike it and each term are.
    likenesses: Vec<f32>,
    /// Texts laid beside the query so far.
    texts: u32,
    /// Scratch space.
    word: String,
    stem: String,
}

/// A word of a text.
struct Known {
    rarity: f32,
    /// How alike it and the most alike term are.
    best: f32,
    /// In which texts it was met last: a word counts once.
    met: u32,
}

impl<'q> Relations<'q> {
    /// What is to be compared with `query`.
    pub fn new(query: &'q Query, lexicon: &'q Lexicon) -> Self {
        let terms = query.terms.iter().map(|term| lexicon.rarity_and_vector(&term.stem).1).collect();
        let (memory, words, likenesses) = (HashMap::new(), Vec::new(), Vec::new());
        let (word, stem) = (String::new(), String::new());
        Self { query, lexicon, terms, memory, words, likenesses, texts: 0, word, stem }
    }

    /// Compares the query with texts that are read as one. Says how much work it was, too: words read, and pairs of words
    /// that were compared for the first time.
    pub fn compare<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> (Alike, usize) {
        self.texts += 1;
        let known_before = self.words.len();
        let mut read = 0;
        let mut found = [0.0_f32; MAX_TERMS];
        let (mut covered, mut weight) = (0.0, 0.0);
        let mut buffer = std::mem::take(&mut self.word);
        for text in texts {
            read += for_each_word(text, &self.query.language, &mut buffer, |word| {
                let Some(place) = self.look_up(word.text) else { return };
                let known = &mut self.words[place];
                if std::mem::replace(&mut known.met, self.texts) == self.texts {
                    return;
                }
                covered += known.rarity * known.best;
                weight += known.rarity;
                let likenesses = &self.likenesses[place * self.terms.len()..];
                for (found, likeness) in found.iter_mut().zip(&likenesses[..self.terms.len()]) {
                    *found = found.max(*likeness);
                }
            });
        }
        self.word = buffer;
        let of_query: f32 = self.query.terms.iter().zip(found).map(|(term, found)| term.rarity * found).sum();
        let alike = Alike { query: of_query / self.query.scale(), texts: covered / f32::max(weight, 1.0) };
        (alike, read as usize + (self.words.len() - known_before) * self.terms.len())
    }

    fn look_up(&mut self, word: &str) -> Option<usize> {
        if let Some(known) = self.memory.get(word) {
            return *known;
        }
        let place = (!self.query.language.is_stop_word(word)).then(|| self.learn(word));
        self.memory.insert(word.into(), place);
        place
    }

    fn learn(&mut self, word: &str) -> usize {
        self.stem.clear();
        self.query.language.stem_into(word, &mut self.stem);
        let (rarity, vector) = self.lexicon.rarity_and_vector(&self.stem);
        let mut best = 0.0_f32;
        for (term, known) in self.query.terms.iter().zip(&self.terms) {
            let likeness = match (known, vector) {
                _ if term.stem == self.stem => 1.0,
                (Some(known), Some(vector)) => relatedness(known, vector),
                _ => 0.0,
            };
            best = best.max(likeness);
            self.likenesses.push(likeness);
        }
        self.words.push(Known { rarity, best, met: 0 });
        self.words.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::corpus::ClaimTexts;
    use crate::matching::word_vectors::themed;

    /// Ships and boats never stand in one claim, but among the same words; salaries stand elsewhere.
    fn lexicon() -> Lexicon {
        let word = |number: &u64| match number {
            0 => "ship".to_owned(),
            1 => "boat".to_owned(),
            100 => "salary".to_owned(),
            _ => number.to_string(),
        };
        let texts: Vec<String> =
            themed(10_000).iter().map(|words| words.iter().map(word).collect::<Vec<_>>().join(" ")).collect();
        Lexicon::build(|| texts.iter().map(|text| ClaimTexts { text, language: "en", ..ClaimTexts::default() }))
    }

    #[test]
    fn related_words_stand_for_each_other_and_the_same_words_for_themselves() {
        let lexicon = lexicon();
        let query = Query::parse("The ship", "en", &lexicon);
        let mut relations = Relations::new(&query, &lexicon);
        let [same, related, other] = ["Ships!", "A boat, boats", "a salary"].map(|text| relations.compare([text]).0);
        assert!((same.query - 1.0).abs() < 1e-3 && (same.texts - 1.0).abs() < 1e-3, "{same:?}");
        assert!(related.query > 0.5 && related.texts > 0.5, "{related:?}");
        assert!(other.query < 0.3 && other.texts < 0.3, "{other:?}");
    }

    #[test]
    fn texts_without_words_are_alike_to_nothing() {
        let lexicon = lexicon();
        for (text, said) in [("", "ship"), ("ship", ""), ("🙂", "🙂"), ("the", "of")] {
            let query = Query::parse(text, "en", &lexicon);
            let (alike, _) = Relations::new(&query, &lexicon).compare([said]);
            assert_eq!((alike.query, alike.texts), (0.0, 0.0), "{text:?} {said:?}");
        }
    }
}
