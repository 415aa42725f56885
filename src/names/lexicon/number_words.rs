//! Numbers written as words or in Roman letters.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::table;
use crate::names::text::latin;

static NUMBERS: LazyLock<FxHashMap<String, u32>> = LazyLock::new(|| {
    table::rows(include_str!("../../../data/names/number_words.tsv"))
        .filter_map(|[number, words]| Some((number.parse().ok()?, words)))
        .flat_map(|(number, words): (u32, _)| table::spellings(words).map(move |word| (latin(word), number)))
        .collect()
});

/// The number that the word with this Latin reading says.
pub fn number_word(latin: &str) -> Option<u32> {
    NUMBERS.get(latin).copied()
}

/// The value of a Roman number from 1 to 39 in lower case, written the strict way.
pub fn roman_number(latin: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = latin.bytes().take_while(|&b| b == b'x').count();
    let ones = ONES.iter().position(|&ones| ones == &latin[tens..])?;
    let value = u32::try_from(tens * 10 + ones).ok()?;
    (1..40).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_numbers() {
        assert_eq!(number_word("three"), Some(3));
        assert_eq!(number_word("erste"), Some(1));
        assert_eq!(number_word("siemens"), None);
    }

    #[test]
    fn roman_numbers_are_strict() {
        for (text, value) in
            [("i", Some(1)), ("iv", Some(4)), ("xix", Some(19)), ("iix", None), ("", None), ("vx", None)]
        {
            assert_eq!(roman_number(text), value, "{text}");
        }
    }
}
