//! Any bytes, to everything that reads some.
//!
//! `CLAIMD_FUZZ_CASES` says how many cases each reader gets; without it there are few enough for every run of the tests.

use std::ffi::OsStr;
use std::io::Write;

use claimd::corpus::{Corpus, LoadFailed};
use claimd::format::Format;
use claimd::source::{Source, load};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::program::whole_demo;
use crate::support::defaults;

fn cases() -> u32 {
    std::env::var("CLAIMD_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

/// Loads a file of these bytes as of this format.
fn load_as(format: Format, bytes: &[u8]) -> Result<Corpus, LoadFailed> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let path: &OsStr = file.path().as_os_str();
    load(&[Source::As(format, Box::new(Source::from(path.to_owned())))], defaults(), false)
}

/// Something of every format that is written, to be damaged.
fn seeds() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (text, path) = (whole_demo(), folder.path().join("demo.ndjson"));
    std::fs::write(&path, &text).unwrap();
    let mut seeds = vec![text.into_bytes()];
    for format in Format::WRITTEN {
        let out = folder.path().join(format.name());
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_claimd"))
            .args(["convert", path.to_str().unwrap(), "--to", format.name(), "--output", out.to_str().unwrap()])
            .output()
            .unwrap();
        seeds.extend(run.status.success().then(|| std::fs::read(&out).unwrap()));
    }
    seeds.push(br#"{"@context":"https://schema.org","@graph":[{"@type":"ClaimReview","url":"https://e.example/1","claimReviewed":"x","author":{"@type":"Organization","name":"E"},"itemReviewed":{"@type":"Claim","author":{"name":"A"}},"reviewRating":{"alternateName":"False"}}]}"#.to_vec());
    seeds.push(br#"{"id":"a","schema":"Person","properties":{"name":["Ada"],"country":["gb"]},"referents":[],"datasets":["x"]}"#.to_vec());
    seeds.push(
        br#"[{"uri":"u:1","headline":"H","body_text":"B","versioncreated":"2020-01-01T00:00:00Z","language":"en"}]"#
            .to_vec(),
    );
    seeds
}

/// Bytes with a few of them changed, taken out, said twice, or cut off.
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
fn no_bytes_end_any_reader() {
    let strategy = prop::collection::vec(any::<u8>(), 0..400);
    TestRunner::new(Config::with_cases(cases()))
        .run(&strategy, |bytes| {
            for format in Format::ALL {
                load_as(*format, &bytes).ok();
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_damage_to_a_file_ends_any_reader() {
    let seeds = seeds();
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..6);
    TestRunner::new(Config::with_cases(cases()))
        .run(&(0..seeds.len(), damage), |(seed, damage)| {
            let bytes = damaged(&seeds[seed], &damage);
            for format in Format::ALL {
                load_as(*format, &bytes).ok();
            }
            Ok(())
        })
        .unwrap();
}
