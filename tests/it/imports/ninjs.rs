//! News items in ninjs: the published examples, and embargoes.

use std::collections::BTreeSet;

use claimd::proto::v1::{Anchor, Article, Claim};
use tempfile::TempDir;

use super::{all, counts, load_paths, messages, shared, write};
use crate::support::{evidence, ndjson};

/// The examples without a text item, and what is skipped in them.
const PASSED_OVER: [(&str, &str); 17] = [
    ("20231004-UEFA-ChampionLeague.json", "1 skipped: events without a text"),
    ("20231005-65-addb-event.json", "1 skipped: items of type event without a text"),
    ("20231016-event-timeline-sample.json", "14 skipped: events without a text"),
    ("ap_audio.json", "1 skipped: items of type audio without a text"),
    ("ap_image.json", "1 skipped: items of type picture without a text"),
    ("ap_video.json", "1 skipped: items of type video without a text"),
    ("businesswire-newsml-20130515006361.json", "1 skipped: items of type graphic without a text"),
    ("businesswire-newsml-20130515006361.json", "2 skipped: items of type picture without a text"),
    ("businesswire-newsml-20130731006140.json", "1 skipped: items of type graphic without a text"),
    ("businesswire-newsml-20130731006140.json", "1 skipped: items of type video without a text"),
    ("extension-example.json", "1 skipped: items of type picture without a text"),
    ("imageEncodedRights.json", "1 skipped: items of type picture without a text"),
    ("imageLinkedRights.json", "1 skipped: items of type picture without a text"),
    ("ninjsExComplex1.json", "1 skipped: items of type picture without a text"),
    ("ninjsExComplex2.json", "2 skipped: items of type picture without a text"),
    ("ninjsExSimplePhoto1.json", "1 skipped: items of type picture without a text"),
    ("simpleEvent.json", "1 skipped: items of type event without a text"),
];

#[test]
fn every_example_is_an_article_or_skipped_with_a_reason() {
    let Some(path) = shared::data("ninjs") else { return };
    let corpus = load_paths(&[path]);
    assert_eq!((corpus.report.errors, corpus.report.warnings), (0, 0), "{:?}", corpus.report.diagnostics);
    assert_eq!(counts(&corpus), (16, 11, 0));
    let passed_over: BTreeSet<(String, String)> = messages(&corpus, "RECORD_SKIPPED").into_iter().collect();
    let text_items = |file: &str| file.starts_with("tt_text");
    let passed_over: Vec<_> = passed_over
        .iter()
        .map(|(file, why)| (file.as_str(), why.as_str()))
        .filter(|(file, _)| !text_items(file))
        .collect();
    assert_eq!(passed_over, PASSED_OVER);
    let files = |code| messages(&corpus, code).into_iter().map(|(file, _)| file).collect::<BTreeSet<_>>();
    assert_eq!(files("TEXT_MISSING"), ["ninjs-1-4-examples.json", "ntb_text.json"].map(str::to_owned).into());
    let others = files("FILE_SKIPPED");
    let others: Vec<_> = others.iter().map(String::as_str).collect();
    let expected = [
        "README.md",
        "businesswire-newsml-20130515006361.xml",
        "businesswire-newsml-20130605006126.xml",
        "businesswire-newsml-20130612006110.xml",
        "businesswire-newsml-20130731006140.xml",
        "extension-schema.json",
    ];
    assert_eq!(others, expected);
}

#[test]
fn texts_of_the_examples_have_no_markup_and_have_their_mentions() {
    let Some(path) = shared::data("ninjs") else { return };
    let corpus = load_paths(&[path]);
    let articles: Vec<Article> = all(&corpus.articles.table);
    assert!(articles.iter().all(|article| !article.body.contains("<p>") && !article.body.contains("&amp;")));
    let captain = articles.iter().find(|article| article.title.starts_with("Captain of wrecked cruise ship")).unwrap();
    let schettino = captain.mentions.iter().find(|mention| mention.text == "Francesco Schettino").unwrap();
    assert_eq!(schettino.spans.len(), 1);
    let dpa = articles.iter().find(|article| article.publisher == "dpa").unwrap();
    assert_eq!(
        (dpa.language.as_str(), dpa.authors.as_slice()),
        ("de", &["Von Christian Hollmann, dpa".to_owned()][..])
    );
    assert_eq!(dpa.body.lines().count(), 9, "one line a paragraph");
}

#[test]
fn a_quote_is_found_in_the_text_without_its_markup() {
    let folder = TempDir::new().unwrap();
    let item = r#"{"uri":"urn:n:1","type":"text","versioncreated":"2020-01-01T00:00:00Z","headline":"H",
        "body_xhtml":"<p>F&uuml;r &quot;immer&quot;, <em>sagte</em> sie.</p>"}"#;
    write(folder.path(), "item.json", item);
    let article = all::<Article>(&load_paths(&[folder.path().to_owned()]).articles.table).swap_remove(0);
    let mut claim = crate::support::claim("c");
    let id = article.name.strip_prefix("articles/").unwrap();
    claim.evidence = vec![evidence(id)];
    claim.evidence[0].quotation_type = 0;
    claim.evidence[0].quote = "Für \"immer\", sagte".to_owned();
    write(folder.path(), "claim.ndjson", ndjson([&claim as &dyn crate::support::IntoRecord]));
    let corpus = load_paths(&[folder.path().to_owned()]);
    let claim = all::<Claim>(&corpus.claims.table).swap_remove(0);
    assert_eq!((claim.evidence[0].anchor(), claim.evidence[0].spans[0].start), (Anchor::Exact, 0));
}

#[test]
fn an_embargoed_or_canceled_item_is_not_served_and_is_reported() {
    let folder = TempDir::new().unwrap();
    let item =
        |uri: &str, more: &str| format!(r#"{{"uri":"{uri}","type":"text","headline":"{uri}","body_text":"b"{more}}}"#);
    let items = [
        item("free", r#","embargoed":"2001-01-01T00:00:00Z""#),
        item("later", r#","embargoed":"9999-01-01T00:00:00Z""#),
        item("canceled", ""),
        item("canceled", r#","pubstatus":"canceled""#),
        item("corrected", r#","slugline":"old","headlines":[{"value":"first"}]"#),
        item("corrected", r#","headlines":[{"value":"second"}]"#),
    ];
    write(folder.path(), "feed.json", format!("[{}]", items.join(",\n")));
    let corpus = load_paths(&[folder.path().to_owned()]);
    let mut titles: Vec<_> = all::<Article>(&corpus.articles.table).into_iter().map(|article| article.title).collect();
    titles.sort();
    assert_eq!(titles, ["free", "second"]);
    let held: Vec<_> = messages(&corpus, "ITEM_HELD_BACK").into_iter().map(|(_, message)| message).collect();
    assert_eq!(held, ["later: it is embargoed until 9999-01-01T00:00:00Z", "canceled: its pubstatus is canceled"]);
}
