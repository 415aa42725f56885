//! File formats: readers turn bytes into records, writers records into bytes.
//!
//! A format knows nothing of files and sockets. A reader reads a stream in bounded memory and returns every record, valid
//! or not, in the order of the stream and with its line or number.
//!
//! - A file or folder for each format, with the functions `recognises` and `read`, and `writer` if it is also written.
//! - `reading` has what readers share; `records` has the types of records that are read and written.
//! - `compression` is used for every format; `network` has the formats of discourse networks.

mod binary;
mod claim_review;
mod compression;
#[cfg(feature = "dna")]
mod dna;
mod dna_names;
mod follow_the_money;
mod ndjson;
mod network;
mod ninjs;
mod reading;
mod records;
mod snapshot;

/// Databases of the Discourse Network Analyzer in a build without the feature `dna`: recognised and refused.
#[cfg(not(feature = "dna"))]
mod dna {
    use std::io::{self, BufRead, ErrorKind};

    pub(super) fn recognises(head: &[u8]) -> bool {
        head.starts_with(b"SQLite format 3\0")
    }

    pub(super) fn read(
        _input: &mut dyn BufRead,
        _limits: &super::ReadLimits,
        _sink: &mut dyn FnMut(super::Parsed),
    ) -> io::Result<()> {
        Err(io::Error::new(ErrorKind::Unsupported, "this build of claimd reads no .dna files: its feature dna is off"))
    }
}

pub use compression::{Compression, Packer, StreamBroken};
pub use dna_names::DnaNames;
pub use network::NetworkFormat;
pub use reading::json::field_range;
pub use records::{Parsed, ReadLimits, RecordWriter, Written};

use std::io::{self, BufRead, Write};
use std::path::Path;

use records::BYTE_ORDER_MARK;

use crate::model::Places;

/// Maximum bytes at the start of a file that are used to recognise its format.
pub const MAX_HEAD_BYTES: usize = 64 << 10;

type Read = fn(&mut dyn BufRead, &ReadLimits, &mut dyn FnMut(Parsed)) -> io::Result<()>;

/// The properties of a format.
struct Traits {
    /// Its name for `--format`.
    name: &'static str,
    /// File extensions of this format, whatever the content, unless a format that shares the extension recognises it.
    owns: &'static [&'static str],
    /// File extensions of this format if it recognises the content.
    shares: &'static [&'static str],
    /// What positions in a file count.
    places: Places,
    /// Whether the first bytes of a file, without a byte order mark, are of this format. It gets up to
    /// [`MAX_HEAD_BYTES`].
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
            /// Every format, in the order in which a content is checked against them.
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

// The table of formats: variant, module, name for --format, extensions it owns, extensions it shares, positions. A content
// is checked against the formats in this order, so that more specific formats come first.
formats! {
    /// Databases of the Discourse Network Analyzer.
    Dna: dna, "dna", owns ["dna"], shares [], Records;
    /// IPTC ninjs: news items in JSON.
    Ninjs: ninjs, "ninjs", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// FollowTheMoney: one entity per line.
    FollowTheMoney: follow_the_money, "follow_the_money", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// ClaimReview of schema.org: feeds, lists, lines, and the JSON-LD of pages.
    ClaimReview: claim_review, "claimreview", owns [], shares ["json", "jsonl", "ndjson"], Lines;
    /// Snapshots, which `claimd convert` writes for fast starts.
    Snapshot: snapshot, "snapshot", owns ["claimd"], shares [], Records;
    /// Encoded records, each after its length.
    Binary: binary, "binary", owns ["binpb"], shares [], Records;
    /// One record per line, in ProtoJSON.
    Ndjson: ndjson, "ndjson", owns ["ndjson", "jsonl"], shares ["json"], Lines;
}

impl Format {
    /// The formats that can be written.
    pub const WRITTEN: &[Self] = &[Self::Ndjson, Self::Binary, Self::Snapshot, Self::ClaimReview];

