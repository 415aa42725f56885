//! What is known about the frequency of words before a corpus is read.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{full_word, table};
use crate::names::text::latin;

static WEIGHTS: LazyLock<FxHashMap<String, f64>> = LazyLock::new(|| {
    let mut weights = FxHashMap::default();
    for [weight, words] in table::rows(include_str!("../../../data/names/common_words.tsv")) {
        let weight: f64 = weight.parse().unwrap_or(1.0);
        for word in words.split_whitespace() {
            let word = latin(word);
            let full = full_word(&word).map(str::to_owned);
            for word in full.into_iter().chain([word]) {
                weights.entry(word).or_insert(weight);
            }
        }
    }
    weights
});

/// How much sharing the word with this Latin reading says, 0..=1; 1 for words not known to be frequent.
pub fn prior_weight(latin: &str) -> f64 {
    WEIGHTS.get(latin).copied().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

    use super::*;

    #[test]
    fn frequent_words_weigh_less() {
        assert!(prior_weight("bank") < prior_weight("kim"));
        assert!(prior_weight("kim") < prior_weight("gaddafi"));
        assert_eq!(prior_weight("group"), 0.35);
    }
}
