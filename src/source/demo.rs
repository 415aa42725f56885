//! The corpus that is built into the program, so that it can be tried without any file.

use super::Intake;
use super::reader::{Known, Reader};
use crate::format::Format;

macro_rules! demo_file {
    ($name:literal) => {
        (concat!("demo/", $name), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo/", $name)))
    };
}

/// The files, by the names that reports give them.
const FILES: [(&str, &str); 3] =
    [demo_file!("articles.ndjson"), demo_file!("actors.ndjson"), demo_file!("claims.ndjson")];

/// Reads the demo.
pub(super) fn read(reader: &mut Reader<'_, impl Intake>) {
    for (name, content) in FILES {
        reader.open(name);
        reader.read(&mut content.as_bytes(), Known::Format(Format::Ndjson));
    }
}
