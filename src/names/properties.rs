//! What holds for any text.

use proptest::prelude::*;

use super::arbitrary::{kind, text};
use super::{NameForm, PriorWeights, score};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn scores_are_bounded_and_symmetric(one in text(), other in text(), kind in kind()) {
        let (one, other) = (NameForm::parse(&one, kind), NameForm::parse(&other, kind));
        let (there, back) = (score(&one, &other, &PriorWeights).score, score(&other, &one, &PriorWeights).score);
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!((there - back).abs() < 1e-9, "{there} {back}");
    }

    #[test]
    fn a_name_is_itself(text in text(), kind in kind()) {
        let form = NameForm::parse(&text, kind);
        let expected = if form.is_empty() { 0.0 } else { 1.0 };
        prop_assert!((score(&form, &form, &PriorWeights).score - expected).abs() < 1e-9, "{form:?}");
    }
}
