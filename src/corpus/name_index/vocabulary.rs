//! The distinct terms of all names, their posting lists, and fuzzy lookup of terms.
//!
//! Terms are ordered by length, then letters, so that a lookup with two typos scans only terms of nearly the same length. In
//! the scan each term has a 64-bit signature of its letters; two typos change at most four of its bits, and terms that
//! pass are measured. Scanning 100,000 signatures takes some 50 µs and needs 8 bytes a term, where a table of deletion
//! neighbourhoods takes ten times as much.

use rapidfuzz::distance::osa;

use super::blocking_keys::word_consonants;
use crate::names::consonant_key;

/// A term, by its position in the vocabulary.
pub(super) type Term = u32;

#[derive(Debug)]
pub(super) struct Vocabulary {
    /// The letters of all terms, back to back.
    letters: String,
    /// Where each term ends in `letters`.
    ends: Vec<u32>,
    /// The letter signature of each term.
    signatures: Vec<u64>,
    /// The first term of each length; the last element is the number of terms.
    lengths: Vec<Term>,
    /// Consonant hash and term, sorted.
    by_consonants: Vec<(u32, Term)>,
}

impl Vocabulary {
    /// From distinct terms in order of length, then letters.
    pub(super) fn new<'a>(terms: impl Iterator<Item = &'a str>) -> Self {
        let mut vocabulary = Self {
            letters: String::new(),
            ends: Vec::new(),
            signatures: Vec::new(),
            lengths: vec![0],
            by_consonants: Vec::new(),
        };
        for (number, term) in (0..).zip(terms) {
            while vocabulary.lengths.len() <= term.len() {
                vocabulary.lengths.push(number);
            }
            vocabulary.letters.push_str(term);
            let end = u32::try_from(vocabulary.letters.len()).expect("terms stay below 4 GiB, as the names do");
            vocabulary.ends.push(end);
            vocabulary.signatures.push(letter_signature(term));
            vocabulary.by_consonants.extend(word_consonants(&consonant_key(term)).map(|hash| (hash, number)));
        }
        vocabulary.lengths.push(vocabulary.len());
        vocabulary.by_consonants.sort_unstable();
        vocabulary
    }

    fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).expect("terms are counted in 32 bits")
    }

    /// The letters of a term.
    fn letters(&self, term: Term) -> &str {
        let at = term as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.letters[start as usize..self.ends[at] as usize]
    }

    /// The term with these letters.
    pub(super) fn find(&self, letters: &str) -> Option<Term> {
        let (mut low, mut high) = self.of_length(letters.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.letters(middle).cmp(letters) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The terms at an edit distance of at most `max_typos`, with their distance, in no particular order.
    pub(super) fn find_fuzzy(&self, letters: &str, max_typos: u8) -> Vec<(Term, usize)> {
        let signature = letter_signature(letters);
        let max_bits = 2 * u32::from(max_typos);
        let max_typos = usize::from(max_typos);
        let comparator = osa::BatchComparator::new(letters.bytes());
        let args = osa::Args::default().score_cutoff(max_typos);
        let (start, _) = self.of_length(letters.len().saturating_sub(max_typos));
        let (_, end) = self.of_length(letters.len() + max_typos);
        (start..end)
            .zip(&self.signatures[start as usize..end as usize])
            .filter(|(_, other)| (signature ^ **other).count_ones() <= max_bits)
            .filter_map(|(term, _)| Some((term, comparator.distance_with_args(self.letters(term).bytes(), &args)?)))
            .collect()
    }

    /// The terms with the same consonants.
    pub(super) fn find_by_consonants(&self, consonant_key: &str) -> impl Iterator<Item = Term> {
        let range = word_consonants(consonant_key).map_or(&[][..], |hash| equal_range(&self.by_consonants, hash));
        range.iter().map(|&(_, term)| term)
    }

    fn of_length(&self, length: usize) -> (Term, Term) {
        let last = self.len();
        let start = |length: usize| self.lengths.get(length).copied().unwrap_or(last);
        (start(length), start(length + 1))
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.letters.capacity()
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.signatures.as_slice())
            + size_of_val(self.lengths.as_slice())
            + size_of_val(self.by_consonants.as_slice())
    }
}

