//! Korean nouns without the particles that are written to them.

/// When a particle can follow a noun.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Only behind a final consonant.
    Consonant,
    /// Only behind a vowel.
    Vowel,
    /// Behind any syllable.
    Any,
}

/// Particles, longest first, with the syllable they follow and the fewest syllables of the noun that is left. Shorter
/// nouns would more often be words that merely end like this.
const PARTICLES: [(&str, After, usize); 43] = [
    ("으로부터", After::Consonant, 1),
    ("에게서는", After::Any, 1),
    ("에서는", After::Any, 1),
    ("에서도", After::Any, 1),
    ("에게는", After::Any, 1),
    ("에게서", After::Any, 1),
    ("으로서", After::Consonant, 1),
    ("으로써", After::Consonant, 1),
    ("으로는", After::Consonant, 1),
    ("으로도", After::Consonant, 1),
    ("로부터", After::Any, 2),
    ("이라고", After::Consonant, 2),
    ("한테서", After::Any, 1),
    ("까지", After::Any, 1),
    ("부터", After::Any, 1),
    ("에서", After::Any, 1),
    ("에게", After::Any, 1),
    ("에는", After::Any, 1),
    ("에도", After::Any, 1),
    ("으로", After::Consonant, 1),
    ("로서", After::Any, 2),
    ("로써", After::Any, 2),
    ("라고", After::Vowel, 2),
    ("이라", After::Consonant, 2),
    ("이나", After::Consonant, 2),
    ("보다", After::Any, 2),
    ("처럼", After::Any, 2),
    ("마저", After::Any, 2),
    ("조차", After::Any, 2),
    ("과의", After::Consonant, 1),
    ("와의", After::Vowel, 1),
    ("한테", After::Any, 1),
    ("은", After::Consonant, 1),
    ("는", After::Vowel, 1),
    ("을", After::Consonant, 1),
    ("를", After::Vowel, 1),
    ("이", After::Consonant, 2),
    ("가", After::Vowel, 2),
    ("과", After::Consonant, 2),
    ("와", After::Vowel, 2),
    ("의", After::Any, 2),
    ("에", After::Any, 2),
    ("로", After::Any, 2),
];

const FIRST_SYLLABLE: u32 = 0xac00;
const LAST_SYLLABLE: u32 = 0xd7a3;
/// Syllables that share all but their final consonant.
const FINALS: u32 = 28;

/// Whether every character is a Hangul syllable.
pub(super) fn is_hangul(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&(letter as u32)))
}

/// A word of Hangul syllables without its particles. Particles are taken off as long as there are any, so that a noun that
/// ends like one has the same form alone and with a particle.
pub(super) fn without_particles(mut word: &str) -> &str {
    while let Some(noun) = PARTICLES.iter().find_map(|particle| without(word, *particle)) {
        word = noun;
    }
    word
}

fn without<'w>(word: &'w str, (particle, after, fewest): (&str, After, usize)) -> Option<&'w str> {
    let noun = word.strip_suffix(particle)?;
    let last = noun.chars().next_back()? as u32;
    let has_final = !(last - FIRST_SYLLABLE).is_multiple_of(FINALS);
    let fits = match after {
        After::Consonant => has_final,
        After::Vowel => !has_final,
        After::Any => true,
    };
    (fits && noun.chars().count() >= fewest).then_some(noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_is_the_same_with_every_particle() {
        for (noun, forms) in [
            ("정부", ["정부는", "정부의", "정부가", "정부에서는"]),
            ("서울", ["서울은", "서울을", "서울에서", "서울로"]),
            ("물", ["물은", "물을", "물에서", "물으로"]),
            ("고양이", ["고양이는", "고양이가", "고양이의", "고양이를"]),
            ("제주도", ["제주도는", "제주도에서", "제주도가", "제주도의"]),
        ] {
            for form in forms {
                assert_eq!(without_particles(form), without_particles(noun), "{form}");
            }
        }
    }

    #[test]
    fn words_that_end_like_a_particle_stay_whole() {
        for word in ["국가", "마을", "가을", "아이", "인도", "회의", "도로", "나라", "효과"] {
            assert_eq!(without_particles(word), word);
        }
    }
}
