//! The table of languages: how the words of each are read.

use frostem::{Algorithm, Stemmer};

/// A language. Languages that are not in the table, and texts of unknown language, are [`Language::PLAIN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(u8);

/// What is particular to a language.
struct Row {
    /// Primary subtags of its BCP-47 tags; the first one names the list of stop words.
    tags: &'static [&'static str],
    stemmer: Option<Algorithm>,
    /// Letters with a mark that are letters of their own to those who read the language: `å` is no `a` in Swedish.
    own_letters: &'static str,
    /// The word for `%`.
    percent: &'static str,
    /// Whether articles and pronouns are joined to the next word by an apostrophe: `l'économie`.
    elides: bool,
    /// Words without meaning of their own that the list of stop words lacks.
    more_stop_words: &'static [&'static str],
}

impl Row {
    const PLAIN: Self =
        Self { tags: &[], stemmer: None, own_letters: "", percent: "percent", elides: false, more_stop_words: &[] };

    const fn new(tags: &'static [&'static str], stemmer: Algorithm) -> Self {
        Self { tags, stemmer: Some(stemmer), ..Self::PLAIN }
    }
}

/// English words that speech is full of, and that NLTK does not list.
const ENGLISH_SPEECH: [&str; 15] = [
    "also", "could", "get", "go", "going", "got", "know", "lets", "really", "said", "say", "says", "think", "well",
    "would",
];

/// The languages. [`Language`] is an index of a row.
static ROWS: [Row; 33] = [
    Row::PLAIN,
    Row { more_stop_words: &ENGLISH_SPEECH, ..Row::new(&["en"], Algorithm::English) },
    Row { percent: "prozent", ..Row::new(&["de"], Algorithm::German) },
    Row { stemmer: None, own_letters: "çğıöşü", ..Row::new(&["az"], Algorithm::Turkish) },
    Row::new(&["ar"], Algorithm::Arabic),
    Row { elides: true, ..Row::new(&["ca"], Algorithm::Catalan) },
    Row { percent: "procent", ..Row::new(&["cs"], Algorithm::Czech) },
    Row { own_letters: "åæø", percent: "procent", ..Row::new(&["da"], Algorithm::Danish) },
    Row::new(&["el"], Algorithm::Greek),
    Row { own_letters: "ñ", ..Row::new(&["es"], Algorithm::Spanish) },
    Row { own_letters: "äõöü", percent: "protsent", ..Row::new(&["et"], Algorithm::Estonian) },
    Row::new(&["eu"], Algorithm::Basque),
    Row::new(&["fa"], Algorithm::Persian),
    Row { own_letters: "åäö", percent: "prosentti", ..Row::new(&["fi"], Algorithm::Finnish) },
    Row { elides: true, ..Row::new(&["fr"], Algorithm::French) },
    Row::new(&["ga"], Algorithm::Irish),
    Row::new(&["hi"], Algorithm::Hindi),
    Row { percent: "szazalek", ..Row::new(&["hu"], Algorithm::Hungarian) },
    Row::new(&["hy"], Algorithm::Armenian),
    Row { percent: "persen", ..Row::new(&["id"], Algorithm::Indonesian) },
    Row { elides: true, ..Row::new(&["it"], Algorithm::Italian) },
    Row { percent: "procentas", ..Row::new(&["lt"], Algorithm::Lithuanian) },
    Row::new(&["ne"], Algorithm::Nepali),
    Row { percent: "procent", ..Row::new(&["nl"], Algorithm::Dutch) },
    Row { own_letters: "åæø", percent: "prosent", ..Row::new(&["no", "nb", "nn"], Algorithm::Norwegian) },
    Row { percent: "procent", ..Row::new(&["pl"], Algorithm::Polish) },
    Row::new(&["pt"], Algorithm::Portuguese),
    Row { percent: "procent", ..Row::new(&["ro"], Algorithm::Romanian) },
    Row { percent: "процент", ..Row::new(&["ru"], Algorithm::Russian) },
    Row::new(&["sr"], Algorithm::Serbian),
    Row { own_letters: "åäö", percent: "procent", ..Row::new(&["sv"], Algorithm::Swedish) },
    Row::new(&["ta"], Algorithm::Tamil),
    Row { own_letters: "çğıöşü", ..Row::new(&["tr"], Algorithm::Turkish) },
];

