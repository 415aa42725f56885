//! Where the data of others are: in the folder that CLAIMD_SHARED names, or in `shared` beside the repository.

use std::path::{Path, PathBuf};

/// The path of a file or folder of the data; none, with a message, where it is missing.
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
