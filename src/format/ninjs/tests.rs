use proptest::prelude::*;

use super::*;
use crate::model::byte_ranges;
use crate::proto::v1::{Actor, Article, Precision};

/// 2023-11-14T22:13:20Z.
const NOW: Timestamp = Timestamp { seconds: 1_700_000_000, nanos: 0 };

fn emit_all(value: &Value) -> Vec<Parsed> {
    let mut parsed = Vec::new();
    let mut sink = |one: Parsed| parsed.push(one);
    let mut emitter = Emitter::new(&mut sink);
    emitter.next();
    emit(value, &NOW, &mut emitter);
    emitter.finish();
    parsed
}

/// The articles and actors of an item, and every finding.
fn read_item(json: &str) -> (Vec<Article>, Vec<Actor>, Vec<(Code, String)>) {
    let (mut articles, mut actors, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for Parsed { record, findings, .. } in emit_all(&serde_json::from_str(json).unwrap()) {
        found.extend(findings.into_iter().map(|finding| (finding.code, finding.message)));
        match record.and_then(|record| record.record) {
            Some(Kind::Article(article)) => articles.push(article),
            Some(Kind::Actor(actor)) => actors.push(actor),
            Some(Kind::Claim(_)) | None => {}
        }
    }
    (articles, actors, found)
}

const FIRST: &str = r#"{"uri":"urn:x:1","type":"text","version":"2","versioncreated":"2013-07-09T10:37:00Z","language":"en",
    "byline":"Ada and Bob","headline":"Trial","copyrightholder":"TNA","usageterms":"Editorial use","urgency":4,
    "subject":[{"name":"Justice"}],"place":[{"name":"Rome"}],
    "person":[{"name":"Francesco Schettino","rel":"about"}],"organisation":[{"name":"Costa","rel":"mentions"}],
    "body_xhtml":"<p>Francesco Schettino of <b>Costa</b> spoke.</p><p>F&uuml;r Costa.</p>"}"#;
const SECOND: &str = r#"{"standard":{"name":"ninjs","version":"2.1"},"uri":"urn:x:1","type":"text","version":"2",
    "firstcreated":"2013-07-09","versioncreated":"2013-07-09T10:37:00Z","language":"en","by":"Ada and Bob",
    "headlines":[{"role":"main","value":"Trial"},{"role":"short","value":"T"}],"copyrightholder":"TNA","usageterms":"Editorial use",
    "descriptions":[{"role":"caption","value":"A trial."}],"subjects":[{"name":"Justice","uri":"urn:s"}],
    "people":[{"name":"Francesco Schettino","rel":"about"}],"organisations":[{"name":"Costa","rel":"mentions"}],
    "bodies":[{"role":"main","contenttype":"text/html","value":"<p>Francesco Schettino of <b>Costa</b> spoke.</p><p>F&uuml;r Costa.</p>"}]}"#;

/// The same item in the third generation, which has capitals in its names.
fn third() -> String {
    [
        ("firstcreated", "firstCreated"),
        ("versioncreated", "versionCreated"),
        ("copyrightholder", "copyrightHolder"),
        ("usageterms", "usageTerms"),
        ("contenttype", "contentType"),
        ("2.1", "3.0"),
    ]
    .iter()
    .fold(SECOND.to_owned(), |json, (old, new)| json.replace(old, new))
}

#[test]
fn every_generation_makes_the_same_article() {
    for json in [FIRST, SECOND, &third()] {
        let (articles, actors, found) = read_item(json);
        assert_eq!(found, [], "{json}");
        let article = &articles[0];
        assert_eq!(article.name, uri_name("urn:x:1"));
        assert_eq!((article.title.as_str(), article.publisher.as_str()), ("Trial", "TNA"));
        assert_eq!(
            (article.authors.as_slice(), article.topics.as_slice()),
            (&["Ada and Bob".to_owned()][..], &["Justice".to_owned()][..])
        );
        assert_eq!(article.body, "Francesco Schettino of Costa spoke.\nFür Costa.");
        assert_eq!(article.provenance.as_ref().unwrap().license, "Editorial use");
        assert_eq!((article.labels["uri"].as_str(), article.labels["version"].as_str()), ("urn:x:1", "2"));
        assert_eq!(article.labels["rel.about"], "Francesco Schettino");
        assert_eq!(
            actors.iter().map(|actor| actor.display_name.as_str()).collect::<Vec<_>>(),
            ["Francesco Schettino", "Costa"]
        );
        let costa = &article.mentions[1];
        assert_eq!((&costa.actor, costa.spans.len()), (&actors[1].name, 2));
        let places = byte_ranges(&article.body, &costa.spans).unwrap();
        assert!(places.into_iter().all(|place| &article.body[place] == "Costa"));
    }
}

