use super::*;
use crate::format::reading::arbitrary::records;
use crate::model::Finding;
use crate::proto::v1::record::Record as Stored;
use crate::proto::v1::{Claim, ClaimKind, QuotationType};
use proptest::prelude::*;

/// Codes and fields of the findings, in order.
fn found(line: &str) -> Vec<(&'static str, String)> {
    repair(line).findings.into_iter().map(|Finding { code, field, .. }| (code.as_str(), field)).collect()
}

fn messages(line: &str) -> Vec<String> {
    repair(line).findings.into_iter().map(|finding| finding.message).collect()
}

fn claim(fields: &str) -> String {
    format!(r#"{{"claim":{{"name":"claims/c",{fields}}}}}"#)
}

fn repaired_claim(line: &str) -> Claim {
    match repair(line).record.and_then(|record| record.record) {
        Some(Stored::Claim(claim)) => claim,
        other => panic!("{other:?} is not a claim: {:?}", found(line)),
    }
}

fn one(code: &'static str, field: &str) -> Vec<(&'static str, String)> {
    vec![(code, field.to_owned())]
}

#[test]
fn text_that_is_not_json_is_reported_with_its_byte() {
    assert_eq!(found(r#"{"claim":{"#), one("NOT_JSON", ""));
    assert_eq!(messages(r#"{"claim":x}"#), ["byte 10 of the line: expected value"]);
    assert_eq!(found(r#"{"claim":{}} {}"#), one("NOT_JSON", ""));
    assert_eq!(found(&claim(r#""text":"\ud800""#)), one("NOT_JSON", ""));
    assert_eq!(found(&format!(r#"{{"claim":{}"#, "[".repeat(1000))), one("NOT_JSON", ""));
}

#[test]
fn a_line_has_one_record() {
    for line in ["5", "[]", "null", "{}", r#"{"claim":null}"#, r#"{"claim":{},"actor":{}}"#, r#"{"clam":{}}"#] {
        assert_eq!(found(line), one("NOT_ONE_RECORD", ""), "{line}");
    }
    assert_eq!(messages(r#"{"clam":{}}"#), ["the line has only clam; did you mean claim?"]);
    assert_eq!(messages(r#"{"claim":{},"actor":{}}"#), ["the line has more than one record: claim and actor"]);
    assert_eq!(messages(r#"{"name":"actors/x"}"#), [r#"the record has no wrapper; write {"actor":{…}}"#]);
    assert_eq!(found(r#"{"claim":{},"actor":null}"#), []);
    assert_eq!(found(r#"{"claim":{},"note":1}"#), one("FIELD_UNKNOWN", "note"));
    assert_eq!(found(r#"{"claim":5}"#), one("VALUE_INVALID", ""));
}

#[test]
fn every_unknown_field_is_reported_with_the_nearest_name() {
    let line = claim(r#""txt":"t","evidence":[{},{"quotation_typ":1,"zzzz":{"a":[1]}}],"speaker":[]"#);
    assert_eq!(
        found(&line),
        ["txt", "evidence[1].quotation_typ", "evidence[1].zzzz", "speaker"]
            .map(|field| ("FIELD_UNKNOWN", field.to_owned()))
    );
    assert_eq!(
        messages(&line),
        [
            "is not a field of Claim; did you mean text?",
            "is not a field of Evidence; did you mean quotation_type?",
            "is not a field of Evidence",
            "is not a field of Claim; did you mean speakers?"
        ]
    );
    assert_eq!(messages(&claim(r#""claimTme":1"#)), ["is not a field of Claim; did you mean claimTime?"]);
}

#[test]
fn a_repeated_field_is_reported_at_every_level() {
    assert_eq!(found(&claim(r#""text":"a","text":"a""#)), one("FIELD_REPEATED", "text"));
    assert_eq!(found(&claim(r#""text":null,"text":"a""#)), one("FIELD_REPEATED", "text"));
    assert_eq!(found(&claim(r#""claimTime":{},"claim_time":{}"#)), one("FIELD_REPEATED", "claim_time"));
    assert_eq!(found(&claim(r#""labels":{"k":"1","k":"2"}"#)), one("FIELD_REPEATED", "labels.k"));
    assert_eq!(
        found(&claim(r#""evidence":[{"cue":{"start":1,"start":2}}]"#)),
        one("FIELD_REPEATED", "evidence[0].cue.start")
    );
    assert_eq!(found(r#"{"claim":{},"claim":{}}"#), one("FIELD_REPEATED", "claim"));
    assert_eq!(found(r#"{"claim":null,"claim":{}}"#), one("FIELD_REPEATED", "claim"));
}

#[test]
fn null_is_absent_except_in_a_list() {
    let claim_of =
        repaired_claim(&claim(r#""text":null,"speakers":null,"confidence":null,"labels":{"a":null,"b":"1"}"#));
    assert_eq!((claim_of.text.as_str(), claim_of.speakers.len(), claim_of.confidence), ("", 0, None));
    assert_eq!(claim_of.labels.into_iter().collect::<Vec<_>>(), [("b".to_owned(), "1".to_owned())]);
    assert_eq!(found(&claim(r#""topics":["a",null]"#)), one("VALUE_INVALID", "topics[1]"));
    assert_eq!(found(&claim(r#""evidence":[null]"#)), one("VALUE_INVALID", "evidence[0]"));
}

#[test]
fn enum_values_need_no_prefix() {
    for kind in [r#""DENIAL""#, r#""CLAIM_KIND_DENIAL""#, "2", "2.0"] {
        let claim = repaired_claim(&claim(&format!(r#""kind":{kind},"evidence":[{{"quotationType":"MIXED"}}]"#)));
        assert_eq!(claim.kind(), ClaimKind::Denial, "{kind}");
        assert_eq!(claim.evidence[0].quotation_type(), QuotationType::Mixed);
        assert!(claim.labels.is_empty());
    }
}

#[test]
fn unknown_enum_values_become_labels_and_the_record_is_kept() {
    let line = claim(r#""kind":"denial","status":99,"evidence":[{},{"quotationType":"PARODY"}],"labels":{"a":"b"}"#);
    let codes = ["kind", "status", "evidence[1].quotation_type"].map(|field| ("ENUM_UNKNOWN", field.to_owned()));
    assert_eq!(found(&line), codes);
    assert_eq!(messages(&line)[0], "\"denial\" is not a ClaimKind; did you mean DENIAL?");
    let claim = repaired_claim(&line);
    assert_eq!(claim.kind(), ClaimKind::Unspecified);
    let labels = [("a", "b"), ("evidence[1].quotation_type", "PARODY"), ("kind", "denial"), ("status", "99")];
    assert_eq!(claim.labels, labels.map(|(key, text)| (key.to_owned(), text.to_owned())).into());
}

#[test]
fn unknown_numbers_of_an_enum_are_reported() {
    for number in ["23", "-1", "2147483648", "1.5", "1e300"] {
        let line = claim(&format!(r#""kind":{number}"#));
        assert_eq!(found(&line), one("ENUM_UNKNOWN", "kind"), "{number}");
        assert_eq!(repaired_claim(&line).kind, 0);
    }
    assert_eq!(found(&claim(r#""kind":true"#)), one("VALUE_INVALID", "kind"));
}

#[test]
fn an_existing_label_is_not_overwritten() {
    let line = claim(r#""kind":"LIE","labels":{"kind":"white lie"}"#);
    assert_eq!(repaired_claim(&line).labels["kind"], "white lie");
    assert!(messages(&line)[0].ends_with("was kept"));
}

#[test]
fn every_value_of_a_wrong_type_is_reported() {
    let line = claim(
        r#""text":5,"topics":"x","labels":{"a":1},"speakers":[{"actor":[]}],"claimTime":"2019","confidence":"high","evidence":[{"spans":[{"start":"x"}]}]"#,
    );
    let fields =
        ["text", "topics", "labels.a", "speakers[0].actor", "claim_time", "confidence", "evidence[0].spans[0].start"];
    assert_eq!(found(&line), fields.map(|field| ("VALUE_INVALID", field.to_owned())));
}

#[test]
fn the_name_of_an_invalid_record_is_returned() {
    for line in [
        claim(r#""x":1"#),
        r#"{"claim":{"text":5,"name":"claims/c"}}"#.to_owned(),
        r#"{"note":1,"claim":{"name":"claims/c"},"actor":{"name":"actors/a"}}"#.to_owned(),
        r#"{"name":"claims/c"}"#.to_owned(),
    ] {
        let repaired = repair(&line);
        assert_eq!((repaired.name.as_str(), repaired.record), ("claims/c", None), "{line}");
    }
    assert_eq!(repair(r#"{"claim":{"name":5}}"#).name, "");
}

proptest! {
    #[test]
    fn a_written_record_is_read_back(record in records()) {
        let line = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(found(&line), []);
        prop_assert_eq!(repair(&line).record, Some(record));
    }

    #[test]
    fn no_text_causes_a_panic(line in "\\PC{0,60}") {
        repair(&line);
    }

    #[test]
    fn no_damage_to_a_record_causes_a_panic(record in records(), at: prop::sample::Index, with in "[\\[\\]{}:,\"a0-]") {
        let mut line: Vec<char> = serde_json::to_string(&record).unwrap().chars().collect();
        let at = at.index(line.len());
        line[at] = with.chars().next().unwrap();
        let repaired = repair(&line.into_iter().collect::<String>());
        prop_assert_eq!(repaired.record.is_none(), repaired.findings.has_error());
    }
}
