//! Verdicts from the ratings of fact-checkers.
//!
//! Every fact-checker has its own rating texts. `data/ratings.tsv` maps known texts to verdicts. A text that it does not
//! list is looked up by its first words; if that fails, the number of the rating counts. A rating that is still unclear is
//! `NOT_RATED`, because a wrong verdict is worse than none.

mod vocabulary;

use self::vocabulary::{Phrase, Vocabulary, is_positive};
use crate::proto::v1::{Rating, Verdict};

/// What a verdict is based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingBasis {
    /// The rating text or its first words.
    Text,
    /// The number on its scale: the text is empty or not known.
    Scale,
    /// Nothing: the verdict is `NOT_RATED`, because the text or number could not be read.
    Unread,
    /// Nothing: the verdict is `NOT_RATED`, because there is neither text nor number.
    Absent,
}

/// The verdict of a rating. `language` is the language of the text (BCP-47), empty if unknown. It decides between the
/// meanings of a text that means different things in two languages.
pub fn read_rating(text: &str, language: &str, rating: Option<&Rating>) -> (Verdict, RatingBasis) {
    let vocabulary = Vocabulary::built_in();
    let phrase = Phrase::new(text);
    if let Some(verdict) = vocabulary.verdict(&phrase, language) {
        return (verdict, RatingBasis::Text);
    }
    let has_no_words = phrase.is_number();
    let number = rating.and_then(verdict_of_number);
    match number {
        // A text that may deny the claim outweighs a good number: feeds give the best number to altered images.
        Some(verdict) if has_no_words || !is_positive(verdict) || !vocabulary.is_doubtful(&phrase) => {
            (verdict, RatingBasis::Scale)
        }
        None if has_no_words && phrase.is_empty() && rating.is_none_or(|rating| rating.value.is_none()) => {
            (Verdict::NotRated, RatingBasis::Absent)
        }
        _ => (Verdict::NotRated, RatingBasis::Unread),
    }
}

/// Largest share of the way from worst to best that is mostly false. The steps of 1 to 5, the scale that ClaimReview
/// recommends, are at 0, 1/4, 1/2, 3/4 and 1.
const MOSTLY_FALSE_TO: f64 = 0.35;
/// Smallest share of the way from worst to best that is mostly true.
const MOSTLY_TRUE_FROM: f64 = 0.65;

/// Verdicts of the scale from 1 to 6, whose lowest step is a false claim that is also ridiculous.
const SIX_STEPS: [Verdict; 6] =
    [Verdict::False, Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True];

/// The verdict of a number within its scale. Both ends of the scale are required, because feeds leave them out of unusual
/// scales. A scale whose best value is its lowest is not read: its ends may be interchanged or meant so.
fn verdict_of_number(rating: &Rating) -> Option<Verdict> {
    let (value, best, worst) = (rating.value?, rating.best?, rating.worst?);
    if !(best > worst && (worst..=best).contains(&value) && (best - worst).is_finite()) {
        return None;
    }
    if let Some(verdict) = on_six_steps(value, best, worst) {
        return Some(verdict);
    }
    let share = (value - worst) / (best - worst);
    Some(match share {
        _ if value <= worst => Verdict::False,
        _ if value >= best => Verdict::True,
        share if share <= MOSTLY_FALSE_TO => Verdict::MostlyFalse,
        share if share >= MOSTLY_TRUE_FROM => Verdict::MostlyTrue,
        _ => Verdict::Mixed,
    })
}

fn on_six_steps(value: f64, best: f64, worst: f64) -> Option<Verdict> {
    if (worst, best) != (1.0, 6.0) {
        return None;
    }
    (1..).zip(SIX_STEPS).find(|(step, _)| f64::from(*step).total_cmp(&value).is_eq()).map(|(_, verdict)| verdict)
}

#[cfg(test)]
mod tests;
