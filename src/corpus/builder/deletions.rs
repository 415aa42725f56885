//! Deletions that match no record, in files read before or after the deletion.

use std::collections::{BTreeMap, HashMap};

use crate::corpus::report::{Origin, ReportBuilder};
use crate::model::{Code, Finding};

/// Deletions by id without collection, because a FollowTheMoney delta does not tell the resource it deletes.
#[derive(Default)]
pub(super) struct Deletions {
    by_id: HashMap<Box<str>, Deletion>,
}

struct Deletion {
    origin: Origin,
    /// Whether any file has a record of that id.
    is_matched: bool,
}

impl Deletions {
    /// Adds the deletion of a record, and whether a record of that name has been read.
    pub(super) fn add(&mut self, name: &str, origin: Origin, is_matched: bool) {
        let deletion = self.by_id.entry(id(name).into()).or_insert(Deletion { origin, is_matched });
        deletion.is_matched |= is_matched;
    }

    /// Marks the deletions of a record that was read as matched.
    pub(super) fn mark_matched(&mut self, name: &str) {
        if !self.by_id.is_empty()
            && let Some(deletion) = self.by_id.get_mut(id(name))
        {
            deletion.is_matched = true;
        }
    }

    /// Reports for each file how many of its deletions match no record.
    pub(super) fn report(self, report: &mut ReportBuilder) {
        let mut by_file: BTreeMap<u32, (u32, Origin, Box<str>)> = BTreeMap::new();
        for (id, Deletion { origin, .. }) in self.by_id.into_iter().filter(|(_, deletion)| !deletion.is_matched) {
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

/// The id in a resource name, without the collection.
fn id(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}
