//! Folding whole texts for comparing quotes: without what typesetting changes.
//!
//! Folding keeps the letters and what stands between them, and drops how they were set: case, compatibility forms and
//! ligatures (Unicode's compatibility caseless form), soft hyphens and everything without width, which white space and
//! how much of it, which dash and whether there is space around it, quote marks. A quote mark within a word is its
//! apostrophe and stays: `we're` is not `were`. Two spellings of a word are one as in search: an umlaut and its digraph,
//! `i` with and without its dot, Arabic and Hebrew with and without vowel signs, Greek capitals without accents,
//! traditional and simplified Han characters. Other marks stay: `hatte` is not `hätte`.

use std::ops::Range;

use super::chars::{self, JoinedMark, Kind};

/// Combining marks behind which another is put in order; text with longer runs of them is none (Unicode's Stream-Safe
/// Text Format allows 30), and sorting it must not take the square of its length.
const MAX_MARKS: usize = 30;

/// A folded text that knows where it comes from.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of it the bytes of the original that it comes from.
    origins: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a text of less than 4 GiB.
    pub fn new(text: &str) -> Self {
        let mut folder = Folder::new(text.len(), Vec::with_capacity(text.len()));
        folder.take(text);
        Self { text: folder.text, origins: folder.origins }
    }

    /// Where a stretch of the folded text stands in the original. None if it cuts a character of the original in two.
    pub fn origin(&self, range: Range<usize>) -> Option<Range<usize>> {
        let inner = self.origins.get(range.clone()).filter(|origins| !origins.is_empty())?;
        let start = inner.iter().map(|origin| origin.0).min()?;
        let end = inner.iter().map(|origin| origin.1).max()?;
        let before = range.start.checked_sub(1).and_then(|at| self.origins.get(at));
        let after = self.origins.get(range.end);
        let cut = before.is_some_and(|origin| origin.1 > start) || after.is_some_and(|origin| origin.0 < end);
        // A mark behind the stretch belongs to the character at its end.
        let marked = self.text[range.end..].chars().next().is_some_and(|c| chars::kind(c) == Kind::Mark);
        (!cut && !marked).then_some(start as usize..end as usize)
    }
}

/// The folded text alone.
pub fn fold(text: &str) -> String {
    let mut folder = Folder::new(text.len(), ());
    folder.take(text);
    folder.text
}

/// A word of a folded text: a run of letters, digits and marks, or one character of a script that does not part words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it is a single character by its script, so that no text holds part of it.
    pub single: bool,
}

/// The words of a folded text, in order.
pub fn words(folded: &str) -> impl Iterator<Item = Word> + '_ {
    let table = chars::table();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            at += plain_len(&folded.as_bytes()[at..]);
            while let Some(c) = folded[at..].chars().next() {
                match table.kind(c) {
                    Kind::Word | Kind::Mark => {
                        at += c.len_utf8();
                        at += plain_len(&folded.as_bytes()[at..]);
                    }
                    Kind::Single if at == start => {
                        at += c.len_utf8();
                        return Some(Word { range: start..at, single: true });
                    }
                    _ => break,
                }
            }
            if at > start {
                return Some(Word { range: start..at, single: false });
            }
            at += folded[at..].chars().next()?.len_utf8();
        }
    })
}

/// How many bytes a text begins with that are folded to themselves, and are of words.
fn plain_len(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()).count()
}

/// Notes where folded characters come from, or does not.
trait Origins {
    fn insert(&mut self, at: usize, len: usize, origin: (u32, u32));
    /// Appends single bytes that come from single bytes.
    fn push_each(&mut self, from: Range<u32>);
    /// Lets the last `len` bytes come from what ends at `end`, too. Returns where that begins.
    fn extend_last(&mut self, len: usize, end: u32) -> u32;
}

impl Origins for () {
    fn insert(&mut self, _at: usize, _len: usize, _origin: (u32, u32)) {}
    fn push_each(&mut self, _from: Range<u32>) {}
    fn extend_last(&mut self, _len: usize, _end: u32) -> u32 {
        0
    }
}

impl Origins for Vec<(u32, u32)> {
    fn insert(&mut self, at: usize, len: usize, origin: (u32, u32)) {
        if at == self.len() {
            self.extend(std::iter::repeat_n(origin, len));
        } else {
            self.splice(at..at, std::iter::repeat_n(origin, len));
        }
    }

