use rusqlite::Connection;

use super::*;
use crate::model::{Severity, byte_ranges};
use crate::proto::v1::{Actor, Article, Claim, Stance};

/// The tables of DNA 3, without constraints and keys.
const SCHEMA: &str = include_str!("../../../tests/it/data/dna_tables.sql");

/// One document with an umlaut and an emoji before what is coded, three statements of one type and one of another.
const CODED: &str = "
    INSERT INTO CODERS VALUES (2, 'Coder 1');
    INSERT INTO DOCUMENTS VALUES (7, 'Anhörung', 'Größe 🙂:' || char(13, 10) || 'Die Steuer schadet. Nein.', 2, 'Ada', 'Blatt',
        'Politik', 'gut', 'Bericht', 1106697600);
    INSERT INTO STATEMENTTYPES VALUES (1, 'DNA Statement'), (3, 'Annotation');
    INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1),
        (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1), (5, 'place', 'short text', 1),
        (6, 'remark', 'long text', 1), (7, 'weight', 'integer', 1), (11, 'note', 'long text', 3);
    INSERT INTO ENTITIES VALUES (1, 1, '', NULL), (2, 1, 'Ada', NULL), (3, 2, 'Bund', NULL), (4, 2, 'Amt', 3),
        (5, 3, 'Steuern senken', NULL), (6, 5, 'Bonn', NULL), (7, 3, '', NULL);
    INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 2, 'Type'), (2, 2, 'Alias'), (3, 2, 'Notes');
    INSERT INTO ATTRIBUTEVALUES VALUES (1, 4, 1, 'Behörde'), (2, 4, 2, 'BA'), (3, 4, 3, 'in Bonn'), (4, 3, 1, '');
    INSERT INTO STATEMENTS VALUES (1, 1, 7, 11, 30, 2), (2, 1, 7, 31, 36, 2), (3, 1, 7, 31, 36, 9), (4, 3, 7, 0, 5, 2);
    INSERT INTO DATASHORTTEXT VALUES (1, 1, 1, 2), (2, 1, 2, 4), (3, 1, 3, 5), (4, 1, 5, 6), (5, 2, 1, 1), (6, 2, 2, 3),
        (7, 2, 3, 5), (8, 3, 1, 1), (9, 3, 3, 7);
    INSERT INTO DATABOOLEAN VALUES (1, 1, 4, 0), (2, 2, 4, 1), (3, 3, 4, 1);
    INSERT INTO DATALONGTEXT VALUES (1, 1, 6, 'unsicher'), (2, 4, 11, 'nur eine Notiz');
    INSERT INTO DATAINTEGER VALUES (1, 1, 7, 3);";

/// The bytes of a database created by SQL.
fn database(sql: &[&str]) -> Vec<u8> {
    let mut connection = Connection::open_in_memory().unwrap();
    for sql in sql {
        connection.execute_batch(sql).unwrap();
    }
    connection.serialize("main").unwrap().to_vec()
}

/// The records by kind, and the findings.
#[derive(Default)]
struct Outcome {
    actors: Vec<Actor>,
    articles: Vec<Article>,
    claims: Vec<Claim>,
    findings: Vec<(u32, Code, String)>,
}

impl Outcome {
    fn codes(&self, least: Severity) -> Vec<Code> {
        self.findings.iter().map(|(_, code, _)| *code).filter(|code| code.severity() >= least).collect()
    }

    fn actor(&self, display_name: &str) -> &Actor {
        self.actors.iter().find(|actor| actor.display_name == display_name).unwrap()
    }
}

fn read_by(bytes: Vec<u8>, names: &DnaNames) -> Outcome {
    let mut outcome = Outcome::default();
    read_bytes(bytes, names, &mut |Parsed { line, record, findings, .. }| {
        outcome.findings.extend(findings.into_iter().map(|found| (line, found.code, found.message)));
        match record.and_then(|record| record.record) {
            Some(Kind::Actor(actor)) => outcome.actors.push(actor),
            Some(Kind::Article(article)) => outcome.articles.push(article),
            Some(Kind::Claim(claim)) => outcome.claims.push(claim),
            None => {}
        }
    });
    outcome
}

