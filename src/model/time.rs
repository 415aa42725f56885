//! Times as a corpus orders them.

use crate::proto::Timestamp;
use crate::proto::v1::PartialTime;

/// When something happened, for ordering. A record without a time comes before every record with one, so that "newest
/// first" ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeKey {
    /// Seconds since 1970 (UTC); `i64::MIN` for no time.
    seconds: i64,
    /// Nanoseconds within the second.
    nanos: i32,
}

impl TimeKey {
    /// No time.
    pub const NONE: Self = Self { seconds: i64::MIN, nanos: 0 };

    /// The key of an optional time.
    pub fn of(time: Option<&PartialTime>) -> Self {
        time.and_then(|time| time.time.as_ref()).map_or(Self::NONE, Self::from_timestamp)
    }

    /// The key of a point in time.
    pub fn from_timestamp(time: &Timestamp) -> Self {
        Self { seconds: time.seconds, nanos: time.nanos }
    }

    /// The key of a point in time, by its parts.
    pub fn from_parts(seconds: i64, nanos: i32) -> Self {
        Self { seconds, nanos }
    }

    /// Seconds since 1970 (UTC); meaningless for [`TimeKey::NONE`].
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    pub fn nanos(self) -> i32 {
        self.nanos
    }

    /// The point in time, if there is one.
    pub fn timestamp(self) -> Option<Timestamp> {
        (self != Self::NONE).then_some(Timestamp { seconds: self.seconds, nanos: self.nanos })
    }
}
