//! Ends a call with DEADLINE_EXCEEDED when its time is over, and its work with it.
//!
//! The time runs from the head of the request to the last byte of the response. Without `grpc-timeout` a call has the
//! default, and never more than the longest; methods that answer with a stream, and loads, have what their client gives.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderName};
use tokio::time::{Instant, Sleep, sleep_until};

use super::Shared;
use crate::error::{Error, Violations};
use crate::rpc::Method;

/// Header with the time that the client gives a call.
const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// When a call has to be over.
pub(super) struct Deadline {
    limit: Duration,
    end: Instant,
    /// Made when the call first waits, which few calls do.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Ready once the time is over. To be asked when everything else is pending.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let end = self.end;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        timer.as_mut().poll(cx).map(|()| Error::DeadlineExceeded { limit: self.limit })
    }

    /// The refusal if the time is over: work that is always ready never polls the timer.
    pub(super) fn passed(&self) -> Option<Error> {
        (Instant::now() >= self.end).then_some(Error::DeadlineExceeded { limit: self.limit })
    }
}

/// The deadline of a call of this method that came at `began`; nothing if it has none. An error if `grpc-timeout` is
/// invalid or zero.
pub(super) fn start(
    shared: &Shared,
    method: Option<&Method>,
    headers: &HeaderMap,
    began: Instant,
) -> Result<Option<Deadline>, Error> {
    let given = client_timeout(headers)?;
    let limit = if method.is_some_and(|method| method.is_stream || method.is_load()) {
        given
    } else {
        Some(given.unwrap_or(shared.calls.default_deadline_seconds).min(shared.calls.max_deadline_seconds))
    };
    if let Some(limit) = limit.filter(Duration::is_zero) {
        shared.counts.add_late();
        return Err(Error::DeadlineExceeded { limit });
    }
    Ok(limit.map(|limit| Deadline { limit, end: began + limit, timer: None }))
}

/// The time in the header, if there is one: a number of one to eight digits and a unit.
fn client_timeout(headers: &HeaderMap) -> Result<Option<Duration>, Error> {
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
