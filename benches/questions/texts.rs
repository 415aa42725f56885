//! Invented texts whose words are as unevenly spread as those of a language: the word of rank r stands in proportion to
//! 1/r, and the first ranks are what says nothing.

use crate::invented::Inventor;

/// The commonest words, in order of rank.
const FUNCTION_WORDS: &str = "the of to and a in is it you that he was for on are with as his they be at one have this \
    from or had by not but what all were when we there can an your which their said if do will each about how up out";

const SYLLABLES: &[&str] = &[
    "ba", "ber", "bil", "bo", "can", "cer", "ci", "col", "da", "den", "di", "dor", "fa", "fer", "fin", "fo", "ga",
    "ger", "gin", "go", "ha", "hel", "his", "hor", "ka", "ken", "kil", "ko", "la", "len", "lin", "lor", "ma", "men",
    "mi", "mor", "na", "ner", "ni", "nor", "pa", "per", "pin", "pol", "ra", "ren", "ris", "ro", "sa", "sel", "sin",
    "sol", "ta", "ten", "tin", "tor", "va", "ver", "vin", "vol",
];

/// Distinct words of a language; real ones have more, of which most are met once.
const WORDS: usize = 60_000;

/// Words by rank.
pub(crate) struct Vocabulary {
    words: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn new(inventor: &mut Inventor) -> Self {
        let mut words: Vec<String> = FUNCTION_WORDS.split_whitespace().map(str::to_owned).collect();
        let mut known: std::collections::HashSet<String> = words.iter().cloned().collect();
        while words.len() < WORDS {
            let syllables = 2 + inventor.below(3);
            let word: String = (0..syllables).map(|_| SYLLABLES[inventor.below(SYLLABLES.len())]).collect();
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { words }
    }

    /// The word of a rank, counted from 0.
    pub(crate) fn word(&self, rank: usize) -> &str {
        &self.words[rank.min(self.words.len() - 1)]
    }

    /// Some word, as often as it is common.
    pub(crate) fn any(&self, inventor: &mut Inventor) -> &str {
        self.word(inventor.rank(self.words.len()))
    }

    /// So many words in a row.
    pub(crate) fn text(&self, inventor: &mut Inventor, count: usize) -> String {
        let mut text = String::with_capacity(count * 7);
        for at in 0..count {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(self.any(inventor));
        }
        text
    }
}
