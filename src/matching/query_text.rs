//! Cleans a submitted text: removes links, marks of hashtags and handles, and detaches the signature of a quoted tweet.

/// A cleaned text.
#[derive(Debug, Default, PartialEq)]
pub struct QueryText {
    /// The text without links, `@`, `#` and `_`.
    pub body: String,
    /// The author, when the text ends like a quoted tweet (`— Name (@handle) May 1, 2020`).
    pub author: String,
    /// The date of the signature, or else the last date in the text, in days since 1970-01-01.
    pub day: Option<i32>,
}

impl QueryText {
    /// Cleans `text`.
    pub fn parse(text: &str) -> Self {
        let (body, signature) = split_signature(text);
        let day = last_day(signature).or_else(|| last_day(body));
        Self { body: plain(body), author: plain(signature.split("(@").next().unwrap_or_default()), day }
    }
}

/// Splits `— Name (@handle) date` off the end of a text.
fn split_signature(text: &str) -> (&str, &str) {
    let Some(handle) = text.rfind("(@") else { return (text, "") };
    let dash = text[..handle].rfind(['—', '–']).or_else(|| text[..handle].rfind("--"));
    match dash {
        Some(dash) if handle - dash <= MAX_SIGNATURE_NAME_BYTES => {
            (&text[..dash], text[dash..].trim_start_matches(['—', '–', '-', ' ']))
        }
        _ => (text, ""),
    }
}

/// A display name has at most 50 characters of up to four bytes.
const MAX_SIGNATURE_NAME_BYTES: usize = 208;

/// Removes links and replaces the marks of hashtags and handles by blanks.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = LINK_MARKS.iter().filter_map(|mark| rest.find(mark)).min() {
        out.push_str(&rest[..start]);
        out.push(' ');
        let link = &rest[start..];
        rest =
            &link[link.find(|c: char| c.is_whitespace() || matches!(c, '#' | '…' | '"' | '”')).unwrap_or(link.len())..];
    }
    out.push_str(rest);
    out.replace(['@', '#', '_'], " ")
}

const LINK_MARKS: [&str; 4] = ["http://", "https://", "www.", "pic.twitter.com/"];

/// The last date in a text: `May 1, 2020`, `1 May 2020` or `2020-05-01`.
fn last_day(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.windows(3).rev().find_map(|three| match *three {
        [a, b, c] if month(a).is_some() => day_number(number(c)?, month(a)?, number(b)?),
        [a, b, c] if month(b).is_some() => day_number(number(c)?, month(b)?, number(a)?),
        [a, b, c] if a.len() == 4 => day_number(number(a)?, number(b)?, number(c)?),
        _ => None,
    })
}

fn number(text: &str) -> Option<i32> {
    text.parse().ok()
}

/// The number of a month by its English or German name or the first three letters of it.
fn month(name: &str) -> Option<i32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if name.len() < 3 || !name.chars().all(char::is_alphabetic) {
        return None;
    }
    let start: String = name.chars().take(3).flat_map(char::to_lowercase).collect();
    let start = match start.as_str() {
        "mär" => "mar",
        "mai" => "may",
        "okt" => "oct",
        "dez" => "dec",
        other => other,
    };
    (1..).zip(NAMES).find(|(_, name)| *name == start).map(|(number, _)| number)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar between 1800 and 2200.
pub fn day_number(year: i32, month: i32, day: i32) -> Option<i32> {
    if !(1800..=2200).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years start in March here, so that the leap day is the last day of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

/// Splits a word at the capitals of CamelCase and between letters and digits. Empty when there is one part.
pub fn camel_case_parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let characters: Vec<(usize, char)> = word.char_indices().collect();
    for (index, pair) in characters.windows(2).enumerate() {
        let [(_, before), (at, this)] = *pair else { continue };
        let next_is_lower = characters.get(index + 2).is_some_and(|(_, next)| next.is_lowercase());
        let is_capital = this.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_is_lower);
        let is_digit_boundary =
            before.is_alphabetic() && this.is_numeric() || before.is_numeric() && this.is_alphabetic();
        if is_capital || is_digit_boundary {
            parts.push(&word[start..at]);
            start = at;
        }
    }
    if start > 0 {
        parts.push(&word[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_tweet_is_split_into_body_author_and_day() {
        let text = "Did #VoteRed https://t.co/5Ia#NewJersey win?pic.twitter.com/RsB — The Sheeple (@DailySheeple) December 13, 2018";
        let query = QueryText::parse(text);
        assert_eq!(query.body.split_whitespace().collect::<Vec<_>>(), ["Did", "VoteRed", "NewJersey", "win?"]);
        assert_eq!(query.author.trim(), "The Sheeple");
        assert_eq!(query.day, day_number(2018, 12, 13));
    }

    #[test]
    fn a_dash_in_a_sentence_starts_no_signature() {
        let query = QueryText::parse("Taxes — all of them — rose on 1. Mai 2020");
        assert_eq!((query.author.as_str(), query.day), ("", day_number(2020, 5, 1)));
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(day_number(1970, 1, 1), Some(0));
        assert_eq!(day_number(2000, 3, 1), Some(11_017));
        assert_eq!(day_number(2020, 13, 1), None);
    }

    #[test]
    fn camel_case_is_split() {
        assert_eq!(camel_case_parts("SecondAmendment"), ["Second", "Amendment"]);
        assert_eq!(camel_case_parts("NBCNews"), ["NBC", "News"]);
        assert_eq!(camel_case_parts("COVID19"), ["COVID", "19"]);
        assert!(camel_case_parts("NATO").is_empty() && camel_case_parts("word").is_empty());
    }
}
