//! Where bytes come from: the built-in demo, standard input, files and folders.
//!
//! A source knows which bytes to read in which order, and leaves what they mean to [`format`](crate::format).

mod demo;
mod files;
mod folder;
mod head;
mod load;
mod reader;

use std::convert::Infallible;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::str::FromStr;

pub use self::load::{load, load_reading};
use self::reader::{Known, Reader};
use crate::format::{Parsed, ReadLimits};
use crate::model::Finding;

/// Something to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The corpus that is built into the program.
    Demo,
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a folder with everything in it.
    Path(PathBuf),
}

/// What a load feeds.
///
/// Calls come in this order: `open` a file, then what is found in it. A finding about a path that could not even be
/// opened comes after an `open` of that path.
pub trait Intake {
    /// Begins a file, which the later calls are about. `file` is its name as reports print it.
    fn open(&mut self, file: &str);
    /// Takes a record, or what kept it from being one.
    fn take(&mut self, parsed: Parsed);
    /// Takes something found about the file as a whole.
    fn file_finding(&mut self, finding: Finding);
}

/// Reads all sources, in order, into `intake`. A file that several of them lead to is read once.
pub fn read_all(sources: &[Source], limits: &ReadLimits, intake: &mut impl Intake) {
    let mut reader = Reader::new(limits, intake);
    let mut files = files::Files::default();
    for source in sources {
        match source {
            Source::Demo => demo::read(&mut reader),
            // Given twice, it has nothing left to say and is reported as empty.
            Source::Stdin => {
                reader.open("-");
                reader.read(&mut BufReader::new(io::stdin().lock()), Known::Nothing);
            }
            Source::Path(path) => files.read(path, &mut reader),
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
        }
    }
}

#[cfg(test)]
mod tests;
