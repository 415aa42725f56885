use super::*;
use crate::format::Format;
use crate::format::reading::arbitrary::records;
use crate::format::reading::encoded::{RECORD, TIMESTAMP};
use crate::model::Finding;
use crate::proto::v1::record::Record as Stored;
use proptest::prelude::*;
use prost_reflect::{Kind, MessageDescriptor};
use std::io::{BufReader, ErrorKind};
use std::sync::LazyLock;

static LIMITS: LazyLock<ReadLimits> =
    LazyLock::new(|| ReadLimits { max_line_bytes: 1 << 16, ..ReadLimits::for_tests() });
const ACTOR: &str = r#"{"actor":{"name":"actors/a","displayName":"A"}}"#;

fn read_all(mut input: impl BufRead) -> (Vec<Parsed>, io::Result<()>) {
    let mut all = Vec::new();
    let outcome = Format::Ndjson.read(&mut input, &LIMITS, &mut |parsed| all.push(parsed));
    (all, outcome)
}

/// Line, whether there is a record, and the codes found.
fn outline(input: impl AsRef<[u8]>) -> Vec<(u32, bool, Vec<&'static str>)> {
    let (all, outcome) = read_all(input.as_ref());
    outcome.unwrap();
    let codes = |findings: Findings| findings.into_iter().map(|finding: Finding| finding.code.as_str()).collect();
    all.into_iter().map(|parsed| (parsed.line, parsed.record.is_some(), codes(parsed.findings))).collect()
}

#[test]
fn records_come_in_order_with_their_lines() {
    let input = format!("{ACTOR}\r\n\n  \n{ACTOR}\nx\n{ACTOR}");
    let expected = vec![(1, true, vec![]), (4, true, vec![]), (5, false, vec!["NOT_JSON"]), (6, true, vec![])];
    assert_eq!(outline(input), expected);
}

#[test]
fn a_byte_order_mark_is_skipped_and_reported_once() {
    let expected = vec![(1, true, vec!["BYTE_ORDER_MARK"]), (2, true, vec![])];
    assert_eq!(outline(format!("\u{feff}{ACTOR}\n{ACTOR}\n")), expected);
    assert_eq!(outline("\u{feff}"), vec![]);
    // Inside of the text it is not white space.
    assert_eq!(outline(format!("{ACTOR}\n\u{feff}{ACTOR}")), vec![(1, true, vec![]), (2, false, vec!["NOT_JSON"])]);
}

#[test]
fn a_line_that_is_not_utf8_is_reported_with_the_byte() {
    let (all, _) = read_all(&b"{\"actor\":\xff}\n{\"a\":\"\xc3"[..]);
    let messages: Vec<_> = all.into_iter().flat_map(|parsed| parsed.findings).map(|finding| finding.message).collect();
    assert_eq!(messages, ["byte 10 of the line (0xff) is not UTF-8", "byte 7 of the line (0xc3) is not UTF-8"]);
    assert_eq!(outline(b"\xff"), vec![(1, false, vec!["NOT_UTF8"])]);
}

#[test]
fn a_line_that_is_too_long_is_reported_and_the_next_one_read() {
    let long = format!(r#"{{"actor":{{"name":"{}"}}}}"#, "x".repeat(LIMITS.max_line_bytes));
    assert_eq!(outline(format!("{long}\n{ACTOR}")), vec![(1, false, vec!["LINE_TOO_LONG"]), (2, true, vec![])]);
}

#[test]
fn a_read_error_comes_after_the_lines_before_it() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(ErrorKind::ConnectionReset, "gone"))
        }
    }
    let text = format!("{ACTOR}\n{ACTOR}\n{{\"actor\"");
    let (all, outcome) = read_all(BufReader::new(text.as_bytes().chain(Broken)));
    assert_eq!((all.len(), outcome.unwrap_err().kind()), (2, ErrorKind::ConnectionReset));
}

#[test]
fn more_lines_than_a_batch_keep_their_order() {
    let input: String = (0..20_000).map(|id| ACTOR.replace("actors/a", &format!("actors/{id}")) + "\n").collect();
    let (all, _) = read_all(input.as_bytes());
    assert!(
        all.iter()
            .enumerate()
            .all(|(id, parsed)| parsed.name == format!("actors/{id}") && parsed.line as usize == id + 1)
    );
    assert_eq!(all.len(), 20_000);
}

