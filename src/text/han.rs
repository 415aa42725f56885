//! Variants of Han characters: traditional, simplified and Japanese forms of one character.

use std::sync::LazyLock;

use irg_kvariants::{KVARIANTS, KVariantClass};
use rustc_hash::FxHashMap;

/// Pairs of a character and its simplified form that are missing in the character data of the IRG.
const PAIRS: &str = include_str!("../../data/names/han_variants.tsv");

/// For each character with variants, the one that stands for all of them.
static CANONICAL: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let rows = PAIRS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let listed = rows.filter_map(|(variant, plain)| Some((variant.chars().next()?, plain.trim().chars().next()?)));
    let is_form = |class: &KVariantClass| matches!(class, KVariantClass::Simplified | KVariantClass::Equal);
    let known = KVARIANTS.values().filter(|variant| is_form(&variant.classification));
    // Simplified characters point to traditional ones there.
    let known = known.map(|variant| (variant.destination_ideograph, variant.source_ideograph));
    let mut groups = Groups::default();
    for (variant, plain) in listed.chain(known) {
        groups.unite(variant, plain);
    }
    groups.canonical()
});

/// The character that stands for all variants of a Han character; other characters are returned as they are.
pub fn simplified(letter: char) -> char {
    if is_han(letter) { CANONICAL.get(&letter).copied().unwrap_or(letter) } else { letter }
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Sets of characters that are variants of one another (union-find).
#[derive(Default)]
struct Groups {
    parents: FxHashMap<char, char>,
}

impl Groups {
    fn root(&self, mut letter: char) -> char {
        while let Some(parent) = self.parents.get(&letter) {
            letter = *parent;
        }
        letter
    }

    fn unite(&mut self, one: char, other: char) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            // The smaller one is the root, so that the result depends on no order.
            self.parents.insert(one.max(other), one.min(other));
        }
    }

    fn canonical(&self) -> FxHashMap<char, char> {
        self.parents.keys().map(|letter| (*letter, self.root(*letter))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_character_are_one() {
        for (a, b) in [('學', '学'), ('費', '费'), ('電', '电'), ('發', '发'), ('関', '关'), ('説', '说'), ('國', '国')]
        {
            assert_eq!(simplified(a), simplified(b), "{a} {b}");
        }
        for (a, b) in [('大', '太'), ('日', '本'), ('京', '北'), ('人', '入')] {
            assert_ne!(simplified(a), simplified(b), "{a} {b}");
        }
        assert_eq!(simplified('a'), 'a');
    }
}
