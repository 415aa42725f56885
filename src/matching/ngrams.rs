//! Character n-grams: matches names, misspellings and compounds that have no stem in common.

/// The 4-grams of a text's words as a hashed set. A claim has a few hundred of them, so that few of the 4,096 slots
/// collide.
#[derive(Debug, Clone)]
pub struct NgramSet([u64; 64]);

/// Bytes in an n-gram.
const N: usize = 4;

impl Default for NgramSet {
    fn default() -> Self {
        Self([0; 64])
    }
}

/// The n-grams of a folded word as slots of an [`NgramSet`]. The word is padded with one blank at each end; words that stay
/// shorter than an n-gram have none.
pub fn word_ngrams(word: &str) -> impl Iterator<Item = u16> + '_ {
    let bytes = word.as_bytes();
    let at = |index: usize| if index == 0 || index > bytes.len() { b' ' } else { bytes[index - 1] };
    (0..(bytes.len() + 3).saturating_sub(N)).map(move |start| {
        let ngram = (start..start + N).fold(0_u32, |ngram, index| (ngram << 8) | u32::from(at(index)));
        (ngram.wrapping_mul(0x9e37_79b1) >> 20) as u16
    })
}

impl NgramSet {
    /// Adds n-grams from [`word_ngrams`].
    pub fn insert(&mut self, ngrams: &[u16]) {
        for slot in ngrams {
            self.0[usize::from(*slot >> 6)] |= 1 << (slot & 63);
        }
    }

    /// Number of n-grams.
    fn len(&self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    /// Cosine similarity of two sets, 0 to 1.
    pub fn cosine(&self, other: &Self) -> f32 {
        let common: u32 = self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones()).sum();
        let norm = (self.len() as f32 * other.len() as f32).sqrt();
        if norm > 0.0 { common as f32 / norm } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> NgramSet {
        let mut set = NgramSet::default();
        for word in words {
            set.insert(&word_ngrams(word).collect::<Vec<_>>());
        }
        set
    }

    #[test]
    fn misspellings_are_similar_and_other_words_are_not() {
        let name = set(&["schwarzenegger"]);
        assert!(name.cosine(&set(&["schwarzeneger"])) > 0.8);
        assert!(name.cosine(&set(&["obama"])) < 0.1);
        assert!((name.cosine(&name) - 1.0).abs() < 1e-6);
        assert_eq!((set(&["a"]).len(), set(&["to"]).len()), (0, 1));
    }
}