#[test]
fn a_record_with_errors_is_left_out_and_its_name_is_returned() {
    let (all, _) = read_all(&br#"{"actor":{"name":"actors/a","type":"PERSON"}}"#[..]);
    assert!(all[0].record.is_none());
    assert_eq!(all[0].name, "actors/a");
}

#[test]
fn values_that_the_generated_parser_would_lose_are_reported() {
    for fields in [
        r#""provenance":null,"provenance":{}"#,
        r#""labels":{"a":"1","a":"2"}"#,
        r#""provenance":{"retrieveTime":"2016-12-31T23:59:60Z"}"#,
        r#""provenance":{"retrieveTime":"0000-12-31T00:00:00Z"}"#,
        r#""provenance":{"retrieveTime":null,"retrieveTime":"2016-12-31T23:59:59Z"}"#,
    ] {
        let line = format!(r#"{{"actor":{{"name":"actors/a","displayName":"A",{fields}}}}}"#);
        assert!(serde_json::from_str::<Record>(&line).is_ok(), "the parser takes {fields}");
        assert!(!outline(&line)[0].1, "{fields}");
    }
}

#[test]
fn a_number_is_read_exactly() {
    let value: f64 = 0.1 + 0.2;
    let line = format!(r#"{{"claim":{{"name":"claims/c","text":"t","confidence":{value:?}}}}}"#);
    let (all, _) = read_all(line.as_bytes());
    let Some(Stored::Claim(claim)) = all[0].record.as_ref().unwrap().record.clone() else { panic!("a claim") };
    assert_eq!(claim.confidence.map(f64::to_bits), Some(value.to_bits()));
}

/// JSON with one value in it, for every place where a record may have a message of that type.
fn with_value(message: &MessageDescriptor, of_type: &str, value: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for field in message.fields().filter(|field| !field.is_map()) {
        let Kind::Message(inner) = field.kind() else { continue };
        let (open, index, close) = if field.is_list() { ("[", "[0]", "]") } else { ("", "", "") };
        if inner.full_name() == of_type {
            all.push((field.name().to_owned(), format!(r#"{{"{}":{value}}}"#, field.json_name())));
            continue;
        }
        for (path, json) in with_value(&inner, of_type, value) {
            let json = format!(r#"{{"{}":{open}{json}{close}}}"#, field.json_name());
            all.push((format!("{}{index}.{path}", field.name()), json));
        }
    }
    all
}

#[test]
fn the_range_of_every_time_of_every_record_is_checked() {
    let places = with_value(&RECORD, TIMESTAMP, r#""0000-01-01T00:00:00Z""#);
    assert!(places.len() >= 9, "{places:?}");
    for (path, line) in places {
        let (_, within) = path.split_once('.').unwrap();
        let (all, _) = read_all(line.as_bytes());
        let found: Vec<_> =
            all.into_iter().flat_map(|parsed| parsed.findings).map(|finding| (finding.code, finding.field)).collect();
        assert_eq!(found, [(Code::ValueInvalid, within.to_owned())], "{line}");
    }
}

#[test]
fn the_precision_of_every_time_of_every_record_is_checked() {
    let places = with_value(&RECORD, "claimd.v1.PartialTime", r#"{"time":"2020-08-02T12:00:00Z","precision":"DAY"}"#);
    assert!(places.len() >= 6, "{places:?}");
    for (path, line) in places {
        let (_, within) = path.split_once('.').unwrap();
        let (all, _) = read_all(line.as_bytes());
        let found = all.into_iter().flat_map(|parsed| parsed.findings).filter(|one| one.code == Code::TimeTooFine);
        assert_eq!(found.map(|one| one.field).collect::<Vec<_>>(), [format!("{within}.time")], "{line}");
    }
}

proptest! {
    #[test]
    fn a_written_record_is_read_back(record in records()) {
        let line = serde_json::to_string(&record).unwrap();
        let read = parse_fast(&line).and_then(|repaired| repaired.record);
        if line.contains("null") {
            prop_assert_eq!(read, None);
        } else {
            prop_assert_eq!(read, Some(record));
        }
    }

    #[test]
    fn the_fast_parser_and_repair_return_the_same_record(record in records(), at: prop::sample::Index, with in "[{},\"a0]") {
        let mut line: Vec<char> = serde_json::to_string(&record).unwrap().chars().collect();
        let at = at.index(line.len());
        line[at] = with.chars().next().unwrap();
        let line: String = line.into_iter().collect();
        if let Some(read) = parse_fast(&line) {
            let repaired = repair::repair(&line);
            prop_assert_eq!(repaired.record, read.record, "{}", line);
            prop_assert_eq!(repaired.name, read.name);
        }
    }

    #[test]
    fn every_line_that_is_not_blank_gives_one_result_in_order(
        input in prop::collection::vec(prop::sample::select(b"\n\n\n\r \t{}\"a0\xc3\xa4\xff".to_vec()), 0..200),
    ) {
        let numbers: Vec<_> = outline(&input).into_iter().map(|(line, ..)| line as usize).collect();
        let is_blank = |line: &[u8]| line.iter().all(|byte| b" \t\r".contains(byte));
        let lines = input.split(|byte| *byte == b'\n').enumerate();
        let expected: Vec<_> = lines.filter(|(_, line)| !is_blank(line)).map(|(index, _)| index + 1).collect();
        prop_assert_eq!(numbers, expected);
    }

    #[test]
    fn no_bytes_cause_a_panic(input in prop::collection::vec(any::<u8>(), 0..300)) {
        for (_, has_record, codes) in outline(&input) {
            prop_assert!(has_record || !codes.is_empty());
        }
    }
}

#[test]
fn repeated_labels_are_noticed() {
    for (labels, repeated) in [
        ("", false),
        (r#""a":"1","b":"2""#, false),
        (r#""a":"1","a":"1""#, true),
        (r#""a":"1","b":"2","\u0061":"3""#, true),
    ] {
        let line = format!(r#"{{"actor":{{"name":"actors/x","labels":{{{labels}}},"url":"labels"}}}}"#);
        assert_eq!(has_repeated_labels(&line, &serde_json::from_str(&line).unwrap()), repeated, "{labels}");
    }
}
