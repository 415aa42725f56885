//! Imported records that are written as NDJSON and read again are the same corpus.

use std::path::PathBuf;

use claimd::corpus::Corpus;
use claimd::format::{Format, MAX_HEAD_BYTES};
use claimd::proto::v1::{Actor, Article, Claim};
use tempfile::TempDir;

use super::{all, dna, load_paths, shared, write};
use crate::support::{IntoRecord, load_text, ndjson};

/// The records of a corpus as NDJSON.
fn written(corpus: &Corpus) -> String {
    let actors: Vec<Actor> = all(&corpus.actors.table);
    let articles: Vec<Article> = all(&corpus.articles.table);
    let claims: Vec<Claim> = all(&corpus.claims.table);
    let actors = actors.iter().map(|record| record as &dyn IntoRecord);
    let articles = articles.iter().map(|record| record as &dyn IntoRecord);
    ndjson(actors.chain(articles).chain(claims.iter().map(|record| record as &dyn IntoRecord)))
}

fn assert_same_again(paths: &[PathBuf]) {
    let corpus = load_paths(paths);
    let again = load_text(&written(&corpus)).unwrap();
    assert_eq!(again.report.errors, 0, "{paths:?}: {:?}", again.report.diagnostics);
    assert_eq!(again.revision, corpus.revision, "{paths:?}");
}

#[test]
fn imports_of_every_format_are_the_same_when_they_are_read_again() {
    let folder = TempDir::new().unwrap();
    dna::database(&folder);
    write(
        folder.path(),
        "entities.ftm.json",
        r#"{"id":"a b","schema":"Person","properties":{"name":["Ada","Ада"],"country":["gb","suhh"],"notes":["x","y"]},"referents":["old"]}"#,
    );
    write(
        folder.path(),
        "item.json",
        r#"{"uri":"urn:n:1","type":"text","versioncreated":"2020","headline":"H","person":[{"name":"Ada"}],"body_xhtml":"<p>Ada: &uuml;.</p>"}"#,
    );
    write(folder.path(), "reviews.json", include_bytes!("../data/claimreview-dirty.json"));
    let format = |name: &str| {
        let path = folder.path().join(name);
        let head = std::fs::read(&path).unwrap();
        Format::of_file(&path, &head[..head.len().min(MAX_HEAD_BYTES)]).unwrap()
    };
    let names = ["coded.dna", "entities.ftm.json", "item.json", "reviews.json"];
    let mut of_others: Vec<Format> = names.map(format).to_vec();
    for name in names {
        assert_same_again(&[folder.path().join(name)]);
    }
    assert_same_again(&[folder.path().to_owned()]);

    of_others.extend([Format::Ndjson, Format::Binary, Format::Snapshot]);
    assert!(Format::ALL.iter().all(|format| of_others.contains(format)), "a format without a test: {of_others:?}");
}

#[test]
fn published_data_are_the_same_when_they_are_read_again() {
    for name in ["dna-sample", "ftm/zala", "ftm/parteispenden", "ninjs"] {
        let Some(path) = shared::data(name) else { return };
        assert_same_again(&[path]);
    }
    let Some(deltas) = ["ftm/t1", "ftm/t2"].into_iter().map(shared::data).collect::<Option<Vec<_>>>() else { return };
    assert_same_again(&deltas);
}
