//! How places in a file are counted.

/// How the places of records in a file are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// By lines of text, from 1.
    #[default]
    Lines,
    /// By records, from 1.
    Records,
}
