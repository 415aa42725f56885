//! German umlauts written as digraphs.

/// Parts of words in which the vowels of a digraph belong to two syllables. `$` is the end of the word.
const GENUINE: [&str; 64] = [
    "aero",
    "aloe",
    "annuell",
    "avenue",
    "bioe",
    "boeing",
    "buenos",
    "citroen",
    "coesfeld",
    "coexist",
    "duell",
    "duett",
    "emanuel",
    "fluenz",
    "gaetan",
    "guerilla",
    "guerra",
    "individue",
    "ismael",
    "israel",
    "ituell",
    "joel$",
    "kevelaer",
    "koeduk",
    "koeffizient",
    "koexist",
    "ktuell",
    "maestr",
    "manuel",
    "menuett",
    "michael",
    "minuet",
    "noel$",
    "ntuell",
    "nuevo",
    "oboe",
    "paella",
    "poem",
    "poesi",
    "poet$",
    "poeten",
    "poetik",
    "poetin",
    "poetis",
    "ptuell",
    "puerto",
    "queue",
    "rafael",
    "raphael",
    "residue",
    "revue",
    "rtuell",
    "samuel",
    "sexuel",
    "soeben",
    "soest",
    "statue",
    "suez",
    "venezuela",
    "videoe",
    "visuel",
    "xtuell",
    "zuein",
    "zuerst",
];

/// Digraphs that are umlauts although a vowel stands before them, where it is the end of a prefix or a word.
const UMLAUT_BEHIND_A_VOWEL: [&str; 5] = ["ueber", "uebung", "uebel", "uebt", "uess"];

/// A word in lower case with its digraphs written as umlauts, as a dictionary has it: `ueber` is `über`. A digraph stays
/// where there is no umlaut: at the end of a word (`Revue`), behind a vowel it forms a sound with (`neue`, `Frauen`,
/// `Quelle`), and in the words of [`GENUINE`]. A word that `continues` behind what is given has no end there.
///
/// Both spellings of a word with umlauts give the same result. A genuine digraph that is taken for an umlaut gives a word
/// that no dictionary has, and the same one wherever the word stands.
pub(super) fn with_umlauts(lower: &str, continues: bool) -> String {
    let mut out = String::with_capacity(lower.len());
    let kept = genuine_bytes(lower);
    let mut before = ' ';
    let mut letters = lower.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().copied();
        let umlaut = match (letter, next) {
            ('a', Some((_, 'e'))) => Some('ä'),
            ('o', Some((_, 'e'))) => Some('ö'),
            ('u', Some((_, 'e'))) => Some('ü'),
            _ => None,
        };
        let is_end = at + 2 == lower.len() && !continues && !lower.ends_with("menue");
        let rest = &lower[at..];
        let written = match umlaut {
            Some(umlaut) if !is_end && !forms_a_sound(before, letter, rest) && !kept.contains(&at) => {
                letters.next();
                umlaut
            }
            _ => letter,
        };
        out.push(written);
        before = written;
    }
    out
}

/// Whether the vowel forms a sound with the letter before it, so that the `e` behind it is a vowel of its own.
fn forms_a_sound(before: char, vowel: char, rest: &str) -> bool {
    let joined = vowel == 'u' && matches!(before, 'a' | 'e' | 'o' | 'ä' | 'q');
    joined && (before == 'q' || !UMLAUT_BEHIND_A_VOWEL.iter().any(|part| rest.starts_with(part)))
}

/// Where genuine digraphs begin.
fn genuine_bytes(lower: &str) -> Vec<usize> {
    if !["ae", "oe", "ue"].iter().any(|digraph| lower.contains(digraph)) {
        return Vec::new();
    }
    let found = GENUINE.iter().flat_map(|part| {
        let at_end = part.strip_suffix('$').filter(|part| lower.ends_with(part)).map(|part| lower.len() - part.len());
        at_end.map(|at| (at, *part)).into_iter().chain(lower.match_indices(part))
    });
    found.flat_map(|(at, part)| at..at + part.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_an_umlaut_are_one_word() {
        for word in [
            "überprüfung",
            "bäuerliche",
            "säuerling",
            "müllabfuhr",
            "säen",
            "europäer",
            "geöffnet",
            "geändert",
            "familiär",
            "diät",
            "quälen",
            "stünde",
            "geübt",
            "häuser",
            "ausgeübt",
            "menü",
            "ägäis",
            "klimaüberwachung",
            "böen",
            "käufer",
            "läuft",
            "neuübernahme",
        ] {
            let spelled = word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
            assert_eq!(with_umlauts(&spelled, false), word);
            assert_eq!(with_umlauts(word, false), word);
        }
    }

    #[test]
    fn genuine_digraphs_stay() {
        for word in [
            "neue",
            "frauen",
            "quelle",
            "treue",
            "steuer",
            "dauert",
            "aktuell",
            "duell",
            "poesie",
            "israel",
            "michael",
            "statuen",
            "revue",
            "zuerst",
            "soeben",
            "individuell",
            "bauer",
            "abenteuer",
            "konsequenz",
            "venezuela",
            "joe",
            "toe",
            "poet",
        ] {
            assert_eq!(with_umlauts(word, false), word);
        }
        assert_eq!(with_umlauts("mue", true), "mü");
    }
}
