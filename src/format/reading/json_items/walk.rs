//! The walk over a document: where elements begin and end, and where the next one begins after a broken one.

use super::batch::{Batch, ItemFault};
use super::grammar::{Grammar, Step};

/// Bytes that may be walked again after broken elements, in addition to the number walked so far. This keeps a document of
/// broken elements from taking quadratic time.
const FREE_REPLAY: u64 = 16 << 20;
/// Bytes that are searched at once for the next element after a broken one.
const SEEK_BYTES: usize = 4 << 10;

/// Number of skipped bytes that are kept, so that the beginning of an element is found across two chunks.
const OVERLAP: usize = 4 << 10;

/// What surrounds the current position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// Nothing: the top level.
    Top,
    /// A list at the top level.
    List,
    /// A list of an object at the top level.
    ListOfObject,
}

/// What the walk is doing.
enum Doing {
    /// Skipping bytes between elements.
    Between,
    /// Reading an element.
    Element(Element),
    /// Skipping other members of an object with a list.
    Object,
    /// Searching for the next element after a broken one.
    Seeking(Seeking),
}

#[derive(Clone, Copy)]
struct Element {
    line: u32,
    indent: Option<usize>,
    /// Bytes so far.
    bytes: u64,
    /// Whether these are more than the limit, so that they are not stored.
    is_too_long: bool,
}

struct Seeking {
    /// Line of the broken element.
    line: u32,
    reason: String,
    /// The expected beginning of the next element.
    start: Start,
    /// The bytes that were skipped last.
    passed: Vec<u8>,
}

/// A walk over a document.
pub(super) struct Walk<'l> {
    lists: &'l [&'l str],
    max_item_bytes: usize,
    around: Around,
    /// Number of documents with a list so far.
    documents: u32,
    doing: Doing,
    /// State of the current element.
    grammar: Grammar,
    /// State of the object at the top level whose list is being read.
    outer: Grammar,
    /// How elements begin, as seen at the first one.
    start: Option<Start>,
    /// Line of the next byte.
    line: u32,
    /// Number of blanks since the last line break; None after any other byte.
    indent: Option<usize>,
    /// The bytes that have to be walked again.
    again: Option<Vec<u8>>,
    walked: u64,
    replayed: u64,
}

