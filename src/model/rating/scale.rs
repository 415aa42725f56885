//! Ratings by number, on scales that say where they begin and end.

use crate::proto::v1::{Rating, Verdict};

/// Up to this share of the way from worst to best, a rating that is not the worst is mostly false. 1 to 5, the scale that
/// publishers of ClaimReview are told to use, has its steps at 0, 1/4, 1/2, 3/4 and 1.
const MOSTLY_FALSE_TO: f64 = 0.35;
/// From this share on, a rating that is not the best is mostly true.
const MOSTLY_TRUE_FROM: f64 = 0.65;

/// Verdicts of the scale from 1 to 6, on which 1 is a false claim that is ridiculous too.
const SIX_STEPS: [Verdict; 6] =
    [Verdict::False, Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True];

/// The verdict of a number, if it stands on its scale. Both ends must be given: a number alone says nothing, and feeds
/// leave out the ends of scales that are not the usual one. A scale whose best value is its lowest is the usual one
/// with its ends mixed up, or is not: nobody can tell, so it is not read.
pub(super) fn verdict(rating: &Rating) -> Option<Verdict> {
    let (value, best, worst) = (rating.value?, rating.best?, rating.worst?);
    if !(best > worst && (worst..=best).contains(&value) && (best - worst).is_finite()) {
        return None;
    }
    if let Some(verdict) = on_six_steps(value, best, worst) {
        return Some(verdict);
    }
    let share = (value - worst) / (best - worst);
    Some(match share {
        _ if value <= worst => Verdict::False,
        _ if value >= best => Verdict::True,
        share if share <= MOSTLY_FALSE_TO => Verdict::MostlyFalse,
        share if share >= MOSTLY_TRUE_FROM => Verdict::MostlyTrue,
        _ => Verdict::Mixed,
    })
}

fn on_six_steps(value: f64, best: f64, worst: f64) -> Option<Verdict> {
    if (worst, best) != (1.0, 6.0) {
        return None;
    }
    (1..).zip(SIX_STEPS).find(|(step, _)| f64::from(*step).total_cmp(&value).is_eq()).map(|(_, verdict)| verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(value: f64, worst: f64, best: f64) -> Option<Verdict> {
        verdict(&Rating { value: Some(value), best: Some(best), worst: Some(worst) })
    }

    #[test]
    fn the_five_steps_are_read_as_they_are_meant() {
        let read: Vec<_> = (1..=5).map(|value| of(value.into(), 1.0, 5.0).unwrap()).collect();
        let meant = [Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True];
        assert_eq!(read, meant);
    }

    #[test]
    fn the_six_steps_have_two_kinds_of_false() {
        let read: Vec<_> = (1..=6).map(|value| of(value.into(), 1.0, 6.0).unwrap()).collect();
        assert_eq!(read, SIX_STEPS);
    }

    #[test]
    fn numbers_off_their_scale_and_scales_without_two_ends_are_not_read() {
        for (value, worst, best) in [(-1.0, 1.0, 5.0), (6.0, 1.0, 5.0), (3.0, 5.0, 1.0), (0.0, 0.0, 0.0)] {
            assert_eq!(of(value, worst, best), None, "{value} of {worst} to {best}");
        }
        assert_eq!(of(f64::NAN, 1.0, 5.0), None);
        assert_eq!(of(0.0, f64::MIN, f64::MAX), None);
        assert_eq!(verdict(&Rating { value: Some(3.0), best: Some(5.0), worst: None }), None);
    }

    proptest! {
        #[test]
        fn a_higher_number_is_never_a_worse_verdict(
            worst in -10.0..10.0_f64, width in 0.1..100.0_f64, a in 0.0..=1.0_f64, b in 0.0..=1.0_f64,
        ) {
            let rank = |share: f64| {
                let best = worst + width;
                let read = of((worst + share * width).clamp(worst, best), worst, best).unwrap();
                [Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True]
                    .into_iter().position(|verdict| verdict == read).unwrap()
            };
            prop_assert!(rank(a.min(b)) <= rank(a.max(b)));
        }
    }
}
