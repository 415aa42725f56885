//! From written text to comparable letters: cleaning, Latin reading, sound codes.

mod clean;
mod latin;
mod script;
mod sound;
mod words;

pub use clean::MAX_CHARS;
pub(super) use latin::latin;
pub use script::WritingSystem;
pub(super) use sound::codes;
pub use sound::skeleton;
pub(super) use words::{Word, words};