fn read(bytes: Vec<u8>) -> Outcome {
    read_by(bytes, &DnaNames::default())
}

#[test]
fn quotes_are_at_their_offsets_after_umlauts_and_emojis() {
    let outcome = read(database(&[SCHEMA, CODED]));
    let body = &outcome.articles[0].body;
    assert_eq!(body, "Größe 🙂:\r\nDie Steuer schadet. Nein.");
    let quotes: Vec<_> = outcome.claims.iter().map(|claim| claim.evidence[0].quote.as_str()).collect();
    assert_eq!(quotes, ["Die Steuer schadet.", "Nein.", "Nein."]);
    for claim in &outcome.claims {
        let evidence = &claim.evidence[0];
        let ranges = byte_ranges(body, &evidence.spans).unwrap();
        assert_eq!((&body[ranges[0].clone()], &claim.text), (evidence.quote.as_str(), &evidence.quote));
        assert_eq!(evidence.article, outcome.articles[0].name);
    }
}

#[test]
fn a_document_becomes_an_article_with_its_day() {
    let outcome = read(database(&[SCHEMA, CODED]));
    let article = &outcome.articles[0];
    assert_eq!(
        (article.title.as_str(), article.publisher.as_str(), article.section.as_str()),
        ("Anhörung", "Blatt", "Politik")
    );
    assert_eq!(article.authors, ["Ada"]);
    assert_eq!((article.labels["type"].as_str(), article.labels["notes"].as_str()), ("Bericht", "gut"));
    let time = article.publish_time.as_ref().unwrap();
    assert_eq!(
        (time.time.as_ref().unwrap().seconds, time.precision()),
        (1_106_697_600, crate::proto::v1::Precision::Day)
    );
    let provenance = article.provenance.as_ref().unwrap();
    assert_eq!((provenance.record.as_str(), provenance.agent.as_str()), ("DOCUMENTS/7", "Coder 1"));
    assert_eq!(outcome.claims[0].claim_time, article.publish_time);
}

#[test]
fn a_person_speaks_for_the_organization_and_without_one_the_organization_speaks() {
    let outcome = read(database(&[SCHEMA, CODED]));
    let (ada, bund, amt) = (outcome.actor("Ada"), outcome.actor("Bund"), outcome.actor("Amt"));
    let speakers = |at: usize| &outcome.claims[at].speakers;
    assert_eq!((&speakers(0)[0].actor, &speakers(0)[0].on_behalf_of), (&ada.name, &amt.name));
    assert_eq!((&speakers(1)[0].actor, speakers(1)[0].on_behalf_of.as_str()), (&bund.name, ""));
    assert!(speakers(2).is_empty());
    assert_eq!(amt.parent, bund.name);
    assert_eq!((amt.aliases[0].text.as_str(), amt.description.as_str()), ("BA", "in Bonn"));
    assert_eq!(amt.labels["Type"], "Behörde");
    assert_eq!(outcome.actors.len(), 3, "an empty person is not an actor");
}

#[test]
fn agreement_is_the_stance_on_the_concept_and_an_empty_concept_is_no_position() {
    let outcome = read(database(&[SCHEMA, CODED]));
    let positions: Vec<Vec<_>> = outcome
        .claims
        .iter()
        .map(|claim| claim.positions.iter().map(|one| (one.concept.as_str(), one.stance())).collect())
        .collect();
    let concept = "Steuern senken";
    assert_eq!(positions, [vec![(concept, Stance::Oppose)], vec![(concept, Stance::Support)], vec![]]);
    assert_eq!(outcome.claims[2].labels["agreement"], "true", "agreement without a concept is kept");
    assert!(!outcome.claims[0].labels.contains_key("agreement"));
}

