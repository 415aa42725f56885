//! Open files: each connection takes one.

use rlimit::Resource;

/// Asks the system for as many open files as it grants: the most connections, of `wanted`, that leave a fifth of them
/// for everything else.
pub(super) fn connections(wanted: u32) -> usize {
    let granted =
        rlimit::increase_nofile_limit(u64::from(wanted).saturating_mul(2)).or_else(|_| Resource::NOFILE.get_soft());
    let most = granted.map_or(u64::MAX, |files| (files / 5 * 4).max(1));
    if most < u64::from(wanted) {
        tracing::warn!(wanted, connections = most, "the system grants too few open files for all connections");
    }
    usize::try_from(most.min(wanted.into())).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_take_at_most_four_fifths_of_the_files() {
        let hard = Resource::NOFILE.get_hard().unwrap();
        let most = connections(u32::MAX);
        assert!(most as u64 <= hard / 5 * 4);
        assert_eq!(connections(1), 1);
    }
}
