//! What happens to a record whose name is taken.

/// What happens where a record of that name is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// The first one stays, and the second is an error, unless the first may be united.
    #[default]
    Refuse,
    /// The two are united, field by field: repeated fields without duplicates, single fields by rules that do not depend
    /// on the order of the records.
    Unite,
    /// The second one takes the place of the first. It stands over every record of its name that would be united with
    /// it, whether that was read before it or is read after it: so deltas hold, in whatever order files are read.
    Replace,
    /// There is no record, only its name: the one that is there is taken away. It stands over records as the one before
    /// does. If there is none, nothing happens.
    Remove,
    /// The same, where there should be one: if no file has a record of that id, the load says so.
    Delete,
}
