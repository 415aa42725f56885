//! Single values: what ProtoJSON takes for a field of a kind, and what to say of anything else.

use prost_reflect::Kind;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as TimeError, StrDeserializer};
use serde_json::{Number, Value};

use super::json::Json;
use super::shown::quoted;
use super::time_range::is_in_range;
use crate::proto::Timestamp;

/// Full name of the message that JSON writes as a text.
pub(super) const TIMESTAMP: &str = "google.protobuf.Timestamp";

/// The value as the generated parser takes it, or what is wrong with it.
///
/// Covers the kinds that the records have; for any other kind the generated parser has the word.
pub(super) fn scalar(kind: &Kind, value: Json) -> Result<Value, String> {
    match (kind, value) {
        (Kind::String, Json::Text(text)) => Ok(text.into()),
        (Kind::String, other) => Err(format!("{} is not a text", other.shown())),
        (Kind::Int32, value) => int32(&value).map(Value::from),
        (Kind::Double, value) => double(&value),
        (Kind::Bool, Json::Bool(value)) => Ok(value.into()),
        (Kind::Bool, other) => Err(format!("{} is neither true nor false", other.shown())),
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

/// The whole number that a JSON number stands for, also where it is written as `3.0` or `3e0`.
pub(super) fn whole(number: &Number) -> Option<i32> {
    if let Some(value) = number.as_i64() {
        return i32::try_from(value).ok();
    }
    let value = number.as_f64()?;
    let is_whole = value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
    is_whole.then_some(value as i32)
}

fn int32(value: &Json) -> Result<i32, String> {
    let found = match value {
        Json::Number(number) => whole(number),
        Json::Text(text) => text.parse().ok(),
        _ => None,
    };
    found.ok_or_else(|| format!("{} is not a whole number within -2^31 and 2^31 - 1", value.shown()))
}

fn double(value: &Json) -> Result<Value, String> {
    match value {
        Json::Number(number) => Ok(Value::Number(number.clone())),
        // Not-a-number and the infinities have no other way into JSON; the rules on records refuse them.
        Json::Text(text) if text.parse::<f64>().is_ok() => Ok(text.clone().into()),
        other => Err(format!("{} is not a number", other.shown())),
    }
}

fn timestamp(text: String) -> Result<Value, String> {
    let deserializer: StrDeserializer<'_, TimeError> = text.as_str().into_deserializer();
    match Timestamp::deserialize(deserializer) {
        Ok(time) if is_in_range(time) => Ok(text.into()),
        Ok(_) => Err(format!("{} is a leap second or not within the years 1 to 9999", quoted(&text))),
        Err(error) => Err(format!("{} is not a time such as \"2019-08-24T14:15:22Z\": {error}", quoted(&text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn a_whole_number_may_be_written_in_any_way() {
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
    fn a_value_of_another_type_is_named() {
        assert_eq!(scalar(&Kind::String, number("5")), Err("5 is not a text".to_owned()));
        assert_eq!(scalar(&Kind::Double, number("{}")), Err("an object is not a number".to_owned()));
        assert_eq!(scalar(&Kind::Double, number("\"much\"")), Err("\"much\" is not a number".to_owned()));
    }

    #[test]
    fn a_date_alone_is_not_a_time() {
        assert!(timestamp("2019-08-24".to_owned()).unwrap_err().starts_with("\"2019-08-24\" is not a time such as"));
        assert!(timestamp("2016-12-31T23:59:60Z".to_owned()).unwrap_err().contains("leap second"));
        assert!(timestamp("0000-01-01T00:00:00Z".to_owned()).is_err());
        assert!(timestamp("2019-08-24T14:15:22.5+02:00".to_owned()).is_ok());
    }
}
