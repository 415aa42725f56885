//! Published data that are not part of the repository: in the folder CLAIMD_SHARED, or in `shared` beside the repository.

use std::path::{Path, PathBuf};

/// The path of a file or folder of the data. None, with a message, if it is missing.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CLAIMD_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join("data").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED, since there is no {} (CLAIMD_SHARED)", path.display());
    None
}
