//! The range of `google.protobuf.Timestamp`, which the parser of times does not keep to: it takes the year 0, offsets
//! that lead into the year 10000, and leap seconds, which it writes as a second with more than 10^9 nanoseconds.
//!
//! Fractions finer than a nanosecond are cut; a Timestamp has no room for them.

use crate::proto::Timestamp;
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{PartialTime, Provenance, Record};

/// 0001-01-01T00:00:00Z in seconds since 1970.
const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// Whether a time is one that a Timestamp may hold.
pub(super) fn is_in_range(time: Timestamp) -> bool {
    (FIRST_SECOND..=LAST_SECOND).contains(&time.seconds) && (0..1_000_000_000).contains(&time.nanos)
}

/// Whether every time in a record is one that a Timestamp may hold. A test holds this list of fields against the
/// descriptors.
pub(super) fn all_in_range(record: &Record) -> bool {
    let provenance = |provenance: &Option<Provenance>| {
        provenance.as_ref().and_then(|provenance| provenance.retrieve_time).is_none_or(is_in_range)
    };
    match &record.record {
        Some(Kind::Article(article)) => {
            partial(article.publish_time.as_ref())
                && partial(article.modify_time.as_ref())
                && provenance(&article.provenance)
        }
        Some(Kind::Actor(actor)) => {
            let role_times = actor.roles.iter().flat_map(|role| [&role.start_time, &role.end_time]);
            role_times.map(Option::as_ref).all(partial) && provenance(&actor.provenance)
        }
        Some(Kind::Claim(claim)) => {
            let review_times = claim.reviews.iter().map(|review| review.review_time.as_ref());
            partial(claim.claim_time.as_ref()) && review_times.into_iter().all(partial) && provenance(&claim.provenance)
        }
        None => true,
    }
}

fn partial(time: Option<&PartialTime>) -> bool {
    time.and_then(|time| time.time).is_none_or(is_in_range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_nanosecond_are_in_range_and_no_other() {
        let time = |seconds, nanos| Timestamp { seconds, nanos };
        assert!(is_in_range(time(FIRST_SECOND, 0)) && is_in_range(time(LAST_SECOND, 999_999_999)));
        assert!(!is_in_range(time(FIRST_SECOND - 1, 999_999_999)) && !is_in_range(time(LAST_SECOND + 1, 0)));
        assert!(!is_in_range(time(0, -1)) && !is_in_range(time(0, 1_000_000_000)));
    }

    #[test]
    fn the_parser_of_times_needs_this_check() {
        for text in ["0000-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "2016-12-31T23:59:60Z"] {
            let time: Timestamp = serde_json::from_str(&format!("{text:?}")).unwrap();
            assert!(!is_in_range(time), "{text}");
        }
    }
}
