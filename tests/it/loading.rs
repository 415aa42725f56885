//! Loading: from a file to the served records and the report.

mod anchors;
mod revision;
use std::collections::BTreeSet;

use crate::support::{
    IntoRecord, TestServer, actor, article, at, claim, corpus_of, defaults, load_files, load_text, ndjson, party,
    relation,
};
use claimd::config::LoadLimits;
use claimd::corpus::{Corpus, Diagnostic, Table};
use claimd::model::Code;
use claimd::proto::Timestamp;
use claimd::proto::v1::{
    Actor, Anchor, Article, BatchGetClaimsRequest, Claim, EvidenceField, GetActorRequest, ListClaimsRequest,
    PartialTime, Precision, RelationKind, RelationStatus,
};
use claimd::source::{Source, load};
use prost::Message;

const FAULTY: &str = include_str!("data/faulty.ndjson");

fn names(table: &Table) -> BTreeSet<&str> {
    (0..table.len()).map(|id| table.name(id)).collect()
}

fn all_names(corpus: &Corpus) -> BTreeSet<&str> {
    [&corpus.articles.table, &corpus.actors.table, &corpus.claims.table].into_iter().flat_map(names).collect()
}

fn stored<M: Message + Default>(table: &Table, name: &str) -> M {
    M::decode(table.encoded(table.id(name).unwrap())).unwrap()
}

/// A diagnostic in one line, without its advice. The file, which is a temporary one, is `FILE`.
fn shown(diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, code, file, line, record, field, message, .. } = diagnostic;
    let message = message.replace(&**file, "FILE");
    format!("{line} {severity} {} {record} {field}: {message}", code.as_str())
}

