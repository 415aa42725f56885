//! Windows of time that move over the claims.

use roaring::RoaringBitmap;

use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::model::TimeKey;
use crate::proto::v1::WindowUnit;
use crate::query::calendar;

/// The last instant that a Timestamp may be.
const END_OF_TIME: (i64, i32) = (253_402_300_799, 999_999_999);

/// A window of time that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Unit of the others.
    pub unit: WindowUnit,
    /// Its length.
    pub size: u32,
    /// How far it moves.
    pub step: u32,
}

impl Window {
    /// Longest window and longest step, in units: more than any calendar holds.
    pub const MAX_UNITS: u32 = 10_000;
}

/// A place of a window: half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: TimeKey,
    pub(super) end: TimeKey,
}

impl Span {
    /// Start and end as they can be shown: no later than what a Timestamp may be.
    pub(super) fn shown(self) -> (TimeKey, TimeKey) {
        let (seconds, nanos) = END_OF_TIME;
        (self.start, self.end.min(TimeKey::from_parts(seconds, nanos)))
    }
}

/// The places of a window, oldest first: the first begins with the unit in which the earliest selected claim falls, the
/// last begins no later than that of the latest. Places where no claim falls are among them; claims without a time
/// fall nowhere.
pub(super) fn spans(
    Window { unit, size, step }: Window,
    corpus: &Corpus,
    selected: &RoaringBitmap,
    max: usize,
) -> Result<Vec<Span>, Error> {
    let table = &corpus.claims.table;
    let timed = table.time_range(None, None);
    let (Some(first), Some(last)) = (selected.range(timed.clone()).next(), selected.range(timed).next_back()) else {
        return Ok(Vec::new());
    };
    let number = |claim| calendar::number(unit, table.time(claim).seconds());
    let (first, last) = (number(first), number(last));
    let step = i64::from(step);
    let count = usize::try_from((last - first) / step + 1).unwrap_or(usize::MAX);
    if count > max {
        let description = format!("falls at {count} places, more than {max}; take a larger step or a shorter time");
        return Err(Violations::one("window", description));
    }
    let instant = |number| TimeKey::from_parts(calendar::start(unit, number), 0);
    let starts = (0..).map(|at| first + at * step).take(count);
    Ok(starts.map(|start| Span { start: instant(start), end: instant(start + i64::from(size)) }).collect())
}
