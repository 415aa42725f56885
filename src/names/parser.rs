//! Parses a name: classifies each of its words.
//!
//! Titles and the legal form are found first, from the ends of the name inwards. Each remaining word is then classified
//! by itself. At least one word remains a [`TokenKind::Name`], so that every name can be compared.

use super::form::{ParsedName, PartyKind, Token, TokenKind};
use super::lexicon::{self, MAX_LEGAL_FORM_WORDS, MAX_TITLE_WORDS, TitlePosition};
use super::tokenizer::{Word, words};
use super::transliteration::{WritingSystem, transliterate};

/// Tokens of a name that are kept: real names have far fewer, and the time of a comparison grows with the square.
const MAX_TOKENS: usize = 32;

impl ParsedName {
    /// Parses `text`. Never fails: a text without letters or digits gives an empty name.
    pub fn parse(text: &str, kind: PartyKind) -> Self {
        let words = words(text).into_iter().flat_map(|word| split_word(word, kind));
        let mut drafts: Vec<Draft> = words.map(Draft::new).collect();
        drafts.truncate(MAX_TOKENS);
        if kind == PartyKind::Organization {
            join_abbreviation_letters(&mut drafts);
        } else {
            classify_titles(&mut drafts);
        }
        classify_legal_forms(&mut drafts, kind);
        let kind = infer_kind(&drafts, kind);
        classify_single_words(&mut drafts, kind);
        drafts.retain(Draft::is_readable);
        ensure_a_name(&mut drafts, kind);
        let tokens = drafts.into_iter().map(|draft| draft.into_token(kind)).collect();
        Self { kind, tokens }
    }
}

/// A word that is being classified.
struct Draft {
    word: Word,
    /// Transliteration of the word.
    latin: String,
    /// None until the word is classified; a word that stays unclassified is a name.
    kind: Option<TokenKind>,
}

impl Draft {
    fn new(word: Word) -> Self {
        Self { latin: transliterate(&word.text), word, kind: None }
    }

    fn is_unclassified(&self) -> bool {
        self.kind.is_none()
    }

    /// Whether the word has letters or digits. An ampersand has none; only legal forms need it.
    fn is_readable(&self) -> bool {
        !self.latin.is_empty() || WritingSystem::of(&self.word.text) != WritingSystem::Latin
    }

    fn into_token(self, kind: PartyKind) -> Token {
        let Self { word, mut latin, kind: token_kind } = self;
        if kind == PartyKind::Organization
            && let Some(full) = lexicon::expand_abbreviation(&latin)
        {
            full.clone_into(&mut latin);
        }
        Token::new(word.text, latin, token_kind.unwrap_or(TokenKind::Name), word.is_parenthetical)
    }
}

// === Splitting and joining words

/// Splits a word at the border of digits and letters ("QX1") and before a title or legal form in a script without spaces
/// ("公司", "主席"). Digits that were typed for letters become letters ("B0ris").
fn split_word(word: Word, kind: PartyKind) -> Vec<Word> {
    if WritingSystem::of(&word.text) == WritingSystem::Syllabic {
        return split_unspaced(word, kind);
    }
    let has_digit = word.text.contains(|c: char| c.is_ascii_digit());
    let has_letter = word.text.contains(char::is_alphabetic);
    if !(has_digit && has_letter) || lexicon::number_word(&word.text).is_some() {
        return vec![word];
    }
    if kind != PartyKind::Organization && !word.text.ends_with(|c: char| c.is_ascii_digit()) {
        return vec![Word { text: word.text.chars().map(digit_to_letter).collect(), ..word }];
    }
    let mut parts = Vec::new();
    let mut rest = word.text.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        parts.push(Word { text: rest[..end].to_owned(), ..word.clone() });
        rest = &rest[end..];
    }
    parts
}

/// The letter that a digit is typed for in a word of letters.
fn digit_to_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        '8' => 'b',
        other => other,
    }
}

fn split_unspaced(word: Word, kind: PartyKind) -> Vec<Word> {
    let name = if kind == PartyKind::Organization {
        lexicon::strip_legal_form(&word.text).map(|(name, _)| name)
    } else {
        lexicon::strip_title(&word.text)
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => {
            let suffix = word.text[name.len()..].to_owned();
            vec![Word { text: name.to_owned(), ..word.clone() }, Word { text: suffix, ..word }]
        }
        None => vec![word],
    }
}

/// Joins the letters of "Q.R.S." to one word.
fn join_abbreviation_letters(drafts: &mut Vec<Draft>) {
    let mut at = 0;
    while at < drafts.len() {
        let is_letter = |draft: &Draft| draft.is_unclassified() && draft.word.has_full_stop && draft.latin.len() == 1;
        let run = drafts[at..].iter().take_while(|draft| is_letter(draft)).count();
        if run >= 2 {
            let tail: Vec<Draft> = drafts.drain(at + 1..at + run).collect();
            for letter in tail {
                drafts[at].word.text.push_str(&letter.word.text);
                drafts[at].latin.push_str(&letter.latin);
            }
        }
        at += 1;
    }
}

