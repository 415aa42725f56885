//! What the readers of several formats share.
//!
//! - Streams: [`lines`] for lines, [`json_items`] for the elements of JSON documents, [`json`] for JSON values and for
//!   the head of a document, [`encoded`] for records in protobuf encoding.
//! - Values: [`time`], [`language`], [`html`], [`stable_name`]; URLs are in [`crate::model`].
//! - Results: [`emit`] returns records and counts what is skipped, [`notes`] collects the findings and labels of one
//!   record.

#[cfg(test)]
pub(super) mod arbitrary;
pub(super) mod emit;
pub(super) mod encoded;
pub(super) mod html;
pub(super) mod json;
pub(super) mod json_items;
pub(super) mod language;
pub(super) mod lines;
pub(super) mod notes;
pub(super) mod stable_name;
pub(super) mod time;
