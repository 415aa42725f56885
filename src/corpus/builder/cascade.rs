//! What an error of one record does to those that refer to it.

use super::staging::Staging;

/// References within one resource: which records refer to which.
pub(super) struct References {
    /// (record referred to, record that refers), sorted.
    pairs: Vec<(u32, u32)>,
}

impl References {
    /// Takes pairs (record that refers, record referred to).
    pub(super) fn new(pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().map(|(from, to)| (to, from)).collect();
        pairs.sort_unstable();
        Self { pairs }
    }

    /// Leaves `first` out, then everything that refers to a record that was left out, over any number of steps.
    /// `report` is called for each record that is left out for a reference, with the record it refers to.
    pub(super) fn drop_all(&self, staging: &mut Staging, first: Vec<u32>, mut report: impl FnMut(&Staging, u32, u32)) {
        for index in &first {
            staging.entries[*index as usize].dropped = true;
        }
        let mut work = first;
        while let Some(dropped) = work.pop() {
            let start = self.pairs.partition_point(|(to, _)| *to < dropped);
            for (_, from) in self.pairs[start..].iter().take_while(|(to, _)| *to == dropped) {
                if !staging.entries[*from as usize].dropped {
                    staging.entries[*from as usize].dropped = true;
                    report(staging, *from, dropped);
                    work.push(*from);
                }
            }
        }
    }
}
