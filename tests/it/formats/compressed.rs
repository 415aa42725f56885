//! Compressed files.

use std::io::{Read, Write};

use flate2::write::GzEncoder;

use crate::formats::program::Workshop;

const ACTORS: &str = "{\"actor\":{\"name\":\"actors/a\",\"displayName\":\"A\"}}\n{\"actor\":{\"name\":\"actors/b\",\"displayName\":\"B\"}}\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_files_are_read_by_name_by_content_and_in_several_parts() {
    let workshop = Workshop::new();
    let (one, other) = ACTORS.split_at(ACTORS.find('\n').unwrap() + 1);
    workshop.put("d/a.ndjson.gz", &[gzip(one.as_bytes()), gzip(other.as_bytes())].concat());
    assert_eq!(workshop.check(&["d"])["actors"], 2);
    workshop.put("plain-name", &gzip(ACTORS.as_bytes()));
    assert_eq!(workshop.check(&["plain-name"])["actors"], 2);
    workshop.put("not-packed.ndjson.gz", ACTORS.as_bytes());
    assert_eq!(workshop.check(&["not-packed.ndjson.gz"])["actors"], 2, "what is not compressed is read as it is");
}

#[test]
fn the_records_before_damage_are_read_and_the_damage_is_reported() {
    let workshop = Workshop::new();
    let many: Vec<String> = (0..20_000)
        .map(|n| format!("{{\"actor\":{{\"name\":\"actors/{n}\",\"displayName\":\"{:x}\"}}}}\n", n * 7_919))
        .collect();
    let packed = gzip(many.concat().as_bytes());
    workshop.put("a.ndjson.gz", &packed[..packed.len() / 2]);
    let report = workshop.check(&["a.ndjson.gz"]);
    let actors = report["actors"].as_u64().unwrap();
    assert!(actors > 1000 && actors < 20_000, "{actors}");
    assert_eq!(report["counts"]["STREAM_BROKEN"], 1, "{:#}", report["counts"]);
}

#[test]
fn a_bomb_is_bounded_by_the_limit_of_a_line() {
    let workshop = Workshop::new();
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::copy(&mut std::io::repeat(b'x').take(300 << 20), &mut encoder).unwrap();
    encoder.write_all(format!("\n{ACTORS}").as_bytes()).unwrap();
    workshop.put("bomb.ndjson.gz", &encoder.finish().unwrap());
    let report = workshop.check(&["bomb.ndjson.gz"]);
    assert_eq!((&report["actors"], &report["counts"]["LINE_TOO_LONG"]), (&2.into(), &1.into()));
}