impl Language {
    /// Words as they are, but for case and diacritics.
    pub const PLAIN: Self = Self(0);
    /// English.
    pub const ENGLISH: Self = Self(1);
    const GERMAN: Self = Self(2);
    const AZERBAIJANI: Self = Self(3);
    const TURKISH: Self = Self(32);

    /// The language of a BCP-47 tag.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let is_named = |language: &Self| language.row().tags.iter().any(|tag| tag.eq_ignore_ascii_case(primary));
        Self::all().find(is_named).unwrap_or(Self::PLAIN)
    }

    /// Every language of the table, [`Language::PLAIN`] first.
    #[expect(clippy::cast_possible_truncation, reason = "the table has 33 rows")]
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ROWS.len() as u8).map(Self)
    }

    /// Place in the table, less than the number of languages.
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The stem of a folded word. Words that begin with a digit have none but themselves.
    pub fn stem(self, folded: &str) -> String {
        match self.row().stemmer {
            Some(algorithm) if !folded.starts_with(|letter: char| letter.is_ascii_digit()) => {
                let stemmer = Stemmer::new(algorithm);
                if self.is_german() && ["ae", "oe", "ue"].iter().any(|digraph| folded.contains(digraph)) {
                    return stem_with_digraphs(&stemmer, folded);
                }
                stemmer.stem(folded).into_owned()
            }
            _ => folded.to_owned(),
        }
    }

    /// Whether umlauts have digraphs, and words are written together without limit.
    pub fn is_german(self) -> bool {
        self == Self::GERMAN
    }

    /// Whether `i` and `ı` are two letters, each with a capital of its own.
    pub(super) fn is_turkic(self) -> bool {
        self == Self::TURKISH || self == Self::AZERBAIJANI
    }

    pub(super) fn elides(self) -> bool {
        self.row().elides
    }

    pub(super) fn own_letters(self) -> &'static str {
        self.row().own_letters
    }

    pub(super) fn percent(self) -> &'static str {
        self.row().percent
    }

    /// The code that its list of stop words has, if there may be one.
    pub(super) fn code(self) -> Option<&'static str> {
        self.row().tags.first().copied()
    }

    pub(super) fn more_stop_words(self) -> &'static [&'static str] {
        self.row().more_stop_words
    }

    fn row(self) -> &'static Row {
        &ROWS[self.index()]
    }
}

/// The German stemmer takes every digraph for an umlaut. Those left in a key are genuine: their vowels are hidden from it, as
/// it hides a `u` between vowels itself.
fn stem_with_digraphs(stemmer: &Stemmer, folded: &str) -> String {
    let hidden = folded.replace("ae", "âe").replace("oe", "ôe").replace("ue", "Ue");
    stemmer.stem(&hidden).replace('â', "a").replace('ô', "o").replace('U', "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_their_row() {
        for (tag, primary) in [("de-AT", "de"), ("EN", "en"), ("nb", "no"), ("zh-Hant", ""), ("", ""), ("tr", "tr")] {
            assert_eq!(Language::of(tag).row().tags.first().copied().unwrap_or_default(), primary, "{tag}");
        }
        assert!(Language::of("de").is_german() && Language::of("tr").is_turkic() && Language::of("az").is_turkic());
        assert_eq!(Language::of("en"), Language::ENGLISH);
    }

    #[test]
    fn german_stems_keep_genuine_digraphs() {
        let german = Language::of("de");
        for (word, stem) in
            [("poeten", "poet"), ("statuen", "statu"), ("statue", "statu"), ("frauen", "frau"), ("israels", "israel")]
        {
            assert_eq!(german.stem(word), stem);
        }
    }
}
