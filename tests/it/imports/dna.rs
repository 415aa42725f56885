//! Databases of the Discourse Network Analyzer.

use std::process::Command;

use claimd::corpus::Corpus;
use claimd::proto::v1::{Anchor, Article, Claim, ComputeNetworkRequest, Network, NetworkKind, NodeKind, Stance};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{all, counts, load_paths, messages, shared, write};
use crate::support::{TestServer, defaults};

/// A database without constraints and keys: two statements after an umlaut and an emoji.
const DATABASE: &str = concat!(include_str!("../data/dna_tables.sql"), include_str!("../data/coded.sql"));

/// Writes such a database into a folder.
pub(crate) fn database(folder: &TempDir) {
    Connection::open(folder.path().join("coded.dna")).unwrap().execute_batch(DATABASE).unwrap();
}

/// Checks that every quote of a corpus of one database is at its Start and Stop.
fn assert_anchored(corpus: &Corpus) {
    let articles: Vec<Article> = all(&corpus.articles.table);
    for claim in all::<Claim>(&corpus.claims.table) {
        let evidence = &claim.evidence[0];
        assert_eq!(evidence.anchor(), Anchor::Exact, "{claim:?}");
        let article = articles.iter().find(|article| article.name == evidence.article).unwrap();
        let (start, end) = (evidence.spans[0].start, evidence.spans[0].end);
        let (start, length) = (usize::try_from(start).unwrap(), usize::try_from(end - start).unwrap());
        let standing: String = article.body.chars().skip(start).take(length).collect();
        assert_eq!((&standing, &claim.text), (&evidence.quote, &evidence.quote));
    }
}

async fn network(server: &TestServer, kind: NetworkKind) -> Network {
    let request = ComputeNetworkRequest {
        kind: kind.into(),
        rows: NodeKind::SpeakerOrganization.into(),
        ..ComputeNetworkRequest::default()
    };
    let response = server.discourse().compute_network(request).await.unwrap().into_inner();
    response.networks.into_iter().next().unwrap()
}

fn node_count(network: &Network, mode: NodeKind) -> usize {
    network.nodes.iter().filter(|node| node.mode() == mode).count()
}

fn weight(network: &Network) -> f64 {
    network.edges.iter().map(|edge| edge.weight).sum()
}

#[test]
fn a_database_becomes_claims_with_quotes_in_the_text() {
    let folder = TempDir::new().unwrap();
    database(&folder);
    let corpus = load_paths(&[folder.path().to_owned()]);
    assert_eq!(counts(&corpus), (1, 2, 2), "{:?}", corpus.report);
    assert_eq!((corpus.report.errors, corpus.report.warnings, corpus.report.notes), (0, 0, 0));
    assert_anchored(&corpus);
    let mut claims: Vec<Claim> = all(&corpus.claims.table);
    claims.sort_by_key(|claim| claim.evidence[0].spans[0].start);
    // UTF-16 offsets 8 and 12 are code points 7 and 11.
    let starts: Vec<_> = claims.iter().map(|claim| claim.evidence[0].spans[0].start).collect();
    assert_eq!(starts, [7, 11]);
    let stances: Vec<_> = claims.iter().map(|claim| claim.positions[0].stance()).collect();
    assert_eq!(stances, [Stance::Support, Stance::Oppose]);
}

