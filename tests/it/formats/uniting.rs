//! Records that come again, through the builder.

use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, Repeat};
use claimd::proto::v1::Actor;
use prost::Message;

use crate::support::{IntoRecord, actor, defaults};

/// A corpus of actors, each with what happens where its name is taken.
fn corpus(actors: &[(Actor, Repeat)]) -> Corpus {
    let mut builder = Builder::new(defaults());
    builder.open("imported", false);
    for (line, (actor, repeat)) in (1..).zip(actors) {
        let record = (*repeat != Repeat::Remove).then(|| actor.record());
        builder.add(line, &actor.name, record, Findings::default(), *repeat);
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
fn what_may_be_united_is_united_in_any_order() {
    let all = ["DE", "FR", "DE", "GB"].map(|country| (in_country(country), Repeat::Unite));
    let mut backwards = all.clone();
    backwards.reverse();
    let (one, other) = (corpus(&all), corpus(&backwards));
    assert_eq!(countries(&one), ["DE", "FR", "GB"]);
    assert_eq!(one.revision, other.revision);
    assert_eq!(one.report.errors, 0);
}

#[test]
fn a_record_of_ones_own_is_united_with_imports_and_not_with_another_of_ones_own() {
    let (own, imported) = ((in_country("DE"), Repeat::Refuse), (in_country("FR"), Repeat::Unite));
    assert_eq!(countries(&corpus(&[own.clone(), imported.clone()])), ["DE", "FR"]);
    assert_eq!(countries(&corpus(&[imported, own.clone()])), ["DE", "FR"]);
    let twice = corpus(&[own, (in_country("GB"), Repeat::Refuse)]);
    assert_eq!((countries(&twice), twice.report.errors), (vec!["DE".to_owned()], 1));
}

#[test]
fn a_replaced_record_leaves_nothing_and_a_removed_one_can_come_back() {
    let other = (actor("b"), Repeat::Refuse);
    let replaced = corpus(&[(in_country("DE"), Repeat::Refuse), (in_country("FR"), Repeat::Replace), other.clone()]);
    assert_eq!(countries(&replaced), ["FR"]);
    let removed = corpus(&[(in_country("DE"), Repeat::Refuse), (actor("a"), Repeat::Remove), other.clone()]);
    assert!(removed.actors.table.id("actors/a").is_none());
    let again = [(in_country("DE"), Repeat::Refuse), (actor("a"), Repeat::Remove), (in_country("GB"), Repeat::Replace)];
    assert_eq!(countries(&corpus(&again)), ["GB"]);
    let alone = corpus(&[(in_country("DE"), Repeat::Refuse), (actor("a"), Repeat::Remove), other]);
    assert_eq!(alone.revision, removed.revision);
}

#[test]
fn a_difference_is_reported_once_however_often_it_comes() {
    let named = |name: &str| (Actor { display_name: name.to_owned(), ..actor("a") }, Repeat::Unite);
    let all: Vec<_> = (0..50).map(|n| named(if n % 2 == 0 { "Ada" } else { "Ada Quint" })).collect();
    let corpus = corpus(&all);
    assert_eq!(corpus.report.counts.iter().collect::<Vec<_>>(), [(&"VALUES_DIFFER", &1)]);
}
