//! Blocking keys: what a name is indexed and looked up by.

use crate::names::{ParsedName, PartyKind, Token, TokenKind, consonant_key};

/// Minimum letters of an acronym that is a key.
const MIN_ACRONYM_LETTERS: usize = 3;
/// Minimum consonants of a whole name that are a key.
const MIN_NAME_CONSONANTS: usize = 3;
/// Minimum consonants of a word that are a key; too many words share a single one.
const MIN_WORD_CONSONANTS: usize = 2;

/// The terms that a name is indexed under, each once: its words and, unless it is a person's, its acronyms.
pub(super) fn terms(name: &ParsedName) -> Vec<String> {
    let words = name_tokens(name).map(|token| token.latin.clone());
    let acronyms = (name.kind != PartyKind::Person).then(|| acronyms(name)).into_iter().flatten();
    let mut terms = Vec::new();
    for term in words.chain(acronyms) {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// The tokens of a name that are words with a transliteration.
pub(super) fn name_tokens(name: &ParsedName) -> impl Iterator<Item = &Token> {
    name.tokens.iter().filter(|token| token.kind == TokenKind::Name && !token.latin.is_empty())
}

/// The initials of a name of at least three words, without and with those of particles.
pub(super) fn acronyms(name: &ParsedName) -> Vec<String> {
    let initials = |wanted: fn(&&Token) -> bool| -> String {
        name.aligned_tokens().filter(wanted).filter_map(|token| token.latin.chars().next()).collect()
    };
    let mut acronyms = vec![initials(|token| token.kind != TokenKind::Particle), initials(|_| true)];
    acronyms.dedup();
    acronyms.retain(|acronym| acronym.len() >= MIN_ACRONYM_LETTERS);
    acronyms
}

/// A hash of the consonants of the whole name: finds names written without spaces or vowels.
pub(super) fn name_consonants(name: &ParsedName) -> Option<u32> {
    let joined: String = name_tokens(name).map(|token| token.latin.as_str()).collect();
    let key = consonant_key(&joined);
    (key.len() >= MIN_NAME_CONSONANTS).then(|| hash(&key))
}

/// A hash of the consonant key of a word.
pub(super) fn word_consonants(consonant_key: &str) -> Option<u32> {
    (consonant_key.len() >= MIN_WORD_CONSONANTS).then(|| hash(consonant_key))
}

/// FNV-1a of a consonant key. r and l are one consonant, as in Chinese and Japanese transcriptions.
fn hash(consonant_key: &str) -> u32 {
    const FNV_OFFSET: u32 = 0x811c_9dc5;
    const FNV_PRIME: u32 = 0x0100_0193;
    let letters = consonant_key.bytes().map(|byte| if byte == b'l' { b'r' } else { byte });
    letters.fold(FNV_OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME))
}
