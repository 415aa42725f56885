use proptest::prelude::*;

use super::*;
use crate::model::Code;
use crate::proto::v1::{Actor, ActorType, AliasKind, Article, Precision};

fn read_all(text: &str) -> Vec<Parsed> {
    let mut parsed = Vec::new();
    read(&mut text.as_bytes(), &ReadLimits::for_tests(), &mut |one| parsed.push(one)).unwrap();
    parsed
}

fn actor_of(line: &str) -> (Actor, Vec<Code>) {
    let parsed = read_all(line).swap_remove(0);
    let codes = parsed.findings.into_iter().map(|found| found.code).collect();
    match parsed.record.and_then(|record| record.record) {
        Some(Kind::Actor(actor)) => (actor, codes),
        other => panic!("{other:?} {codes:?}"),
    }
}

#[test]
fn names_are_told_apart_by_kind_and_script() {
    let (actor, codes) = actor_of(
        r#"{"id":"NK-1","caption":"Ada Lovelace","schema":"Person","properties":{"name":["Ada Lovelace","Ада Лавлейс","A. Lovelace"],
        "alias":["Countess"],"weakAlias":["Ada"],"previousName":["Ada Byron"],"abbreviation":["AL"]}}"#
            .replace('\n', " ")
            .as_str(),
    );
    assert_eq!((actor.name.as_str(), actor.display_name.as_str()), ("actors/NK-1", "Ada Lovelace"));
    let mut aliases: Vec<_> =
        actor.aliases.iter().map(|alias| (alias.text.as_str(), alias.kind(), alias.language.as_str())).collect();
    aliases.sort_unstable();
    assert_eq!(
        aliases,
        [
            ("A. Lovelace", AliasKind::Alias, ""),
            ("AL", AliasKind::Abbreviation, ""),
            ("Ada", AliasKind::Weak, ""),
            ("Ada Byron", AliasKind::Previous, ""),
            ("Countess", AliasKind::Alias, ""),
            ("Ада Лавлейс", AliasKind::Transliteration, "und-Cyrl"),
        ]
    );
    assert_eq!(codes, []);
}