#[test]
fn missing_values_of_a_statement_are_reported() {
    let without_agreement = "DELETE FROM DATABOOLEAN WHERE StatementId = 2";
    let outcome = read(database(&[SCHEMA, CODED, without_agreement]));
    let gaps: Vec<_> = outcome
        .findings
        .iter()
        .filter(|(_, code, _)| *code == Code::CodingMissing)
        .map(|(line, _, message)| (*line, message.as_str()))
        .collect();
    // Three actors and an article are numbered before.
    let expected = [
        (6, "statement 2 has no agreement"),
        (7, "statement 3 has no person and no organization"),
        (7, "statement 3 has no concept"),
    ];
    assert_eq!(gaps, expected);
    assert_eq!(outcome.claims[1].positions[0].stance(), Stance::Unspecified);
}

#[test]
fn other_variables_are_labels_and_other_types_are_counted() {
    let outcome = read(database(&[SCHEMA, CODED]));
    let labels: Vec<_> = outcome.claims[0].labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(labels, [("place", "Bonn"), ("remark", "unsicher"), ("weight", "3")]);
    let of_file: Vec<_> = outcome.findings.iter().filter(|(line, ..)| *line == 0).collect();
    let [(_, Code::RecordSkipped, message)] = &of_file[..] else { panic!("{of_file:?}") };
    assert!(message.starts_with("1 skipped: statements of other types than \"DNA Statement\""), "{message}");
}

#[test]
fn a_recoded_statement_keeps_its_name_and_coders_have_different_names() {
    let names = |outcome: &Outcome| outcome.claims.iter().map(|claim| claim.name.clone()).collect::<Vec<_>>();
    let first = read(database(&[SCHEMA, CODED]));
    let again = read(database(&[SCHEMA, CODED, "UPDATE DATABOOLEAN SET Value = 1 WHERE StatementId = 1"]));
    assert_eq!(names(&first), names(&again));
    assert_ne!(first.claims[1].name, first.claims[2].name);
    assert_ne!(first.claims[0].positions, again.claims[0].positions);
}

#[test]
fn a_coder_without_a_name_is_shown_by_its_id() {
    let outcome = read(database(&[SCHEMA, CODED, "UPDATE STATEMENTS SET Coder = NULL WHERE ID = 2"]));
    let agents = outcome.claims.iter().map(|claim| claim.provenance.as_ref().unwrap().agent.as_str());
    assert_eq!(agents.collect::<Vec<_>>(), ["Coder 1", "", "CODERS/9"]);
}

#[test]
fn variables_with_other_names_are_read_if_they_are_configured() {
    let renamed = "UPDATE VARIABLES SET Variable = 'Sprecher' WHERE ID = 1; UPDATE VARIABLES SET Variable = 'Verband' WHERE ID = 2;
        UPDATE VARIABLES SET Variable = 'Konzept' WHERE ID = 3; UPDATE VARIABLES SET Variable = 'dafür' WHERE ID = 4;
        UPDATE STATEMENTTYPES SET Label = 'Aussage' WHERE ID = 1;";
    let bytes = database(&[SCHEMA, CODED, renamed]);
    let refused = read(bytes.clone());
    let (line, code, message) = &refused.findings[0];
    assert_eq!((*line, *code, refused.claims.len()), (0, Code::DatabaseForeign, 0));
    assert!(message.contains("\"Aussage\" with Sprecher, Verband, Konzept, dafür"), "{message}");
    let names = DnaNames {
        statement_type: Some("Aussage".to_owned()),
        person: "Sprecher".to_owned(),
        organization: "Verband".to_owned(),
        concept: "Konzept".to_owned(),
        agreement: "dafür".to_owned(),
    };
    let outcome = read_by(bytes, &names);
    assert_eq!((outcome.claims.len(), outcome.claims[0].speakers.len(), outcome.claims[0].positions.len()), (3, 1, 1));
}

#[test]
fn offsets_outside_of_the_text_are_an_error_and_half_an_emoji_is_extended() {
    let moved = "UPDATE STATEMENTS SET Stop = 37 WHERE ID = 2; UPDATE STATEMENTS SET Start = 7, Stop = 9 WHERE ID = 1;
        UPDATE STATEMENTS SET DocumentId = 8 WHERE ID = 3";
    let outcome = read(database(&[SCHEMA, CODED, moved]));
    assert_eq!(outcome.claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>(), ["🙂:"]);
    assert_eq!(outcome.codes(Severity::Warning), [Code::QuoteMoved, Code::SpanInvalid, Code::ReferenceUnknown]);
    assert!(outcome.findings[1].2.contains("statement 2 of document 7"), "{:?}", outcome.findings);
}

