//! What the documents name is there. That their commands do what they say is seen by `.ci/run`.

use std::fs;
use std::path::Path;

const DOCUMENTS: [&str; 7] = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/ARCHITECTURE.md",
    "docs/OPERATIONS.md",
    "docs/PERFORMANCE.md",
    "docs/QUALITY.md",
];
const FOLDERS: [&str; 7] = ["src/", "proto/", "tests/", "data/", "docs/", "benches/", ".ci/"];

#[test]
fn every_file_that_a_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).unwrap();
        let named = text.split('`').skip(1).step_by(2).chain(links(&text));
        let files: Vec<&str> = named.filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder))).collect();
        assert!(!files.is_empty(), "{document} names no file: it was not read as it is written");
        for file in files {
            assert!(root.join(file).exists(), "{document} names {file}");
        }
    }
}

/// Where the links of a text lead.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}