/// The pairs of a sorted list that start with `key`.
pub(super) fn equal_range(pairs: &[(u32, u32)], key: u32) -> &[(u32, u32)] {
    let start = pairs.partition_point(|&(other, _)| other < key);
    let length = pairs[start..].partition_point(|&(other, _)| other == key);
    &pairs[start..start + length]
}

/// The letters of a term (bits 0-25), those that occur at least twice (26-51), and its digits (52-61).
fn letter_signature(term: &str) -> u64 {
    term.bytes().fold(0, |set, byte| match byte {
        b'a'..=b'z' => {
            let bit = 1 << (byte - b'a');
            set | if set & bit == 0 { bit } else { bit << 26 }
        }
        b'0'..=b'9' => set | 1 << (52 + byte - b'0'),
        _ => set,
    })
}

/// The posting list of each term, in one array.
#[derive(Debug)]
pub(super) struct PostingLists {
    /// Where the list of each term ends in `names`.
    ends: Vec<u32>,
    names: Vec<u32>,
}

impl PostingLists {
    /// From pairs of term (`0..terms`) and name, in order of names.
    pub(super) fn new(terms: usize, pairs: &[(Term, u32)]) -> Self {
        let mut ends = vec![0_u32; terms];
        for &(term, _) in pairs {
            ends[term as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // Until the names are written, the end of each list is its start.
            total += std::mem::replace(end, total);
        }
        let mut names = vec![0; pairs.len()];
        for &(term, name) in pairs {
            let end = &mut ends[term as usize];
            names[*end as usize] = name;
            *end += 1;
        }
        Self { ends, names }
    }

    /// The names that have `term`, ascending.
    pub(super) fn of(&self, term: Term) -> &[u32] {
        let at = term as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start as usize..self.ends[at] as usize]
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of_val(self.ends.as_slice()) + size_of_val(self.names.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(["merk", "obama", "merkel", "merkur", "gaddafi", "angelica"].into_iter())
    }

    #[test]
    fn terms_are_found_by_letters() {
        let vocabulary = vocabulary();
        for number in 0..6 {
            assert_eq!(vocabulary.find(vocabulary.letters(number)), Some(number));
        }
        assert_eq!(vocabulary.find("merkal"), None);
        assert_eq!(vocabulary.find("a word of no known length"), None);
    }

    #[test]
    fn typos_are_tolerated_also_in_the_first_letter() {
        let near = |letters: &str, max_typos| -> Vec<Term> {
            vocabulary().find_fuzzy(letters, max_typos).into_iter().map(|(term, _)| term).collect()
        };
        assert_eq!(near("nerkel", 1), [2]);
        assert_eq!(near("merkel", 2), [0, 2, 3]);
        assert_eq!(near("mrekel", 1), [2]);
        assert!(near("x", 1).is_empty());
    }

    #[test]
    fn terms_are_found_by_consonants() {
        let found: Vec<Term> = vocabulary().find_by_consonants(&consonant_key("kadhafi")).collect();
        assert_eq!(found, [4]);
    }

    /// Two typos change at most four bits of a signature.
    #[test]
    fn similar_terms_have_similar_signatures() {
        for (one, other) in
            [("merkel", "mrekel"), ("merkel", "merkur"), ("anna", "ana"), ("aaa", "aaaaa"), ("ab1", "ab2")]
        {
            assert!((letter_signature(one) ^ letter_signature(other)).count_ones() <= 4, "{one} {other}");
        }
    }

    #[test]
    fn posting_lists_hold_the_names_of_each_term() {
        let lists = PostingLists::new(4, &[(2, 0), (0, 0), (2, 1), (3, 5)]);
        assert_eq!(lists.of(0), [0]);
        assert!(lists.of(1).is_empty());
        assert_eq!(lists.of(2), [0, 1]);
        assert_eq!(lists.of(3), [5]);
    }
}