impl<'l> Walk<'l> {
    pub(super) fn new(lists: &'l [&'l str], max_item_bytes: usize) -> Self {
        Self {
            lists,
            max_item_bytes,
            around: Around::Top,
            documents: 0,
            doing: Doing::Between,
            grammar: Grammar::new(),
            outer: Grammar::new(),
            start: None,
            line: 1,
            indent: Some(0),
            again: None,
            walked: 0,
            replayed: 0,
        }
    }

    /// Walks over bytes until they end, the batch is full, or some have to be walked again. Returns the number of bytes
    /// taken, and the bytes that have to be passed again, which may begin before `bytes`.
    pub(super) fn walk(&mut self, bytes: &[u8], batch: &mut Batch) -> (usize, Option<Vec<u8>>) {
        let mut at = 0;
        while at < bytes.len() && !batch.is_full() && self.again.is_none() {
            let rest = &bytes[at..];
            at += match self.doing {
                Doing::Between => self.between(rest[0]),
                Doing::Element(element) => self.element(element, rest, batch),
                Doing::Object => self.object(rest),
                Doing::Seeking(_) => self.seek(&rest[..rest.len().min(SEEK_BYTES)], batch),
            };
        }
        self.walked += at as u64;
        (at, self.again.take())
    }

    /// Handles the end of the document. Returns bytes that have to be walked again before that.
    pub(super) fn end(&mut self, batch: &mut Batch) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.doing, Doing::Between) {
            Doing::Between if self.around == Around::Top => {}
            Doing::Between | Doing::Object => {
                let reason = "the file ends before the end of the list".to_owned();
                batch.push_fault(self.line, self.document(), ItemFault::Broken(reason));
            }
            Doing::Element(element) if self.grammar.may_end() => self.element_ends(element, batch),
            Doing::Element(element) => {
                self.break_off(element, "the file ends inside of the element".to_owned(), batch);
                if self.again.is_none() {
                    return self.end(batch);
                }
            }
            Doing::Seeking(Seeking { line, reason, .. }) => {
                batch.push_fault(line, self.document(), ItemFault::Broken(reason));
            }
        }
        self.again.take()
    }

    /// Takes a byte between elements. Takes none if an element begins here.
    fn between(&mut self, byte: u8) -> usize {
        match (self.around, byte) {
            (_, b'\n') => {
                self.line = self.line.saturating_add(1);
                self.indent = Some(0);
                return 1;
            }
            (_, b' ' | b'\t') => {
                self.indent = self.indent.map(|indent| indent + 1);
                return 1;
            }
            (_, b',' | b'\r') => {}
            (Around::Top, b'[') => self.enter_first(Around::List),
            (Around::List, b']') => self.around = Around::Top,
            (Around::ListOfObject, b']') => {
                self.around = Around::Top;
                self.outer.after_list();
                self.doing = Doing::Object;
            }
            _ => {
                self.grammar = Grammar::new();
                let (line, indent) = (self.line, self.indent);
                self.doing = Doing::Element(Element { line, indent, bytes: 0, is_too_long: false });
                return 0;
            }
        }
        self.indent = None;
        1
    }

    /// Enters the first list of a document.
    fn enter_first(&mut self, around: Around) {
        self.documents = self.documents.saturating_add(1);
        self.enter(around);
    }

    fn enter(&mut self, around: Around) {
        self.around = around;
        self.doing = Doing::Between;
        self.start = None;
        self.indent = None;
    }

    fn element(&mut self, mut element: Element, bytes: &[u8], batch: &mut Batch) -> usize {
        let lists = if self.around == Around::Top { self.lists } else { &[] };
        let (taken, step) = self.grammar.take(bytes, lists);
        let part = &bytes[..taken];
        element.bytes += taken as u64;
        if !element.is_too_long {
            batch.extend(part);
            element.is_too_long = batch.open().len() > self.max_item_bytes;
        }
        if element.is_too_long {
            batch.drop_open();
        }
        let line = self.line;
        self.count_lines(part);
        self.doing = Doing::Element(element);
        match step {
            Step::Inside => {}
            Step::End => self.element_ends(element, batch),
            Step::List => {
                batch.drop_open();
                self.outer = std::mem::replace(&mut self.grammar, Grammar::new());
                self.enter_first(Around::ListOfObject);
                return taken + 1;
            }
            Step::Broken(expected) => {
                let reason = expectation(line, &part[..taken - 1], expected);
                self.break_off(element, reason, batch);
            }
        }
        taken
    }

    fn element_ends(&mut self, element: Element, batch: &mut Batch) {
        let Element { line, indent, bytes, is_too_long } = element;
        if is_too_long {
            batch.push_fault(line, self.document(), ItemFault::TooLong { bytes, limit: self.max_item_bytes });
        } else {
            if self.start.is_none() {
                self.start = Some(Start::of(indent, batch.open()));
            }
            batch.push(line, self.document());
        }
        self.doing = Doing::Between;
        self.indent = None;
    }

    /// Handles a broken element. It may have swallowed others, so the next element is searched for in its bytes first.
    fn break_off(&mut self, element: Element, reason: String, batch: &mut Batch) {
        let open = batch.open();
        let start = self.start.clone().unwrap_or_else(|| Start::of(element.indent, open));
        let may_replay = self.replayed + open.len() as u64 <= self.walked + FREE_REPLAY;
        let next = if may_replay { start.find(open, 1) } else { None };
        if let Some(next) = next {
            let again = open[next..].to_vec();
            self.go_back(again, &start);
            batch.push_fault(element.line, self.document(), ItemFault::Broken(reason));
            return;
        }
        let passed = open[open.len().saturating_sub(OVERLAP)..].to_vec();
        batch.drop_open();
        self.doing = Doing::Seeking(Seeking { line: element.line, reason, start, passed });
    }

    fn seek(&mut self, bytes: &[u8], batch: &mut Batch) -> usize {
        self.count_lines(bytes);
        let Doing::Seeking(seeking) = &mut self.doing else { return 0 };
        seeking.passed.extend_from_slice(bytes);
        let Some(next) = seeking.start.find(&seeking.passed, 0) else {
            let surplus = seeking.passed.len().saturating_sub(OVERLAP);
            seeking.passed.drain(..surplus);
            return bytes.len();
        };
        let again = seeking.passed[next..].to_vec();
        let (start, line, reason) = (seeking.start.clone(), seeking.line, std::mem::take(&mut seeking.reason));
        batch.push_fault(line, self.document(), ItemFault::Broken(reason));
        self.go_back(again, &start);
        bytes.len()
    }

    /// Goes back to the position where an element seems to begin.
    fn go_back(&mut self, again: Vec<u8>, start: &Start) {
        let lines = memchr::memchr_iter(b'\n', &again).count();
        self.line = self.line.saturating_sub(u32::try_from(lines).unwrap_or(u32::MAX));
        self.indent = start.indent;
        self.replayed += again.len() as u64;
        self.again = Some(again);
        self.doing = Doing::Between;
    }

    fn object(&mut self, bytes: &[u8]) -> usize {
        let (taken, step) = self.outer.take(bytes, self.lists);
        let (line, part) = (self.line, &bytes[..taken]);
        self.count_lines(part);
        match step {
            Step::Inside => {}
            Step::End => self.doing = Doing::Between,
            Step::List => {
                self.enter(Around::ListOfObject);
                return taken + 1;
            }
            Step::Broken(expected) => {
                let reason = expectation(line, &part[..taken - 1], expected);
                let start = self.start.clone().unwrap_or_default();
                self.doing = Doing::Seeking(Seeking { line: self.line, reason, start, passed: Vec::new() });
            }
        }
        taken
    }

    /// Number of the document whose list is being read.
    fn document(&self) -> Option<u32> {
        (self.around != Around::Top).then_some(self.documents)
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
    }
}

