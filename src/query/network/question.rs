//! The query for networks: which fields go together, and the places of its window.

use roaring::RoaringBitmap;

use crate::corpus::{ClaimFacet, Corpus};
use crate::error::{Error, Violations};
use crate::model::TimeKey;
use crate::proto::v1::{DuplicateRule, NetworkKind, NodeKind, Normalization, WindowUnit};
use crate::query::{Filter, calendar};

/// A query for networks. In its enums, UNSPECIFIED stands for the default in the API.
#[derive(Clone, Debug)]
pub struct NetworkQuery {
    /// Selects the claims.
    pub filter: Filter<ClaimFacet>,
    /// Kind of the edges.
    pub kind: NetworkKind,
    /// Mode of the nodes; for AFFILIATION of the row nodes.
    pub rows: NodeKind,
    /// AFFILIATION: statements against a concept count negative.
    pub signed: bool,
    /// Divisor of the weights.
    pub normalization: Normalization,
    /// Rule by which repeated statements count once. Applied before windows are laid out.
    pub duplicates: DuplicateRule,
    /// Least absolute weight of an edge.
    pub min_weight: f64,
    /// Time window; a network for each of its positions. Without one, one network over all time.
    pub window: Option<Window>,
    /// Most nodes of a network.
    pub max_nodes: usize,
    /// Most windows.
    pub max_windows: usize,
    /// Most encoded bytes of the networks.
    pub max_bytes: usize,
}

impl NetworkQuery {
    /// Adds a violation for every field that is out of range or does not go with the others. Fields are named as in
    /// ComputeNetworkRequest.
    pub fn check(&self, violations: &mut Violations) {
        let two_modes = self.kind == NetworkKind::Affiliation;
        let dispute = self.kind == NetworkKind::Dispute;
        if self.kind == NetworkKind::Unspecified {
            violations.add("kind", "is required: NETWORK_KIND_AFFILIATION or another kind");
        } else {
            if self.rows == NodeKind::Concept && (two_modes || dispute) {
                let name = self.kind.as_str_name();
                violations.add("rows", format!("{name} has actors for rows; give a speaker, or another kind"));
            }
            if self.signed && !two_modes {
                violations.add("signed", "goes with NETWORK_KIND_AFFILIATION only; NETWORK_KIND_SUBTRACT is its like");
            }
            self.check_normalization(violations);
        }
        let rule = self.duplicates;
        if dispute && !matches!(rule, DuplicateRule::Unspecified | DuplicateRule::Include) {
            violations
                .add("duplicates", "NETWORK_KIND_DISPUTE counts relations, which have no duplicates; leave it out");
        }
        if !self.min_weight.is_finite() || self.min_weight < 0.0 {
            violations.add("min_weight", format!("{} must be a finite number from 0", self.min_weight));
        }
        if self.max_nodes == 0 {
            violations.add("max_nodes", "must be at least 1");
        }
        if let Some(window) = self.window {
            if window.unit == WindowUnit::Unspecified {
                violations.add("window.unit", "is required: WINDOW_UNIT_DAY or another unit");
            }
            for (field, units) in [("window.size", window.size), ("window.step", window.step)] {
                if !(1..=Window::MAX_UNITS).contains(&units) {
                    violations.add(field, format!("{units} must be between 1 and {}", Window::MAX_UNITS));
                }
            }
        }
    }

    fn check_normalization(&self, violations: &mut Violations) {
        let goes_with = match self.normalization {
            Normalization::Unspecified | Normalization::None => return,
            Normalization::Activity | Normalization::Prominence if self.kind == NetworkKind::Affiliation => return,
            Normalization::Activity | Normalization::Prominence => "NETWORK_KIND_AFFILIATION only",
            Normalization::Jaccard if self.kind == NetworkKind::Dispute => "kinds that compare concepts only",
            _ if self.kind != NetworkKind::Affiliation => return,
            _ => "kinds of one mode only; NORMALIZATION_ACTIVITY and NORMALIZATION_PROMINENCE go with two",
        };
        violations.add("normalization", format!("{} goes with {goes_with}", self.normalization.as_str_name()));
    }
}

// === Windows ===

/// The last valid Timestamp: seconds and nanoseconds.
const END_OF_TIME: (i64, i32) = (253_402_300_799, 999_999_999);

/// A moving time window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Unit of size and step.
    pub unit: WindowUnit,
    /// Length of the window.
    pub size: u32,
    /// Distance between two positions.
    pub step: u32,
}

impl Window {
    /// Longest window and longest step, in units: longer than the span of valid times.
    pub const MAX_UNITS: u32 = 10_000;
}

/// A position of a window: half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: TimeKey,
    pub(super) end: TimeKey,
}

impl Span {
    /// Start and end for a response: no later than the last Timestamp.
    pub(super) fn shown(self) -> (TimeKey, TimeKey) {
        let (seconds, nanos) = END_OF_TIME;
        (self.start, self.end.min(TimeKey::from_parts(seconds, nanos)))
    }
}

/// The positions of a window, oldest first: from the unit of the earliest selected claim to that of the latest. Positions
/// without a claim are included; claims without a time are in none.
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
