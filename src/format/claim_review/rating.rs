//! The rating of a review: text, number and verdict.

use std::collections::HashSet;

use super::node::{Node, text};
use crate::format::reading::json::Json;
use crate::format::reading::notes::Notes;
use crate::model::{Code, RatingBasis, quoted, read_rating};
use crate::proto::v1::{Rating, Verdict};

/// The path of findings.
const PATH: &str = "reviewRating";
/// The number that feeds write if there is none.
const NO_NUMBER: f64 = -1.0;

/// The rating of a review.
#[derive(Debug, Default)]
pub(super) struct ReadRating {
    pub(super) verdict: Verdict,
    /// The rating text of the reviewer. May be empty.
    pub(super) text: String,
    pub(super) rating: Option<Rating>,
}

/// Reads the rating of a review. `language` is that of the review, or empty.
pub(super) fn rating(review: Node<'_>, language: &str, notes: &mut Notes) -> ReadRating {
    let values = review.values("reviewRating");
    if values.len() > 1 {
        notes.corrected(PATH, format!("the review has {} ratings; they were joined", values.len()));
    }
    let (mut texts, mut names): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut rating = Rating::default();
    for value in values {
        let read = of_value(value, notes);
        texts.extend(read.texts);
        names.extend(read.names);
        rating.value = rating.value.or(read.rating.value);
        rating.best = rating.best.or(read.rating.best);
        rating.worst = rating.worst.or(read.rating.worst);
    }
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    let rating = (rating != Rating::default()).then_some(rating);
    let (verdict, basis) = verdict(&texts, &names, language, rating.as_ref());
    let text = texts.join("; ");
    note(basis, verdict, &text, rating.as_ref(), notes);
    ReadRating { verdict, text, rating }
}

/// The verdict of the first text with one; else of the name of the rating; else of the number.
fn verdict(texts: &[String], names: &[String], language: &str, rating: Option<&Rating>) -> (Verdict, RatingBasis) {
    let by_text = texts.iter().chain(names).map(|text| read_rating(text, language, None));
    let by_text = by_text.into_iter().find(|(_, basis)| *basis == RatingBasis::Text);
    by_text.unwrap_or_else(|| read_rating(&texts.join("; "), language, rating))
}

fn note(basis: RatingBasis, verdict: Verdict, text: &str, rating: Option<&Rating>, notes: &mut Notes) {
    let number = rating.map(shown).unwrap_or_default();
    match basis {
        RatingBasis::Text => {}
        RatingBasis::Scale if text.is_empty() => {
            notes.add(
                Code::RatingByNumber,
                PATH,
                format!("{number} has no text; it was read as {}", verdict.as_str_name()),
            );
        }
        RatingBasis::Scale => {
            let message =
                format!("{} is not a known rating; {number} was read as {}", quoted(text), verdict.as_str_name());
            notes.add(Code::RatingByNumber, PATH, message);
        }
        RatingBasis::Unread if text.is_empty() => {
            notes.add(Code::RatingUnknown, PATH, format!("{number} cannot be read as a verdict"));
        }
        RatingBasis::Unread => notes.add(Code::RatingUnknown, PATH, format!("{} is not a known rating", quoted(text))),
        RatingBasis::Absent => notes.add(Code::PropertyMissing, PATH, "is missing, so the claim is not rated"),
    }
}

fn shown(rating: &Rating) -> String {
    let end = |end: Option<f64>| end.map_or_else(|| "?".to_owned(), |end| end.to_string());
    format!("{} of {} to {}", end(rating.value), end(rating.worst), end(rating.best))
}

/// The content of one value.
#[derive(Default)]
struct RatingValue {
    texts: Vec<String>,
    /// Names beside the texts.
    names: Vec<String>,
    rating: Rating,
}

fn of_value(value: &Json, notes: &mut Notes) -> RatingValue {
    let mut content = RatingValue::default();
    let Some(node) = Node::new(value) else {
        let Some(text) = text(value) else { return content };
        notes.corrected(PATH, "is not an object; it was read as the text of a rating");
        content.take(&text, PATH, notes);
        return content;
    };
    let words = ["alternateName", "@value", "name"].map(|property| node.texts(property));
    let words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
    if words.len() > 1 {
        notes.corrected(&format!("{PATH}.alternateName"), "is a list; its texts were joined");
    }
    content.texts = words.iter().map(|word| notes.clean(word, PATH)).collect();
    content.names = node.texts("name");
    content.rating.best = end(node, "bestRating", notes);
    content.rating.worst = end(node, "worstRating", notes);
    for value in node.texts("ratingValue") {
        content.take(&value, &format!("{PATH}.ratingValue"), notes);
    }
    if content.drop_no_number() {
        notes.corrected(PATH, "-1 was read as no number");
    }
    content
}

impl RatingValue {
    /// Removes numbers that mean that there is no number, and returns whether there were any. On a scale that begins with
    /// that number it is an ordinary number.
    fn drop_no_number(&mut self) -> bool {
        let Rating { value, best, worst } = &mut self.rating;
        let is_none = |number: &Option<f64>| number.is_some_and(|number| number.total_cmp(&NO_NUMBER).is_eq());
        let is_scale = is_none(worst) && best.is_some_and(|best| best > NO_NUMBER);
        if is_scale {
            return false;
        }
        let ends = [value, best, worst];
        let any = ends.iter().any(|end| is_none(end));
        ends.into_iter().filter(|end| is_none(end)).for_each(|end| *end = None);
        any
    }

