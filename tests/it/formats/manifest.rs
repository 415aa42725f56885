//! Manifests: settings of datasets, and merging records of several datasets.

use serde_json::Value;

use crate::formats::program::Workshop;

fn actor(id: &str, more: &str) -> String {
    format!("{{\"actor\":{{\"name\":\"actors/{id}\",\"displayName\":\"{id}\"{more}}}}}\n")
}

fn identifier(scheme: &str, value: &str) -> String {
    format!(",\"identifiers\":[{{\"scheme\":\"{scheme}\",\"value\":\"{value}\"}}]")
}

/// All records of a load of this path.
fn records(workshop: &Workshop, path: &str) -> Vec<Value> {
    let output = workshop.run(&["convert", path, "--output", "-"]);
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(records: &[Value]) -> Vec<&str> {
    let mut names: Vec<&str> = records
        .iter()
        .map(|record| record.as_object().unwrap().values().next().unwrap()["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_dataset_gives_its_records_namespace_name_and_licence() {
    let claim = "{\"claim\":{\"name\":\"claims/c\",\"text\":\"t\",\"speakers\":[{\"actor\":\"actors/x\"}],\
        \"provenance\":{\"license\":\"own\"}}}\n";
    let workshop = Workshop::with(&[
        ("data/one/x.ndjson", &(actor("x", "") + claim)),
        ("data/other.txt", &actor("x", "")),
        (
            "m.toml",
            "[[dataset]]\nname = \"one\"\npath = [\"data/one\"]\nnamespace = \"n1\"\nlicense = \"CC0-1.0\"\n\
             [[dataset]]\nname = \"other\"\npath = \"data/other.txt\"\nformat = \"ndjson\"\n",
        ),
    ]);
    let all = records(&workshop, "m.toml");
    assert_eq!(names(&all), ["actors/n1.x", "actors/x", "claims/n1.c"]);
    let claim = &all.iter().find(|record| record["claim"].is_object()).unwrap()["claim"];
    assert_eq!(claim["speakers"][0]["actor"], "actors/n1.x");
    assert_eq!((&claim["provenance"]["dataset"], &claim["provenance"]["license"]), (&"one".into(), &"own".into()));
    let x = &all.iter().find(|record| record["actor"]["name"] == "actors/n1.x").unwrap()["actor"];
    assert_eq!(x["provenance"]["license"], "CC0-1.0");
}

#[test]
fn a_manifest_is_used_if_it_is_given_and_not_if_it_is_in_a_folder() {
    let workshop = Workshop::with(&[("d/x.ndjson", &actor("x", "")), ("d/m.toml", "nonsense")]);
    let report = workshop.check(&["d"]);
    assert_eq!((&report["actors"], &report["errors"]), (&1.into(), &0.into()));
    let report = workshop.check(&["d/m.toml"]);
    let found = &report["diagnostics"][0];
    assert_eq!((&found["code"], &found["line"]), (&"MANIFEST_INVALID".into(), &1.into()));
}

#[test]
fn check_shows_the_line_of_a_file_whose_format_is_in_the_manifest() {
    let lines = format!("no record\n{}", actor("a", ""));
    let manifest = "[[dataset]]\nname = \"a\"\npath = \"a.binpb\"\nformat = \"ndjson\"\n\
        [[dataset]]\nname = \"b\"\npath = \"b.ndjson\"\nformat = \"binary\"\n";
    let workshop = Workshop::with(&[("a.binpb", &lines), ("b.ndjson", &lines), ("m.toml", manifest)]);
    let said = String::from_utf8(workshop.run(&["check", "m.toml"]).stdout).unwrap();
    assert!(said.contains("a.binpb:1: error NOT_JSON") && said.contains("b.ndjson:1: error"), "{said}");
    // The excerpt of the file with lines is shown; the file with records has none.
    let shown: Vec<&str> = said.lines().filter(|line| line.starts_with("1 | ")).collect();
    assert_eq!(shown, ["1 | no record"], "{said}");
    assert_eq!(said.matches('^').count(), 1, "{said}");
}

#[test]
fn a_file_with_another_checksum_is_refused_and_the_rest_is_read() {
    let manifest = |hash: &str| {
        format!(
            "[[dataset]]\nname = \"a\"\npath = \"a.ndjson\"\nsha256 = \"{hash}\"\n\
             [[dataset]]\nname = \"b\"\npath = \"b.ndjson\"\n"
        )
    };
    let workshop = Workshop::with(&[("a.ndjson", "abc"), ("b.ndjson", &actor("b", ""))]);
    workshop.put("wrong.toml", manifest(&"0".repeat(64)).as_bytes());
    let report = workshop.check(&["wrong.toml"]);
    assert_eq!((&report["actors"], &report["counts"]["CHECKSUM_DIFFERS"]), (&1.into(), &1.into()), "{report:#}");
    // The well-known hash of "abc", which is not a record.
    workshop.put("right.toml", manifest("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD").as_bytes());
    assert_eq!(workshop.check(&["right.toml"])["counts"]["NOT_JSON"], 1);
}

#[test]
fn an_error_in_a_strict_dataset_refuses_the_load_and_one_elsewhere_does_not() {
    let manifest = |strict: &str| {
        format!(
            "[[dataset]]\nname = \"a\"\npath = \"a.ndjson\"\nstrict = {strict}\n[[dataset]]\nname = \"b\"\npath = \"b.ndjson\"\n"
        )
    };
    let workshop = Workshop::with(&[("a.ndjson", "x\n"), ("b.ndjson", &(actor("b", "") + "x\n"))]);
    workshop.put("strict.toml", manifest("true").as_bytes());
    workshop.put("lax.toml", manifest("false").as_bytes());
    assert!(workshop.check(&["strict.toml"])["revision"].is_null());
    assert!(workshop.check(&["lax.toml"])["revision"].is_string());
}

#[test]
fn actors_with_one_identifier_are_merged_in_any_order() {
    let one = actor("b", &identifier("wikidata", "Q1")) + &actor("z", &identifier("other", "1"));
    let claim = "{\"claim\":{\"name\":\"claims/c\",\"text\":\"t\",\"speakers\":[{\"actor\":\"actors/b\"}]}}\n";
    let other = actor("a", &identifier("wikidata", "Q1")) + &actor("y", &identifier("other", "1")) + claim;
    let manifest = |first: &str, second: &str| {
        format!(
            "merge_actors_by = [\"wikidata\"]\n[[dataset]]\nname = \"{first}\"\npath = \"{first}.ndjson\"\n\
             [[dataset]]\nname = \"{second}\"\npath = \"{second}.ndjson\"\n"
        )
    };
    let workshop = Workshop::with(&[
        ("one.ndjson", &one),
        ("two.ndjson", &other),
        ("m.toml", &manifest("one", "two")),
        ("n.toml", &manifest("two", "one")),
    ]);
    assert_eq!(workshop.revision("m.toml"), workshop.revision("n.toml"));
    let all = records(&workshop, "m.toml");
    assert_eq!(names(&all), ["actors/a", "actors/y", "actors/z", "claims/c"], "the others share no listed scheme");
    let a = &all.iter().find(|record| record["actor"]["name"] == "actors/a").unwrap()["actor"];
    assert_eq!(a["mergedNames"], serde_json::json!(["actors/b"]));
    let report = workshop.check(&["m.toml"]);
    assert_eq!((&report["errors"], &report["counts"]["RECORDS_MERGED"]), (&0.into(), &1.into()), "{report:#}");
}

#[test]
fn contradictory_actors_are_reported_and_not_merged() {
    let both = |lei: &str| {
        format!(
            ",\"identifiers\":[{{\"scheme\":\"wikidata\",\"value\":\"Q1\"}},{{\"scheme\":\"lei\",\"value\":\"{lei}\"}}]"
        )
    };
    let manifest = "merge_actors_by = [\"wikidata\", \"lei\"]\n[[dataset]]\nname = \"d\"\npath = \"d.ndjson\"\n";
    let workshop =
        Workshop::with(&[("d.ndjson", &(actor("a", &both("1")) + &actor("b", &both("2")))), ("m.toml", manifest)]);
    let report = workshop.check(&["m.toml"]);
    assert_eq!((&report["actors"], &report["counts"]["MERGE_CONFLICT"]), (&2.into(), &1.into()), "{report:#}");
}

#[test]
fn articles_with_one_url_are_merged_and_evidence_follows() {
    let article = |id: &str, url: &str, more: &str| {
        format!("{{\"article\":{{\"name\":\"articles/{id}\",\"url\":\"{url}\"{more}}}}}\n")
    };
    let claim = "{\"claim\":{\"name\":\"claims/c\",\"text\":\"t\",\"evidence\":[{\"article\":\"articles/b\",\
        \"quotationType\":\"DIRECT\",\"quote\":\"said so\"}]}}\n";
    let data = article("a", "https://news.example/1?utm_source=x", ",\"body\":\"She said so.\"")
        + &article("b", "http://www.news.example/1/", ",\"title\":\"T\"")
        + &article("c", "https://news.example/2", "")
        + claim;
    let manifest = "merge_articles_by_url = true\n[[dataset]]\nname = \"d\"\npath = \"d.ndjson\"\n";
    let workshop = Workshop::with(&[("d.ndjson", &data), ("m.toml", manifest)]);
    let all = records(&workshop, "m.toml");
    assert_eq!(names(&all), ["articles/a", "articles/c", "claims/c"]);
    let evidence = &all.iter().find(|record| record["claim"].is_object()).unwrap()["claim"]["evidence"][0];
    assert_eq!((&evidence["article"], &evidence["anchor"]), (&"articles/a".into(), &"ANCHOR_EXACT".into()));
    let a = &all.iter().find(|record| record["article"]["name"] == "articles/a").unwrap()["article"];
    assert_eq!(a["mergedNames"], serde_json::json!(["articles/b"]));
    // The written record keeps the merged name, for evidence in later files.
    let written = workshop.run(&["convert", "m.toml", "--output", "-"]).stdout;
    workshop.put("again.ndjson", &[&*written, claim.replace("claims/c", "claims/d").as_bytes()].concat());
    assert_eq!(workshop.check(&["again.ndjson"])["errors"], 0);
    let report = workshop.check(&["m.toml"]);
    assert_eq!((&report["errors"], &report["counts"]["RECORDS_MERGED"]), (&0.into(), &1.into()), "{report:#}");
}
