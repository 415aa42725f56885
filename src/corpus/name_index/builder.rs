//! Collecting names and laying them out.

use rustc_hash::FxHashMap;

use super::listings::Listings;
use super::search::skeleton_hash;
use super::vocabulary::Vocabulary;
use super::{Entry, NameIndex};
use crate::corpus::table::Id;
use crate::names::{NameForm, PartyKind, Token, TokenKind};

/// A name taken apart for the index.
#[derive(Debug)]
pub(super) struct Name {
    actor: Id,
    /// At most [`MAX_TEXT`] bytes.
    text: Box<str>,
    kind: PartyKind,
    weak: bool,
    /// The words it is listed under, each once.
    words: Vec<String>,
    skeleton: Option<u32>,
}

/// Bytes of a name that are kept; longer ones are cut. Far above what a comparison looks at.
const MAX_TEXT: usize = 4096;

impl Name {
    /// Takes a name apart; none if there are no letters to know anybody by.
    pub(super) fn read(actor: Id, text: &str, kind: PartyKind, weak: bool) -> Option<Self> {
        let form = NameForm::parse(text, kind);
        if form.is_empty() {
            return None;
        }
        let mut words = Vec::new();
        for word in index_words(&form) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        let text = text[..text.floor_char_boundary(MAX_TEXT)].into();
        Some(Self { actor, text, kind, weak, words, skeleton: skeleton_hash(&form) })
    }
}

/// Collects the names of a corpus.
#[derive(Debug, Default)]
pub(super) struct NameIndexBuilder {
    texts: String,
    entries: Vec<Entry>,
    words: FxHashMap<Box<str>, u32>,
    /// Word and entry, in order of entries.
    listed: Vec<(u32, u32)>,
    skeletons: Vec<(u32, u32)>,
}

impl NameIndexBuilder {
    /// Adds a name; those of one actor one after the other. A name that the actor just got is ignored, and so are names
    /// beyond 4 GiB of text or 2^32 names in all: no machine that could hold them would answer in time.
    pub(super) fn add(&mut self, name: Name) {
        let Name { actor, text, kind, weak, words, skeleton } = name;
        let (Ok(entry), Ok(text_end)) =
            (u32::try_from(self.entries.len()), u32::try_from(self.texts.len() + text.len()))
        else {
            return;
        };
        if self.has_just_added(actor, &text) {
            return;
        }
        self.texts.push_str(&text);
        let count = u8::try_from(words.len()).unwrap_or(u8::MAX);
        for word in words {
            let word = self.number(word);
            self.listed.push((word, entry));
        }
        self.skeletons.extend(skeleton.map(|hash| (hash, entry)));
        self.entries.push(Entry { actor, text_end, kind, weak, words: count });
    }

    /// Whether the names added last, of the same actor, have this one already.
    fn has_just_added(&self, actor: Id, text: &str) -> bool {
        const LOOK_BACK: usize = 100;
        let mut end = self.texts.len();
        for at in (0..self.entries.len()).rev().take(LOOK_BACK).take_while(|&at| self.entries[at].actor == actor) {
            let start = at.checked_sub(1).map_or(0, |before| self.entries[before].text_end as usize);
            if &self.texts[start..end] == text {
                return true;
            }
            end = start;
        }
        false
    }

    fn number(&mut self, word: String) -> u32 {
        let next = u32::try_from(self.words.len()).expect("distinct words are counted in 32 bits");
        *self.words.entry(word.into()).or_insert(next)
    }

    /// How many actors have each word, and how many actors there are. The names of one actor stand side by side.
    fn frequencies(&self, words: usize) -> (Box<[u32]>, u32) {
        let mut counted: Vec<(u32, Option<Id>)> = vec![(0, None); words];
        for &(word, entry) in &self.listed {
            let (count, last) = &mut counted[word as usize];
            let actor = Some(self.entries[entry as usize].actor);
            if *last != actor {
                *count += 1;
                *last = actor;
            }
        }
        let actors = self.entries.chunk_by(|one, other| one.actor == other.actor).count();
        let actors = u32::try_from(actors).expect("actors are counted in 32 bits");
        (counted.into_iter().map(|(count, _)| count).collect(), actors)
    }

    /// Lays the names out for searching.
    pub(super) fn build(mut self) -> NameIndex {
        let mut words: Vec<(Box<str>, u32)> = std::mem::take(&mut self.words).into_iter().collect();
        words.sort_unstable_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let mut place = vec![0_u32; words.len()];
        for (at, &(_, number)) in (0..).zip(&words) {
            place[number as usize] = at;
        }
        for (word, _) in &mut self.listed {
            *word = place[*word as usize];
        }
        let (frequencies, actors) = self.frequencies(words.len());
        self.skeletons.sort_unstable();
        self.skeletons.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.entries.shrink_to_fit();
        NameIndex {
            texts: self.texts,
            entries: self.entries,
            listings: Listings::new(words.len(), &self.listed),
            vocabulary: Vocabulary::new(words.iter().map(|(word, _)| &**word)),
            frequencies,
            actors,
            skeletons: self.skeletons,
        }
    }
}

/// The words that a name is listed under: its names and, of organizations, its acronyms.
fn index_words(form: &NameForm) -> impl Iterator<Item = String> {
    let names = form.tokens.iter().filter(|token| token.kind == TokenKind::Name).map(|token| token.latin.clone());
    let acronyms = (form.kind != PartyKind::Person).then(|| acronyms(form)).into_iter().flatten();
    names.chain(acronyms).filter(|word| !word.is_empty())
}

/// First letters of the words, with and without particles, of names of at least three words.
pub(super) fn acronyms(form: &NameForm) -> Vec<String> {
    const MIN_LETTERS: usize = 3;
    let letters = |wanted: fn(&&Token) -> bool| -> String {
        form.compared().filter(wanted).filter_map(|token| token.latin.chars().next()).collect()
    };
    let mut acronyms = vec![letters(|token| token.kind != TokenKind::Particle), letters(|_| true)];
    acronyms.dedup();
    acronyms.retain(|acronym| acronym.len() >= MIN_LETTERS);
    acronyms
}