    /// Adds a value: a number, a number with the best number ("3/5"), or a text if there is none yet.
    fn take(&mut self, text: &str, path: &str, notes: &mut Notes) {
        if let Some(value) = number(text) {
            self.rating.value = self.rating.value.or(Some(value));
        } else if let Some((value, best)) = text.split_once('/').and_then(|(a, b)| Some((number(a)?, number(b)?))) {
            notes.corrected(path, format!("{} was read as a number and the best number", quoted(text)));
            self.rating.value = self.rating.value.or(Some(value));
            self.rating.best = self.rating.best.or(Some(best));
        } else if self.texts.is_empty() {
            if path != PATH {
                notes.corrected(path, "is a text; it was read as the text of the rating");
            }
            self.texts.push(notes.clean(text, path));
        } else if self.texts.first().is_none_or(|known| known != text) {
            notes.keep(path, text, "is not a number");
        }
    }
}

fn end(node: Node<'_>, property: &str, notes: &mut Notes) -> Option<f64> {
    let texts = node.texts(property);
    let read = texts.iter().find_map(|text| number(text));
    for text in texts.iter().filter(|text| number(text).is_none()) {
        notes.keep(&format!("{PATH}.{property}"), text, "is not a number");
    }
    read
}

/// A finite number, with a decimal point or comma.
fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    // The parser also accepts "nan" and "infinity".
    let begins_like_one = text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.'));
    text.parse().ok().filter(|value: &f64| begins_like_one && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Value, worst and best.
    type Numbers = (Option<f64>, Option<f64>, Option<f64>);

    fn read(json: &str) -> (Verdict, String, Option<Numbers>, Vec<Code>) {
        let json = Json::parse(&format!(r#"{{"reviewRating":{json}}}"#)).unwrap();
        let mut notes = Notes::default();
        let found = rating(Node::new(&json).unwrap(), "en", &mut notes);
        let rating = found.rating.map(|rating| (rating.value, rating.worst, rating.best));
        (found.verdict, found.text, rating, notes.finish().0.into_iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn a_rating_is_read_in_every_form() {
        let five = |value| Some((Some(value), Some(1.0), Some(5.0)));
        for (json, verdict, text, rating, codes) in [
            (
                r#"{"ratingValue":1,"bestRating":5,"worstRating":1,"alternateName":"False"}"#,
                Verdict::False,
                "False",
                five(1.0),
                vec![],
            ),
            (
                r#"{"ratingValue":"1","bestRating":"5","worstRating":"1","alternateName":["Fake","False"]}"#,
                Verdict::False,
                "Fake; False",
                five(1.0),
                vec![Code::ValueMended],
            ),
            (r#""False""#, Verdict::False, "False", None, vec![Code::ValueMended]),
            (r#"{"@value":"Mostly false"}"#, Verdict::MostlyFalse, "Mostly false", None, vec![]),
            (r#"{"alternateName":false}"#, Verdict::False, "false", None, vec![]),
            (r#"{"ratingValue":"Misleading"}"#, Verdict::Misleading, "Misleading", None, vec![Code::ValueMended]),
            (
                r#"{"ratingValue":5,"bestRating":5,"worstRating":1,"name":"Altered image"}"#,
                Verdict::False,
                "Altered image",
                five(5.0),
                vec![],
            ),
            (
                r#"{"ratingValue":3,"bestRating":5,"worstRating":1}"#,
                Verdict::Mixed,
                "",
                five(3.0),
                vec![Code::RatingByNumber],
            ),
            (
                r#"{"ratingValue":9,"bestRating":5,"worstRating":1}"#,
                Verdict::NotRated,
                "",
                five(9.0),
                vec![Code::RatingUnknown],
            ),
            (
                r#"{"ratingValue":-1,"bestRating":-1,"worstRating":-1,"alternateName":"True"}"#,
                Verdict::True,
                "True",
                None,
                vec![Code::ValueMended],
            ),
            (
                r#"{"ratingValue":-1,"bestRating":1,"worstRating":-1,"alternateName":"x"}"#,
                Verdict::False,
                "x",
                Some((Some(-1.0), Some(-1.0), Some(1.0))),
                vec![Code::RatingByNumber],
            ),
            (r#"{"alternateName":"Sort of"}"#, Verdict::NotRated, "Sort of", None, vec![Code::RatingUnknown]),
            (
                r#"{"ratingValue":"4/5"}"#,
                Verdict::NotRated,
                "",
                Some((Some(4.0), None, Some(5.0))),
                vec![Code::ValueMended, Code::RatingUnknown],
            ),
            (
                r#"[{"alternateName":"False"},{"ratingValue":"2,5"}]"#,
                Verdict::False,
                "False",
                Some((Some(2.5), None, None)),
                vec![Code::ValueMended],
            ),
            (r#"{"alternateName":"Sort of","name":"Mixture"}"#, Verdict::Mixed, "Sort of", None, vec![]),
            (
                r#"{"ratingValue":-1,"bestRating":5,"worstRating":1,"alternateName":"x"}"#,
                Verdict::NotRated,
                "x",
                Some((None, Some(1.0), Some(5.0))),
                vec![Code::ValueMended, Code::RatingUnknown],
            ),
            ("null", Verdict::NotRated, "", None, vec![Code::PropertyMissing]),
            ("{}", Verdict::NotRated, "", None, vec![Code::PropertyMissing]),
        ] {
            assert_eq!(read(json), (verdict, text.to_owned(), rating, codes), "{json}");
        }
    }
}
