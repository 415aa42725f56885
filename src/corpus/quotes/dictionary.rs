//! A sorted dictionary of words in one string, with lookup by word, prefix, suffix and infix.

use std::ops::Range;

use memchr::memmem;

/// Separates words. No word contains it.
const BOUND: u8 = b'\n';

/// Distinct words in ascending order. The number of a word is its rank.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The words, each after a separator, and a final separator.
    text: Box<str>,
    /// The position of the separator before each word.
    starts: Box<[u32]>,
}

impl Dictionary {
    fn word(&self, number: usize) -> &str {
        let start = self.starts[number] as usize + 1;
        let end = self.starts.get(number + 1).map_or(self.text.len() - 1, |next| *next as usize);
        &self.text[start..end]
    }

    fn first_where(&self, holds: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.word(middle)) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The number of a word.
    pub(super) fn number(&self, word: &str) -> Option<usize> {
        let at = self.first_where(|other| other >= word);
        (at < self.starts.len() && self.word(at) == word).then_some(at)
    }

    /// The numbers of the words that begin with `prefix`. Costs two binary searches.
    pub(super) fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = self.first_where(|word| word >= prefix);
        start..self.first_where(|word| word > prefix && !word.starts_with(prefix)).max(start)
    }

    /// The numbers of the words that contain `part`, or end with it. Costs a substring search through all words.
    pub(super) fn containing(&self, part: &str, at_end: bool) -> impl Iterator<Item = usize> + '_ {
        let mut pattern = part.as_bytes().to_vec();
        pattern.extend(at_end.then_some(BOUND));
        let finder = memmem::Finder::new(&pattern).into_owned();
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + finder.find(&self.text.as_bytes()[from..])?;
            let number = self.starts.partition_point(|start| *start as usize <= at) - 1;
            from = self.starts.get(number + 1).map_or(self.text.len(), |next| *next as usize);
            Some(number)
        })
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.starts)
    }
}

/// Builds a dictionary.
#[derive(Default)]
pub(super) struct DictionaryWriter {
    text: String,
    starts: Vec<u32>,
}

impl DictionaryWriter {
    /// Appends a word, which must be greater than all words before.
    pub(super) fn push(&mut self, word: &str) {
        self.starts.push(u32::try_from(self.text.len()).expect("distinct words have less than 4 GiB"));
        self.text.push(char::from(BOUND));
        self.text.push_str(word);
    }

    pub(super) fn finish(mut self) -> Dictionary {
        self.text.push(char::from(BOUND));
        Dictionary { text: self.text.into(), starts: self.starts.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn words_are_found_whole_and_by_parts(words in prop::collection::btree_set("[abä]{1,5}", 0..30), part in "[abä]{1,3}") {
            let mut writer = DictionaryWriter::default();
            for word in &words {
                writer.push(word);
            }
            let dictionary = writer.finish();
            let numbered: Vec<&String> = words.iter().collect();
            let that = |holds: &dyn Fn(&str) -> bool| -> BTreeSet<usize> {
                (0..numbered.len()).filter(|at| holds(numbered[*at])).collect()
            };
            prop_assert_eq!(dictionary.number(&part), numbered.iter().position(|word| **word == part));
            let beginning: BTreeSet<usize> = dictionary.with_prefix(&part).collect();
            prop_assert_eq!(beginning, that(&|word| word.starts_with(&part)));
            let ending: BTreeSet<usize> = dictionary.containing(&part, true).collect();
            prop_assert_eq!(ending, that(&|word| word.ends_with(&part)));
            let holding: BTreeSet<usize> = dictionary.containing(&part, false).collect();
            prop_assert_eq!(holding, that(&|word| word.contains(&part)));
        }
    }
}