// === Titles

/// Classifies titles before the name (also after a comma: "Weigel, Dr. Helene") and after it.
fn classify_titles(drafts: &mut [Draft]) {
    let starts: Vec<usize> = (0..drafts.len()).filter(|&at| drafts[at].word.starts_part).collect();
    for mut at in starts {
        while let Some(length) = title_prefix_length(&drafts[at..]) {
            classify(&mut drafts[at..at + length], TokenKind::Title);
            at += length;
        }
    }
    let mut end = drafts.len();
    while let Some(length) = longest(end, MAX_TITLE_WORDS, |length| is_title_suffix(&drafts[end - length..end])) {
        classify(&mut drafts[end - length..end], TokenKind::Title);
        end -= length;
    }
}

/// Words of the longest title that `drafts` start with.
fn title_prefix_length(drafts: &[Draft]) -> Option<usize> {
    let is_title = |length: usize| {
        let window = &drafts[..length];
        window.iter().all(Draft::is_unclassified) && lexicon::is_title(&joined(window), TitlePosition::Prefix)
    };
    let is_compound = |first: &&Draft| first.is_unclassified() && lexicon::is_compound_title(&first.latin);
    longest(drafts.len(), MAX_TITLE_WORDS, is_title).or_else(|| drafts.first().filter(is_compound).map(|_| 1))
}

fn is_title_suffix(window: &[Draft]) -> bool {
    let is_unspaced = matches!(window, [only] if lexicon::is_title_suffix(&only.word.text));
    window.iter().all(Draft::is_unclassified)
        && (is_unspaced || lexicon::is_title(&joined(window), TitlePosition::Suffix))
}

// === Legal forms

/// Classifies legal forms at the end and at the start of the name, and unambiguous ones inside it.
fn classify_legal_forms(drafts: &mut [Draft], kind: PartyKind) {
    // In the name of a person two letters are more likely a name than a legal form ("Ag", "Co").
    let min_letters = if kind == PartyKind::Organization { 1 } else { 3 };
    let mut end = drafts.len();
    let is_suffix = |window: &[Draft]| is_legal_form(window, min_letters);
    while let Some(length) = longest(end, MAX_LEGAL_FORM_WORDS, |length| is_suffix(&drafts[end - length..end])) {
        classify_legal_form(&mut drafts[end - length..end]);
        end -= length;
    }
    if kind == PartyKind::Person {
        return;
    }
    let mut start = 0;
    let is_prefix = |window: &[Draft]| is_legal_form(window, min_letters.max(2)) && !is_generic_legal_form(window);
    while let Some(length) =
        longest(end - start, MAX_LEGAL_FORM_WORDS, |length| is_prefix(&drafts[start..start + length]))
    {
        classify_legal_form(&mut drafts[start..start + length]);
        start += length;
    }
    for at in (start + 1).min(end)..end {
        let window = &mut drafts[at..=at];
        if is_legal_form(window, 3) && !is_generic_legal_form(window) {
            classify_legal_form(window);
        }
    }
}

fn is_legal_form(window: &[Draft], min_letters: usize) -> bool {
    let latin = joined(window);
    latin.len() >= min_letters && window.iter().all(Draft::is_unclassified) && lexicon::legal_form(&latin).is_some()
}

/// Whether the words are a legal form only at the end of a name, such as "group".
fn is_generic_legal_form(window: &[Draft]) -> bool {
    lexicon::legal_form(&joined(window)).is_none_or(|class| class.name() == "any" || class.name() == "foundation")
}

fn classify_legal_form(window: &mut [Draft]) {
    if let Some(class) = lexicon::legal_form(&joined(window)) {
        classify(window, TokenKind::LegalForm(class));
    }
}

/// The greatest length up to `available` and `max` for which `fits` holds.
fn longest(available: usize, max: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
    (1..=max.min(available)).rev().find(|&length| fits(length))
}

fn joined(window: &[Draft]) -> String {
    window.iter().map(|draft| if draft.word.text == "&" { "and" } else { draft.latin.as_str() }).collect()
}

fn classify(window: &mut [Draft], kind: TokenKind) {
    for draft in window {
        draft.kind = Some(kind);
    }
}

/// Infers an unknown kind: a legal form implies an organization, a title a person.
fn infer_kind(drafts: &[Draft], kind: PartyKind) -> PartyKind {
    let any = |wanted: fn(TokenKind) -> bool| drafts.iter().any(|draft| draft.kind.is_some_and(wanted));
    match kind {
        PartyKind::Unknown if any(|kind| matches!(kind, TokenKind::LegalForm(_))) => PartyKind::Organization,
        PartyKind::Unknown if any(|kind| kind == TokenKind::Title) => PartyKind::Person,
        known => known,
    }
}

// === Single words

