//! `google.protobuf.Timestamp`, with the text that ProtoJSON has for it.
//!
//! The type of `pbjson_types` writes UTC as `+00:00`, which readers of RFC 3339 take; ProtoJSON writes `Z`, and there are
//! readers that take nothing else.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A point in time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Timestamp {
    /// Seconds since 1970 (UTC).
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Nanoseconds within the second, 0 to 999,999,999.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

impl Timestamp {
    /// The time in the calendar. None: it is far outside of the years 1 to 9999, or its nanoseconds are no part of a
    /// second.
    pub fn date_time(&self) -> Option<DateTime<Utc>> {
        let nanos = u32::try_from(self.nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
        DateTime::from_timestamp(self.seconds, nanos)
    }
}

/// `2019-08-24T14:15:22Z`, with 3, 6 or 9 digits of the second where it has a fraction.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time =
            self.date_time().ok_or_else(|| ser::Error::custom(format!("{self:?} is no time of the calendar")))?;
        serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pbjson_types::Timestamp { seconds, nanos } = Deserialize::deserialize(deserializer)?;
        Ok(Self { seconds, nanos })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_is_written_as_protojson_writes_it() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_566_656_122, 500_000_000, "2019-08-24T14:15:22.500Z"),
            (1_566_656_122, 1_000, "2019-08-24T14:15:22.000001Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
            (253_402_300_799, 10, "9999-12-31T23:59:59.000000010Z"),
        ] {
            assert_eq!(serde_json::to_value(Timestamp { seconds, nanos }).unwrap(), text);
        }
        for (seconds, nanos) in [(0, -1), (59, 1_000_000_000), (i64::MAX, 0)] {
            assert!(serde_json::to_value(Timestamp { seconds, nanos }).is_err(), "{seconds} {nanos}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_and_ends_in_z(
            seconds in -62_135_596_800..=253_402_300_799_i64,
            (digits, unit) in prop::sample::select(vec![(0, 1_000_000_000), (3, 1_000_000), (6, 1_000), (9, 1)]),
            nanos in 0..1_000_000_000_i32,
        ) {
            let time = Timestamp { seconds, nanos: nanos / unit * unit };
            let text = serde_json::to_string(&time).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&text).unwrap(), time);
            prop_assert!(text.ends_with("Z\""), "{}", text);
            let written = text.split_once('.').map_or(0, |(_, fraction)| fraction.len() - 2);
            prop_assert!(written <= digits && [0, 3, 6, 9].contains(&written), "{}", text);
        }
    }
}