#[test]
fn other_files_are_not_databases() {
    for bytes in [&b""[..], b"SQLite format 2\0", b"{\"claim\":{}}", b"SQLite format 3\0"] {
        assert_eq!(read(bytes.to_vec()).codes(Severity::Error), [Code::DatabaseInvalid]);
    }
    assert_eq!(read(database(&["CREATE TABLE DOCUMENTS(ID)"])).codes(Severity::Error), [Code::DatabaseForeign]);
    let view = SCHEMA.replace(
        "CREATE TABLE CODERS(ID INTEGER PRIMARY KEY, Name TEXT)",
        "CREATE VIEW CODERS AS SELECT 1 AS ID, 2 AS Name",
    );
    assert_eq!(read(database(&[&view])).codes(Severity::Error), [Code::DatabaseForeign]);
}

#[test]
fn a_truncated_database_is_damaged() {
    let bytes = database(&[SCHEMA, CODED]);
    let outcome = read(bytes[..bytes.len() - 4096].to_vec());
    assert_eq!(outcome.codes(Severity::Error), [Code::DatabaseInvalid]);
}

#[test]
fn a_database_with_a_log_is_read_and_the_log_reported() {
    let mut bytes = database(&[SCHEMA, CODED]);
    bytes[18..20].fill(2);
    let outcome = read(bytes);
    assert_eq!((outcome.claims.len(), outcome.codes(Severity::Note)[0]), (3, Code::DatabaseLogged));
}

#[test]
fn values_of_the_wrong_type_are_reported_and_the_rest_is_read() {
    let broken = "UPDATE DOCUMENTS SET Title = x'ff00'; INSERT INTO DOCUMENTS VALUES (8, 5, 'Text', NULL, NULL, NULL, NULL, NULL, NULL, 'x');
        INSERT INTO DOCUMENTS VALUES (9, 'T', CAST(x'ff' AS TEXT), NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO DOCUMENTS VALUES (10, NULL, 'Text', NULL, NULL, NULL, NULL, NULL, NULL, 999999999999999);
        INSERT INTO DATASHORTTEXT VALUES (20, 1, 5, 99);";
    let outcome = read(database(&[SCHEMA, CODED, broken]));
    let messages: Vec<_> = outcome.findings.iter().map(|(_, _, message)| message.as_str()).collect();
    assert!(messages[0].contains("Title has bytes"), "{messages:?}");
    assert!(messages[1].contains("Date has a text"), "{messages:?}");
    assert!(messages[2].contains("Text is not UTF-8"), "{messages:?}");
    assert!(messages[3].contains("years 1 to 9999"), "{messages:?}");
    assert_eq!(outcome.articles[0].labels["publish_time"], "999999999999999");
    // The statements of the document that was not read are reported.
    assert_eq!(outcome.codes(Severity::Error).iter().filter(|code| **code == Code::ReferenceUnknown).count(), 3);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn damaged_databases_never_panic(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
            length in any::<prop::sample::Index>(),
            cut in any::<bool>(),
        ) {
            let mut bytes = database(&[SCHEMA, CODED]);
            for (at, value) in damage {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if cut {
                bytes.truncate(length.index(bytes.len()));
            }
            read(bytes);
        }

        #[test]
        fn any_offsets_make_a_quote_or_a_finding(start in any::<i64>(), stop in any::<i64>(), near in 0..40_i64) {
            for (start, stop) in [(start, stop), (near, stop), (start, near), (near, near + 3)] {
                let set = format!("UPDATE STATEMENTS SET Start = {start}, Stop = {stop} WHERE ID = 1");
                let outcome = read(database(&[SCHEMA, CODED, &set]));
                let lost = outcome.codes(Severity::Error).len();
                prop_assert_eq!(outcome.claims.len() + lost, 3);
            }
        }
    }
}
