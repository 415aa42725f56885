use super::vocabulary::{columns, rows};
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashSet};

const RATINGS: &str = include_str!("../../../data/ratings.tsv");
const DOUBTS: &str = include_str!("../../../data/rating_doubts.tsv");

fn of(text: &str, language: &str) -> Verdict {
    read_rating(text, language, None).0
}

fn number(value: f64) -> Rating {
    Rating { value: Some(value), best: Some(5.0), worst: Some(1.0) }
}

#[test]
fn every_line_of_the_tables_is_read() {
    for (table, read) in [(RATINGS, rows(RATINGS).count()), (DOUBTS, columns::<2>(DOUBTS).count())] {
        let lines = table.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(read, lines, "a line lacks a column or has an unknown verdict");
        assert!(lines > 10);
    }
}

#[test]
fn a_text_is_listed_once_per_language_and_has_the_verdict_of_its_row() {
    let mut seen = HashSet::new();
    for row in rows(RATINGS) {
        let phrase = Phrase::new(row.text);
        assert!(
            seen.insert((row.language, phrase.key(0..phrase.len()))),
            "{} {} is listed twice",
            row.language,
            row.text
        );
        assert_eq!(of(row.text, row.language), row.verdict, "{} {}", row.language, row.text);
        assert_eq!(of(&row.text.to_uppercase(), row.language), row.verdict, "{} {}", row.language, row.text);
    }
}

#[test]
fn the_languages_of_the_contract_have_every_verdict() {
    let mut verdicts: BTreeMap<&str, HashSet<Verdict>> = BTreeMap::new();
    for row in rows(RATINGS) {
        verdicts.entry(row.language).or_default().insert(row.verdict);
    }
    for language in ["en", "de", "fr", "es", "pt", "hi", "ar"] {
        assert_eq!(verdicts[language].len(), 12, "{language}");
    }
}

#[test]
fn no_text_that_means_true_has_a_word_of_doubt() {
    for row in rows(RATINGS).filter(|row| row.verdict == Verdict::True) {
        assert!(!Vocabulary::built_in().is_doubtful(&Phrase::new(row.text)), "{} {}", row.language, row.text);
    }
}

#[test]
fn ratings_as_fact_checkers_print_them() {
    for (text, language, verdict) in [
        ("Pants on Fire!", "en", Verdict::False),
        ("pants-fire", "", Verdict::False),
        ("barely-true", "", Verdict::MostlyFalse),
        ("Partlyfalse", "en", Verdict::Mixed),
        ("Three Pinocchios", "en", Verdict::MostlyFalse),
        ("Altered Photo/Video", "en-AU", Verdict::False),
        ("Correct Attribution", "en", Verdict::True),
        ("Größtenteils falsch.", "de", Verdict::MostlyFalse),
        ("C’est faux", "fr", Verdict::False),
        ("VERDADEIRO, MAS", "pt", Verdict::MostlyTrue),
        ("Engañoso", "es", Verdict::Misleading),
        ("भ्रामक", "hi", Verdict::Misleading),
        ("زائف جزئياً", "ar", Verdict::Mixed),
    ] {
        assert_eq!(of(text, language), verdict, "{text}");
    }
}

#[test]
fn the_first_words_decide_for_a_text_that_is_not_listed() {
    for (text, verdict) in [
        ("False. The photo shows another town", Verdict::False),
        ("Mostly false: the sum is of 2019", Verdict::MostlyFalse),
        ("Partly false – the quote is older", Verdict::Mixed),
        ("True. The minister said so", Verdict::True),
        ("Our verdict: FALSE", Verdict::False),
        ("Rating: mostly true", Verdict::MostlyTrue),
        ("Falsch – das Bild ist von 2015", Verdict::False),
    ] {
        assert_eq!(of(text, ""), verdict, "{text}");
    }
}

#[test]
fn an_unclear_text_is_not_rated() {
    for text in [
        "True, but not of this video",
        "True? No",
        "False?",
        "Correct figures are lower",
        "True crime",
        "Vrai, mais pas en France",
        "Verdict: not so true",
        "Richtig ist: Er war nie dort",
        "blorp",
        "",
        "!",
    ] {
        assert_eq!(of(text, ""), Verdict::NotRated, "{text}");
    }
}

#[test]
fn the_language_decides_between_meanings() {
    assert_eq!(of("Inexact", "en"), Verdict::Mixed);
    assert_eq!(of("Inexact", "fr-CA"), Verdict::False);
    assert_eq!(read_rating("Inexact", "", None), (Verdict::NotRated, RatingBasis::Unread));
    // If all languages agree, an unknown or wrong language does no harm.
    assert_eq!(of("Falso", ""), Verdict::False);
    assert_eq!(of("Falsch", "en"), Verdict::False);
}

