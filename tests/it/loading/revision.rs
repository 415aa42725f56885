//! The revision: equal for equal content, different for different content.

use std::collections::BTreeSet;

use claimd::proto::v1::{Actor, Article, Claim, Identifier};

use crate::support::{IntoRecord, actor, article, claim, corpus_of, defaults, evidence, load_files, ndjson, party};

fn three() -> (Article, Actor, Claim) {
    let mut actor = actor("a");
    actor.labels.extend([("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);
    let mut said = claim("c");
    said.speakers = vec![party("a")];
    said.evidence = vec![evidence("t")];
    (article("t"), actor, said)
}

#[test]
fn the_revision_does_not_depend_on_order_and_files() {
    let (article, actor, said) = three();
    let one_file = corpus_of(&ndjson([&article as &dyn IntoRecord, &actor, &said])).revision;
    assert_eq!(corpus_of(&ndjson([&said as &dyn IntoRecord, &actor, &article])).revision, one_file);
    let lines = [&said as &dyn IntoRecord, &article, &actor].map(|record| ndjson([record]));
    let three_files = load_files(&lines.each_ref().map(String::as_str), defaults()).unwrap();
    assert_eq!(three_files.revision, one_file);
    let notation =
        ndjson([&article as &dyn IntoRecord, &actor, &said]).replace(':', " : ").replace("displayName", "display_name");
    assert_eq!(corpus_of(&notation).revision, one_file, "nor on how the JSON is written");
}

#[test]
fn the_revision_changes_with_any_field_of_any_record() {
    let (article, actor, said) = three();
    let revision = |article: &Article, actor: &Actor, said: &Claim| {
        corpus_of(&ndjson([article as &dyn IntoRecord, actor, said])).revision
    };
    let mut revisions = BTreeSet::from([revision(&article, &actor, &said)]);
    let longer = Article { body: "x".to_owned(), ..article.clone() };
    revisions.insert(revision(&longer, &actor, &said));
    let identifiers = vec![Identifier { scheme: "x".to_owned(), value: "y".to_owned() }];
    revisions.insert(revision(&article, &Actor { identifiers, ..actor.clone() }, &said));
    revisions.insert(revision(&article, &actor, &Claim { confidence: Some(0.0), ..said.clone() }));
    revisions.insert(corpus_of(&ndjson([&article as &dyn IntoRecord, &actor])).revision);
    assert_eq!(revisions.len(), 5);
}
