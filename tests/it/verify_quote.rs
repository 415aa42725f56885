//! VerifyQuote through a real server: verdicts, whose words a quote is, and what is refused.

use std::time::Duration;

use crate::support::{
    IntoRecord, TestServer, actor, article, at, claim, defaults, demo, ndjson, party, violated, violations,
};
use claimd::config::RequestLimits;
use claimd::proto::v1::{
    Article, Claim, ClaimStatus, Evidence, EvidenceField, QuotationType, QuoteMatch, QuoteVerdict, Span,
    VerifyQuoteRequest, VerifyQuoteResponse,
};

fn ask(quote: &str) -> VerifyQuoteRequest {
    VerifyQuoteRequest { quote: quote.to_owned(), ..VerifyQuoteRequest::default() }
}

async fn verify(server: &TestServer, request: VerifyQuoteRequest) -> VerifyQuoteResponse {
    server.claims().verify_quote(request).await.unwrap().into_inner()
}

fn said(id: &str, speaker: &str, article: &str, quote: &str) -> Claim {
    let evidence = Evidence {
        article: format!("articles/{article}"),
        quotation_type: QuotationType::Direct.into(),
        quote: quote.to_owned(),
        ..Evidence::default()
    };
    Claim { speakers: vec![party(speaker)], evidence: vec![evidence], claim_time: Some(at(0)), ..claim(id) }
}

fn written(id: &str, seconds: i64, body: &str) -> Article {
    Article { body: body.to_owned(), publish_time: Some(at(seconds)), ..article(id) }
}

/// Three articles, the newest last, in which two people say much the same.
fn small() -> String {
    let mut anna = actor("anna");
    anna.merged_names = vec!["actors/former-anna".to_owned()];
    let retracted =
        Claim { status: ClaimStatus::Retracted.into(), ..said("old", "bert", "first", "Wir geben nie auf") };
    ndjson([
        &anna as &dyn IntoRecord,
        &actor("bert"),
        &written("first", 10, "Anna sagte: „Wir geben nie auf“, und ging.\r\n🙂 Das wa\u{308}re es."),
        &written("second", 20, "Bert sagte: „Wir geben nie auf“, und blieb."),
        &written("third", 30, "Wir geben selten auf, nie auf, WIR GEBEN NIE\u{a0}AUF und wir schlafen."),
        &said("a", "anna", "first", "Wir geben nie auf"),
        &said("b", "bert", "second", "„Wir geben nie auf“, und blieb"),
        &retracted,
    ])
}

fn names(response: &VerifyQuoteResponse) -> Vec<(&str, QuoteVerdict, bool)> {
    let name = |found: &'_ QuoteMatch| (found.verdict(), found.attributed_to_speaker);
    let articles = response.matches.iter().map(|found| found.article.as_str());
    articles
        .zip(response.matches.iter().map(name))
        .map(|(article, (verdict, theirs))| (article, verdict, theirs))
        .collect()
}

