//! File formats: bytes become records, each with the place where it stood.
//!
//! A format knows nothing of files and sockets. It reads a stream, keeps no more of it than it needs for one batch of
//! records, and hands over every record, good or bad, in the order in which they stand.

mod binary;
mod claim_review;
mod compression;
mod debatenet;
mod dna;
mod dot;
mod edge_list;
mod emit;
mod encoded_record;
mod field_range;
mod follow_the_money;
mod graphml;
mod html;
mod json;
mod json_head;
mod json_items;
mod json_record;
mod line_findings;
mod lines;
mod matrix;
mod mend;
mod ndjson;
mod network;
mod ninjs;
mod partial_time;
mod repeated_labels;
mod scalar;
mod shown;
mod snapshot;
mod stable_name;
mod time_range;
mod unknown_enums;
mod whole;
mod writer;

#[cfg(test)]
mod arbitrary;

pub use compression::{Compression, Packer, StreamBroken};
pub use field_range::field_range;
pub use network::NetworkFormat;
pub use writer::{RecordWriter, Written};

use std::io::{self, BufRead};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::config::{DnaNames, LoadLimits};
use crate::model::{Code, Findings, Places, Repeat};
use crate::proto::Timestamp;
use crate::proto::v1::Record;

/// Most bytes that are looked at to tell a format.
pub const MAX_HEAD_BYTES: usize = 64 << 10;

/// A byte order mark, which some editors put at the start of UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How a format reads a stream to its end.
type Read = fn(&mut dyn BufRead, &ReadLimits, &mut dyn FnMut(Parsed)) -> io::Result<()>;

/// What is known of a format beside how it reads.
struct Traits {
    /// Its name for `--format`.
    name: &'static str,
    /// Endings of file names that mean this format, whatever the content is, unless a format that shares the ending
    /// recognises the content.
    owns: &'static [&'static str],
    /// Endings of file names that mean this format where it recognises the content.
    shares: &'static [&'static str],
    /// How places in a file are counted.
    places: Places,
    /// Whether first bytes, a byte order mark taken off, are of this format. It gets up to [`MAX_HEAD_BYTES`].
    recognises: fn(&[u8]) -> bool,
    /// Reads a stream to its end.
    read: Read,
}

macro_rules! formats {
    ($($(#[doc = $doc:literal])+
    $variant:ident: $module:ident, $name:literal, owns $owns:expr, shares $shares:expr, $places:ident;)+) => {
        /// A file format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Format {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Format {
            /// Every format, in the order in which contents are held against them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            fn traits(self) -> &'static Traits {
                match self {
                    $(Self::$variant => &const { Traits {
                        name: $name,
                        owns: &$owns,
                        shares: &$shares,
                        places: Places::$places,
                        recognises: $module::recognises,
                        read: $module::read,
                    } },)+
                }
            }
        }
    };
}

// The table of formats: variant, its file, its name for --format, endings it owns, endings it shares, and what places in
// it are. Contents are held against the formats in this order, so that the narrower ones come first.
formats! {
    /// Databases of the Discourse Network Analyzer.
    Dna: dna, "dna", owns ["dna"], shares [], Records;
    /// IPTC news items in JSON.
    Ninjs: ninjs, "ninjs", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// Entities of FollowTheMoney, one a line.
    FollowTheMoney: follow_the_money, "follow_the_money", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// The claims of DebateNet, one a line.
    DebateNet: debatenet, "debatenet", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// ClaimReview of schema.org: feeds, lists, lines, and the JSON-LD of pages.
    ClaimReview: claim_review, "claimreview", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// What `claimd convert` writes for fast starts.
    Snapshot: snapshot, "snapshot", owns ["claimd"], shares [], Records;
    /// Encoded records, each behind its length.
    Binary: binary, "binary", owns ["binpb"], shares [], Records;
    /// One record a line, in ProtoJSON.
    Ndjson: ndjson, "ndjson", owns ["ndjson", "jsonl"], shares ["json"], Lines;
}

