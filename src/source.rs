//! Where data come from: the built-in demo, standard input, files, folders and manifests.
//!
//! A source determines which bytes are read in which order. [`format`](crate::format) parses them.

mod dataset;
mod files;
mod head;
mod load;
mod manifest;
mod progress;
mod reader;
#[cfg(feature = "server")]
mod watch;

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::str::FromStr;

pub use self::head::lines;
#[cfg(feature = "server")]
pub(crate) use self::load::format_parser;
pub use self::load::{LoadOptions, load};
use self::progress::Progress;
use self::reader::{Known, Reader};
#[cfg(feature = "server")]
pub use self::watch::{Watch, WatchError};
use crate::corpus::MergeRules;
use crate::format::{Format, Parsed, ReadLimits};
use crate::model::{Finding, Places};

/// A source of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The demo corpus, which is compiled in.
    Demo,
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a folder with all files in it. A file whose name ends in `.toml` is a manifest.
    Path(PathBuf),
    /// A source all of whose files have this format, whatever their names and contents.
    As(Format, Box<Source>),
}

/// Receives the records and findings of a load.
///
/// `open` is called first for each file, then the other methods for its content. Findings about a path that cannot be
/// opened come after an `open` of that path, too.
trait Intake {
    /// Starts a file. `file` is its name in reports. With `is_strict`, any error in it refuses the load.
    fn open(&mut self, file: &str, is_strict: bool);
    /// Sets how places in the file are counted. Default: by lines.
    fn count_by(&mut self, places: Places);
    /// Takes a record, or the findings about a record that could not be read.
    fn take(&mut self, parsed: Parsed);
    /// Takes a finding about the file as a whole.
    fn file_finding(&mut self, finding: Finding);
    /// Sets which records of different datasets are merged.
    fn merge(&mut self, merging: MergeRules);
}

/// Reads all sources, in order, into `intake`. A file that is reached by several paths is read once.
fn read_all(sources: &[Source], limits: &ReadLimits, intake: &mut impl Intake, progress: Progress) {
    let mut reader = Reader::new(limits, intake, progress);
    let mut files = files::Files::default();
    for source in sources {
        files::expect(source, &reader.progress);
    }
    for source in sources {
        read_source(source, &mut files, &mut reader);
    }
}

fn read_source<I: Intake>(source: &Source, files: &mut files::Files, reader: &mut Reader<'_, I>) {
    match source {
        Source::Demo => read_demo(reader),
        // The second time it is empty and reported as such.
        Source::Stdin => {
            reader.open("-");
            let input = reader.progress.counted(io::stdin().lock());
            reader.read(&mut BufReader::new(input), Known::Nothing);
        }
        Source::Path(path) => files.read(path, reader),
        Source::As(format, source) => {
            let before = reader.format.replace(*format);
            read_source(source, files, reader);
            reader.format = before;
        }
    }
}

macro_rules! demo_file {
    ($name:literal) => {
        (concat!("demo/", $name), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/", $name)))
    };
}

/// The files of the demo, with the names that reports give them.
const DEMO_FILES: [(&str, &str); 3] =
    [demo_file!("articles.ndjson"), demo_file!("actors.ndjson"), demo_file!("claims.ndjson")];

fn read_demo(reader: &mut Reader<'_, impl Intake>) {
    for (name, content) in DEMO_FILES {
        reader.open(name);
        reader.read(&mut content.as_bytes(), Known::Format(Format::Ndjson));
    }
}

impl Source {
    /// The source without an explicit format.
    pub fn unwrapped(&self) -> &Self {
        match self {
            Self::As(_, source) => source.unwrapped(),
            source => source,
        }
    }
}

impl From<OsString> for Source {
    fn from(text: OsString) -> Self {
        if text == "-" { Self::Stdin } else { Self::Path(text.into()) }
    }
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        OsString::from(text).into()
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => f.write_str("the built-in demo"),
            Self::Stdin => f.write_str("-"),
            Self::Path(path) => path.display().fmt(f),
            Self::As(_, source) => source.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