    fn push_each(&mut self, from: Range<u32>) {
        self.extend(from.map(|byte| (byte, byte + 1)));
    }

    fn extend_last(&mut self, len: usize, end: u32) -> u32 {
        let from = self.len() - len;
        self[from..].iter_mut().for_each(|origin| origin.1 = end);
        self[from].0
    }
}

struct Folder<O> {
    text: String,
    origins: O,
    /// White space that is written once something follows it.
    space: Option<(u32, u32)>,
    /// A quote mark behind a word, which is an apostrophe if the word goes on.
    quote: Option<(u32, u32)>,
    /// Kind of the last character written; a space before the first.
    last: Kind,
}

impl<O: Origins> Folder<O> {
    fn new(capacity: usize, origins: O) -> Self {
        Self { text: String::with_capacity(capacity), origins, space: None, quote: None, last: Kind::Space }
    }

    fn take(&mut self, text: &str) {
        let table = chars::table();
        let place = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            // Most of most texts; three times as fast as character by character.
            let plain = plain_len(&text.as_bytes()[at..]);
            if plain > 0 {
                self.write(c, Kind::Word, (place(at), place(at + 1)));
                self.text.push_str(&text[at + 1..at + plain]);
                self.origins.push_each(place(at + 1)..place(at + plain));
                at += plain;
                continue;
            }
            let origin = (place(at), place(at + c.len_utf8()));
            at += c.len_utf8();
            match table.folded(c, |c, kind| self.write(c, kind, origin)) {
                Kind::Ignored | Kind::Word | Kind::Single | Kind::Mark | Kind::Other => {}
                Kind::Space => {
                    self.quote = None;
                    if self.last != Kind::Space {
                        self.space.get_or_insert(origin);
                    }
                }
                Kind::Quote => {
                    if self.space.is_none() && matches!(self.last, Kind::Word | Kind::Mark) {
                        self.quote.get_or_insert(origin);
                    }
                }
                Kind::Dash => {
                    (self.space, self.quote) = (None, None);
                    if self.last != Kind::Dash {
                        self.push('-', origin);
                        self.last = Kind::Dash;
                    }
                }
            }
        }
    }

    #[inline]
    fn write(&mut self, c: char, kind: Kind, origin: (u32, u32)) {
        if kind == Kind::Word && self.space.is_none() && self.quote.is_none() {
            self.push(c, origin);
            self.last = kind;
        } else {
            self.write_joined(c, kind, origin);
        }
    }

    /// Writes a character with what is due before it.
    fn write_joined(&mut self, c: char, kind: Kind, origin: (u32, u32)) {
        let (space, quote) = (self.space.take(), self.quote.take());
        if let Some(space) = space {
            // Space around dashes, and around characters that need none, is a matter of taste.
            if kind != Kind::Single && !matches!(self.last, Kind::Dash | Kind::Single) {
                self.push(' ', space);
            }
        } else if let Some(quote) = quote
            && kind == Kind::Word
        {
            self.push('\'', quote);
        }
        if kind == Kind::Mark && self.join_mark(c, origin.1) {
            return;
        }
        if kind == Kind::Mark && chars::class(c) > 0 {
            let class = chars::class(c);
            let later = |c: &char| chars::kind(*c) == Kind::Mark && chars::class(*c) > class;
            let behind: usize = self.text.chars().rev().take(MAX_MARKS).take_while(later).map(char::len_utf8).sum();
            let at = self.text.len() - behind;
            self.text.insert(at, c);
            self.origins.insert(at, c.len_utf8(), origin);
        } else {
            self.push(c, origin);
        }
        self.last = kind;
    }

    /// Takes in a mark that is folded together with the letter before it. Returns whether it was one.
    fn join_mark(&mut self, mark: char, end: u32) -> bool {
        let Some(base) = self.text.chars().next_back() else { return false };
        let joined = chars::joined_mark(base, mark);
        if joined == JoinedMark::Kept {
            return false;
        }
        let start = self.origins.extend_last(base.len_utf8(), end);
        if joined == JoinedMark::Digraph {
            self.push('e', (start, end));
            self.last = Kind::Word;
        }
        true
    }

    #[inline]
    fn push(&mut self, c: char, origin: (u32, u32)) {
        self.origins.insert(self.text.len(), c.len_utf8(), origin);
        self.text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_typesetting_changes_is_folded_away() {
        let plain = fold("he said \"we're ready\" - and left");
        for set in [
            "He said “we’re ready” – and left",
            "he said „we're\u{a0}ready“\u{2014}and\r\nleft",
            "HE  SAID » we´re  rea\u{ad}dy « -- and left",
            "he\tsaid 'we're r\u{200b}eady' − and left ",
            "he said we're ready-and left",
        ] {
            assert_eq!(fold(set), plain, "{set}");
        }
        assert_ne!(fold("we're ready"), fold("were ready"));
        assert_ne!(fold("well-known"), fold("well known"));
        assert_ne!(fold("hatte"), fold("hätte"));
        assert_ne!(fold("pêche"), fold("péché"));
    }

    #[test]
    fn forms_and_cases_of_unicode_are_folded_away() {
        for (a, b) in [
            ("Überprüfung", "U\u{308}berpru\u{308}fung"),
            ("STRASSE", "straße"),
            ("ﬁnden", "finden"),
            ("ΟΔΟΣ", "οδος"),
            ("１２３ＡＢＣ", "123abc"),
            ("각", "\u{1100}\u{1161}\u{11a8}"),
            ("ḍ\u{307}", "d\u{307}\u{323}"),
            ("wait…", "wait..."),
            ("❤\u{fe0f}", "❤"),
            ("中文 字\n句", "中文字句"),
            ("שלום \u{5d0}\u{5be}ב", "שלום א-ב"),
            ("Müller", "Mueller"),
            ("U\u{308}BER", "ueber"),
            ("İSTANBUL IŞIK", "istanbul ışık"),
            ("ΑΘΗΝΑ", "Αθήνα"),
            ("α\u{301}θηνα", "αθηνα"),
            ("لَن نَرفَع", "لن نرفع"),
            ("شَمْـــس", "شمس"),
            ("שָׁלוֹם", "שלום"),
            ("學費", "学费"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn a_stretch_leads_back_to_what_it_was_made_of() {
        let body = "Er: „Die Stra\u{ad}ße\u{a0}– ge\u{308}ht’s?“ ﬁn";
        let folded = Folded::new(body);
        let find = |text: &str| {
            let start = folded.text.find(&fold(text)).unwrap();
            folded.origin(start..start + fold(text).len()).map(|range| &body[range])
        };
        assert_eq!(find("strasse"), Some("Stra\u{ad}ße"));
        assert_eq!(find("die strasse - gëht's?"), Some("Die Stra\u{ad}ße\u{a0}– ge\u{308}ht’s?"));
        assert_eq!(find("stras"), None, "half of ß");
        assert_eq!(find("- ge"), None, "without its diaeresis");
        assert_eq!(find("f"), None, "half of a ligature");
        let umlauts = Folded::new("Ü u\u{308}");
        assert_eq!(umlauts.text, "ue ue");
        let origins = [(0..2, Some(0..2)), (0..1, None), (3..5, Some(3..6)), (3..4, None)];
        for (stretch, origin) in origins {
            assert_eq!(umlauts.origin(stretch.clone()), origin, "{stretch:?}");
        }
        assert_eq!(folded.origin(3..3), None);
    }

    #[test]
    fn words_are_runs_of_letters_or_single_signs() {
        let folded = fold("L'homme-clé a 1,5 中文🙂ok");
        let found: Vec<&str> = words(&folded).map(|word| &folded[word.range]).collect();
        assert_eq!(found, ["l", "homme", "cle\u{301}", "a", "1", "5", "中", "文", "🙂", "ok"]);
    }

    #[test]
    fn a_run_of_marks_takes_no_square_of_its_length() {
        let zalgo = format!("a{}", "\u{301}\u{323}".repeat(100_000));
        assert_eq!(Folded::new(&zalgo).text.len(), zalgo.len());
    }

    proptest! {
        #[test]
        fn every_text_is_folded_and_leads_back(text in "(\\PC|[ \"'„“’\u{ad}\u{308}\u{323}ßﬁ—-]|[a-e]){0,40}") {
            let folded = Folded::new(&text);
            prop_assert_eq!(&folded.text, &fold(&text));
            prop_assert_eq!(folded.text.len(), folded.origins.len());
            for word in words(&folded.text) {
                if let Some(range) = folded.origin(word.range.clone()) {
                    prop_assert_eq!(fold(&text[range]), &folded.text[word.range]);
                }
            }
        }

        #[test]
        fn folding_twice_is_folding_once_but_for_case(text in "[a-zäöüßA-Z \"'„“’.,—–\u{a0}\u{ad}-]{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
