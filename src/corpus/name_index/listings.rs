//! For each word the entries that have it: one array of entries, one of where each word's part ends.

#[derive(Debug)]
pub(super) struct Listings {
    ends: Vec<u32>,
    entries: Vec<u32>,
}

impl Listings {
    /// From pairs of word (`0..words`) and entry, in order of entries.
    pub(super) fn new(words: usize, listed: &[(u32, u32)]) -> Self {
        let mut ends = vec![0_u32; words];
        for &(word, _) in listed {
            ends[word as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            // Until the entries are laid out, each word's end is its start.
            total += std::mem::replace(end, total);
        }
        let mut entries = vec![0; listed.len()];
        for &(word, entry) in listed {
            let end = &mut ends[word as usize];
            entries[*end as usize] = entry;
            *end += 1;
        }
        Self { ends, entries }
    }

    /// The entries of `word`, ascending.
    pub(super) fn of(&self, word: u32) -> &[u32] {
        let at = word as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[start as usize..self.ends[at] as usize]
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of_val(self.ends.as_slice()) + size_of_val(self.entries.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_under_their_words() {
        let listings = Listings::new(4, &[(2, 0), (0, 0), (2, 1), (3, 5)]);
        assert_eq!(listings.of(0), [0]);
        assert!(listings.of(1).is_empty());
        assert_eq!(listings.of(2), [0, 1]);
        assert_eq!(listings.of(3), [5]);
    }
}
