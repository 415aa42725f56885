//! What folding makes of single characters.

use std::sync::LazyLock;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// What a character is to a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Takes no room and means nothing: soft hyphens, zero-width characters, marks of direction and variation.
    Ignored,
    /// White space of any kind, line breaks included.
    Space,
    /// A quote mark of any language, or an apostrophe.
    Quote,
    /// A dash or hyphen.
    Dash,
    /// A letter or digit of a script that parts words by spaces.
    Word,
    /// A character that is a word of its own: of a script that does not part words, or a pictograph.
    Single,
    /// A mark that combines with the character before it.
    Mark,
    /// Anything else.
    Other,
}

const KINDS: [Kind; 8] =
    [Kind::Ignored, Kind::Space, Kind::Quote, Kind::Dash, Kind::Word, Kind::Single, Kind::Mark, Kind::Other];

/// Characters in the table: the Basic Multilingual Plane, which nearly every text stays in.
const TABLE_LEN: u32 = 0x1_0000;

/// Kind and folded form of each character of the table. Folding a character by the rules of Unicode takes a tenth of a
/// microsecond, which is too long for every character of every text.
static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Kind and folded form of each character, looked up.
pub(super) struct Table {
    /// For each character its kind (3 bits), the length of its folded form (5 bits, at most 18) and where that begins in
    /// `folded`, or the one character it is (24 bits).
    entries: Box<[u32]>,
    folded: Box<[char]>,
}

impl Table {
    fn new() -> Self {
        let mut folded = Vec::new();
        let entry = |code: u32| {
            let Some(c) = char::from_u32(code) else { return Kind::Other as u32 };
            let form: Vec<char> = folded_form(c).collect();
            let value = match form[..] {
                [only] => only as u32,
                _ => u32::try_from(folded.len()).expect("a table of 65,536 characters"),
            };
            if form.len() != 1 {
                folded.extend(&form);
            }
            let len = u32::try_from(form.len()).expect("the longest form has 18 characters");
            kind_of(c, &form) as u32 | len << 3 | value << 8
        };
        let entries = (0..TABLE_LEN).map(entry).collect();
        Self { entries, folded: folded.into() }
    }

    /// Kind of a character, as it stands in a text or in a folded one.
    #[inline]
    pub(super) fn kind(&self, c: char) -> Kind {
        match self.entries.get(c as usize) {
            Some(entry) => KINDS[(entry & 7) as usize],
            None => kind_of(c, &[c]),
        }
    }

    /// Kind of a character, and what it is folded to, character by character with their kinds.
    #[inline]
    pub(super) fn folded(&self, c: char, mut emit: impl FnMut(char, Kind)) -> Kind {
        let Some(entry) = self.entries.get(c as usize) else {
            let form: Vec<char> = folded_form(c).collect();
            let kind = kind_of(c, &form);
            if content(kind) {
                for c in form {
                    emit(c, of_content(c));
                }
            }
            return kind;
        };
        let (kind, len, value) = (KINDS[(entry & 7) as usize], (entry >> 3 & 31) as usize, entry >> 8);
        if !content(kind) {
            return kind;
        }
        if len == 1 {
            emit(char::from_u32(value).expect("it was a character"), kind);
        } else {
            let start = value as usize;
            self.folded[start..start + len].iter().for_each(|c| emit(*c, of_content(*c)));
        }
        kind
    }
}

/// The table, made at its first use.
pub(super) fn table() -> &'static Table {
    &TABLE
}

/// Kind of a character, as it stands in a text or in a folded one.
pub(super) fn kind(c: char) -> Kind {
    TABLE.kind(c)
}

/// Whether characters of a kind are kept as they are folded.
fn content(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Single | Kind::Mark | Kind::Other)
}

/// Kind of a character that another one is folded to: part of what is kept, whatever it were on its own.
fn of_content(c: char) -> Kind {
    Some(kind(c)).filter(|kind| content(*kind)).unwrap_or(Kind::Other)
}

/// Compatibility caseless form (Unicode 3.13, D146) of one character, decomposed. Decomposed, because then the form of a
/// text is that of its characters, in whatever pieces it is cut, but for the order of combining marks.
fn folded_form(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfd().default_case_fold().nfkd().default_case_fold().nfkd()
}

fn kind_of(c: char, form: &[char]) -> Kind {
    if is_ignored(c) {
        Kind::Ignored
    } else if c.is_whitespace() {
        Kind::Space
    } else if is_quote(c) {
        Kind::Quote
    } else if is_dash(c) {
        Kind::Dash
    } else if is_combining_mark(c) {
        Kind::Mark
    } else if is_single(form.first().copied().unwrap_or(c)) {
        Kind::Single
    } else if c.is_alphanumeric() {
        Kind::Word
    } else {
        Kind::Other
    }
}

/// Whether a mark is put into an order of its own among others.
pub(super) fn class(c: char) -> u8 {
    canonical_combining_class(c)
}

/// Characters without width. Most of Unicode's Default_Ignorable_Code_Point, and nothing else.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Unicode's Quotation_Mark property, and what is typed in its place: accents, primes, modifier letters, Hebrew marks.
fn is_quote(c: char) -> bool {
    matches!(c,
        '"' | '\'' | '`' | '«' | '´' | '»' | '\u{2b9}'..='\u{2bd}' | '\u{2ee}' | '\u{5f3}'..='\u{5f4}'
        | '\u{2018}'..='\u{201f}' | '\u{2032}'..='\u{203a}' | '\u{275b}'..='\u{2760}' | '\u{276e}'..='\u{276f}'
        | '\u{2e42}' | '\u{3008}'..='\u{300f}' | '\u{301d}'..='\u{301f}' | '\u{fe41}'..='\u{fe44}' | '\u{ff02}'
        | '\u{ff07}' | '\u{ff40}' | '\u{ff62}'..='\u{ff63}')
        // Within the range of primes, but a caret.
        && c != '\u{2038}'
}

/// Unicode's general category Pd, the minus sign, and the hyphen bullet.
fn is_dash(c: char) -> bool {
    matches!(c,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}'
        | '\u{2e17}' | '\u{2e1a}' | '\u{2e3a}'..='\u{2e3b}' | '\u{2e40}' | '\u{2e5d}' | '\u{301c}' | '\u{3030}'
        | '\u{30a0}' | '\u{fe31}'..='\u{fe32}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{10ead}')
}

/// Scripts that do not part words (Thai to Myanmar, Khmer, Han, Kana), and pictographs.
fn is_single(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2600}'..='\u{27bf}' | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{1f000}'..='\u{3ffff}')
}