#[tokio::test]
async fn quotes_of_the_demo_are_exact_and_lead_to_their_claims() {
    let server = TestServer::demo().await;
    let corpus = server.corpus();
    let mut checked = 0;
    for id in 0..corpus.claims.table.len() {
        let claim = <Claim as prost::Message>::decode(corpus.claims.table.encoded(id)).unwrap();
        let in_body =
            |evidence: &&Evidence| evidence.field() == EvidenceField::Body && evidence.quote.chars().count() >= 8;
        for evidence in claim.evidence.iter().filter(in_body) {
            let speaker = claim.speakers[0].actor.clone();
            let response = verify(&server, VerifyQuoteRequest { speaker, ..ask(&evidence.quote) }).await;
            assert_eq!(response.verdict(), QuoteVerdict::Exact, "{}", evidence.quote);
            let here = response.matches.iter().find(|found| found.article == evidence.article).unwrap();
            assert_eq!((here.spans.as_slice(), &here.text), (evidence.spans.as_slice(), &evidence.quote));
            assert!(here.claims.contains(&claim.name) && here.attributed_to_speaker && here.similarity >= 1.0);
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[tokio::test]
async fn a_quote_of_the_asked_speaker_comes_before_newer_ones() {
    use QuoteVerdict::{Exact, Normalized};
    let server = TestServer::of(&small()).await;
    let quote = "Wir geben nie auf";
    let anybody = verify(&server, ask(quote)).await;
    let expected =
        [("articles/second", Exact, false), ("articles/first", Exact, false), ("articles/third", Normalized, false)];
    assert_eq!(names(&anybody), expected);
    assert_eq!(anybody.matches[0].claims, ["claims/b"]);
    assert_eq!(anybody.matches[1].claims, ["claims/a"], "the retracted claim is nobody's");

    let expected =
        [("articles/first", Exact, true), ("articles/second", Exact, false), ("articles/third", Normalized, false)];
    for speaker in ["actors/anna", "actors/former-anna"] {
        let theirs = verify(&server, VerifyQuoteRequest { speaker: speaker.to_owned(), ..ask(quote) }).await;
        assert_eq!(names(&theirs), expected, "{speaker}");
        let one = verify(&server, VerifyQuoteRequest { speaker: speaker.to_owned(), limit: 1, ..ask(quote) }).await;
        assert_eq!(names(&one), expected[..1], "{speaker}");
    }
    let nobody = verify(&server, VerifyQuoteRequest { speaker: "actors/nobody".to_owned(), ..ask(quote) }).await;
    assert_eq!(names(&nobody), names(&anybody));
}

#[tokio::test]
async fn spans_count_code_points_of_the_body_as_it_is() {
    let server = TestServer::of(&small()).await;
    let response = verify(&server, ask("\"UND GING. 🙂 das wäre es\"")).await;
    assert_eq!(response.verdict(), QuoteVerdict::Normalized, "{response:?}");
    let found = &response.matches[0];
    assert_eq!(found.text, "und ging.\r\n🙂 Das wa\u{308}re es");
    assert_eq!(found.spans, [Span { start: 33, end: 58 }]);
}

#[tokio::test]
async fn parts_have_spans_of_their_own() {
    let server = TestServer::of(&small()).await;
    for (quote, verdict) in [
        ("Anna sagte: […] Wir geben … und ging", QuoteVerdict::Exact),
        ("Anna sagte ... nie auf [...] UND GING.", QuoteVerdict::Normalized),
        ("Anna hat gesagt: \"Wir geben nie auf\" ... und ging", QuoteVerdict::Near),
        ("und ging … Anna sagte:", QuoteVerdict::NotFound),
    ] {
        let response = verify(&server, ask(quote)).await;
        assert_eq!(response.verdict(), verdict, "{quote}: {response:?}");
        assert!(response.matches.iter().all(|found| found.text.split(" … ").count() == found.spans.len()));
    }
}

#[tokio::test]
async fn only_the_named_articles_are_looked_into() {
    let server = TestServer::of(&small()).await;
    let articles = vec!["articles/first".to_owned(), "articles/none".to_owned()];
    let response = verify(&server, VerifyQuoteRequest { articles, ..ask("Wir geben nie auf") }).await;
    assert_eq!(names(&response), [("articles/first", QuoteVerdict::Exact, false)]);
    let articles = vec!["articles/none".to_owned()];
    let response = verify(&server, VerifyQuoteRequest { articles, ..ask("Wir geben nie auf") }).await;
    assert_eq!((response.verdict(), response.matches.len()), (QuoteVerdict::NotFound, 0));
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_every_field() {
    let server = TestServer::of(&small()).await;
    for quote in ["", "abc", "  \"seven c\"  ", "… … … … …", &"x".repeat(8193), &"a … ".repeat(33)] {
        let status = server.claims().verify_quote(ask(quote)).await.unwrap_err();
        assert_eq!(violated(&status), ["quote"], "{quote:.20}");
    }
    let request = VerifyQuoteRequest {
        quote: "abc".to_owned(),
        speaker: "claims/x".to_owned(),
        articles: vec!["articles/ok".to_owned(), "no".to_owned()],
        limit: -1,
    };
    let status = server.claims().verify_quote(request).await.unwrap_err();
    assert_eq!(violated(&status), ["quote", "speaker", "articles[1]", "limit"]);
    let status = server.claims().verify_quote(VerifyQuoteRequest { limit: 101, ..ask("eight ch") }).await.unwrap_err();
    assert_eq!(violated(&status), ["limit"]);
    let articles = |count: usize| vec![format!("articles/{}", "x".repeat(128)); count];
    let many = VerifyQuoteRequest { articles: articles(1001), ..ask("eight ch") };
    assert_eq!(violated(&server.claims().verify_quote(many).await.unwrap_err()), ["articles"]);
    let most = VerifyQuoteRequest { articles: articles(1000), limit: 100, ..ask(&"ä".repeat(4096)) };
    assert_eq!(verify(&server, most).await.verdict(), QuoteVerdict::NotFound);
}

#[tokio::test]
async fn no_quote_takes_long_or_breaks_the_server() {
    let bodies =
        (0..40).map(|at| written(&at.to_string(), at, &format!("the of and to in a that is {at} ").repeat(200)));
    let articles: Vec<Article> = bodies.collect();
    let server = TestServer::of(&ndjson(articles.iter().map(|article| article as &dyn IntoRecord))).await;
    for quote in [
        "the ".repeat(2000),
        "the of in and ".repeat(500),
        "that is the of in and ".repeat(300),
        "a … ".repeat(32),
        "x".repeat(8192),
        "a* b* c* d*".to_owned(),
        "' OR 1=1; DROP TABLE claims; --".to_owned(),
        "(a+)+$|[z-a]{99999}".to_owned(),
        "\u{0}\u{1}\u{7f}\u{85}\u{fffd}\u{10ffff}ab".to_owned(),
        "\u{202e}\u{202e}\u{202e}\u{202e}\u{202e}\u{202e}\u{202e}the".to_owned(),
        "e\u{301}".repeat(2000),
    ] {
        let answer = tokio::time::timeout(
            Duration::from_secs(10),
            verify(&server, VerifyQuoteRequest { limit: 100, ..ask(&quote) }),
        );
        assert!(answer.await.unwrap().matches.len() <= 100);
    }
}

#[tokio::test]
async fn a_word_that_is_spelt_otherwise_stays_part_of_the_place() {
    let body = "We were not there. We are not ready. Wir prüfen die Überprüfung, sagte sie, und wir sind bereit.";
    let server = TestServer::of(&ndjson([&written("only", 10, body) as &dyn IntoRecord])).await;
    for (quote, place) in [
        ("Wir prufen die Überprüfung, sagte", "Wir prüfen die Überprüfung, sagte"),
        ("We are not readdy", "We are not ready"),
        ("Wee are not ready", "We are not ready"),
        ("Wir prüften die Überprüfung", "Wir prüfen die Überprüfung"),
    ] {
        let found = verify(&server, ask(quote)).await;
        assert_eq!(found.verdict(), QuoteVerdict::Near, "{quote}");
        assert_eq!(found.matches[0].text, place, "{quote}");
    }
}

#[tokio::test]
async fn two_spellings_of_one_word_are_the_same_words() {
    for (body, quote) in [
        ("Wir prüfen die Überprüfung, sagte sie.", "Wir pruefen die Ueberpruefung"),
        ("Die Muellabfuhr faellt morgen aus.", "Die Müllabfuhr fällt morgen aus"),
        ("İZMİR'DE IŞIKLAR SÖNÜYOR, dedi.", "izmir'de ışıklar sönüyor"),
        ("قالَ إنَّ الضَّرائبَ لن تَرتَفِع", "قال ان الضرائب لن ترتفع"),
        ("Ο υπουργός είπε: «Θα γίνει αύριο».", "Ο ΥΠΟΥΡΓΟΣ ΕΙΠΕ: «ΘΑ ΓΙΝΕΙ ΑΥΡΙΟ»"),
        ("他说：「經濟增長很快，電費下降。」", "经济增长很快，电费下降"),
    ] {
        let server = TestServer::of(&ndjson([&written("only", 10, body) as &dyn IntoRecord])).await;
        let found = verify(&server, ask(quote)).await;
        assert_eq!(found.verdict(), QuoteVerdict::Normalized, "{quote}: {:?}", found.matches);
    }
}

#[tokio::test]
async fn a_quote_has_as_many_parts_as_the_limit_says() {
    let limits = RequestLimits { max_quote_parts: 2, ..defaults() };
    let server = TestServer::start(demo(), limits).await;
    server.claims().verify_quote(ask("TikTok has … never been")).await.unwrap();
    let status = server.claims().verify_quote(ask("TikTok has … never … been")).await.unwrap_err();
    assert!(violations(&status)[0].description.contains("has 3 parts between words left out; give at most 2"));
}
