//! The distinct words of all names, and which of them are near a word.
//!
//! Words are in order of length, then letters, so that a slip of two letters is looked for only among words of
//! nearly the same length. There it is a scan: each word has a 64-bit set of its letters, two slips change at
//! most four of its bits, and what passes is measured. A scan of 100,000 sets takes some 50 µs and needs 8 bytes
//! a word, where a table of deletions takes ten times as much.

use rapidfuzz::distance::osa;

use crate::names::skeleton;

#[derive(Debug)]
pub(super) struct Vocabulary {
    letters: String,
    ends: Vec<u32>,
    /// The letter set of each word.
    sets: Vec<u64>,
    /// Number of the first word of each length; the last is the number of words.
    lengths: Vec<u32>,
    /// Hash of the consonants and number of each word, sorted.
    skeletons: Vec<(u32, u32)>,
}

impl Vocabulary {
    /// From distinct words in order of length, then letters.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut vocabulary = Self {
            letters: String::new(),
            ends: Vec::new(),
            sets: Vec::new(),
            lengths: vec![0],
            skeletons: Vec::new(),
        };
        for (number, word) in (0..).zip(words) {
            while vocabulary.lengths.len() <= word.len() {
                vocabulary.lengths.push(number);
            }
            vocabulary.letters.push_str(word);
            vocabulary.ends.push(vocabulary.end());
            vocabulary.sets.push(letter_set(word));
            vocabulary.skeletons.extend(consonant_hash(&skeleton(word)).map(|hash| (hash, number)));
        }
        vocabulary.lengths.push(vocabulary.len());
        vocabulary.skeletons.sort_unstable();
        vocabulary
    }

    fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("words are counted in 32 bits")
    }

    fn end(&self) -> u32 {
        u32::try_from(self.letters.len()).expect("distinct words stay below 4 GiB, as the names do")
    }

    /// The letters of word number `word`.
    pub(super) fn word(&self, word: u32) -> &str {
        let at = word as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.letters[start as usize..self.ends[at] as usize]
    }

    /// The number of the word with these letters.
    pub(super) fn find(&self, letters: &str) -> Option<u32> {
        let (mut low, mut high) = self.of_length(letters.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.word(middle).cmp(letters) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The words at most `slips` slips away from `letters` with their distance, in no order that matters.
    pub(super) fn near(&self, letters: &str, slips: u8) -> Vec<(u32, usize)> {
        let set = letter_set(letters);
        let allowed = 2 * u32::from(slips);
        let slips = usize::from(slips);
        let compare = osa::BatchComparator::new(letters.bytes());
        let args = osa::Args::default().score_cutoff(slips);
        let (start, _) = self.of_length(letters.len().saturating_sub(slips));
        let (_, end) = self.of_length(letters.len() + slips);
        (start..end)
            .zip(&self.sets[start as usize..end as usize])
            .filter(|(_, other)| (set ^ **other).count_ones() <= allowed)
            .filter_map(|(word, _)| Some((word, compare.distance_with_args(self.word(word).bytes(), &args)?)))
            .collect()
    }

    /// The words with the same consonants.
    pub(super) fn of_skeleton(&self, skeleton: &str) -> impl Iterator<Item = u32> {
        let range = consonant_hash(skeleton).map_or(&[][..], |hash| equal_range(&self.skeletons, hash));
        range.iter().map(|&(_, word)| word)
    }

    fn of_length(&self, length: usize) -> (u32, u32) {
        let last = self.len();
        let start = |length: usize| self.lengths.get(length).copied().unwrap_or(last);
        (start(length), start(length + 1))
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.letters.capacity()
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.sets.as_slice())
            + size_of_val(self.lengths.as_slice())
            + size_of_val(self.skeletons.as_slice())
    }
}

/// The pairs of a sorted list that start with `key`.
pub(super) fn equal_range(pairs: &[(u32, u32)], key: u32) -> &[(u32, u32)] {
    let start = pairs.partition_point(|&(other, _)| other < key);
    let length = pairs[start..].partition_point(|&(other, _)| other == key);
    &pairs[start..start + length]
}

/// Which letters a word has (bits 0-25), which at least twice (26-51), and which digits (52-61).
fn letter_set(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| match byte {
        b'a'..=b'z' => {
            let bit = 1 << (byte - b'a');
            set | if set & bit == 0 { bit } else { bit << 26 }
        }
        b'0'..=b'9' => set | 1 << (52 + byte - b'0'),
        _ => set,
    })
}

/// A hash of consonants, none for a single one: that many words share.
pub(super) fn consonant_hash(skeleton: &str) -> Option<u32> {
    const FNV_OFFSET: u32 = 0x811c_9dc5;
    const FNV_PRIME: u32 = 0x0100_0193;
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME);
    // Chinese and Japanese write r and l alike.
    let letters = skeleton.bytes().map(|byte| if byte == b'l' { b'r' } else { byte });
    (skeleton.len() >= 2).then(|| letters.fold(FNV_OFFSET, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(["merk", "obama", "merkel", "merkur", "gaddafi", "angelica"].into_iter())
    }

    #[test]
    fn words_are_found_by_letters() {
        let vocabulary = vocabulary();
        for number in 0..6 {
            assert_eq!(vocabulary.find(vocabulary.word(number)), Some(number));
        }
        assert_eq!(vocabulary.find("merkal"), None);
        assert_eq!(vocabulary.find("a word of no known length"), None);
    }

    #[test]
    fn slips_are_found_also_in_the_first_letter() {
        let near = |letters: &str, slips| -> Vec<u32> {
            vocabulary().near(letters, slips).into_iter().map(|(word, _)| word).collect()
        };
        assert_eq!(near("nerkel", 1), [2]);
        assert_eq!(near("merkel", 2), [0, 2, 3]);
        assert_eq!(near("mrekel", 1), [2]);
        assert!(near("x", 1).is_empty());
    }

    #[test]
    fn consonants_find_other_spellings() {
        assert_eq!(vocabulary().of_skeleton(&skeleton("kadhafi")).collect::<Vec<_>>(), [4]);
    }

    /// Two slips change at most four bits of a letter set.
    #[test]
    fn letter_sets_of_near_words_are_near() {
        for (one, other) in
            [("merkel", "mrekel"), ("merkel", "merkur"), ("anna", "ana"), ("aaa", "aaaaa"), ("ab1", "ab2")]
        {
            assert!((letter_set(one) ^ letter_set(other)).count_ones() <= 4, "{one} {other}");
        }
    }
}