    /// The format of a name for `--format`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// Its name for `--format`.
    pub fn name(self) -> &'static str {
        self.traits().name
    }

    /// What positions in a file count.
    pub fn places(self) -> Places {
        self.traits().places
    }

    /// The format that owns the extension of a file name, in any case.
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = extension(path)?;
        Self::ALL.iter().copied().find(|format| format.traits().owns.contains(&extension.as_str()))
    }

    /// Whether a format owns or shares the extension of a file name.
    pub fn may_be(path: &Path) -> bool {
        extension(path).is_some_and(|extension| {
            let mut all = Self::ALL.iter().map(|format| format.traits());
            all.any(|traits| traits.owns.contains(&extension.as_str()) || traits.shares.contains(&extension.as_str()))
        })
    }

    /// The format of a file by its first bytes.
    pub fn of_content(head: &[u8]) -> Option<Self> {
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        let known = Self::ALL.iter().copied().find(|format| (format.traits().recognises)(head));
        // The NDJSON reader has the most helpful messages about an object of no known format.
        known.or_else(|| head.trim_ascii_start().starts_with(b"{").then_some(Self::Ndjson))
    }

    /// The format of a file by its name and first bytes. The content decides between formats that share an extension.
    pub fn of_file(path: &Path, head: &[u8]) -> Option<Self> {
        let Some(extension) = extension(path).filter(|_| Self::may_be(path)) else {
            return Self::of_content(head);
        };
        let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
        let mut sharing =
            Self::ALL.iter().copied().filter(|format| format.traits().shares.contains(&extension.as_str()));
        sharing.find(|format| (format.traits().recognises)(head)).or_else(|| Self::of_name(path))
    }

    /// Reads records to the end of `input` and passes each to `sink`, in order. If reading fails, the complete records
    /// before the failure are passed first.
    pub fn read(self, input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
        (self.traits().read)(input, limits, sink)
    }

    /// Starts a file of this format; None if the format can only be read.
    pub fn writer(self, output: &mut dyn Write) -> Option<io::Result<Box<dyn RecordWriter + '_>>> {
        match self {
            Self::Ndjson => Some(Ok(ndjson::writer(output))),
            Self::Binary => Some(Ok(binary::writer(output))),
            Self::Snapshot => Some(snapshot::writer(output)),
            Self::ClaimReview => Some(claim_review::writer(output)),
            Self::Dna | Self::Ninjs | Self::FollowTheMoney => None,
        }
    }
}

/// The extension of a file name in lower case; for a compressed file the one before that of the compression.
fn extension(path: &Path) -> Option<String> {
    let plain = Compression::of_name(path).map(|(_, plain)| plain);
    Some(plain.as_deref().unwrap_or(path).extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_file_name_decides_the_format() {
        for name in ["a.ndjson", "a.jsonl", "dir.d/A.NDJSON", "a.ndjson.gz", "a.jsonl.ZST"] {
            assert_eq!(Format::of_name(Path::new(name)), Some(Format::Ndjson), "{name}");
        }
        for name in ["a.json", "ndjson", ".ndjson", "a.ndjson.bak", "a.gz", ""] {
            assert_eq!(Format::of_name(Path::new(name)), None, "{name}");
        }
        assert!(Format::may_be(Path::new("a.JSON")) && !Format::may_be(Path::new("a.md")));
    }

    #[test]
    fn every_format_has_a_name_and_no_two_own_the_same_extension() {
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
    fn the_content_decides_between_formats_that_share_an_extension() {
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
    fn a_content_without_an_extension_is_ndjson_if_it_begins_with_an_object() {
        for head in ["{", " \r\n\t{\"claim\"", "\u{feff}{}", "\u{feff}\n{"] {
            assert_eq!(Format::of_content(head.as_bytes()), Some(Format::Ndjson), "{head:?}");
        }
        for head in ["", " ", "[{", "\u{feff}", "x{"] {
            assert_eq!(Format::of_content(head.as_bytes()), None, "{head:?}");
        }
    }

    /// Random bytes, bytes that are nearly JSON, and bytes that are nearly a database.
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
        fn no_bytes_cause_a_panic_in_any_format(bytes in arbitrary_bytes()) {
            for format in Format::ALL {
                (format.traits().recognises)(&bytes);
                format.read(&mut bytes.as_slice(), &ReadLimits::for_tests(), &mut |_| ()).unwrap();
            }
        }
    }
}
