//! Weights of edges, from their counts.

use crate::proto::v1::Normalization;

/// How counts become weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ties {
    pub(super) normalization: Normalization,
    pub(super) min_weight: f64,
}

/// The totals by which a count is divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    /// Statements of the source; in two modes the actor.
    pub(super) source: u64,
    /// Statements of the target; in two modes the concept.
    pub(super) target: u64,
    /// Statements of both together: m10 + m01 + m11.
    pub(super) together: u64,
}

impl Ties {
    /// The weight of an edge. None if the count or the divisor is 0, or the weight is too small.
    pub(super) fn weight(self, count: i64, totals: Totals) -> Option<f64> {
        let divisor = self.divisor(totals);
        if count == 0 || divisor == 0.0 {
            return None;
        }
        let size = exact(count.unsigned_abs()) / divisor;
        let weight = if count < 0 { -size } else { size };
        (size >= self.min_weight).then_some(weight)
    }

    fn divisor(self, Totals { source, target, together }: Totals) -> f64 {
        match self.normalization {
            Normalization::Unspecified | Normalization::None => 1.0,
            Normalization::Average => exact(source + target) / 2.0,
            Normalization::Jaccard => exact(together),
            Normalization::Cosine => exact(source) * exact(target),
            Normalization::Activity => exact(source),
            Normalization::Prominence => exact(target),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact, and no memory holds more statements")]
fn exact(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_divided_as_defined() {
        let totals = Totals { source: 4, target: 2, together: 5 };
        let cases = [
            (Normalization::None, 3.0),
            (Normalization::Average, 3.0 / 3.0),
            (Normalization::Jaccard, 3.0 / 5.0),
            (Normalization::Cosine, 3.0 / 8.0),
            (Normalization::Activity, 3.0 / 4.0),
            (Normalization::Prominence, 3.0 / 2.0),
        ];
        for (normalization, expected) in cases {
            let ties = Ties { normalization, min_weight: 0.0 };
            assert_eq!(ties.weight(3, totals), Some(expected), "{normalization:?}");
            assert_eq!(ties.weight(-3, totals), Some(-expected), "{normalization:?}");
        }
    }

    #[test]
    fn light_ties_and_those_divided_by_zero_are_none() {
        let totals = Totals { source: 0, target: 0, together: 0 };
        let ties = |normalization, min_weight| Ties { normalization, min_weight };
        assert_eq!(ties(Normalization::Cosine, 0.0).weight(3, totals), None);
        assert_eq!(ties(Normalization::None, 0.0).weight(0, totals), None);
        assert_eq!(ties(Normalization::None, 3.0).weight(-3, totals), Some(-3.0));
        assert_eq!(ties(Normalization::None, 3.1).weight(-3, totals), None);
    }
}
