//! Weighted edit distance (optimal string alignment): likely typos cost less.

/// Costs of one edit; an unlikely edit costs 1.0.
mod cost {
    /// Substitution of a vowel by another.
    pub(super) const VOWEL: f64 = 0.6;
    /// Substitution of a consonant by another of the same sound class.
    pub(super) const SAME_CLASS: f64 = 0.6;
    /// Insertion or deletion of a letter equal to the previous one.
    pub(super) const REPEATED_LETTER: f64 = 0.3;
    /// Insertion or deletion of a vowel or an h.
    pub(super) const VOWEL_OR_H: f64 = 0.7;
    /// Transposition of two adjacent letters.
    pub(super) const TRANSPOSITION: f64 = 0.8;
}

/// Letters that are compared; the rest of a longer word is ignored.
const MAX_LETTERS: usize = 63;

/// Distance of two transliterated words (`a-z0-9`): insertions, deletions, substitutions and transpositions, each 0..=1.
/// May be infinite if it exceeds `max`.
pub(super) fn spelling_distance(one: &[u8], other: &[u8], max: f64) -> f64 {
    distance(one, other, max, |one, other| substitution(*one, *other), insertion)
}

/// Unweighted distance of two words of one script.
pub(super) fn character_distance(one: &[char], other: &[char]) -> f64 {
    distance(one, other, f64::INFINITY, |_, _| 1.0, |_, _| 1.0)
}

/// Dynamic program over three rows. `substitution` is called for different letters only; `insertion(letters, at)` is the
/// cost of inserting or deleting the letter at `at`.
fn distance<T: PartialEq>(
    one: &[T],
    other: &[T],
    max: f64,
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
                best = best.min(before[j - 2] + cost::TRANSPOSITION);
            }
            row[j] = best;
            least = least.min(best);
        }
        // A transposition reads the row before the previous one, so the next row may cost less than this one.
        if least > max + cost::TRANSPOSITION {
            return f64::INFINITY;
        }
        (before, above, row) = (above, row, before);
    }
    above[width - 1]
}

fn substitution(one: u8, other: u8) -> f64 {
    if is_vowel(one) && is_vowel(other) {
        cost::VOWEL
    } else if sound_class(one).is_some() && sound_class(one) == sound_class(other) {
        cost::SAME_CLASS
    } else {
        1.0
    }
}

fn insertion(letters: &[u8], at: usize) -> f64 {
    let letter = letters[at];
    if at > 0 && letters[at - 1] == letter {
        cost::REPEATED_LETTER
    } else if is_vowel(letter) || letter == b'h' {
        cost::VOWEL_OR_H
    } else {
        1.0
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Sound class: letters that orthographies use for similar sounds.
fn sound_class(letter: u8) -> Option<u8> {
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
    fn likely_typos_cost_less() {
        assert_eq!(spelling("merkel", "merkel"), 0.0);
        assert_eq!(spelling("barack", "barackk"), cost::REPEATED_LETTER);
        assert_eq!(spelling("manet", "manat"), cost::VOWEL);
        assert_eq!(spelling("putin", "pudin"), cost::SAME_CLASS);
        assert_eq!(spelling("macron", "marcon"), cost::TRANSPOSITION);
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
    fn unweighted_edits_cost_one_each() {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(character_distance(&characters("山口一郎"), &characters("山田一郎")), 1.0);
    }
}
