//! Ratings of fact-checkers as verdicts.
//!
//! Every fact-checker has words of its own. The table `data/ratings.tsv` says which verdict a text stands for; a text
//! that it does not hold is looked up by its first words, and only then the number beside it counts. What stays unsure
//! is `NOT_RATED`: a verdict that nobody gave is worse than none.

mod phrase;
mod scale;
mod vocabulary;

use self::phrase::Phrase;
use self::vocabulary::Vocabulary;
use crate::proto::v1::{Rating, Verdict};

/// What a verdict was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingBasis {
    /// The rating text, as a whole or by its first words.
    Text,
    /// The number on its scale: the text is empty, or says nothing that is known.
    Scale,
    /// Nothing: the verdict is `NOT_RATED`, because there is a text or a number that could not be read.
    Unread,
    /// Nothing: the verdict is `NOT_RATED`, because neither text nor number is there.
    Absent,
}

/// The verdict of a rating. `language` is the language of the text (BCP-47), empty if nobody knows: it decides where a
/// text has two meanings in two languages.
pub fn read_rating(text: &str, language: &str, rating: Option<&Rating>) -> (Verdict, RatingBasis) {
    let vocabulary = Vocabulary::built_in();
    let phrase = Phrase::new(text);
    if let Some(verdict) = vocabulary.verdict(&phrase, language) {
        return (verdict, RatingBasis::Text);
    }
    let says_nothing = phrase.is_number();
    let number = rating.and_then(scale::verdict);
    match number {
        // A text that may deny outweighs a number: feeds give the best number to what they call altered.
        Some(verdict) if says_nothing || !is_positive(verdict) || !vocabulary.is_doubtful(&phrase) => {
            (verdict, RatingBasis::Scale)
        }
        None if says_nothing && phrase.is_empty() && rating.is_none_or(|rating| rating.value.is_none()) => {
            (Verdict::NotRated, RatingBasis::Absent)
        }
        _ => (Verdict::NotRated, RatingBasis::Unread),
    }
}

/// Whether a verdict says that a claim holds.
fn is_positive(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::True | Verdict::MostlyTrue)
}

#[cfg(test)]
mod tests;
