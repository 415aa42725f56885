//! What a record in a file does to an earlier record of the same name.

/// What a record does to an earlier record of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordOp {
    /// Adds the record. An earlier record of the name is kept and the new one is an error, unless the earlier one was
    /// added by [`RecordOp::Merge`].
    #[default]
    Insert,
    /// Merges the record with the earlier one, field by field. The result does not depend on the order of the two.
    Merge,
    /// Replaces the earlier record. It also stands over records of the name that come later with [`RecordOp::Merge`], so
    /// that a delta holds in whatever order files are read.
    Replace,
    /// Removes the earlier record, if there is one. Like a replacement it stands over later records to be merged.
    RemoveIfPresent,
    /// The same; a load reports a removal whose name no file has.
    Remove,
}