#[test]
fn a_known_text_outweighs_its_number_and_an_unknown_text_does_not() {
    assert_eq!(read_rating("False", "en", Some(&number(5.0))), (Verdict::False, RatingBasis::Text));
    assert_eq!(read_rating("blorp", "en", Some(&number(3.0))), (Verdict::Mixed, RatingBasis::Scale));
    assert_eq!(read_rating("", "", Some(&number(5.0))), (Verdict::True, RatingBasis::Scale));
    assert_eq!(read_rating("5/5", "", Some(&number(5.0))), (Verdict::True, RatingBasis::Scale));
    assert_eq!(read_rating("Never happened", "en", Some(&number(5.0))), (Verdict::NotRated, RatingBasis::Unread));
    assert_eq!(read_rating("Never happened", "en", Some(&number(1.0))), (Verdict::False, RatingBasis::Scale));
    assert_eq!(read_rating("", "", Some(&number(-1.0))), (Verdict::NotRated, RatingBasis::Unread));
    assert_eq!(read_rating("", "", None), (Verdict::NotRated, RatingBasis::Absent));
}

// === Scales ===

fn on_scale(value: f64, worst: f64, best: f64) -> Option<Verdict> {
    verdict_of_number(&Rating { value: Some(value), best: Some(best), worst: Some(worst) })
}

#[test]
fn the_scale_of_five_has_five_verdicts() {
    let read: Vec<_> = (1..=5).map(|value| on_scale(value.into(), 1.0, 5.0).unwrap()).collect();
    let meant = [Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True];
    assert_eq!(read, meant);
}

#[test]
fn the_scale_of_six_has_two_steps_for_false() {
    let read: Vec<_> = (1..=6).map(|value| on_scale(value.into(), 1.0, 6.0).unwrap()).collect();
    assert_eq!(read, SIX_STEPS);
}

#[test]
fn a_number_off_its_scale_or_without_both_ends_has_no_verdict() {
    for (value, worst, best) in [(-1.0, 1.0, 5.0), (6.0, 1.0, 5.0), (3.0, 5.0, 1.0), (0.0, 0.0, 0.0)] {
        assert_eq!(on_scale(value, worst, best), None, "{value} of {worst} to {best}");
    }
    assert_eq!(on_scale(f64::NAN, 1.0, 5.0), None);
    assert_eq!(on_scale(0.0, f64::MIN, f64::MAX), None);
    assert_eq!(verdict_of_number(&Rating { value: Some(3.0), best: Some(5.0), worst: None }), None);
}

proptest! {
    #[test]
    fn any_text_and_number_have_a_verdict(text in any::<String>(), language in ".{0,5}", value in any::<f64>()) {
        let (verdict, _) = read_rating(&text, &language, Some(&number(value)));
        prop_assert_ne!(verdict, Verdict::Unspecified);
    }

    #[test]
    fn a_text_with_a_negation_is_never_true(
        row in 0..rows(RATINGS).count(),
        negation in prop::sample::select(vec!["not", "no", "nicht", "kein", "pas", "no", "nunca", "não", "नहीं", "غير", "ليس"]),
        before in "[a-z ]{0,8}", between in "[ .,:;–]{1,3}", after in "[ a-z.]{0,12}", best in any::<bool>(),
    ) {
        let text = rows(RATINGS).nth(row).unwrap().text;
        let rating = best.then(|| number(5.0));
        for denied in [format!("{before} {negation}{between}{text} {after}"), format!("{text}{between}{negation} {after}")] {
            let (verdict, _) = read_rating(&denied, "", rating.as_ref());
            prop_assert_ne!(verdict, Verdict::True, "{}", denied);
        }
    }

    #[test]
    fn a_rating_before_a_full_stop_is_read_like_the_rating_alone(row in 0..rows(RATINGS).count(), tail in "[a-z]{9,12}") {
        let row = rows(RATINGS).nth(row).unwrap();
        // The tail has no known words.
        let read = of(&format!("{}. Q{tail}", row.text), row.language);
        prop_assert_eq!(read, row.verdict, "{}", row.text);
    }

    #[test]
    fn a_higher_number_is_never_a_worse_verdict(
        worst in -10.0..10.0_f64, width in 0.1..100.0_f64, a in 0.0..=1.0_f64, b in 0.0..=1.0_f64,
    ) {
        let rank = |share: f64| {
            let best = worst + width;
            let read = on_scale((worst + share * width).clamp(worst, best), worst, best).unwrap();
            [Verdict::False, Verdict::MostlyFalse, Verdict::Mixed, Verdict::MostlyTrue, Verdict::True]
                .into_iter().position(|verdict| verdict == read).unwrap()
        };
        prop_assert!(rank(a.min(b)) <= rank(a.max(b)));
    }
}
