//! The header by which a client says how long it will wait.

use std::time::Duration;

use http::{HeaderMap, HeaderName};

use crate::error::{Error, Violations};

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// How long the client will wait, if it says. A number of one to eight digits and a unit.
pub(super) fn client_timeout(headers: &HeaderMap) -> Result<Option<Duration>, Error> {
    let mut values = headers.get_all(TIMEOUT).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(invalid());
    }
    parse(value.as_bytes()).map(Some).ok_or_else(invalid)
}

fn invalid() -> Error {
    Violations::one("grpc-timeout", "must be given once, as 1 to 8 digits and a unit: H, M, S, m, u or n")
}

fn parse(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    match unit {
        b'H' => Some(Duration::from_secs(number * 60 * 60)),
        b'M' => Some(Duration::from_secs(number * 60)),
        b'S' => Some(Duration::from_secs(number)),
        b'm' => Some(Duration::from_millis(number)),
        b'u' => Some(Duration::from_micros(number)),
        b'n' => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, time) in [
            ("1H", Duration::from_hours(1)),
            ("2M", Duration::from_mins(2)),
            ("3S", Duration::from_secs(3)),
            ("4m", Duration::from_millis(4)),
            ("5u", Duration::from_micros(5)),
            ("99999999n", Duration::from_nanos(99_999_999)),
            ("0S", Duration::ZERO),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_timeout_is_refused() {
        for text in ["", "S", "1", "1s", "123456789S", "-1S", "+1S", "1.5S", " 1S", "1S ", "1SS"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.append(TIMEOUT, HeaderValue::from_static("1S"));
        assert_eq!(client_timeout(&headers).unwrap(), Some(Duration::from_secs(1)));
        headers.append(TIMEOUT, HeaderValue::from_static("2S"));
        assert!(client_timeout(&headers).is_err(), "two of them");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            parse(&bytes);
        }
    }
}