#[test]
fn without_a_caption_the_first_latin_name_is_shown_and_without_any_name_the_id() {
    let shown =
        |properties: &str| actor_of(&format!(r#"{{"id":"x","schema":"Person","properties":{{{properties}}}}}"#));
    assert_eq!(shown(r#""name":["Ада","Ada"]"#).0.display_name, "Ada");
    assert_eq!(shown(r#""name":["Ада"]"#).0.display_name, "Ада");
    assert_eq!(shown(r#""weakAlias":["A"]"#).0.display_name, "A");
    assert_eq!(shown(r#""firstName":["Ada"],"lastName":["Byron"]"#).0.display_name, "Ada Byron");
    let (actor, codes) = shown("");
    assert_eq!((actor.display_name.as_str(), codes), ("x", vec![Code::NameMissing]));
}

#[test]
fn properties_find_their_fields_and_the_others_are_labels() {
    let (actor, codes) = actor_of(
        r#"{"id":"c","caption":"C","schema":"Company","properties":{"name":["C"],"country":["de"],"jurisdiction":["de","eu"],"nationality":["fr"],"leiCode":["529900"],"wikidataId":["Q1"],"position":["boss"],"website":["https://c.example","https://d.example"],"summary":["makes c"],"legalForm":["GmbH"],"topics":["pol.party"],"notes":["a","b"]},"referents":["old/1","c"],"datasets":["two","one"],"target":true}"#,
    );
    assert_eq!(actor.countries, ["DE", "FR"]);
    assert_eq!(codes, [Code::CountryInvalid], "eu is no country");
    assert_eq!(actor.labels["countries[1]"], "EU");
    let identifiers: Vec<_> = actor.identifiers.iter().map(|one| (one.scheme.as_str(), one.value.as_str())).collect();
    assert_eq!(identifiers, [("lei", "529900"), ("wikidata", "Q1")]);
    assert_eq!((actor.roles[0].title.as_str(), actor.description.as_str()), ("boss", "makes c"));
    assert_eq!((actor.url.as_str(), actor.labels["website"].as_str()), ("https://c.example", "https://d.example"));
    assert_eq!((actor.labels["legalForm"].as_str(), actor.labels["notes"].as_str()), ("GmbH", "a\nb"));
    assert_eq!((actor.labels["datasets"].as_str(), actor.labels["target"].as_str()), ("two\none", "true"));
    assert_eq!(actor.r#type(), ActorType::PoliticalParty);
    assert_eq!(actor.merged_names, [stable_name::of_id(Resource::Actor, "old/1")]);
    let provenance = actor.provenance.unwrap();
    assert_eq!((provenance.record.as_str(), provenance.dataset.as_str()), ("c", "one"));
}

#[test]
fn documents_become_articles() {
    let parsed = read_all(
        r#"{"id":"d","schema":"HyperText","properties":{"title":["T","U"],"bodyHtml":["<p>a</p><p>b</p>"],"publishedAt":["2015-03"],"author":["Ada"],"sourceUrl":["https://x.example"],"fileName":["x.html"]}}"#,
    );
    let Some(Kind::Article(article)) = parsed[0].record.as_ref().and_then(|record| record.record.as_ref()) else {
        panic!("{parsed:?}")
    };
    let Article { title, body, authors, url, labels, publish_time, .. } = article;
    assert_eq!((title.as_str(), body.as_str(), url.as_str()), ("T", "a\nb", "https://x.example"));
    assert_eq!(
        (authors.as_slice(), labels["title"].as_str(), labels["fileName"].as_str()),
        (&["Ada".to_owned()][..], "U", "x.html")
    );
    assert_eq!(publish_time.as_ref().unwrap().precision(), Precision::Month);
    assert!(!labels.contains_key("bodyHtml") && !labels.contains_key("sourceUrl"));
}

#[test]
fn other_schemata_are_counted_once_each_at_the_end() {
    let address = r#"{"id":"a","schema":"Address","properties":{}}"#;
    let ship = r#"{"id":"v","schema":"Vessel","properties":{}}"#;
    let parsed = read_all(&format!("{address}\n{ship}\n{address}\n"));
    let messages: Vec<_> = parsed
        .into_iter()
        .map(|one| (one.line, one.findings.into_iter().map(|found| found.message).collect::<String>()))
        .collect();
    let expected = |count: u32, schema: &str| {
        (0, format!("{count} skipped: entities of schema {schema}, which are neither actors nor texts"))
    };
    assert_eq!(messages, [expected(2, "Address"), expected(1, "Vessel")]);
}

#[test]
fn entities_of_several_datasets_are_counted_at_the_end() {
    let entity = |id: &str, schema: &str, datasets: &str| {
        format!(r#"{{"id":"{id}","caption":"A","schema":"{schema}","datasets":[{datasets}]}}"#) + "\n"
    };
    let lines = [
        entity("a", "Person", r#""two","one""#),
        entity("b", "Person", r#""two""#),
        entity("c", "Document", r#""two","one""#),
        entity("d", "Vessel", r#""two","one""#),
    ];
    let parsed = read_all(&lines.concat());
    let found: Vec<_> = parsed.into_iter().flat_map(|one| one.findings).map(|one| (one.code, one.message)).collect();
    let counted: Vec<_> = found.iter().filter(|(code, _)| *code == Code::DatasetChosen).collect();
    let [(_, message)] = counted[..] else { panic!("{found:?}") };
    assert!(message.starts_with("2 entities of several datasets: "), "{message}");
}

#[test]
fn a_delta_puts_and_removes() {
    let parsed = read_all(
        "{\"op\":\"ADD\",\"entity\":{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}}\n\
         {\"op\":\"DEL\",\"entity\":{\"id\":\"b c\"}}\n\
         {\"op\":\"MOD\",\"entity\":{\"id\":\"d\",\"schema\":\"Vessel\",\"properties\":{}}}\n",
    );
    let seen: Vec<_> = parsed.iter().map(|one| (one.line, one.op, one.name.clone())).collect();
    let (actor, article) =
        (|id| stable_name::of_id(Resource::Actor, id), |id| stable_name::of_id(Resource::Article, id));
    let expected = [
        (1, RecordOp::Replace, "actors/a".to_owned()),
        (2, RecordOp::Remove, actor("b c")),
        (2, RecordOp::Remove, article("b c")),
        (3, RecordOp::RemoveIfPresent, "actors/d".to_owned()),
        (3, RecordOp::RemoveIfPresent, "articles/d".to_owned()),
    ];
    assert_eq!(seen[..5], expected);
    assert_eq!(seen.len(), 6, "and a note on the vessel");
}

#[test]
fn a_bad_line_is_reported_with_its_number_and_the_next_is_read() {
    let good = |id: &str| format!("{{\"id\":\"{id}\",\"schema\":\"Person\",\"properties\":{{\"name\":\"A\"}}}}\n");
    let parsed = read_all(&format!("\u{feff}{}{{\"id\":\n{}{{\"id\":1}}\n", good("a"), good("b")));
    let seen: Vec<_> = parsed
        .into_iter()
        .map(|one| (one.line, one.name, one.findings.into_iter().map(|found| found.code).collect::<Vec<_>>()))
        .collect();
    let expected = [
        (1, "actors/a", vec![]),
        (2, "", vec![Code::NotJson]),
        (3, "actors/b", vec![]),
        (4, "", vec![Code::EntityInvalid]),
    ];
    assert_eq!(seen, expected.map(|(line, name, codes)| (line, name.to_owned(), codes)));
}

#[test]
fn entities_and_deltas_are_recognised() {
    for head in [
        r#"{"id":"a","caption":"x","schema":"Person""#,
        r#"{"id": "a", "properties": {"name": ["x"]}, "schema": "Organization"}"#,
        r#"{"op":"DEL","entity":{"id":"a"}}"#,
    ] {
        assert!(recognises(head.as_bytes()), "{head}");
    }
    for head in [
        r#"{"versions":{"1":"entities.delta.json"},"updated_at":"x"}"#,
        r#"{"type":"Feature","id":"a","properties":{}}"#,
        r#"{"actor":{"name":"actors/a"}}"#,
        "",
    ] {
        assert!(!recognises(head.as_bytes()), "{head}");
    }
}

#[test]
fn people_and_organizations_become_actors_and_texts_articles() {
    assert_eq!(becomes("Company"), Becomes::Actor(ActorType::Company));
    assert_eq!(becomes("PlainText"), Becomes::Article);
    for schema in ["Airplane", "Address", "Ownership", "Image", "company", ""] {
        assert_eq!(becomes(schema), Becomes::Nothing, "{schema}");
    }
}

proptest! {
    #[test]
    fn no_line_causes_a_panic(line in "\\PC{0,80}", key in "[a-zA-Z]{1,12}", value in "\\PC{0,12}") {
        read_all(&line);
        let (key, value) = (serde_json::to_string(&key).unwrap(), serde_json::to_string(&value).unwrap());
        for schema in ["Person", "Document", "Vessel"] {
            read_all(&format!(r#"{{"id":{value},"schema":"{schema}",{key}:{value},"properties":{{{key}:[{value},1,null,{{"id":{value}}}],"country":{value},"name":{value},"date":{value}}}}}"#));
        }
    }
}
