//! One form for every way to type the same letters.

use unicode_normalization::UnicodeNormalization;

/// Characters of a text that are looked at; the rest is ignored. The longest real name in sanctions lists
/// has some 250, and a bound here bounds everything that follows.
pub const MAX_CHARS: usize = 512;

/// Brings `text` into compatibility form (NFKC: full-width letters, ligatures, composed marks), at most
/// [`MAX_CHARS`] long, without characters that nobody sees and with one kind of hyphen and no apostrophes.
pub(super) fn clean(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().take(MAX_CHARS).filter(|&c| !is_apostrophe(c)).collect();
    }
    text.chars()
        .filter(|&c| !is_invisible(c))
        .take(MAX_CHARS)
        .nfkc()
        .filter(|&c| !is_apostrophe(c))
        .take(MAX_CHARS)
        .map(|c| if is_hyphen(c) { '-' } else { c })
        .collect()
}

/// Zero-width and direction marks, soft hyphen, variation selectors, tags, fillers.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFD}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Apostrophes inside a word carry no sound that Latin spellings agree on (Qa'ida, Qaida; O'Neill, ONeill).
fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{00B4}' | '\u{02B9}'..='\u{02BF}' | '\u{02C8}' | '\u{02CA}' | '\u{02CB}'
            | '\u{055A}' | '\u{05F3}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{A78C}' | '\u{FF07}'
    )
}

fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '\u{058A}' | '\u{05BE}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{30A0}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_go() {
        assert_eq!(clean("He\u{200B}lene\u{202E} \u{FEFF}Wei\u{00AD}gel"), "Helene Weigel");
    }

    #[test]
    fn full_width_and_composed_letters_become_plain() {
        assert_eq!(clean("Ａｎｇｅｌａ"), "Angela");
        assert_eq!(clean("e\u{301}"), "é");
    }

    #[test]
    fn apostrophes_go_and_hyphens_are_one() {
        assert_eq!(clean("Qa’ida O`Neill Jean‑Claude"), "Qaida ONeill Jean-Claude");
    }

    #[test]
    fn length_is_bounded() {
        assert_eq!(clean(&"ﷺ".repeat(9_000)).chars().count(), MAX_CHARS);
    }
}
