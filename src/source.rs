//! Where bytes come from: the built-in demo, standard input, files and folders.
//!
//! A source knows which bytes to read in which order, and leaves what they mean to [`format`](crate::format).

mod dataset;
mod demo;
mod files;
mod folder;
mod head;
mod lines;
mod load;
mod manifest;
mod progress;
mod reader;
mod stamp;
mod watch;

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::str::FromStr;

pub use self::lines::lines;
pub use self::load::{load, load_reading, validate_reading};
use self::progress::Progress;
use self::reader::{Known, Reader};
pub use self::watch::{Watch, WatchError};
use crate::corpus::MergeRules;
use crate::format::{Format, Parsed, ReadLimits};
use crate::model::{Finding, Places};

/// Something to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The corpus that is built into the program.
    Demo,
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a folder with everything in it; a file whose name ends in `.toml` is a manifest.
    Path(PathBuf),
    /// A source whose files are all of this format, whatever their names and contents tell.
    As(Format, Box<Source>),
}

/// What a load feeds.
///
/// Calls come in this order: `open` a file, then what is found in it. A finding about a path that could not even be
/// opened comes after an `open` of that path.
trait Intake {
    /// Begins a file, which the later calls are about. `file` is its name as reports print it. With `is_strict` any error
    /// in it refuses the load.
    fn open(&mut self, file: &str, is_strict: bool);
    /// Is told how places in the file are counted, if otherwise than by lines.
    fn count_by(&mut self, places: Places);
    /// Takes a record, or what kept it from being one.
    fn take(&mut self, parsed: Parsed);
    /// Takes something found about the file as a whole.
    fn file_finding(&mut self, finding: Finding);
    /// Is told what of different datasets is one.
    fn merge(&mut self, merging: MergeRules);
}

/// Reads all sources, in order, into `intake`. A file that several of them lead to is read once.
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
        Source::Demo => demo::read(reader),
        // Given twice, it has nothing left to say and is reported as empty.
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

impl Source {
    /// The source itself, whatever its format is said to be.
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
