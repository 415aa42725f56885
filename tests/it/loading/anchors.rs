//! Anchors: whether a quote is at the spans of its evidence, or elsewhere in the text.

use claimd::model::Code;
use claimd::proto::v1::{Anchor, Article, Claim, Evidence, EvidenceField, QuotationType, Span};

use super::{codes_of, stored};
use crate::support::{IntoRecord, article, claim, corpus_of, ndjson};

/// Umlauts in one and in two code points, emoji of several, line ends of two characters.
const BODY: &str =
    "Zu\u{308}rich 👩\u{200d}🔬 sagt:\r\n„Es wärmer wird.“\r\nEs blieb dabei. Später: „Es blieb dabei“, so 🙂 sie.\r\n";

/// Evidence on [`BODY`] after a load, and the codes of the findings.
fn anchored(evidence: Evidence) -> (Evidence, Vec<Code>) {
    let text = Article { body: BODY.to_owned(), title: "Zürich wärmer".to_owned(), ..article("a") };
    let evidence = Evidence { article: "articles/a".to_owned(), ..evidence };
    let said = Claim { evidence: vec![evidence], ..claim("c") };
    let corpus = corpus_of(&ndjson([&text as &dyn IntoRecord, &said]));
    let codes = codes_of(&corpus);
    let mut said: Claim = stored(&corpus.claims.table, "claims/c");
    (said.evidence.remove(0), codes)
}

/// The span of a part of [`BODY`], counted by hand.
fn span_of(part: &str) -> Span {
    let byte = BODY.find(part).unwrap();
    let count = |text: &str| i32::try_from(text.chars().count()).unwrap();
    Span { start: count(&BODY[..byte]), end: count(&BODY[..byte]) + count(part) }
}

fn quoting(quote: &str) -> Evidence {
    Evidence { quote: quote.to_owned(), ..Evidence::default() }
}

const PARTS: [&str; 6] = ["Zu\u{308}rich", "👩\u{200d}🔬 sagt:", "wärmer", "wird.“\r\nEs", "🙂", "so 🙂 sie.\r\n"];

#[test]
fn a_quote_at_its_spans_is_exact() {
    for part in PARTS {
        let (evidence, codes) = anchored(Evidence { spans: vec![span_of(part)], ..quoting(part) });
        assert_eq!((evidence.anchor(), codes), (Anchor::Exact, vec![]), "{part:?}");
        assert_eq!((evidence.spans, &*evidence.quote), (vec![span_of(part)], part));
    }
}

#[test]
fn spans_without_a_quote_get_their_text_as_the_quote() {
    for part in PARTS {
        let (evidence, codes) = anchored(Evidence { spans: vec![span_of(part)], ..Evidence::default() });
        assert_eq!((evidence.anchor(), &*evidence.quote, codes), (Anchor::Exact, part, vec![]));
    }
}

#[test]
fn a_quote_without_spans_is_located() {
    for part in PARTS {
        let (evidence, codes) = anchored(quoting(part));
        assert_eq!((evidence.anchor(), codes), (Anchor::Exact, vec![Code::QuoteLocated]), "{part:?}");
        assert_eq!(evidence.spans, [span_of(part)]);
    }
}

#[test]
fn a_quote_elsewhere_in_the_text_is_moved() {
    for part in PARTS {
        let Span { start, end } = span_of(part);
        // One off, as byte offsets, UTF-16 offsets or normalised line ends would be; and far behind the text.
        for spans in [vec![Span { start: start + 1, end: end + 1 }], vec![Span { start: 5000, end: 5010 }]] {
            let (evidence, codes) = anchored(Evidence { spans, ..quoting(part) });
            assert_eq!((evidence.anchor(), codes), (Anchor::Moved, vec![Code::QuoteMoved]), "{part:?}");
            assert_eq!(evidence.spans, [span_of(part)]);
        }
    }
}

#[test]
fn a_quote_that_is_not_in_the_text_is_missing_and_loses_its_spans() {
    // Another composition of ü, another line end, another case: characters are compared exactly.
    for quote in ["Zürich", "wird.“\nEs", "es blieb", "👩🔬"] {
        let (evidence, codes) = anchored(Evidence { spans: vec![Span { start: 0, end: 3 }], ..quoting(quote) });
        assert_eq!((evidence.anchor(), codes), (Anchor::Missing, vec![Code::QuoteMissing]), "{quote:?}");
        assert_eq!((evidence.spans.len(), &*evidence.quote), (0, quote));
    }
}

#[test]
fn an_ambiguous_quote_is_missing_unless_prefix_or_suffix_decides() {
    let (evidence, codes) = anchored(quoting("Es blieb dabei"));
    assert_eq!((evidence.anchor(), codes), (Anchor::Missing, vec![Code::QuoteAmbiguous]));

    let second = BODY.rfind("Es blieb").unwrap();
    let start = i32::try_from(BODY[..second].chars().count()).unwrap();
    for (prefix, suffix) in [("Später: „", ""), ("", "“, so 🙂"), ("„", "“")] {
        let (prefix, suffix) = (prefix.to_owned(), suffix.to_owned());
        let (evidence, codes) = anchored(Evidence { prefix, suffix, ..quoting("Es blieb dabei") });
        assert_eq!((evidence.anchor(), codes), (Anchor::Exact, vec![Code::QuoteLocated]));
        assert_eq!(evidence.spans, [Span { start, end: start + 14 }]);
    }
}

#[test]
fn a_quote_of_several_parts_is_located_part_by_part() {
    let (evidence, codes) = anchored(quoting("Es wärmer wird. … Es blieb dabei"));
    assert_eq!((evidence.anchor(), codes), (Anchor::Exact, vec![Code::QuoteLocated]));
    assert_eq!(evidence.spans, [span_of("Es wärmer wird."), span_of("Es blieb dabei")]);

    let spans = vec![span_of("Zu\u{308}rich"), span_of("🙂")];
    let (evidence, codes) = anchored(Evidence { spans, ..Evidence::default() });
    assert_eq!((&*evidence.quote, codes), ("Zu\u{308}rich … 🙂", vec![]));
}

#[test]
fn a_quote_can_be_in_the_title() {
    let field = EvidenceField::Title.into();
    let (evidence, _) = anchored(Evidence { field, ..quoting("Zürich") });
    assert_eq!((evidence.anchor(), evidence.spans), (Anchor::Exact, vec![Span { start: 0, end: 6 }]));
    let (evidence, _) = anchored(Evidence { field, ..quoting("wird") });
    assert_eq!(evidence.anchor(), Anchor::Missing);
}

#[test]
fn a_quote_without_a_text_to_compare_is_unchecked() {
    let quotation_type = QuotationType::Paraphrase.into();
    let (evidence, codes) = anchored(Evidence { quotation_type, ..Evidence::default() });
    assert_eq!((evidence.anchor(), codes), (Anchor::Unchecked, vec![]));

    let mut said = claim("c");
    said.evidence = vec![Evidence { spans: vec![Span { start: 3, end: 9 }], ..quoting("secret") }];
    said.evidence[0].article = "articles/bodyless".to_owned();
    let corpus = corpus_of(&ndjson([&article("bodyless") as &dyn IntoRecord, &said]));
    let said: Claim = stored(&corpus.claims.table, "claims/c");
    assert_eq!((said.evidence[0].anchor(), codes_of(&corpus)), (Anchor::Unchecked, vec![]));
    assert_eq!(said.evidence[0].spans, [Span { start: 3, end: 9 }], "spans that nobody can check are kept");
}