#[test]
fn the_publish_time_is_that_of_the_first_version() {
    let times = |json: &str| {
        let article = read_item(json).0.swap_remove(0);
        (article.publish_time.map(|time| time.precision()), article.modify_time.map(|time| time.precision()))
    };
    assert_eq!(times(FIRST), (Some(Precision::Second), None));
    assert_eq!(times(SECOND), (Some(Precision::Day), Some(Precision::Second)));
    let (articles, _, found) = read_item(r#"{"uri":"u","headline":"h","body_text":"b","versioncreated":"soon"}"#);
    assert_eq!((articles[0].labels["versioncreated"].as_str(), found[0].0), ("soon", Code::KeptAsLabel));
}

#[test]
fn an_item_held_back_is_removed_with_the_items_in_it() {
    let json = r#"{"uri":"u","type":"text","pubstatus":"canceled","body_text":"b",
        "associations":{"x":{"uri":"v","type":"text","body_text":"c"}}}"#;
    let parsed = emit_all(&serde_json::from_str(json).unwrap());
    assert!(parsed.iter().all(|one| one.record.is_none()));
    assert_eq!((parsed[1].op, &parsed[1].name), (RecordOp::RemoveIfPresent, &uri_name("u")));
    let (_, _, found) = read_item(json);
    assert_eq!(found, [(Code::ItemHeldBack, "u: its pubstatus is canceled".to_owned())]);
    let (articles, _, found) = read_item(r#"{"uri":"u","type":"text","embargoed":"Monday","body_text":"b"}"#);
    assert_eq!((articles.len(), found[0].0), (0, Code::ValueInvalid));
    let free = r#"{"uri":"u","type":"text","embargoed":"2023-11-14T22:13:20Z","body_text":"b"}"#;
    assert_eq!(read_item(free).0.len(), 1);
}

#[test]
fn pictures_and_events_with_a_text_are_articles_and_others_are_counted() {
    let json = r#"{"uri":"u","type":"composite","headline":"h","body_text":"b","associations":[
        {"uri":"a","type":"picture","renditions":{}},{"uri":"b","type":"picture","renditions":{}},
        {"uri":"c","type":"picture","bodies":[{"value":"A picture's text."}]},{"uri":"d","eventDetails":{}}]}"#;
    let (articles, _, found) = read_item(json);
    assert_eq!(articles.iter().map(|article| article.body.as_str()).collect::<Vec<_>>(), ["b", "A picture's text."]);
    let messages: Vec<_> = found.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(messages, ["1 skipped: events without a text", "2 skipped: items of type picture without a text"]);
}

#[test]
fn a_text_item_without_its_text_is_an_article_without_a_body() {
    let (articles, _, found) = read_item(r#"{"uri":"u","type":"text","headline":"h","descriptions":[{"value":"d"}]}"#);
    assert_eq!((articles[0].body.as_str(), articles[0].labels["description"].as_str()), ("", "d"));
    assert_eq!(found[0].0, Code::TextMissing);
}

#[test]
fn an_item_without_a_uri_and_other_values_are_errors() {
    assert_eq!(read_item(r#"{"type":"text","body_text":"b"}"#).2[0].0, Code::ItemInvalid);
    assert_eq!(read_item("7").2[0].0, Code::ItemInvalid);
}

#[test]
fn news_items_are_recognised_and_schemas_are_not() {
    for head in [FIRST, SECOND, r#"[{"uri":"u","title":"t","descriptions":[],"eventDetails":{"#] {
        assert!(recognises(head.as_bytes()), "{head}");
    }
    for head in
        [r#"{"$schema":"s","$id":"i","type":"object","title":"t"}"#, r#"{"article":{"name":"articles/a"}}"#, "[]", ""]
    {
        assert!(!recognises(head.as_bytes()), "{head}");
    }
}

/// Whether an item may be served at 2023-11-14T22:13:20Z.
fn release(json: &str) -> Release {
    Release::of(Item(&serde_json::from_str(json).unwrap()), &NOW)
}

#[test]
fn an_embargo_holds_until_its_second() {
    for embargo in ["2023-11-14T22:13:20Z", "2023-11-14T23:13:20+01:00", "2020-01-01", "1999"] {
        assert_eq!(release(&format!(r#"{{"embargoed":"{embargo}"}}"#)), Release::Free, "{embargo}");
    }
    let held = release(r#"{"embargoed":"2023-11-14T22:13:21Z"}"#);
    assert_eq!(held, Release::HeldBack("it is embargoed until 2023-11-14T22:13:21Z".to_owned()));
}

#[test]
fn an_unreadable_embargo_holds_the_item_back() {
    assert_eq!(release(r#"{"embargoed":"Monday"}"#), Release::Unreadable("\"Monday\"".to_owned()));
    assert_eq!(release(r#"{"embargoed":""}"#), Release::Unreadable("\"\"".to_owned()));
    assert_eq!(release(r#"{"embargoed":null}"#), Release::Free);
}

#[test]
fn a_withheld_or_canceled_item_is_held_back_in_any_generation() {
    for json in [
        r#"{"pubstatus":"withheld"}"#,
        r#"{"pubStatus":"canceled"}"#,
        r#"{"pubStatus":"Cancelled"}"#,
        r#"{"pubstatus":"stat:canceled"}"#,
    ] {
        assert!(matches!(release(json), Release::HeldBack(_)), "{json}");
    }
    assert_eq!(release(r#"{"pubstatus":"usable"}"#), Release::Free);
}

/// Arbitrary JSON with some names that ninjs has.
fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}|[0-9T:-]{4,20}|<p>\\PC{0,8}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(TELLING.split(' ').collect::<Vec<_>>()).prop_map(str::to_owned),
        prop::sample::select(vec![
            "uri",
            "type",
            "value",
            "role",
            "name",
            "people",
            "organisation",
            "scheme",
            "code",
            "symbols",
            "embargoed",
            "subjects",
            "descriptions"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_causes_a_panic(value in arbitrary_json()) {
        emit_all(&value);
    }
}