/// Classifies numbers, generational suffixes, initials and particles.
fn classify_single_words(drafts: &mut Vec<Draft>, kind: PartyKind) {
    let last = drafts.iter().rposition(Draft::is_unclassified);
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| draft.is_unclassified()) {
        draft.kind = match kind {
            PartyKind::Organization => organization_word(draft, at, last == Some(at)),
            PartyKind::Person => personal_word(draft, at),
            PartyKind::Unknown => unknown_word(draft, at),
        };
    }
    add_tens_and_ones(drafts);
}

fn organization_word(draft: &Draft, at: usize, is_last: bool) -> Option<TokenKind> {
    let latin = draft.latin.as_str();
    if draft.word.text == "&" {
        return Some(TokenKind::Particle);
    }
    let roman = || lexicon::roman_numeral(latin).filter(|_| at > 0 && (latin.len() > 1 || is_last));
    if let Some(number) = digits(latin).or_else(|| lexicon::number_word(latin)).or_else(roman) {
        return Some(TokenKind::Number(number));
    }
    // At the start a conjunction or preposition is part of the name ("Pro Asyl", "Per Mare"), an article is not.
    let is_particle = lexicon::is_organization_particle(latin) && (at > 0 || is_article(latin));
    is_particle.then_some(TokenKind::Particle)
}

fn is_article(latin: &str) -> bool {
    const ARTICLES: [&str; 16] =
        ["the", "a", "der", "die", "das", "la", "le", "les", "el", "los", "las", "il", "lo", "l", "o", "os"];
    ARTICLES.contains(&latin)
}

fn personal_word(draft: &Draft, at: usize) -> Option<TokenKind> {
    let latin = draft.latin.as_str();
    if let Some(number) = digits(latin) {
        return Some(TokenKind::Number(number));
    }
    if at > 0
        && let Some(generation) = generation(latin)
    {
        return Some(TokenKind::Generation(generation));
    }
    // "Y." is an initial, "y" joins Spanish surnames.
    let is_letter = draft.word.text.chars().count() == 1 && draft.word.text.contains(char::is_alphabetic);
    if is_letter && WritingSystem::of(&draft.word.text) != WritingSystem::Syllabic {
        let is_particle = !draft.word.has_full_stop && latin != "a" && lexicon::is_personal_particle(latin);
        return Some(if is_particle { TokenKind::Particle } else { TokenKind::Initial });
    }
    (draft.word.text == "&" || lexicon::is_personal_particle(latin)).then_some(TokenKind::Particle)
}

fn unknown_word(draft: &Draft, at: usize) -> Option<TokenKind> {
    let is_particle = matches!(draft.latin.as_str(), "the" | "and") || draft.word.text == "&";
    if is_particle { Some(TokenKind::Particle) } else { personal_word(draft, at) }
}

fn digits(latin: &str) -> Option<u32> {
    latin.parse().ok().filter(|_| latin.len() <= 9)
}

/// The value of a generational suffix.
fn generation(latin: &str) -> Option<u32> {
    match latin {
        "sr" | "senior" | "sen" | "pere" => Some(1),
        "jr" | "junior" | "jun" | "fils" | "filho" | "hijo" => Some(2),
        "neto" | "nieto" => Some(3),
        roman if roman.len() > 1 => lexicon::roman_numeral(roman),
        _ => None,
    }
}

/// Adds the two numbers of "Thirty-two".
fn add_tens_and_ones(drafts: &mut Vec<Draft>) {
    for at in (1..drafts.len()).rev() {
        if let (Some(TokenKind::Number(tens)), Some(TokenKind::Number(ones))) = (drafts[at - 1].kind, drafts[at].kind)
            && digits(&drafts[at - 1].latin).is_none()
            && (20..100).contains(&tens)
            && tens.is_multiple_of(10)
            && (1..10).contains(&ones)
        {
            drafts[at - 1].kind = Some(TokenKind::Number(tens + ones));
            drafts.remove(at);
        }
    }
}

/// Turns words back into names where no name is left: the company "Limited", the band "The The", and the person "Al
/// Gore", which is not a particle and a surname.
fn ensure_a_name(drafts: &mut [Draft], kind: PartyKind) {
    let names = |drafts: &[Draft]| drafts.iter().filter(|draft| draft.is_unclassified()).count();
    if kind != PartyKind::Organization && names(drafts) == 1 {
        let first = drafts.iter_mut().find(|draft| draft.kind != Some(TokenKind::Title));
        if let Some(first) = first.filter(|draft| draft.kind == Some(TokenKind::Particle) && draft.latin.len() > 1) {
            first.kind = None;
        }
    }
    for is_given_up in [
        |kind: TokenKind| kind == TokenKind::Particle,
        |kind: TokenKind| matches!(kind, TokenKind::Number(_) | TokenKind::Generation(_)),
        |kind: TokenKind| matches!(kind, TokenKind::LegalForm(_) | TokenKind::Title),
        |kind: TokenKind| kind == TokenKind::Initial,
    ] {
        if names(drafts) > 0 {
            return;
        }
        drafts.iter_mut().filter(|draft| draft.kind.is_some_and(is_given_up)).for_each(|draft| draft.kind = None);
    }
}

#[cfg(test)]
mod tests;
