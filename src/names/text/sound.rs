//! Two codes for words that are spelled by ear: the sound code keeps vowels, the skeleton only consonants.

use std::sync::LazyLock;

/// Letter groups and the code of their sound, longest first at each letter. Lower case codes are the plain
/// Latin letters, `S` is sh, `C` is ch, `J` is zh or dj.
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

/// Groups that sound otherwise at the start of a word: Pinyin and Wade-Giles sh, the Russian and Greek
/// kh in German and English, the soft Russian e.
const FIRST_SOUNDS: &[(&str, &str)] = &[("hs", "S"), ("x", "S"), ("chr", "hr"), ("ye", "e"), ("je", "e"), ("ie", "e")];

/// The sound code of a Latin reading: equal for most spellings by ear of one word (Schröder, Shreder are near).
/// Letters said twice are written once.
fn sound(latin: &str) -> String {
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

/// The consonants of a Latin reading in six classes (p t k f s, and m n l r as they are): what is left of a
/// word when a script or a spelling takes its vowels away. `h`, `w` and `y` count as vowels.
pub fn skeleton(latin: &str) -> String {
    let sounds = if latin.contains('w') { sound(&latin.replace('w', "")) } else { sound(latin) };
    skeleton_of(&sounds)
}

/// Sound code and skeleton of a Latin reading.
pub(in crate::names) fn codes(latin: &str) -> (String, String) {
    let sounds = sound(latin);
    let skeleton = if latin.contains('w') { skeleton(latin) } else { skeleton_of(&sounds) };
    (sounds, skeleton)
}

fn skeleton_of(sounds: &str) -> String {
    let mut out = String::with_capacity(sounds.len());
    for c in sounds.chars() {
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
    fn spellings_by_ear_share_a_code() {
        for (one, other) in [
            ("yevgeny", "evgeni"),
            ("sergej", "sergei"),
            ("mohammed", "mohamed"),
            ("husseyn", "husein"),
            ("shi", "xi"),
            ("mueller", "muller"),
            ("viktor", "victor"),
        ] {
            assert_eq!(sound(one), sound(other), "{one} {other}");
        }
    }

    #[test]
    fn skeletons_survive_lost_vowels() {
        for (one, other) in [("slman", "salman"), ("bwtyn", "putin"), ("awbama", "obama"), ("ntnyhw", "netanyahu")] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }
}
