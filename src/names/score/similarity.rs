//! How alike two words are, and why.

#![allow(clippy::cast_precision_loss, reason = "words have few letters")]

use super::distance::{letter_distance, spelling_distance};
use crate::names::form::{Token, TokenKind};
use crate::names::text::WritingSystem;

/// Likeness of two words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Similarity {
    /// 0 (nothing alike) ..= 1 (the same word).
    pub score: f64,
    /// What makes them alike; the name of a feature.
    pub reason: &'static str,
}

/// Two spellings of one given name.
const SAME_GIVEN_NAME: f64 = 0.97;
/// A given name and its pet form.
const PET_FORM: f64 = 0.93;
/// Two pet forms of one given name.
const PET_FORMS: f64 = 0.86;
/// A letter and a name that starts with it.
const INITIAL: f64 = 0.78;
/// The most that two words can be alike which are known as different given names.
const OTHER_GIVEN_NAME: f64 = 0.5;
/// Words that sound the same but are spelled otherwise.
const SAME_SOUND: f64 = 0.95;
/// Same consonants, where one script writes no reliable vowels.
const SAME_CONSONANTS: f64 = 0.92;
/// Words of fewer letters are measured as if they had as many: one slip in "Mao" is still one slip.
const SHORT: usize = 4;
/// One slip is likely; each further one costs this much on top.
const AGAIN: f64 = 0.08;
/// Fewer letters alike than this are chance.
const CHANCE: f64 = 0.4;

/// Compares two words. Symmetric.
pub(crate) fn similarity(one: &Token, other: &Token) -> Similarity {
    // Different signs may be read alike and still be different names.
    let signs = one.writing == WritingSystem::Syllables && other.writing == WritingSystem::Syllables;
    if one.text == other.text || (one.latin == other.latin && !one.latin.is_empty() && !signs) {
        return Similarity { score: 1.0, reason: "equal" };
    }
    if one.kind == TokenKind::Initial || other.kind == TokenKind::Initial {
        return initial(one, other);
    }
    if one.kind == TokenKind::Particle && other.kind == TokenKind::Particle {
        return Similarity { score: spelled(one, other).score.max(0.5), reason: "particle" };
    }
    match given(one, other) {
        Some(similarity) => similarity,
        None if one.writing == other.writing && one.writing != WritingSystem::Latin => own_script(one, other),
        None if [one, other].iter().any(|token| token.writing.loses_sounds()) => consonants(one, other),
        None => spelled(one, other),
    }
}

fn initial(one: &Token, other: &Token) -> Similarity {
    let same = one.latin.chars().next() == other.latin.chars().next();
    let both = one.kind == other.kind;
    Similarity { score: if same && !both { INITIAL } else { 0.0 }, reason: "initial" }
}

/// Spellings and pet forms of one given name, or two different given names, which are no slip of each other.
fn given(one: &Token, other: &Token) -> Option<Similarity> {
    let pairs = || one.given.iter().flat_map(|a| other.given.iter().map(move |b| (a, b)));
    let shared = pairs().filter(|(a, b)| a.name == b.name).map(|(a, b)| match (a.short, b.short) {
        (false, false) => Similarity { score: SAME_GIVEN_NAME, reason: "given_name" },
        (true, true) => Similarity { score: PET_FORMS, reason: "nickname" },
        _ => Similarity { score: PET_FORM, reason: "nickname" },
    });
    let best = shared.max_by(|a, b| a.score.total_cmp(&b.score));
    if best.is_some() || one.given.is_empty() || other.given.is_empty() {
        return best;
    }
    let spelled = spelled(one, other);
    Some(Similarity { score: spelled.score.min(OTHER_GIVEN_NAME), ..spelled })
}

