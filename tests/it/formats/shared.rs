//! What others publish, if it is there: imported, written and read again.

use std::path::{Path, PathBuf};

use crate::formats::program::Workshop;

/// The folder of published data; None, and a message, where there is none.
fn shared_data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CLAIMD_SHARED").map_or_else(beside, PathBuf::from).join("data");
    let found = std::fs::canonicalize(&shared).ok();
    if found.is_none() {
        eprintln!("skipped: there is no {}", shared.display());
    }
    found
}

#[test]
fn what_was_imported_is_written_and_read_again_with_the_same_revision() {
    let Some(data) = shared_data() else { return };
    let workshop = Workshop::new();
    for name in ["dna-sample", "ninjs", "ftm"] {
        let path = data.join(name);
        let revision = workshop.revision(path.to_str().unwrap());
        for ending in ["ndjson.zst", "binpb", "claimd"] {
            let out = format!("{name}.{ending}");
            workshop.done(&["convert", path.to_str().unwrap(), "--output", &out]);
            assert_eq!(workshop.revision(&out), revision, "{out}");
        }
    }
}
