//! Words as they should have been written: apart what was written together, together what was written apart.

use super::PartyKind;
use super::classify::Draft;
use crate::names::lexicon;
use crate::names::text::{Word, WritingSystem};

/// A word as the words it is made of: digits part from letters ("QX1"), signs glued to the end of a name
/// without spaces part from it ("公司", "主席"), digits typed for letters are read as letters ("B0ris").
pub(super) fn parts(word: Word, kind: PartyKind) -> Vec<Word> {
    if WritingSystem::of(&word.text) == WritingSystem::Syllables {
        return glued_parts(word, kind);
    }
    let has_digit = word.text.contains(|c: char| c.is_ascii_digit());
    let has_letter = word.text.contains(char::is_alphabetic);
    if !(has_digit && has_letter) || lexicon::number_word(&word.text).is_some() {
        return vec![word];
    }
    if kind != PartyKind::Organization && !word.text.ends_with(|c: char| c.is_ascii_digit()) {
        return vec![Word { text: word.text.chars().map(letter_meant).collect(), ..word }];
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

/// The letter that a digit stands for in a word of letters.
fn letter_meant(c: char) -> char {
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

fn glued_parts(word: Word, kind: PartyKind) -> Vec<Word> {
    let name = if kind == PartyKind::Organization {
        lexicon::glued_legal_form(&word.text).map(|(name, _)| name)
    } else {
        lexicon::glued_title(&word.text)
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => {
            let rest = word.text[name.len()..].to_owned();
            vec![Word { text: name.to_owned(), ..word.clone() }, Word { text: rest, ..word }]
        }
        None => vec![word],
    }
}

/// Makes one word of the letters of "Q.R.S.".
pub(super) fn join_dotted_letters(drafts: &mut Vec<Draft>) {
    let mut at = 0;
    while at < drafts.len() {
        let is_letter = |draft: &Draft| draft.is_open() && draft.word.dotted && draft.latin.len() == 1;
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
