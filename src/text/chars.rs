//! Classes and plain forms of single characters.

use std::sync::LazyLock;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use super::han;

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
            let form = folded_form(c);
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
            let form = folded_form(c);
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

/// Whether a character is a quote mark of some language, or is typed for one.
pub fn is_quote_mark(c: char) -> bool {
    kind(c) == Kind::Quote
}

/// Whether a character is a dash or hyphen.
pub fn is_dash(c: char) -> bool {
    kind(c) == Kind::Dash
}

/// Whether a character is invisible: soft hyphens, zero-width characters, marks of direction and variation.
pub fn is_ignored(c: char) -> bool {
    !c.is_ascii() && kind(c) == Kind::Ignored
}

/// Whether a character combines with the one before it.
pub fn is_mark(c: char) -> bool {
    kind(c) == Kind::Mark
}

/// The plain form of a decomposed character, without the marks and variants that readers leave out or add at will. None
/// for a mark that is left out: accents, vowel signs of Arabic and Hebrew, the Arabic tatweel, the dot under Devanagari
/// letters. Vowel signs of Indian and Thai letters stay, since words differ by them.
pub fn plain_letter(c: char) -> Option<char> {
    Some(match c {
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{93c}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => return None,
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        'ς' => 'σ',
        other => return usual_letter(other),
    })
}

/// The usual one of letters that stand for one another: the variants of Arabic letters, `ı` for `i`. None for signs that
/// are no letters: vowel signs of Arabic and Hebrew, the Arabic tatweel.
fn usual_letter(c: char) -> Option<char> {
    Some(match c {
        '\u{591}'..='\u{5bd}'
        | '\u{5bf}'
        | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}'
        | '\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}'..='\u{6e8}'
        | '\u{6ea}'..='\u{6ed}' => return None,
        'ı' => 'i',
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' | 'ہ' => 'ه',
        'ک' => 'ك',
        other => other,
    })
}

/// Whether a character can be part of a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
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
/// text is that of its characters, in whatever pieces it is cut, but for the order of combining marks. Equal words are
/// made equal as in search, but a mark that tells words apart stays: see [`joined_mark`].
fn folded_form(c: char) -> Vec<char> {
    let mut form: Vec<char> = Vec::new();
    for part in std::iter::once(c).nfd().default_case_fold().nfkd().default_case_fold().nfkd() {
        match form.last().map_or(JoinedMark::Kept, |base| joined_mark(*base, part)) {
            JoinedMark::Kept => form.extend(usual_letter(part).map(han::simplified)),
            JoinedMark::Digraph => form.push('e'),
            JoinedMark::Dropped => {}
        }
    }
    form
}

/// What becomes of a mark in a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JoinedMark {
    /// It stays.
    Kept,
    /// It makes an umlaut, whose other spelling is a digraph with `e`.
    Digraph,
    /// Readers leave it out in capitals, or the letter has none in lower case.
    Dropped,
}

/// What becomes of `mark` behind the folded letter `base`.
pub(super) fn joined_mark(base: char, mark: char) -> JoinedMark {
    match (base, mark) {
        ('a' | 'o' | 'u', '\u{308}') => JoinedMark::Digraph,
        // The dotted capital of Turkish is i with a dot above.
        ('i', '\u{307}') | ('\u{370}'..='\u{3ff}', '\u{300}'..='\u{36f}') => JoinedMark::Dropped,
        _ => JoinedMark::Kept,
    }
}

fn kind_of(c: char, form: &[char]) -> Kind {
    if has_no_width(c) {
        Kind::Ignored
    } else if c.is_whitespace() {
        Kind::Space
    } else if is_quote_character(c) {
        Kind::Quote
    } else if is_dash_character(c) {
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
fn has_no_width(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Unicode's Quotation_Mark property, and what is typed in its place: accents, primes, modifier letters, Hebrew marks.
fn is_quote_character(c: char) -> bool {
    matches!(c,
        '"' | '\'' | '`' | '«' | '´' | '»' | '\u{2b9}'..='\u{2bd}' | '\u{2ee}' | '\u{5f3}'..='\u{5f4}'
        | '\u{2018}'..='\u{201f}' | '\u{2032}'..='\u{203a}' | '\u{275b}'..='\u{2760}' | '\u{276e}'..='\u{276f}'
        | '\u{2e42}' | '\u{3008}'..='\u{300f}' | '\u{301d}'..='\u{301f}' | '\u{fe41}'..='\u{fe44}' | '\u{ff02}'
        | '\u{ff07}' | '\u{ff40}' | '\u{ff62}'..='\u{ff63}')
        // Within the range of primes, but a caret.
        && c != '\u{2038}'
}

/// Unicode's general category Pd, the minus sign, and the hyphen bullet.
fn is_dash_character(c: char) -> bool {
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