fn codes_of(corpus: &Corpus) -> Vec<Code> {
    corpus.report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

// === A file with one fault of each kind ===

#[test]
fn each_fault_is_found_at_its_line_record_and_field() {
    let corpus = load_text(FAULTY).unwrap();
    let found: Vec<String> = corpus.report.diagnostics.iter().map(shown).collect();
    insta::assert_snapshot!(found.join("\n"));
    assert_eq!((corpus.report.errors, corpus.report.warnings, corpus.report.notes), (23, 9, 1));
}

#[test]
fn each_diagnostic_has_the_file_and_advice() {
    let report = load_text(FAULTY).unwrap().report;
    for Diagnostic { file, message, advice, code, .. } in &report.diagnostics {
        assert!(file.ends_with(".ndjson"), "{file}");
        assert!(!message.is_empty() && *advice == code.advice());
    }
    assert_eq!(report.counts.values().sum::<u32>(), report.errors + report.warnings + report.notes);
}

#[test]
fn records_without_errors_are_served_and_others_are_not() {
    let corpus = load_text(FAULTY).unwrap();
    let faulty: BTreeSet<&str> = corpus
        .report
        .diagnostics
        .iter()
        .filter(|diagnostic| {
            diagnostic.severity == claimd::model::Severity::Error && diagnostic.code != Code::NameTaken
        })
        .map(|diagnostic| &*diagnostic.record)
        .collect();
    let expected = [
        "actors/ada",
        "actors/bea",
        "actors/odd-country",
        "articles/harbour",
        "articles/mention",
        "claims/ambiguous",
        "claims/gulls",
        "claims/located",
        "claims/missing",
        "claims/moved",
        "claims/odd-context",
        "claims/odd-language",
        "claims/twice",
    ];
    assert_eq!(all_names(&corpus).into_iter().collect::<Vec<_>>(), expected);
    assert!(all_names(&corpus).is_disjoint(&faulty));
}

#[test]
fn a_strict_load_is_refused_with_the_same_report() {
    let lenient = load_text(FAULTY).unwrap().report;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/faulty.ndjson");
    let failed = load(&[Source::from(path)], defaults(), true).err().unwrap();
    assert_eq!(failed.report.counts, lenient.counts);
    assert!(failed.reason.contains("23"), "{}", failed.reason);
    assert_eq!(&*failed.report.diagnostics[0].file, path);
}

#[test]
fn a_load_without_a_valid_record_is_refused() {
    let mut lost = claim("lost");
    lost.speakers = vec![party("nobody")];
    let failed = load_text(&ndjson([&lost as &dyn IntoRecord])).err().unwrap();
    let found = failed.report.diagnostics.last().unwrap();
    assert_eq!((found.code, &*found.file, found.line), (Code::NoRecords, "", 0));
}

#[test]
fn a_record_above_the_limit_is_left_out_with_the_records_that_refer_to_it() {
    let limits = LoadLimits { max_record_bytes: 500, ..defaults() };
    let (mut large, mut small) = (claim("large"), claim("small"));
    large.text = "x".repeat(500);
    small.relations = vec![relation(RelationKind::Repeats, "large")];
    let records: [&dyn IntoRecord; 3] = [&large, &small, &claim("other")];
    let corpus = load_files(&[&ndjson(records)], limits).unwrap();
    assert_eq!(codes_of(&corpus), [Code::RecordTooLarge, Code::ReferenceDropped]);
    assert_eq!(all_names(&corpus), BTreeSet::from(["claims/other"]));
}

#[test]
fn diagnostics_beyond_the_limit_are_only_counted() {
    let limits = LoadLimits { max_diagnostics: 3, ..defaults() };
    let report = load_files(&[FAULTY], limits).unwrap().report;
    assert_eq!((report.diagnostics.len(), report.errors), (3, 23));
    assert_eq!(report.omitted, 23 + 9 + 1 - 3);
}

#[test]
fn the_most_severe_diagnostics_are_kept() {
    // A note on each of three claims, a warning on the next, an error on the last.
    let said = |id: &str, claim_time| Claim { claim_time: Some(claim_time), ..claim(id) };
    let noted = |id: &str| said(id, PartialTime { precision: 0, ..at(0) });
    let warned = said("d", PartialTime { precision: Precision::Day.into(), ..at(1) });
    let wrong = Claim { text: String::new(), ..claim("e") };
    let records = [noted("a"), noted("b"), noted("c"), warned, wrong];
    let text = ndjson(records.iter().map(|claim| claim as &dyn IntoRecord));
    let kept = |max_diagnostics| {
        let report = load_files(&[&text], LoadLimits { max_diagnostics, ..defaults() }).unwrap().report;
        assert_eq!((report.errors, report.warnings, report.notes), (1, 1, 3));
        assert_eq!(report.omitted as usize, 5 - report.diagnostics.len());
        report.diagnostics.iter().map(|one| one.line).collect::<Vec<_>>()
    };
    for (most, lines) in
        [(5, &[1, 2, 3, 4, 5][..]), (4, &[1, 2, 4, 5]), (3, &[1, 4, 5]), (2, &[4, 5]), (1, &[5]), (0, &[])]
    {
        assert_eq!(kept(most), lines, "{most}");
    }
}

// === Defaults, labels and references ===

#[test]
fn a_time_that_does_not_fit_its_precision_is_reported_and_served_unchanged() {
    let said = |id: &str, time: Option<i64>, precision: Precision| {
        let time = time.map(|seconds| Timestamp { seconds, nanos: 0 });
        Claim { claim_time: Some(PartialTime { time, precision: precision.into() }), ..claim(id) }
    };
    // 2020-02-01T00:00:00Z, and half past two on that day.
    let (first, later) = (1_580_515_200, 1_580_567_400);
    let records = [
        said("day", Some(first), Precision::Day),
        said("noon", Some(later), Precision::Day),
        said("month", Some(first), Precision::Month),
        said("year", Some(first), Precision::Year),
        said("minute", Some(later), Precision::Minute),
        said("unsaid", Some(later), Precision::Unspecified),
        said("alone", None, Precision::Day),
        said("empty", None, Precision::Unspecified),
    ];
    let corpus = load_text(&ndjson(records.iter().map(|claim| claim as &dyn IntoRecord))).unwrap();
    let found: Vec<String> = corpus.report.diagnostics.iter().map(shown).collect();
    insta::assert_snapshot!(found.join("\n"));
    for record in &records {
        assert_eq!(stored::<Claim>(&corpus.claims.table, &record.name).claim_time, record.claim_time);
    }
}

#[test]
fn unspecified_statuses_and_fields_get_their_defaults() {
    let corpus = load_text(FAULTY).unwrap();
    let twice: Claim = stored(&corpus.claims.table, "claims/twice");
    assert_eq!(twice.status(), claimd::proto::v1::ClaimStatus::Active);
    assert_eq!(twice.relations.len(), 1, "the second of two equal relations is gone");
    assert_eq!((&*twice.relations[0].note, twice.relations[0].status()), ("", RelationStatus::Confirmed));
    let gulls: Claim = stored(&corpus.claims.table, "claims/gulls");
    assert_eq!(gulls.evidence[0].field(), EvidenceField::Body);
    assert_eq!(gulls.evidence[0].anchor(), Anchor::Exact);
    let harbour: Article = stored(&corpus.articles.table, "articles/harbour");
    assert_eq!(usize::try_from(harbour.body_length).unwrap(), harbour.body.chars().count());
}

#[test]
fn a_text_that_is_not_a_language_or_country_becomes_a_label() {
    let corpus = load_text(FAULTY).unwrap();
    let claim: Claim = stored(&corpus.claims.table, "claims/odd-language");
    assert_eq!((&*claim.language, &*claim.labels["language"]), ("", "deutsch"));
    let actor: Actor = stored(&corpus.actors.table, "actors/odd-country");
    assert_eq!(actor.countries, ["DE"]);
    assert_eq!(actor.labels["countries[1]"], "Utopia");
}

#[test]
fn the_first_of_two_records_of_one_name_is_kept() {
    let (mut first, mut second) = (claim("same"), claim("same"));
    first.text = "the first".to_owned();
    second.text = "the second".to_owned();
    let text = ndjson([&first as &dyn IntoRecord, &second]);
    let (one, other) = text.split_at(text.find('\n').unwrap() + 1);
    for files in [vec![&*text], vec![one, other]] {
        let corpus = load_files(&files, defaults()).unwrap();
        assert_eq!(codes_of(&corpus), [Code::NameTaken]);
        assert_eq!(stored::<Claim>(&corpus.claims.table, "claims/same").text, "the first");
    }
}

#[test]
fn a_merged_name_leads_to_the_same_actor_in_any_order() {
    let taking = |id: &str| Actor { merged_names: vec!["actors/former".to_owned()], ..actor(id) };
    let (one, other) = (taking("one"), taking("other"));
    let first = corpus_of(&ndjson([&one as &dyn IntoRecord, &other]));
    let second = corpus_of(&ndjson([&other as &dyn IntoRecord, &one]));
    assert_eq!(first.revision, second.revision);
    let leads_to =
        |corpus: &Corpus| corpus.actors.table.name(corpus.actors.table.id("actors/former").unwrap()).to_owned();
    assert_eq!(leads_to(&first), leads_to(&second), "one revision means one answer");
    assert_eq!((codes_of(&first), codes_of(&second)), (vec![Code::MergedNameTaken], vec![Code::MergedNameTaken]));
}

#[test]
fn an_error_drops_all_records_that_refer_to_its_record_directly_or_indirectly() {
    let (mut broken, mut top, mut office) = (actor("broken"), actor("top"), article("office"));
    broken.display_name.clear();
    top.parent = "actors/broken".to_owned();
    office.publisher_actor = "actors/top".to_owned();
    let mut written = claim("written");
    written.evidence = vec![crate::support::evidence("office")];
    let chain: Vec<Claim> = (0..100)
        .map(|step| {
            let before = if step == 0 { "written".to_owned() } else { format!("step-{}", step - 1) };
            Claim { relations: vec![relation(RelationKind::Supports, &before)], ..claim(&format!("step-{step}")) }
        })
        .collect();
    let kept = claim("kept");
    // In reverse order, so that the error is found after all records that depend on it.
    let mut records: Vec<&dyn IntoRecord> = chain.iter().rev().map(|claim| claim as &dyn IntoRecord).collect();
    records.extend([&written as &dyn IntoRecord, &office, &top, &broken, &kept]);

    let corpus = load_text(&ndjson(records)).unwrap();
    assert_eq!(all_names(&corpus), BTreeSet::from(["claims/kept"]));
    assert_eq!(corpus.report.counts["REFERENCE_DROPPED"], 103);
    assert_eq!(corpus.report.counts["FIELD_REQUIRED"], 1);
    assert_eq!(corpus.report.errors, 104, "each record is reported once");
}

#[test]
fn parents_in_a_cycle_of_any_length_are_left_out() {
    let child = |id: &str, parent: &str| Actor { parent: format!("actors/{parent}"), ..actor(id) };
    let circle: Vec<Actor> = (0..50).map(|at| child(&format!("c{at}"), &format!("c{}", (at + 1) % 50))).collect();
    let tree: Vec<Actor> = (1..50).map(|at| child(&format!("t{at}"), &format!("t{}", at / 2))).collect();
    let root = actor("t0");
    let records = circle.iter().chain(&tree).chain([&root]).map(|actor| actor as &dyn IntoRecord);
    let corpus = load_text(&ndjson(records)).unwrap();
    assert_eq!(corpus.report.counts.iter().collect::<Vec<_>>(), [(&"PARENT_CYCLE", &50)]);
    assert_eq!(corpus.actors.table.len(), 50);
}

#[test]
fn a_cycle_through_a_merged_name_is_a_cycle() {
    let mut one = actor("one");
    one.merged_names = vec!["actors/former".to_owned()];
    one.parent = "actors/two".to_owned();
    let mut two = actor("two");
    two.parent = "actors/former".to_owned();
    let records: [&dyn IntoRecord; 3] = [&one, &two, &actor("three")];
    let corpus = load_text(&ndjson(records)).unwrap();
    assert_eq!(codes_of(&corpus), [Code::ParentCycle, Code::ParentCycle]);
}

#[tokio::test]
async fn a_record_that_was_left_out_is_missing_and_others_are_served() {
    let server = TestServer::start(load_text(FAULTY).unwrap(), defaults()).await;
    let names = ["claims/itself", "claims/moved", "claims/after-dropped", "claims/twice"];
    let request = BatchGetClaimsRequest { names: names.map(str::to_owned).to_vec() };
    let response = server.claims().batch_get_claims(request).await.unwrap().into_inner();
    assert_eq!(response.missing, ["claims/itself", "claims/after-dropped"]);
    assert_eq!(response.claims.len(), 2);
    let all = server.claims().list_claims(ListClaimsRequest::default()).await.unwrap().into_inner();
    assert_eq!(all.total_size, 8);
    let request = GetActorRequest { name: "actors/ada-q".to_owned() };
    let ada = server.actors().get_actor(request).await.unwrap().into_inner().decode().unwrap();
    assert_eq!(ada.name, "actors/ada");
}

#[test]
fn loading_served_records_changes_nothing() {
    let corpus = load_text(FAULTY).unwrap();
    let articles: Vec<Article> =
        names(&corpus.articles.table).iter().map(|name| stored(&corpus.articles.table, name)).collect();
    let actors: Vec<Actor> =
        names(&corpus.actors.table).iter().map(|name| stored(&corpus.actors.table, name)).collect();
    let claims: Vec<Claim> =
        names(&corpus.claims.table).iter().map(|name| stored(&corpus.claims.table, name)).collect();
    let articles = articles.iter().map(|record| record as &dyn IntoRecord);
    let actors = actors.iter().map(|record| record as &dyn IntoRecord);
    let records = articles.chain(actors).chain(claims.iter().map(|record| record as &dyn IntoRecord));
    assert_eq!(corpus_of(&ndjson(records)).revision, corpus.revision);
}