/// The reason why an element is broken. It begins at `line`, and `expected` is missing after its bytes `before`.
fn expectation(line: u32, before: &[u8], expected: &str) -> String {
    format!("line {}: expected {expected}", line as usize + memchr::memchr_iter(b'\n', before).count())
}

/// How the elements of a document begin.
#[derive(Clone, Debug, Default)]
struct Start {
    /// Number of blanks before it on its line; None if there is anything else.
    indent: Option<usize>,
    /// Its first key with quotation marks; empty if it has none.
    key: Vec<u8>,
}

impl Start {
    fn of(indent: Option<usize>, element: &[u8]) -> Self {
        let key = element.strip_prefix(b"{").map_or(&[][..], <[u8]>::trim_ascii_start);
        let end = key.strip_prefix(b"\"").and_then(|inside| memchr::memchr(b'"', inside));
        Self { indent, key: end.map_or(Vec::new(), |end| key[..end + 2].to_vec()) }
    }

    /// The first position from `from` on where an element seems to begin. In an indented document that is an object with
    /// the same indentation; otherwise an object with the same first key after a comma or bracket.
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let mut places = memchr::memchr_iter(b'{', bytes.get(from..)?).map(|at| from + at);
        places.find(|at| match self.indent {
            Some(indent) => indent_before(&bytes[..*at]) == Some(indent),
            None if self.key.is_empty() => indent_before(&bytes[..*at]) == Some(0),
            None => {
                let before = bytes[..*at].trim_ascii_end().last();
                before.is_some_and(|before| b",[]}".contains(before))
                    && bytes[at + 1..].trim_ascii_start().starts_with(&self.key)
            }
        })
    }
}

/// The number of blanks at the end of `bytes` since the last line break; None if there is anything else.
fn indent_before(bytes: &[u8]) -> Option<usize> {
    let line = memchr::memrchr(b'\n', bytes)?;
    let between = &bytes[line + 1..];
    between.iter().all(|byte| b" \t".contains(byte)).then_some(between.len())
}