impl Format {
    /// The format of that name, as `--format` takes it.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// Its name, as `--format` takes it.
    pub fn name(self) -> &'static str {
        self.traits().name
    }

    /// How places of its records are counted.
    pub fn places(self) -> Places {
        self.traits().places
    }

    /// The format that a file's name alone tells, in lower or upper case.
    pub fn of_name(path: &Path) -> Option<Self> {
        let ending = ending(path)?;
        Self::ALL.iter().copied().find(|format| format.traits().owns.contains(&ending.as_str()))
    }

    /// Whether a file of that name may hold records.
    pub fn may_be(path: &Path) -> bool {
        ending(path).is_some_and(|ending| {
            let mut all = Self::ALL.iter().map(|format| format.traits());
            all.any(|traits| traits.owns.contains(&ending.as_str()) || traits.shares.contains(&ending.as_str()))
        })
    }

    /// The format that a file's first bytes tell.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        let known = Self::ALL.iter().copied().find(|format| (format.traits().recognises)(head));
        // An object that nobody knows is explained best as a record that is not one.
        known.or_else(|| head.trim_ascii_start().starts_with(b"{").then_some(Self::Ndjson))
    }

    /// The format of a file by its name and first bytes. An ending that several formats share is told by the content.
    pub fn of_file(path: &Path, head: &[u8]) -> Option<Self> {
        let Some(ending) = ending(path).filter(|_| Self::may_be(path)) else {
            return Self::of_content(head);
        };
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        let mut sharing = Self::ALL.iter().copied().filter(|format| format.traits().shares.contains(&ending.as_str()));
        sharing.find(|format| (format.traits().recognises)(head)).or_else(|| Self::of_name(path))
    }

    /// Reads records to the end of `input` and hands each to `sink`, in order.
    ///
    /// Where reading fails half-way, everything that stood complete before is handed over first.
    pub fn read(self, input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
        (self.traits().read)(input, limits, sink)
    }
}

/// The ending of a file's name, in lower case; of a compressed file the one below.
fn ending(path: &Path) -> Option<String> {
    let plain = Compression::of_name(path).map(|(_, plain)| plain);
    Some(plain.as_deref().unwrap_or(path).extension()?.to_str()?.to_ascii_lowercase())
}

/// A record, or what kept it from being one, with where it stood.
#[derive(Debug)]
pub struct Parsed {
    /// Line in the file, counted from 1; in formats without lines the number of the record. 0: the file as a whole.
    pub line: u32,
    /// The record, checked and with its defaults filled in. None: an error was found.
    pub record: Option<Record>,
    /// Name of the record as far as it is known, even where the record is not valid. Empty: not known.
    pub name: String,
    /// What was found in the line.
    pub findings: Findings,
    /// What happens where a record of that name is there already.
    pub repeat: Repeat,
}

impl Parsed {
    /// Nothing but a finding about a place, or with line 0 about the file as a whole.
    pub fn finding(line: u32, code: Code, message: impl Into<String>) -> Self {
        let mut findings = Findings::default();
        findings.add(code, "", message);
        Self { line, record: None, name: String::new(), findings, repeat: Repeat::Refuse }
    }
}

/// How much a reader takes in at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Most bytes of one line, its end not counted. A longer line is read past, never stored, and reported: it is what
    /// keeps memory bounded when a file is not what its name says. Holds for one element of a JSON list too.
    pub max_line_bytes: usize,
    /// Most bytes of one encoded record. Longer ones are read past where a format says how long a record is.
    pub max_record_bytes: usize,
    /// Most bytes of a file of a format that cannot be streamed, such as a database.
    pub max_database_bytes: usize,
    /// The time that embargoes are held against.
    pub now: Timestamp,
    /// What databases of the Discourse Network Analyzer call their things.
    pub dna: DnaNames,
}

impl From<&LoadLimits> for ReadLimits {
    fn from(limits: &LoadLimits) -> Self {
        let &LoadLimits { max_line_bytes, max_record_bytes, max_database_bytes, .. } = limits;
        Self { max_line_bytes, max_record_bytes, max_database_bytes, now: now(), dna: DnaNames::default() }
    }
}

