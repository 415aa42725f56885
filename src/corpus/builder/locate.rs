//! Finds a quote in a text, character by character.

use std::ops::Range;

use memchr::memmem;

use crate::model::QUOTE_JOINT;

/// Most places at which a quote of several parts is tried; more make it ambiguous. Each try walks over the text.
const MAX_PLACES: usize = 64;

/// Where a quote stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Located {
    /// At one place, or at one that fits prefix and suffix best; a range for each part.
    At(Vec<Range<usize>>),
    /// At several places that prefix and suffix do not tell apart.
    Ambiguous(usize),
    /// Nowhere.
    Nowhere,
}

/// Finds `quote` in `text`: as a whole, else part by part at its joints.
pub(super) fn locate(text: &str, quote: &str, prefix: &str, suffix: &str) -> Located {
    let mut places: Vec<Vec<Range<usize>>> = occurrences(text, quote).map(|range| vec![range]).collect();
    if places.is_empty() && quote.contains(QUOTE_JOINT) {
        let parts: Vec<&str> = quote.split(QUOTE_JOINT).collect();
        let starts = occurrences(text, parts[0]).take(MAX_PLACES + 1);
        places = starts.filter_map(|first| follow(text, first, &parts[1..])).collect();
    }
    match places.len() {
        0 => Located::Nowhere,
        1 => Located::At(places.swap_remove(0)),
        count => choose(text, places, prefix, suffix).map_or(Located::Ambiguous(count), Located::At),
    }
}

/// Every place at which `part` stands, overlapping ones included.
fn occurrences<'t>(text: &'t str, part: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let finder = memmem::Finder::new(part.as_bytes());
    let step = part.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(from..).filter(|_| !part.is_empty())?;
        let start = from + finder.find(rest)?;
        from = start + step;
        Some(start..start + part.len())
    })
}

/// The parts after `first`, each at the nearest place behind the one before.
fn follow(text: &str, first: Range<usize>, parts: &[&str]) -> Option<Vec<Range<usize>>> {
    let mut ranges = vec![first];
    for part in parts {
        let from = ranges.last().map_or(0, |range| range.end);
        let start = from + text[from..].find(part).filter(|_| !part.is_empty())?;
        ranges.push(start..start + part.len());
    }
    Some(ranges)
}

/// The place whose surroundings agree most with prefix and suffix, if there is one such place.
fn choose(text: &str, places: Vec<Vec<Range<usize>>>, prefix: &str, suffix: &str) -> Option<Vec<Range<usize>>> {
    let agreement = |place: &Vec<Range<usize>>| {
        let start = place.first().map_or(0, |range| range.start);
        let end = place.last().map_or(0, |range| range.end);
        let before = text[..start].chars().rev().zip(prefix.chars().rev()).take_while(|(a, b)| a == b).count();
        let after = text[end..].chars().zip(suffix.chars()).take_while(|(a, b)| a == b).count();
        before + after
    };
    let best = places.iter().map(agreement).max().filter(|best| *best > 0)?;
    let mut fitting = places.into_iter().filter(|place| agreement(place) == best);
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quote_at_one_place_is_there() {
        assert_eq!(locate("Er sagte: „Schön“.", "Schön", "", ""), Located::At(vec![13..19]));
        assert_eq!(locate("nothing", "here", "", ""), Located::Nowhere);
    }

    #[test]
    fn overlapping_places_are_two() {
        assert_eq!(locate("aaa", "aa", "", ""), Located::Ambiguous(2));
    }

    #[test]
    fn prefix_and_suffix_tell_places_apart() {
        let text = "he said no, she said no.";
        assert_eq!(locate(text, "no", "", ""), Located::Ambiguous(2));
        assert_eq!(locate(text, "no", "he said ", ","), Located::At(vec![8..10]));
        assert_eq!(locate(text, "no", "she said ", ""), Located::At(vec![21..23]));
        assert_eq!(locate(text, "no", "it said ", ""), Located::Ambiguous(2));
    }

    #[test]
    fn parts_are_found_in_order() {
        let text = "We talk, he added, and we listen.";
        assert_eq!(locate(text, "We talk … and we listen", "", ""), Located::At(vec![0..7, 19..32]));
        assert_eq!(locate(text, "and we listen … We talk", "", ""), Located::Nowhere);
    }

    proptest! {
        #[test]
        fn what_is_located_is_the_quote(text in "[ab äö]{0,30}", quote in "[ab äö]{1,4}") {
            match locate(&text, &quote, "", "") {
                Located::At(ranges) => prop_assert_eq!(&text[ranges[0].clone()], quote),
                Located::Nowhere => prop_assert!(!text.contains(&quote)),
                Located::Ambiguous(count) => prop_assert!(count > 1 && text.contains(&quote)),
            }
        }
    }
}
