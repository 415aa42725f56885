//! Several records of one name, added to the builder.

use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, RecordOp};
use claimd::proto::v1::Actor;
use prost::Message;

use crate::support::{IntoRecord, actor, defaults};

/// A corpus of actors, each with what it does to an earlier record of its name.
fn corpus(actors: &[(Actor, RecordOp)]) -> Corpus {
    let mut builder = Builder::new(defaults());
    builder.open("imported", false);
    for (line, (actor, op)) in (1..).zip(actors) {
        let record = (*op != RecordOp::RemoveIfPresent).then(|| actor.record());
        builder.add(line, &actor.name, record, Findings::default(), *op);
    }
    builder.finish(false).unwrap()
}

fn in_country(country: &str) -> Actor {
    Actor { countries: vec![country.to_owned()], ..actor("a") }
}

fn countries(corpus: &Corpus) -> Vec<String> {
    let table = &corpus.actors.table;
    Actor::decode(table.encoded(table.id("actors/a").unwrap())).unwrap().countries
}

#[test]
fn records_to_be_merged_are_merged_in_any_order() {
    let all = ["DE", "FR", "DE", "GB"].map(|country| (in_country(country), RecordOp::Merge));
    let mut backwards = all.clone();
    backwards.reverse();
    let (one, other) = (corpus(&all), corpus(&backwards));
    assert_eq!(countries(&one), ["DE", "FR", "GB"]);
    assert_eq!(one.revision, other.revision);
    assert_eq!(one.report.errors, 0);
}

#[test]
fn an_inserted_record_is_merged_with_imports_and_not_with_another_inserted_one() {
    let (own, imported) = ((in_country("DE"), RecordOp::Insert), (in_country("FR"), RecordOp::Merge));
    assert_eq!(countries(&corpus(&[own.clone(), imported.clone()])), ["DE", "FR"]);
    assert_eq!(countries(&corpus(&[imported, own.clone()])), ["DE", "FR"]);
    let twice = corpus(&[own, (in_country("GB"), RecordOp::Insert)]);
    assert_eq!((countries(&twice), twice.report.errors), (vec!["DE".to_owned()], 1));
}

#[test]
fn a_replacement_keeps_nothing_and_a_removed_record_can_come_back() {
    let other = (actor("b"), RecordOp::Insert);
    let replaced =
        corpus(&[(in_country("DE"), RecordOp::Insert), (in_country("FR"), RecordOp::Replace), other.clone()]);
    assert_eq!(countries(&replaced), ["FR"]);
    let removed =
        corpus(&[(in_country("DE"), RecordOp::Insert), (actor("a"), RecordOp::RemoveIfPresent), other.clone()]);
    assert!(removed.actors.table.id("actors/a").is_none());
    let again = [
        (in_country("DE"), RecordOp::Insert),
        (actor("a"), RecordOp::RemoveIfPresent),
        (in_country("GB"), RecordOp::Replace),
    ];
    assert_eq!(countries(&corpus(&again)), ["GB"]);
    let alone = corpus(&[(in_country("DE"), RecordOp::Insert), (actor("a"), RecordOp::RemoveIfPresent), other]);
    assert_eq!(alone.revision, removed.revision);
}

#[test]
fn a_repeated_difference_is_reported_once() {
    let named = |name: &str| (Actor { display_name: name.to_owned(), ..actor("a") }, RecordOp::Merge);
    let all: Vec<_> = (0..50).map(|n| named(if n % 2 == 0 { "Ada" } else { "Ada Quint" })).collect();
    let corpus = corpus(&all);
    assert_eq!(corpus.report.counts.iter().collect::<Vec<_>>(), [(&"VALUES_DIFFER", &1)]);
}
