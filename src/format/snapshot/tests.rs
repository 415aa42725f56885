use super::*;
use crate::model::Finding;
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, Record};
use proptest::prelude::*;
use std::sync::LazyLock;

static LIMITS: LazyLock<ReadLimits> =
    LazyLock::new(|| ReadLimits { max_record_bytes: 3 << 20, ..ReadLimits::for_tests() });

fn snapshot(count: usize, size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = writer(&mut bytes).unwrap();
    for number in 0..count {
        let description = "x".repeat(size);
        let (name, display_name) = (format!("actors/{number}"), "A".to_owned());
        let actor = Actor { name, display_name, description, ..Actor::default() };
        writer.write(Record { record: Some(Kind::Actor(actor)) }).unwrap();
    }
    assert_eq!(writer.finish().unwrap().count, count as u64);
    bytes
}

/// How many records were read, and why the snapshot was refused.
fn outcome(mut bytes: &[u8]) -> (usize, Option<String>) {
    let (mut count, mut refusal) = (0, None);
    let mut sink = |parsed: Parsed| {
        count += usize::from(parsed.record.is_some());
        for Finding { code, message, .. } in parsed.findings {
            assert_eq!(code, Code::SnapshotRefused, "{message}");
            refusal = Some(message);
        }
    };
    read(&mut bytes, &LIMITS, &mut sink).unwrap();
    (count, refusal)
}

#[test]
fn what_is_written_is_read_in_any_number_of_sections() {
    for (count, size) in [(0, 0), (1, 0), (7, 1 << 20), (5000, 10)] {
        let bytes = snapshot(count, size);
        assert!(recognises(&bytes));
        assert_eq!(outcome(&bytes), (count, None));
    }
}

#[test]
fn a_snapshot_that_is_cut_off_anywhere_is_refused() {
    let bytes = snapshot(3, 1);
    for length in 0..bytes.len() {
        assert_eq!(outcome(&bytes[..length]).1.as_deref(), Some("it is cut off"), "{length}");
    }
    assert_eq!(outcome(&[&bytes[..], b"x"].concat()).1.as_deref(), Some("something follows its end"));
}

#[test]
fn a_snapshot_with_any_byte_changed_is_refused() {
    let bytes = snapshot(3, 1);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x40;
        assert!(outcome(&changed).1.is_some(), "byte {at}");
    }
}

#[test]
fn another_version_is_named() {
    let mut bytes = snapshot(1, 1);
    bytes[8] = 9;
    assert_eq!(outcome(&bytes).1.unwrap(), "it is of version 9, and this is read: 1");
}

proptest! {
    #[test]
    fn no_bytes_end_the_program(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        outcome(&bytes);
        outcome(&[&MAGIC[..], &VERSION.to_le_bytes(), &bytes].concat());
    }
}
