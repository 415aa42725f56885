//! Deletions, and whether each found what it deletes: in a file read before it or after it.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::report::{Origin, ReportBuilder};
use crate::model::{Code, Finding};

/// The ids that are deleted, whatever the resource: a delta does not say what it was that it deletes.
#[derive(Default)]
pub(super) struct Deletions {
    by_id: HashMap<Box<str>, Deletion>,
}

struct Deletion {
    origin: Origin,
    found: bool,
}

impl Deletions {
    /// Takes in a deletion of a record, and whether there is one of that name.
    pub(super) fn add(&mut self, name: &str, origin: Origin, found: bool) {
        let deletion = self.by_id.entry(id(name).into()).or_insert(Deletion { origin, found });
        deletion.found |= found;
    }

    /// Is told that some file has a record of that name.
    pub(super) fn meet(&mut self, name: &str) {
        if !self.by_id.is_empty()
            && let Some(deletion) = self.by_id.get_mut(id(name))
        {
            deletion.found = true;
        }
    }

    /// Reports, about each file, how many of its deletions found nothing.
    pub(super) fn report(self, report: &mut ReportBuilder) {
        let mut by_file: BTreeMap<u32, (u32, Origin, Box<str>)> = BTreeMap::new();
        for (id, Deletion { origin, .. }) in self.by_id.into_iter().filter(|(_, deletion)| !deletion.found) {
            let (count, first, first_id) = by_file.entry(origin.file).or_insert_with(|| (0, origin, id.clone()));
            *count += 1;
            if origin < *first {
                (*first, *first_id) = (origin, id);
            }
        }
        for (file, (count, first, id)) in by_file {
            let message =
                format!("{count} of its deletions found no record; the first is of {id}, line {}", first.line);
            let finding = Finding { code: Code::NothingDeleted, field: String::new(), message };
            report.add(Origin { file, line: 0 }, "", finding);
        }
    }
}

/// What stands behind the collection in a name.
fn id(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}
