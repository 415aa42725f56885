//! Published data, imported, written and read again.

use crate::formats::program::Workshop;
use crate::imports::shared;

#[test]
fn imported_data_are_written_and_read_again_with_the_same_revision() {
    let workshop = Workshop::new();
    for name in ["dna-sample", "ninjs", "ftm"] {
        let Some(path) = shared::data(name).and_then(|path| path.canonicalize().ok()) else { return };
        let revision = workshop.revision(path.to_str().unwrap());
        for ending in ["ndjson.zst", "binpb", "claimd"] {
            let out = format!("{name}.{ending}");
            workshop.done(&["convert", path.to_str().unwrap(), "--output", &out]);
            assert_eq!(workshop.revision(&out), revision, "{out}");
        }
    }
}