/// Two words of one script that is not Latin, letter by letter. A sign of a syllable script is half a name.
fn own_script(one: &Token, other: &Token) -> Similarity {
    let signs = |token: &Token| token.text.chars().collect::<Vec<_>>();
    let (one_signs, other_signs) = (signs(one), signs(other));
    let length = one_signs.len().max(other_signs.len()) as f64;
    let share = letter_distance(&one_signs, &other_signs) / length;
    if one.writing == WritingSystem::Syllables {
        return Similarity { score: (1.0 - 2.0 * share).max(0.0), reason: "spelling" };
    }
    let spelled = spelled(one, other);
    let letters = 1.0 - share;
    if one.writing == WritingSystem::Alphabet && spelled.score > letters {
        return spelled;
    }
    Similarity { score: letters, reason: "spelling" }
}

/// Compares what is left when vowels are not written.
fn consonants(one: &Token, other: &Token) -> Similarity {
    // Chinese and Japanese write r and l alike.
    let syllables = [one, other].iter().any(|token| token.writing == WritingSystem::Syllables);
    let skeleton = |token: &Token| if syllables { token.skeleton.replace('l', "r") } else { token.skeleton.clone() };
    let (a, b) = (skeleton(one), skeleton(other));
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let length = a.len().max(b.len());
    if length == 0 {
        return Similarity { score: 0.0, reason: "consonants" };
    }
    let share = spelling_distance(a, b, length as f64) / length as f64;
    let certainty = if length == 1 { 0.75 } else { SAME_CONSONANTS };
    Similarity { score: (1.0 - share).max(0.0) * certainty, reason: "consonants" }.or_better(spelled(one, other))
}

/// Compares Latin readings letter by letter and by sound.
fn spelled(one: &Token, other: &Token) -> Similarity {
    let letters = likeness(&one.latin, &other.latin);
    let spelling = Similarity { score: letters, reason: "spelling" };
    if letters >= SAME_SOUND || (one.sound == one.latin && other.sound == other.latin) {
        return spelling;
    }
    spelling.or_better(Similarity { score: likeness(&one.sound, &other.sound) * SAME_SOUND, reason: "sound" })
}

impl Similarity {
    fn or_better(self, other: Self) -> Self {
        if other.score > self.score { other } else { self }
    }
}

fn likeness(one: &str, other: &str) -> f64 {
    let length = one.len().max(other.len());
    if length == 0 || one.len().abs_diff(other.len()) * 2 > length {
        return 0.0;
    }
    let length = length.max(SHORT) as f64;
    let most = (1.0 - CHANCE + AGAIN) / (1.0 / length + AGAIN);
    let slips = spelling_distance(one.as_bytes(), other.as_bytes(), most);
    let likeness = 1.0 - slips / length - AGAIN * (slips - 1.0).max(0.0);
    if likeness < CHANCE { 0.0 } else { likeness }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp, reason = "the same constants, computed the same way")]

    use super::*;
    use crate::names::form::{NameForm, PartyKind};

    fn alike(one: &str, other: &str) -> f64 {
        let token = |text: &str| NameForm::parse(&format!("{text} Smith"), PartyKind::Person).tokens[0].clone();
        let (one, other) = (token(one), token(other));
        assert_eq!(similarity(&one, &other).score, similarity(&other, &one).score);
        similarity(&one, &other).score
    }

    #[test]
    fn given_names_know_their_family() {
        assert!(alike("Aleksandr", "Alexander") > 0.95);
        assert!(alike("Bill", "William") > 0.9);
        assert!(alike("Marta", "Marco") <= 0.5);
    }

    #[test]
    fn scripts_meet() {
        assert!(alike("Обама", "Obama") > 0.95);
        assert!(alike("سلمان", "Salman") > 0.9);
        assert!(alike("נתניהו", "Netanyahu") > 0.9);
        assert!(alike("قذافي", "Gaddafi") > 0.8);
    }

    #[test]
    fn one_sign_is_another_name() {
        assert!(alike("김종은", "김정은") < 0.5);
    }

    #[test]
    fn slips_cost_by_length() {
        assert!(alike("Manat", "Manet") > 0.85);
        assert!(alike("Lind", "Lindemann") < 0.6);
    }

    #[test]
    fn initials_stand_for_names() {
        assert_eq!(alike("J.", "Joachim"), INITIAL);
        assert_eq!(alike("G.", "W."), 0.0);
    }
}
