//! Single values in ProtoJSON, and messages about values and names that are not valid.

use prost_reflect::Kind;
use rapidfuzz::distance::damerau_levenshtein;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as TimeError, StrDeserializer};
use serde_json::{Number, Value};

use crate::format::reading::encoded::TIMESTAMP;
use crate::format::reading::json::Json;
use crate::model::{MAX_SHOWN, is_in_range, quoted};
use crate::proto::Timestamp;

/// A value in the form that the generated parser accepts, or a message that says what is wrong with it.
///
/// Covers the kinds that records have. A value of any other kind is left to the generated parser.
pub(super) fn scalar(kind: &Kind, value: Json) -> Result<Value, String> {
    match (kind, value) {
        (Kind::String, Json::Text(text)) => Ok(text.into()),
        (Kind::String, other) => Err(format!("{} is not a string", other.shown())),
        (Kind::Int32, value) => int32(&value).map(Value::from),
        (Kind::Double, value) => double(&value),
        (Kind::Bool, Json::Bool(value)) => Ok(value.into()),
        (Kind::Bool, other) => Err(format!("{} is not true or false", other.shown())),
        (Kind::Message(message), Json::Text(text)) if message.full_name() == TIMESTAMP => timestamp(text),
        (Kind::Message(message), other) if message.full_name() == TIMESTAMP => {
            Err(format!("{} is not a time such as \"2019-08-24T14:15:22Z\"", other.shown()))
        }
        (Kind::Message(_), other) => Err(format!("{} is not an object", other.shown())),
        (Kind::Enum(_), other) => Err(format!("{} is not a value of the enum", other.shown())),
        (_, Json::Text(text)) => Ok(text.into()),
        (_, Json::Number(number)) => Ok(Value::Number(number)),
        (_, other) => Err(format!("{} is not a value of the field's type", other.shown())),
    }
}

/// The integer value of a JSON number, which may be written as `3.0` or `3e0`.
pub(super) fn whole(number: &Number) -> Option<i32> {
    if let Some(value) = number.as_i64() {
        return i32::try_from(value).ok();
    }
    let value = number.as_f64()?;
    let is_whole = value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    #[expect(clippy::cast_possible_truncation, reason = "the value is an integer and in range")]
    is_whole.then_some(value as i32)
}

fn int32(value: &Json) -> Result<i32, String> {
    let found = match value {
        Json::Number(number) => whole(number),
        Json::Text(text) => text.parse().ok(),
        _ => None,
    };
    found.ok_or_else(|| format!("{} is not an integer between -2^31 and 2^31 - 1", value.shown()))
}

fn double(value: &Json) -> Result<Value, String> {
    match value {
        Json::Number(number) => Ok(Value::Number(number.clone())),
        // ProtoJSON writes not-a-number and the infinities as texts. The checks on records refuse them.
        Json::Text(text) if text.parse::<f64>().is_ok() => Ok(text.clone().into()),
        other => Err(format!("{} is not a number", other.shown())),
    }
}

fn timestamp(text: String) -> Result<Value, String> {
    let deserializer: StrDeserializer<'_, TimeError> = text.as_str().into_deserializer();
    match Timestamp::deserialize(deserializer) {
        Ok(time) if is_in_range(time) => Ok(text.into()),
        Ok(_) => Err(format!("{} is a leap second or outside of the years 1 to 9999", quoted(&text))),
        Err(error) => Err(format!("{} is not a time such as \"2019-08-24T14:15:22Z\": {error}", quoted(&text))),
    }
}

/// "; did you mean …?" with the candidate nearest to `given`. Empty if no candidate is near.
pub(super) fn did_you_mean<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(given, candidates).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

/// The candidate with the fewest edits, if these are at most a third of the characters of `given`. With more edits any
/// word can become any other.
fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = given.chars().take(MAX_SHOWN + 1).count();
    if length > MAX_SHOWN {
        return None;
    }
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (damerau_levenshtein::distance(lower.chars(), candidate.to_lowercase().chars()), candidate))
        .filter(|(edits, _)| edits * 3 <= length)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn an_integer_may_be_written_in_any_way() {
        for text in ["3", "3.0", "3e0", "0.3e1", "\"3\""] {
            assert_eq!(scalar(&Kind::Int32, number(text)), Ok(3.into()), "{text}");
        }
        for text in
            ["3.5", "2147483648", "-2147483649", "1e300", "18446744073709551615", "\"3.0\"", "\"\"", "true", "[]"]
        {
            assert!(scalar(&Kind::Int32, number(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_of_a_wrong_type_is_in_the_message() {
        assert_eq!(scalar(&Kind::String, number("5")), Err("5 is not a string".to_owned()));
        assert_eq!(scalar(&Kind::Double, number("{}")), Err("an object is not a number".to_owned()));
        assert_eq!(scalar(&Kind::Double, number("\"much\"")), Err("\"much\" is not a number".to_owned()));
    }

    #[test]
    fn a_date_without_a_time_of_day_is_refused() {
        assert!(timestamp("2019-08-24".to_owned()).unwrap_err().starts_with("\"2019-08-24\" is not a time such as"));
        assert!(timestamp("2016-12-31T23:59:60Z".to_owned()).unwrap_err().contains("leap second"));
        assert!(timestamp("0000-01-01T00:00:00Z".to_owned()).is_err());
        assert!(timestamp("2019-08-24T14:15:22.5+02:00".to_owned()).is_ok());
    }

    #[test]
    fn only_a_near_name_is_proposed() {
        let names = ["speakers", "subjects", "quotation_type"];
        assert_eq!(nearest("quotation_typ", names), Some("quotation_type"));
        assert_eq!(nearest("speaker", names), Some("speakers"));
        assert_eq!(nearest("SPEAKERS", names), Some("speakers"));
        assert_eq!(nearest("xyz", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"speakers".repeat(1000), names), None);
    }
}
