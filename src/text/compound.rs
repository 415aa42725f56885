//! German compounds by their parts.

use charabia::{Language as CharabiaLanguage, Segment};

/// Fewest letters of a word that is taken apart, and of a part that is a word of its own. Shorter ones are mostly
/// endings and prefixes.
const MIN_WORD: usize = 8;
const MIN_PART: usize = 4;
/// Most segments of a word that are joined in every way; a longer word is taken for a chain of names or a typing error.
const MAX_SEGMENTS: usize = 6;

/// The parts of a German word in lower case: every run of segments that is not the whole word. `sicherheitsüberprüfung`,
/// which a dictionary cuts into `sicherheits`, `über` and `prüfung`, has the part `überprüfung` among others.
pub(super) fn parts(word: &str) -> Vec<&str> {
    if word.chars().count() < MIN_WORD || !word.chars().all(char::is_alphabetic) {
        return Vec::new();
    }
    let mut cuts = vec![0];
    for segment in word.segment_str_with_option(None, Some(&[CharabiaLanguage::Deu])) {
        cuts.push(cuts.last().map_or(0, |cut| cut + segment.len()));
    }
    let segments = cuts.len() - 1;
    if !(2..=MAX_SEGMENTS).contains(&segments) || cuts.last() != Some(&word.len()) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    for (at, start) in cuts.iter().enumerate() {
        for end in &cuts[at + 1..] {
            let part = &word[*start..*end];
            if part.len() < word.len() && part.chars().count() >= MIN_PART {
                parts.push(part);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_have_their_parts() {
        for (word, part) in [
            ("sicherheitsbedenken", "bedenken"),
            ("sicherheitsüberprüfung", "überprüfung"),
            ("gesichtserkennung", "erkennung"),
            ("nutzerdaten", "daten"),
            ("finanzminister", "minister"),
        ] {
            assert!(parts(word).contains(&part), "{word}: {:?}", parts(word));
        }
    }

    #[test]
    fn short_words_and_numbers_are_left_whole() {
        assert!(parts("bedenken").is_empty() || parts("bedenken").iter().all(|part| part.len() < 8));
        assert!(parts("12345678").is_empty());
        assert!(parts("haus").is_empty());
    }
}
