//! Phonetic keys of transliterated words: one that keeps vowels, one of consonants alone.

use std::sync::LazyLock;

/// Letter groups and the code of their sound, the longest group first for each first letter. A lower-case code is the plain
/// Latin letter, `S` is sh, `C` is ch, `J` is zh or dj.
const SOUNDS: &[(&str, &str)] = &[
    ("schtsch", "S"),
    ("shch", "S"),
    ("tsch", "C"),
    ("dsch", "J"),
    ("tch", "C"),
    ("sch", "S"),
    ("dzh", "J"),
    ("sh", "S"),
    ("ch", "C"),
    ("cz", "C"),
    ("zh", "J"),
    ("dj", "J"),
    ("dh", "d"),
    ("kh", "h"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("qu", "k"),
    ("tz", "ts"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("ij", "i"),
    ("yj", "i"),
    ("iy", "i"),
    ("yi", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("ee", "i"),
    ("ue", "u"),
    ("oe", "o"),
    ("ae", "a"),
    ("aj", "ai"),
    ("ej", "ei"),
    ("oj", "oi"),
    ("uj", "ui"),
    ("c", "k"),
    ("q", "k"),
    ("w", "v"),
    ("x", "ks"),
    ("y", "i"),
];

/// [`SOUNDS`] by first letter, `a` to `z`.
static BY_LETTER: LazyLock<[Vec<(&str, &str)>; 26]> = LazyLock::new(|| {
    std::array::from_fn(|letter| {
        let starts = |(group, _): &&(&str, &str)| usize::from(group.as_bytes()[0] - b'a') == letter;
        SOUNDS.iter().filter(starts).copied().collect()
    })
});

/// Letter groups with another sound at the start of a word: sh in Pinyin and Wade-Giles, kh from Russian and Greek in German
/// and English, the soft Russian e.
const FIRST_SOUNDS: &[(&str, &str)] = &[("hs", "S"), ("x", "S"), ("chr", "hr"), ("ye", "e"), ("je", "e"), ("ie", "e")];

/// The phonetic key of a transliteration: equal or similar for most phonetic spellings of one word (Schröder, Shreder).
/// Repeated codes are written once.
fn phonetic_key(latin: &str) -> String {
    let mut out = String::with_capacity(latin.len());
    let mut rest = latin;
    if let Some(&(group, code)) = FIRST_SOUNDS.iter().find(|(group, _)| rest.starts_with(group)) {
        out.push_str(code);
        rest = &rest[group.len()..];
    }
    while let Some(first) = rest.chars().next() {
        let groups = first.is_ascii_lowercase().then(|| &BY_LETTER[usize::from(first as u8 - b'a')]);
        let (length, code) = groups
            .into_iter()
            .flatten()
            .find(|(group, _)| rest.starts_with(group))
            .map_or((first.len_utf8(), &rest[..first.len_utf8()]), |&(group, code)| (group.len(), code));
        for c in code.chars() {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        rest = &rest[length..];
    }
    out
}

/// The consonants of a transliteration, merged into the classes p, t, k, f and s, with m, n, l and r as they are. Equal for
/// spellings that differ in vowels, or lack them. `h`, `w` and `y` count as vowels.
pub fn consonant_key(latin: &str) -> String {
    let key = if latin.contains('w') { phonetic_key(&latin.replace('w', "")) } else { phonetic_key(latin) };
    consonants_of(&key)
}

/// Phonetic key and consonant key of a transliteration.
pub(super) fn keys(latin: &str) -> (String, String) {
    let key = phonetic_key(latin);
    let consonants = if latin.contains('w') { consonant_key(latin) } else { consonants_of(&key) };
    (key, consonants)
}

fn consonants_of(phonetic_key: &str) -> String {
    let mut out = String::with_capacity(phonetic_key.len());
    for c in phonetic_key.chars() {
        let class = match c {
            'a' | 'e' | 'i' | 'o' | 'u' | 'h' => continue,
            'b' => 'p',
            'd' => 't',
            'g' => 'k',
            'v' => 'f',
            'z' | 'j' | 'S' | 'C' | 'J' => 's',
            other => other,
        };
        if !out.ends_with(class) {
            out.push(class);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phonetic_spellings_share_a_key() {
        for (one, other) in [
            ("yevgeny", "evgeni"),
            ("sergej", "sergei"),
            ("mohammed", "mohamed"),
            ("husseyn", "husein"),
            ("shi", "xi"),
            ("mueller", "muller"),
            ("viktor", "victor"),
        ] {
            assert_eq!(phonetic_key(one), phonetic_key(other), "{one} {other}");
        }
    }

    #[test]
    fn consonant_keys_ignore_vowels() {
        for (one, other) in [("slman", "salman"), ("bwtyn", "putin"), ("awbama", "obama"), ("ntnyhw", "netanyahu")] {
            assert_eq!(consonant_key(one), consonant_key(other), "{one} {other}");
        }
    }
}
