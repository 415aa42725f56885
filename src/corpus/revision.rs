//! The revision: a hash of everything that is served.

use super::table::Table;

/// Bytes of the hash that are kept: 128 bits, too many for two corpora to share one by chance.
const REVISION_BYTES: usize = 16;

/// The hash of the records of `tables` in the tables' own order, which depends on nothing but the records: not on files,
/// lines, or the order they came in.
pub(super) fn revision(tables: [&Table; 3]) -> String {
    let mut hasher = blake3::Hasher::new();
    for table in tables {
        hasher.update(&table.len().to_le_bytes());
        for id in 0..table.len() {
            let record = table.encoded(id);
            hasher.update(&(record.len() as u64).to_le_bytes());
            hasher.update(record);
        }
    }
    hasher.finalize().to_hex()[..2 * REVISION_BYTES].to_owned()
}
