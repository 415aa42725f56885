//! Arbitrary bytes as input of every reader: reading ends, and every finding has a position.
//!
//! `PROPTEST_CASES` sets the number of cases, as for other property tests. The default is small enough for every run of the
//! tests.

use std::io::Write;

use claimd::corpus::LoadReport;
use claimd::format::{Compression, Format, MAX_HEAD_BYTES};
use claimd::model::{Code, Places};
use claimd::source::{Source, load};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::formats::program::{Workshop, whole_demo};
use crate::support::defaults;

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

/// Loads a file with these bytes, in a given format or by its extension, and checks the report.
fn look_at(bytes: &[u8], format: Option<Format>, ending: &str) {
    let mut file = tempfile::Builder::new().suffix(ending).tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let path = file.path().as_os_str().to_owned();
    let shown = path.to_str().unwrap().to_owned();
    let source = Source::from(path);
    let source = format.map_or(source.clone(), |format| Source::As(format, Box::new(source)));
    let report = match load(&[source], defaults(), false) {
        Ok(corpus) => corpus.report.clone(),
        Err(failed) => {
            assert!(!failed.reason.is_empty() && failed.report.errors > 0, "{failed:?}");
            failed.report
        }
    };
    let lines = memchr::memchr_iter(b'\n', bytes).count() + 1;
    let lines = if Compression::of_content(bytes).is_some() { usize::MAX } else { lines };
    assert_placed(&report, &shown, lines);
}

/// Checks that every finding has a message, a file and, in a file with lines, one of its lines.
fn assert_placed(report: &LoadReport, file: &str, lines: usize) {
    let LoadReport { errors, warnings, notes, counts, omitted, diagnostics } = report;
    assert_eq!((errors + warnings + notes) as usize, diagnostics.len() + *omitted as usize);
    assert_eq!(errors + warnings + notes, counts.values().sum::<u32>());
    for found in diagnostics {
        assert!(!found.message.is_empty() && !found.advice.is_empty(), "{found:?}");
        assert!(&*found.file == file || (found.file.is_empty() && found.code == Code::NoRecords), "{found:?}");
        assert!(found.places == Places::Records || found.line as usize <= lines, "{lines} lines: {found:?}");
    }
}

/// A database of the Discourse Network Analyzer.
fn database() -> Vec<u8> {
    let mut database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(concat!(include_str!("../data/dna_tables.sql"), include_str!("../data/coded.sql"))).unwrap();
    database.serialize("main").unwrap().to_vec()
}

/// A file of every format, plain and compressed, to be damaged.
fn seeds() -> Vec<Vec<u8>> {
    let workshop = Workshop::with(&[("demo.ndjson", &whole_demo())]);
    let mut seeds = vec![whole_demo().into_bytes(), database()];
    for name in ["demo.binpb", "demo.claimd", "demo.ndjson.gz", "demo.binpb.zst"] {
        workshop.done(&["convert", "demo.ndjson", "--output", name]);
        seeds.push(workshop.get(name));
    }
    seeds.push(include_bytes!("../data/claimreview-dirty.json").to_vec());
    for text in [
        r##"{"@graph":[{"@type":"ClaimReview","url":"https://e.example/1","claimReviewed":"x","author":{"@id":"#e"},"itemReviewed":{"@id":"#c"}},{"@id":"#e","name":"E"},{"@type":"Claim","@id":"#c","author":{"name":"A"}}]}"##,
        r#"{"id":"a","schema":"Person","properties":{"name":["Ada"],"country":["gb"]},"referents":[],"datasets":["x"]}"#,
        r#"[{"uri":"u:1","headline":"H","body_text":"B","versioncreated":"2020-01-01T00:00:00Z","language":"en"}]"#,
        r#"{"quote":" Ada","cdate":"2015-11-16","name":"Ada","parties":["CDU"],"end":122,"begin":80,"doc_id":1,"claimvalues":["100"],"anno_id":"x","cpos":"-1"}"#,
    ] {
        seeds.push(text.as_bytes().to_vec());
    }
    seeds
}

/// Bytes, some of which are changed, removed or repeated, and which may be truncated.
fn damaged(seed: &[u8], damage: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (at, what, byte) in damage {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match what % 5 {
            0 => bytes[at] = *byte,
            1 => bytes[at] ^= 1 << (byte % 8),
            2 => drop(bytes.drain(at..(at + usize::from(*byte)).min(bytes.len()))),
            3 => {
                let part = bytes[at..(at + usize::from(*byte)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

#[test]
fn every_reader_reads_arbitrary_bytes_to_their_end() {
    let strategy = prop::collection::vec(any::<u8>(), 0..400);
    TestRunner::new(Config::with_cases(cases()))
        .run(&strategy, |bytes| {
            for format in Format::ALL {
                look_at(&bytes, Some(*format), "");
            }
            look_at(&bytes, None, "");
            look_at(&bytes, None, ".toml");
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_reader_reads_damaged_files_to_their_end() {
    let seeds = seeds();
    for format in Format::ALL {
        let is_told = |seed: &Vec<u8>| Format::of_content(&seed[..seed.len().min(MAX_HEAD_BYTES)]) == Some(*format);
        assert!(*format == Format::Binary || seeds.iter().any(is_told), "{format:?} has no file to be damaged");
    }
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..6);
    TestRunner::new(Config::with_cases(cases()))
        .run(&(0..seeds.len(), damage), |(seed, damage)| {
            let bytes = damaged(&seeds[seed], &damage);
            look_at(&bytes, None, "");
            for format in Format::ALL {
                look_at(&bytes, Some(*format), "");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn damaged_manifests_are_refused_or_read() {
    let manifest = b"merge_actors_by = [\"wikidata\"]\nmerge_articles_by_url = true\n[[dataset]]\nname = \"a\"\npath = [\"none\"]\n\
        format = \"ndjson\"\nnamespace = \"n\"\nstrict = true\n";
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..6);
    TestRunner::new(Config::with_cases(cases()))
        .run(&damage, |damage| {
            let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
            file.write_all(&damaged(manifest, &damage)).unwrap();
            let failed = load(&[Source::from(file.path().as_os_str().to_owned())], defaults(), false).err().unwrap();
            prop_assert!(
                failed.report.errors > 0 && failed.report.diagnostics.iter().all(|found| !found.message.is_empty())
            );
            Ok(())
        })
        .unwrap();
}
