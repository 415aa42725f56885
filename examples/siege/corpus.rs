//! What is served: claims to ask for, and one article that takes long to send.

use std::fmt::Write as _;
use std::io::Write as _;

use tempfile::NamedTempFile;

pub const CLAIMS: usize = 2000;
pub const LARGE: &str = "articles/large";

/// The corpus, in a file.
pub fn write() -> NamedTempFile {
    let mut text = String::new();
    for number in 0..CLAIMS {
        let wording = format!("Statement {number} about topic{} and place{}", number % 97, number % 89);
        writeln!(text, r#"{{"claim":{{"name":"claims/c{number}","text":"{wording}"}}}}"#).unwrap();
    }
    let body = "A sentence that is long enough. ".repeat(65_536);
    writeln!(text, r#"{{"article":{{"name":"{LARGE}","title":"Large","body":"{body}"}}}}"#).unwrap();
    let mut file = tempfile::Builder::new().suffix(".ndjson").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}
