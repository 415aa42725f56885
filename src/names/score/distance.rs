//! Edit distance that knows which slips are likely.

/// Costs of one slip; 1.0 is an unlikely one.
mod cost {
    /// One vowel for another.
    pub(super) const VOWEL: f64 = 0.6;
    /// One consonant for another of the same sound class.
    pub(super) const SAME_CLASS: f64 = 0.6;
    /// A letter written twice instead of once, or once instead of twice.
    pub(super) const DOUBLED: f64 = 0.3;
    /// A vowel or an h more or less.
    pub(super) const SOFT_LETTER: f64 = 0.7;
    /// Two neighbours that changed places.
    pub(super) const SWAPPED: f64 = 0.8;
}

/// Letters that are compared; longer words are cut.
const MAX_LETTERS: usize = 63;

/// Distance of two Latin words (`a-z0-9`): insertions, deletions, substitutions and swaps of neighbours
/// (optimal string alignment), each 0..=1. Infinite if it is certain to exceed `most`.
pub(super) fn spelling_distance(one: &[u8], other: &[u8], most: f64) -> f64 {
    distance(one, other, most, |one, other| substitution(*one, *other), insertion)
}

/// Number of letters that differ between two words of one script (optimal string alignment).
pub(super) fn letter_distance(one: &[char], other: &[char]) -> f64 {
    distance(one, other, f64::INFINITY, |_, _| 1.0, |_, _| 1.0)
}

/// Dynamic program over three rows. `substitution` is asked only for different letters; `insertion(letters, at)`
/// is the cost of the letter at `at` being too many.
fn distance<T: PartialEq>(
    one: &[T],
    other: &[T],
    most: f64,
    substitution: impl Fn(&T, &T) -> f64,
    insertion: impl Fn(&[T], usize) -> f64,
) -> f64 {
    let one = &one[..one.len().min(MAX_LETTERS)];
    let other = &other[..other.len().min(MAX_LETTERS)];
    let width = other.len() + 1;
    let mut rows = [[0.0_f64; MAX_LETTERS + 1]; 3];
    let [before, above, row] = &mut rows;
    let (mut before, mut above, mut row) = (before, above, row);
    for j in 1..width {
        above[j] = above[j - 1] + insertion(other, j - 1);
    }
    for i in 1..=one.len() {
        let removal = insertion(one, i - 1);
        row[0] = above[0] + removal;
        let mut least = row[0];
        for j in 1..width {
            let same = one[i - 1] == other[j - 1];
            let replaced = above[j - 1] + if same { 0.0 } else { substitution(&one[i - 1], &other[j - 1]) };
            let mut best = replaced.min(above[j] + removal).min(row[j - 1] + insertion(other, j - 1));
            if !same && i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(before[j - 2] + cost::SWAPPED);
            }
            row[j] = best;
            least = least.min(best);
        }
        // A swap may reach back over one row, but never costs less than nothing.
        if least > most + cost::SWAPPED {
            return f64::INFINITY;
        }
        (before, above, row) = (above, row, before);
    }
    above[width - 1]
}

fn substitution(one: u8, other: u8) -> f64 {
    if is_vowel(one) && is_vowel(other) {
        cost::VOWEL
    } else if class(one).is_some() && class(one) == class(other) {
        cost::SAME_CLASS
    } else {
        1.0
    }
}

fn insertion(letters: &[u8], at: usize) -> f64 {
    let letter = letters[at];
    if at > 0 && letters[at - 1] == letter {
        cost::DOUBLED
    } else if is_vowel(letter) || letter == b'h' {
        cost::SOFT_LETTER
    } else {
        1.0
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Consonants that languages write for each other.
fn class(letter: u8) -> Option<u8> {
    match letter {
        b'b' | b'p' => Some(b'p'),
        b'd' | b't' => Some(b't'),
        b'g' | b'k' | b'q' | b'c' => Some(b'k'),
        b'f' | b'v' | b'w' => Some(b'f'),
        b's' | b'z' | b'x' => Some(b's'),
        b'm' | b'n' => Some(b'n'),
        b'i' | b'j' | b'y' => Some(b'i'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

    use super::*;

    fn spelling(one: &str, other: &str) -> f64 {
        spelling_distance(one.as_bytes(), other.as_bytes(), f64::INFINITY)
    }

    #[test]
    fn likely_slips_cost_less() {
        assert_eq!(spelling("merkel", "merkel"), 0.0);
        assert_eq!(spelling("barack", "barackk"), cost::DOUBLED);
        assert_eq!(spelling("manet", "manat"), cost::VOWEL);
        assert_eq!(spelling("putin", "pudin"), cost::SAME_CLASS);
        assert_eq!(spelling("macron", "marcon"), cost::SWAPPED);
        assert_eq!(spelling("macron", "maclon"), 1.0);
        assert_eq!(spelling("", "xr"), 2.0);
    }

    #[test]
    fn distance_is_symmetric() {
        for (one, other) in [("obama", "osama"), ("lind", "lindemann"), ("", "a"), ("schulze", "scholz")] {
            assert_eq!(spelling(one, other), spelling(other, one));
        }
    }

    #[test]
    fn signs_count_one_each() {
        let signs = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(letter_distance(&signs("山口一郎"), &signs("山田一郎")), 1.0);
    }
}
