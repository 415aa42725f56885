use super::*;
use proptest::prelude::*;
use std::io::BufReader;

const LISTS: &[&str] = &["dataFeedElement", "@graph"];

/// Every element with its line: its text, `long N` or `broken: REASON`.
fn read_with(input: &[u8], max_line_bytes: usize, chunk: usize) -> Vec<(u32, String)> {
    let limits = ReadLimits { max_line_bytes, ..ReadLimits::for_tests() };
    let mut all = Vec::new();
    let parse = |item: Item<'_>| {
        let shown = match item.content {
            Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Err(ItemFault::TooLong { bytes, .. }) => format!("long {bytes}"),
            Err(ItemFault::Broken(reason)) => format!("broken: {reason}"),
        };
        (item.line, shown)
    };
    let mut input = BufReader::with_capacity(chunk, input);
    read_items(&mut input, LISTS, &limits, parse, |item| all.push(item)).unwrap();
    all
}

fn read(input: &str) -> Vec<(u32, String)> {
    let all = read_with(input.as_bytes(), 1000, 1 << 16);
    assert_eq!(read_with(input.as_bytes(), 1000, 1), all, "byte by byte");
    all
}

fn texts(input: &str) -> Vec<String> {
    read(input).into_iter().map(|(_, text)| text).collect()
}