/// The time that it is; a clock that is set before 1970 says 1970.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Timestamp { seconds, nanos: i32::try_from(since.subsec_nanos()).unwrap_or(0) }
}

#[cfg(test)]
impl ReadLimits {
    /// Limits of a mebibyte.
    fn for_tests() -> Self {
        let now = Timestamp { seconds: 1_700_000_000, nanos: 0 };
        Self {
            max_line_bytes: 1 << 20,
            max_record_bytes: 1 << 20,
            max_database_bytes: 1 << 20,
            now,
            dna: DnaNames::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_name_tells_the_format() {
        for name in ["a.ndjson", "a.jsonl", "dir.d/A.NDJSON", "a.ndjson.gz", "a.jsonl.ZST"] {
            assert_eq!(Format::of_name(Path::new(name)), Some(Format::Ndjson), "{name}");
        }
        for name in ["a.json", "ndjson", ".ndjson", "a.ndjson.bak", "a.gz", ""] {
            assert_eq!(Format::of_name(Path::new(name)), None, "{name}");
        }
        assert!(Format::may_be(Path::new("a.JSON")) && !Format::may_be(Path::new("a.md")));
    }

    #[test]
    fn names_of_formats_lead_to_them_and_no_two_own_one_ending() {
        let mut owned: Vec<&str> = Vec::new();
        for format in Format::ALL {
            assert_eq!(Format::named(format.name()), Some(*format));
            owned.extend(format.traits().owns);
        }
        let count = owned.len();
        owned.sort_unstable();
        owned.dedup();
        assert_eq!(owned.len(), count, "{owned:?}");
        assert_eq!(Format::named("word"), None);
    }

    #[test]
    fn an_ending_that_formats_share_is_told_by_the_content() {
        let of = |name: &str, head: &str| Format::of_file(Path::new(name), head.as_bytes());
        assert_eq!(of("a.json", " {\"claim\": {"), Some(Format::Ndjson));
        for head in ["", "{}", "{\"name\":\"package\"}", "[1]"] {
            assert_eq!(of("a.json", head), None, "{head}");
            assert_eq!(of("a.ndjson", head), Some(Format::Ndjson), "{head}");
        }
        assert_eq!(of("a.txt", "{"), Some(Format::Ndjson));
        assert_eq!(of("a", "x"), None);
    }

    #[test]
    fn the_first_byte_that_is_no_space_tells_the_format() {
        for head in ["{", " \r\n\t{\"claim\"", "\u{feff}{}", "\u{feff}\n{"] {
            assert_eq!(Format::of_content(head.as_bytes()), Some(Format::Ndjson), "{head:?}");
        }
        for head in ["", " ", "[{", "\u{feff}", "x{"] {
            assert_eq!(Format::of_content(head.as_bytes()), None, "{head:?}");
        }
    }

    /// Bytes that are nothing, nearly JSON, or nearly a database.
    fn arbitrary_bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\n",
            "\\",
            "\u{feff}",
            "\"uri\"",
            "\"id\"",
            "\"schema\":\"Person\"",
            "\"op\":\"ADD\"",
            "\"entity\":{",
            "\"anno_id\"",
            "\"claim\"",
            "\"@type\":\"ClaimReview\"",
            "\"bodies\":[",
            "\"ä🙂\"",
            "null",
            "1e9",
            "SQLite format 3\0",
        ]);
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat().into_bytes()),
            prop::collection::vec(any::<u8>(), 0..4000)
                .prop_map(|bytes| [b"SQLite format 3\0".as_slice(), &bytes].concat()),
        ]
    }

    proptest! {
        #[test]
        fn no_bytes_end_the_program_in_any_format(bytes in arbitrary_bytes()) {
            for format in Format::ALL {
                (format.traits().recognises)(&bytes);
                format.read(&mut bytes.as_slice(), &ReadLimits::for_tests(), &mut |_| ()).unwrap();
            }
        }
    }
}
