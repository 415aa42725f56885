//! Where quotes are found: small corpora, asked without a transport so that many can be.

use crate::support::{IntoRecord, article, defaults};
use claimd::corpus::{Builder, Corpus, Id};
use claimd::model::{RecordOp, byte_ranges, check_record, joined};
use claimd::proto::v1::Article;
use claimd::query::{Agreement, QuestionedQuote, Quote, QuoteMatch, verify};
use claimd::text::quote::fold;
use proptest::prelude::*;

fn corpus(bodies: &[impl AsRef<str>]) -> Corpus {
    let mut builder = Builder::new(defaults());
    for (body, line) in bodies.iter().zip(1..) {
        let article = Article { body: body.as_ref().to_owned(), ..article(&format!("a{line:03}")) };
        let mut record = article.record();
        let findings = check_record(&mut record);
        assert!(!findings.has_error(), "{findings:?}");
        builder.add(line, &article.name, Some(record), findings, RecordOp::Insert);
    }
    builder.finish(true).unwrap_or_else(|error| panic!("{error}"))
}

fn ask(corpus: &Corpus, quote: &str, articles: &[String], limit: usize) -> Vec<QuoteMatch> {
    let quote = Quote::new(quote, 8 << 10, 32).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let matches = runtime.block_on(verify(corpus, QuestionedQuote { quote: &quote, speaker: "", articles, limit }));
    for found in &matches {
        let body = corpus.articles.table.body(found.article);
        assert_eq!(joined(body, &byte_ranges(body, &found.spans).unwrap()), found.text);
        assert!((0.0..=1.0).contains(&found.similarity));
        assert_eq!(found.agreement == Agreement::Exact, found.similarity >= 1.0);
    }
    matches
}

fn everywhere(corpus: &Corpus, quote: &str) -> Vec<(Id, Agreement, String)> {
    let matches = ask(corpus, quote, &[], 10);
    matches.into_iter().map(|found| (found.article, found.agreement, found.text)).collect()
}

#[test]
fn quotes_of_any_script_are_found_exactly_and_set_otherwise() {
    for (body, quote, set) in [
        (
            "Die „Überprüfung“ der Straße – sagte er – läuft.",
            "„Überprüfung“ der Straße – sagte",
            "\"ÜBERPRÜFUNG\" DER STRASSE - SAGTE",
        ),
        ("הוא אמר: \"אין לנו ברירה אחרת\", והלך.", "אין לנו ברירה אחרת", "אין  לנו\u{200f} ברירה\nאחרת"),
        ("他说：「我们已经准备好了，现在就走吧。」", "我们已经准备好了，现在就走", "我们已经 准备好了，\n现在就走"),
        ("Launch day 🚀🚀🚀🎉🎉 is here", "🚀🚀🚀🎉🎉 is h", "🚀🚀\u{fe0f}🚀🎉🎉 IS H"),
        ("un café très agréable\r\nà Paris", "café très agréable\r\nà P", "CAFE\u{301} tre\u{300}s agréable à P"),
        ("Премьер заявил: «Мы готовы к переговорам»", "Мы готовы к переговорам", "МЫ ГОТОВЫ К ПЕРЕГОВОРАМ"),
        ("ผู้ว่าการกล่าวว่าเราพร้อมแล้ว", "เราพร้อมแล้ว", "เรา\u{200b}พร้อม แล้ว"),
    ] {
        let corpus = corpus(&["nothing of it here at all", body]);
        assert_eq!(everywhere(&corpus, quote), [(1, Agreement::Exact, quote.to_owned())], "{body}");
        let matches = everywhere(&corpus, set);
        assert_eq!((matches[0].0, matches[0].1), (1, Agreement::Normalized), "{set}: {matches:?}");
        assert_eq!(fold(&matches[0].2), fold(set));
    }
}

#[test]
fn the_better_match_comes_first_then_the_newer_article() {
    use Agreement::{Exact, Near, Normalized};
    let corpus = corpus(&[
        "He said: we will never give up this fight.",
        "He said: We Will Never give up this fight.",
        "He said: we will never give in to this fight.",
        "Again: we will never give up this fight.",
        "We have a different matter here, never to be given up without a fight.",
    ]);
    let found: Vec<_> =
        everywhere(&corpus, "“we will never give up this fight”").into_iter().map(|m| (m.0, m.1)).collect();
    assert_eq!(found, [(3, Exact), (0, Exact), (1, Normalized), (2, Near)]);
    let only = ask(&corpus, "we will never give up this fight", &["articles/a003".into(), "articles/none".into()], 10);
    assert_eq!(only.iter().map(|found| (found.article, found.agreement)).collect::<Vec<_>>(), [(2, Near)]);
    let limited = ask(&corpus, "we will never give up this fight", &[], 1);
    assert_eq!(limited.iter().map(|found| found.article).collect::<Vec<_>>(), [3]);
    assert!(ask(&corpus, "we will never give up this fight", &["articles/none".into()], 10).is_empty());
}

#[test]
fn a_paraphrase_is_not_found() {
    let corpus = corpus(&["The minister said that taxes will not rise next year, whatever happens."]);
    assert!(everywhere(&corpus, "There is going to be no increase of levies in 2027").is_empty());
}

