//! Likeness of letters: catches names, typos and compounds that no stem brings together.

/// The letter sequences of a text, as a hashed set: a few hundred sequences rarely meet among 4,096 places.
#[derive(Debug, Clone)]
pub struct GramSet([u64; 64]);

/// Letters in a sequence.
const LETTERS: usize = 4;

impl Default for GramSet {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl GramSet {
    /// Adds the sequences of one folded word, its edges counted as letters. Shorter words have none.
    pub fn add(&mut self, word: &str) {
        let bytes = word.as_bytes();
        if bytes.len() + 2 < LETTERS + 1 {
            return;
        }
        let at = |index: usize| if index == 0 || index > bytes.len() { b' ' } else { bytes[index - 1] };
        for start in 0..=bytes.len() + 2 - LETTERS {
            let hash = (start..start + LETTERS).fold(0_u32, |hash, index| (hash << 8) | u32::from(at(index)));
            let place = (hash.wrapping_mul(0x9e37_79b1) >> 20) as usize;
            self.0[place >> 6] |= 1 << (place & 63);
        }
    }

    /// How many sequences there are.
    pub fn len(&self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cosine of the two sets, 0 to 1.
    pub fn cosine(&self, other: &Self) -> f32 {
        let common: u32 = self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones()).sum();
        let norm = (self.len() as f32 * other.len() as f32).sqrt();
        if norm > 0.0 { common as f32 / norm } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> GramSet {
        let mut set = GramSet::default();
        for word in words {
            set.add(word);
        }
        set
    }

    #[test]
    fn a_typo_stays_near_and_another_word_far() {
        let name = set(&["schwarzenegger"]);
        assert!(name.cosine(&set(&["schwarzeneger"])) > 0.8);
        assert!(name.cosine(&set(&["obama"])) < 0.1);
        assert!((name.cosine(&name) - 1.0).abs() < 1e-6);
        assert!(set(&["a", "to"]).is_empty());
    }
}