#[test]
fn elements_are_found_in_every_form_of_feed() {
    let (a, b) = (r#"{"a":[1,{"x":"]}"}]}"#, r#"{"b":"\"[{"}"#);
    for feed in [
        format!("[{a},{b}]"),
        format!("\u{feff} [\n{a} , {b}\r\n]\n"),
        format!("{a}{b}"),
        format!("{a}\n\n{b}\n"),
        format!(r#"{{"@context":{{"@graph":[7]}},"dataFeedElement":[{a},{b}],"x":[1]}}"#),
        format!(r#"{{"@graph" : [ {a} ],"name":"n", "dataFeedElement":[{b}]}}"#),
        format!("[{a}]\n[{b}]"),
    ] {
        assert_eq!(texts(&feed), [a, b], "{feed}");
    }
    assert_eq!(texts(r#"{"dataFeedElement":{"a":1}}"#), [r#"{"dataFeedElement":{"a":1}}"#], "no list, so an element");
    assert_eq!(texts(r#"[null, 12 ,"x",[1,2],{}]"#), ["null", "12", "\"x\"", "[1,2]", "{}"]);
    assert_eq!(texts("12"), ["12"]);
    for nothing in ["", " \n", "[]", "[ ]\n", "\u{feff}", r#"{"@graph":[]}"#] {
        assert_eq!(texts(nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn elements_have_the_line_on_which_they_begin() {
    let lines: Vec<u32> =
        read("\n[\n {\"a\":\n1},\n\n {\"a\":2}, {\"a\":3}\n]\n{}").into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [3, 6, 6, 8]);
}

#[test]
fn elements_have_the_number_of_their_document() {
    let documents = |input: &str| {
        let mut all = Vec::new();
        read_items(&mut input.as_bytes(), LISTS, &ReadLimits::for_tests(), |item| item.document, |one| all.push(one))
            .unwrap();
        all
    };
    let (one, two, three) = (Some(1), Some(2), Some(3));
    assert_eq!(documents("{}\n{}"), [None, None]);
    assert_eq!(documents("[{},{}] {} [{}]"), [one, one, None, two]);
    let lists = r#"{"@graph":[{},2],"n":1,"dataFeedElement":[{}]}{"@graph":[{}]}{"n":1}[{}]"#;
    assert_eq!(documents(lists), [one, one, one, two, None, three]);
}

#[test]
fn after_a_broken_element_the_next_one_is_found() {
    let (good, next) = (r#"{"k":1,"x":[{"k":0}]}"#, r#"{"k":3}"#);
    for broken in [
        r#"{"k":"He said "no" to it"}"#,
        r#"{"k":"He said "no to it"}"#,
        r#"{"k":2"#,
        r#"{"k":{"y":2}"#,
        r#"{"k":2}}"#,
        r#"{"k":nothing}"#,
        r#"{"k":[1,2,}"#,
        r#"{"k" 2}"#,
        r"{'k':2}",
        r"<p>",
    ] {
        for (feed, last) in [
            (format!("[{good},{broken},{next}]"), 1),
            (format!("[\n  {good},\n  {broken},\n  {next}\n]"), 4),
            (format!("{good}\n{broken}\n{next}\n"), 3),
            (format!("{{\"@graph\":[{good},{broken},{next}]}}"), 1),
        ] {
            let found = read(&feed);
            assert_eq!(found.first().map(|(_, text)| text.as_str()), Some(good), "{feed}");
            assert_eq!(found.last(), Some(&(last, next.to_owned())), "{feed}: {found:?}");
            assert_eq!(found.iter().filter(|(_, text)| text.starts_with("broken: ")).count(), 1, "{feed}: {found:?}");
        }
    }
}

#[test]
fn a_line_break_inside_of_a_text_is_reported_with_its_line() {
    let found = read("[\n{\"k\":\"one\ntwo\"},\n{\"k\":3}\n]");
    let reason = "broken: line 2: expected the end of the text before the end of the line";
    assert_eq!(found, [(2, reason.to_owned()), (4, "{\"k\":3}".to_owned())]);
}

#[test]
fn a_truncated_feed_is_reported() {
    assert_eq!(
        read("[{\"a\":1},"),
        [(1, "{\"a\":1}".into()), (1, "broken: the file ends before the end of the list".into())]
    );
    assert_eq!(
        read("[{\"a\":1},\n{\"a\":"),
        [(1, "{\"a\":1}".into()), (2, "broken: the file ends inside of the element".into())]
    );
    assert_eq!(
        read("{\"@graph\":[{\"a\":1}]"),
        [(1, "{\"a\":1}".into()), (1, "broken: the file ends before the end of the list".into())]
    );
}

#[test]
fn an_element_at_the_limit_is_read_and_one_past_it_is_skipped() {
    let feed = r#"[{"a":"12"},{"a":"123"},{"b":1}]"#;
    let expected = [(1, r#"{"a":"12"}"#.to_owned()), (1, "long 11".to_owned()), (1, r#"{"b":1}"#.to_owned())];
    for chunk in [1, 2, 100] {
        assert_eq!(read_with(feed.as_bytes(), 10, chunk), expected);
    }
    // The limit does not hold for the feed, nor for the text before its list.
    let wrapped = format!(r#"{{"about":"{}","@graph":[{{"b":1}}]}}"#, "x".repeat(100));
    assert_eq!(read_with(wrapped.as_bytes(), 10, 7), [(1, r#"{"b":1}"#.to_owned())]);
}

#[test]
fn a_feed_of_100_000_broken_elements_takes_linear_time() {
    let feed = format!("[{}", r#"{"k":[{"x":1},"#.repeat(100_000));
    let found = read_with(feed.as_bytes(), 16 << 20, 1 << 16);
    assert!(!found.is_empty());
}

fn element() -> impl Strategy<Value = String> {
    prop::sample::select(vec![r#"{"k":1}"#, r#"{"k":{"x":[]}}"#, r#"{ "k" : "a\"}" }"#, "{}"]).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn elements_are_returned_unchanged(
        elements in prop::collection::vec(element(), 0..20),
        space in prop::sample::select(vec!["", " ", "\n", "\r\n  "]),
        chunk in 1..20_usize,
    ) {
        let feed = format!("[{space}{}{space}]", elements.join(&format!("{space},{space}")));
        let found: Vec<String> = read_with(feed.as_bytes(), 1000, chunk).into_iter().map(|(_, text)| text).collect();
        prop_assert_eq!(found, elements);
    }

    #[test]
    fn no_bytes_cause_a_panic_and_chunks_make_no_difference(
        input in prop::collection::vec(prop::sample::select(b"{}[]:,\"\\k1 \n\xff".to_vec()), 0..120),
        chunk in 1..20_usize,
    ) {
        prop_assert_eq!(read_with(&input, 50, chunk), read_with(&input, 50, 1 << 16));
    }
}
