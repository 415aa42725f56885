//! Text analysis: how texts are cut into words, and which words are equal. Search, quotes, matching and names read texts
//! through this module, so that equal words are equal everywhere.
//!
//! - [`words`] segments a text; scripts without spaces give overlapping pairs of characters.
//! - [`fold`] maps a word to its search key: case, diacritics, umlauts, variant letters. [`quote`] folds whole texts for
//!   comparing quotes, where a different letter stays a different letter, and maps places back to the original.
//! - [`Language`] is one row of the table of languages: stemmer, stop words, letters of its own.
//! - [`Analyzers`] combines them: the index terms of a word, computed once for each distinct word.

mod analysis;
mod chars;
mod compound;
mod fold;
mod german;
mod han;
mod korean;
mod language;
pub mod quote;
mod segment;
mod stop_words;

pub use analysis::Analyzers;
pub use chars::{is_dash, is_ignored, is_mark, is_quote_mark, plain_letter};
pub use fold::fold;
pub use han::simplified;
pub use language::Language;
pub use segment::{Part, Word, words};