#[test]
fn the_worst_quotes_are_answered() {
    let bodies: Vec<String> =
        (0..30).map(|at| format!("the of and to in a that is the the {at} ").repeat(100)).collect();
    let corpus = corpus(&bodies);
    for quote in [
        "the ".repeat(2000),
        "a".repeat(8000),
        "a … ".repeat(32),
        "the of in and ".repeat(500),
        "?!?!?!?!?!".to_owned(),
        "\u{301}\u{323}".repeat(1000),
        "\u{ad}".repeat(100) + "the of and",
        "%_' OR 1=1; --".to_owned(),
        "(a+)+$ [a-z]* \\".to_owned(),
        "\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}".to_owned(),
    ] {
        ask(&corpus, &quote, &[], 100);
    }
}

/// Bodies whose quotes have few likenesses: words of many letters, all scripts' signs between.
fn body() -> impl Strategy<Value = String> {
    let word = "[a-zA-Zäöüßéñ]{1,9}|[бгдеж]{2,6}|[中文字句]{1,4}|🙂|ﬁn|e\u{301}\u{323}t|\\PC";
    let joint = " |, |. |\r\n|\u{a0}| – |-|’|“|” |\u{ad}|… | \"";
    prop::collection::vec((word, joint), 3..40)
        .prop_map(|words| words.into_iter().map(|(word, joint)| word + &joint).collect())
}

proptest! {
    #[test]
    fn what_is_cut_from_a_body_is_exact_where_it_was_cut(
        bodies in prop::collection::vec(body(), 1..4), which in any::<prop::sample::Index>(), start in 0..60_usize, length in 8..60_usize,
    ) {
        let characters: Vec<char> = which.get(&bodies).chars().collect();
        let start = start.min(characters.len());
        let cut: String = characters[start..(start + length).min(characters.len())].iter().collect();
        let Ok(quote) = Quote::new(&cut, 1000, 32) else { return Ok(()) };
        let corpus = corpus(&bodies);
        let id = u32::try_from(which.index(bodies.len())).unwrap();
        let matches = ask(&corpus, &cut, &[], 100);
        let there = matches.iter().filter(|found| found.article == id && found.agreement == Agreement::Exact);
        let texts: Vec<&str> = there.map(|found| found.text.as_str()).collect();
        prop_assert!(texts.contains(&quote.text()), "{:?} in {:?}: {:?}", cut, bodies, matches);
    }

    #[test]
    fn what_is_set_otherwise_is_normalized_where_it_stands(
        words in prop::collection::vec("[a-z]{2,8}|стол|schön", 6..40), from in 0..3_usize, count in 4..12_usize,
        dash in "-|–|—|−", mark in "\"|“|„|«|'", space in " |\u{a0}|\r\n|\t ",
    ) {
        let body = format!("{} - he said. ", words.join(" "));
        let asked: Vec<&str> = words[from..].iter().take(count).map(String::as_str).collect();
        let (first, rest) = asked.split_at(asked.len() / 2);
        let rest = rest.join(&space);
        let quote = format!("{mark}{} {mark}{rest}{mark}", first.join(" ").to_uppercase());
        let corpus = corpus(&[body.as_str(), "something else entirely"]);
        let matches = everywhere(&corpus, &quote);
        prop_assert!(!matches.is_empty() && matches[0].0 == 0 && matches[0].1 <= Agreement::Normalized, "{:?}", matches);
        prop_assert_eq!(fold(&matches[0].2), fold(&asked.join(" ")));
        let dashed = format!("{}\u{ad}{dash}HE SAID", words[words.len() - 1]);
        if dashed.chars().count() >= 8 {
            prop_assert!(everywhere(&corpus, &dashed).iter().any(|found| found.1 == Agreement::Normalized));
        }
    }

    #[test]
    fn a_word_changed_in_ten_is_near_at_the_right_place(
        words in prop::collection::hash_set("[a-z]{4,8}", 60), from in 0..40_usize, changed in 1..9_usize,
    ) {
        let words: Vec<String> = words.into_iter().collect();
        let mut asked = words[from..from + 10].to_vec();
        let right = asked.join(" ");
        asked[changed] = "zzzz".to_owned();
        let corpus = corpus(&[words[30..].join(" "), words.join(" "), "and more of it".to_owned()]);
        let matches = everywhere(&corpus, &asked.join(" "));
        prop_assert!(matches.iter().any(|found| *found == (1, Agreement::Near, right.clone())), "{:?}", matches);
    }

    #[test]
    fn random_words_are_not_found(body in body(), quote in "[qxzj]{5,9}( [qxzj]{5,9}){2,6}") {
        prop_assert!(everywhere(&corpus(&[body]), &quote).is_empty());
    }

    #[test]
    fn no_quote_and_no_body_is_too_much(body in "(\\PC|[\u{0}-\u{2f}]|[\u{300}-\u{345}]){0,60}", quote in "(\\PC|[\u{0}-\u{2f}…\\[\\].]|[\u{300}-\u{345}]){8,60}") {
        if Quote::new(&quote, 8 << 10, 32).is_ok() {
            ask(&corpus(&[body.as_str(), &quote]), &quote, &[], 10);
        }
    }
}