#[test]
fn incompletely_coded_statements_are_served_and_reported() {
    let folder = TempDir::new().unwrap();
    database(&folder);
    let gaps = "DELETE FROM DATASHORTTEXT WHERE StatementId = 2 AND VariableId = 2; \
        DELETE FROM DATABOOLEAN WHERE StatementId = 1; INSERT INTO CODERS VALUES (2, x'ff');";
    Connection::open(folder.path().join("coded.dna")).unwrap().execute_batch(gaps).unwrap();
    let corpus = load_paths(&[folder.path().to_owned()]);
    assert_eq!(counts(&corpus), (1, 2, 2), "{:?}", corpus.report);
    let said: Vec<_> = messages(&corpus, "CODING_MISSING").into_iter().map(|(_, message)| message).collect();
    assert_eq!(said, ["statement 1 has no agreement", "statement 2 has no person and no organization"]);
    assert_eq!((corpus.report.errors, corpus.report.warnings), (1, 2));
    assert_eq!(messages(&corpus, "VALUE_INVALID")[0].1, "a row of CODERS: Name has bytes instead of a text");
    let fields: Vec<_> = corpus.report.diagnostics.iter().map(|one| (one.line, one.field.as_str())).collect();
    assert_eq!(fields, [(0, ""), (4, "positions[0].stance"), (5, "speakers")]);
}

#[test]
fn a_file_that_is_not_a_database_is_an_error() {
    let folder = TempDir::new().unwrap();
    database(&folder);
    write(folder.path(), "a.dna", "no database");
    write(folder.path(), "b.dna", "");
    let bytes = std::fs::read(folder.path().join("coded.dna")).unwrap();
    write(folder.path(), "c.dna", &bytes[..bytes.len() / 2]);
    let corpus = load_paths(&[folder.path().to_owned()]);
    let files: Vec<_> = messages(&corpus, "DATABASE_INVALID").into_iter().map(|(file, _)| file).collect();
    assert_eq!(files, ["a.dna", "c.dna"]);
    assert_eq!(messages(&corpus, "FILE_EMPTY")[0].0, "b.dna");
    assert_eq!(corpus.claims.table.len(), 2);
}

/// The output of `claimd check --json` for the database with renamed variables.
fn check_renamed(flags: &[&str], variables: &[(&str, &str)]) -> serde_json::Value {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("coded.dna");
    let renamed =
        "UPDATE VARIABLES SET Variable = 'Sprecher' WHERE ID = 1; UPDATE VARIABLES SET Variable = 'Ziel' WHERE ID = 3;";
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(DATABASE).and_then(|()| connection.execute_batch(renamed)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_claimd"))
        .args(["check", "--json", path.to_str().unwrap()])
        .args(flags)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn names_of_variables_are_set_by_flags_or_the_environment() {
    let told = check_renamed(&["--dna-person", "Sprecher"], &[("CLAIMD_DNA_CONCEPT", "Ziel")]);
    assert_eq!((&told["claims"], &told["actors"]), (&2.into(), &2.into()), "{told}");
    let not_told = check_renamed(&["--dna-person", "Sprecher"], &[]);
    assert_eq!((&not_told["claims"], &not_told["counts"]["DATABASE_FOREIGN"]), (&0.into(), &1.into()), "{not_told}");
}

#[tokio::test]
async fn the_sample_database_has_its_claims_and_its_networks() {
    let Some(path) = shared::data("dna-sample/sample.dna") else { return };
    let corpus = load_paths(&[path]);
    assert_eq!((corpus.report.errors, corpus.report.warnings), (0, 0));
    // Seven persons and seven organizations; the eighth of each is empty.
    assert_eq!(counts(&corpus), (7, 14, 40));
    assert_anchored(&corpus);
    assert!(messages(&corpus, "RECORD_SKIPPED")[0].1.starts_with("1 skipped"));

    let server = TestServer::start(corpus, defaults()).await;
    let affiliation = network(&server, NetworkKind::Affiliation).await;
    let (actors, concepts) =
        (node_count(&affiliation, NodeKind::SpeakerOrganization), node_count(&affiliation, NodeKind::Concept));
    assert_eq!((actors, concepts, weight(&affiliation)), (7, 6, 40.0));
    let co_occurrence = network(&server, NetworkKind::CoOccurrence).await;
    // A pair is one edge and two cells of the matrix.
    assert_eq!((co_occurrence.nodes.len(), 2.0 * weight(&co_occurrence)), (7, 276.0));
}
