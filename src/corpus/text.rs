//! Full text: how texts become terms, and the indexes that find records by them.

mod analysis;
mod articles;
mod claims;
mod compound;
mod fold;
mod index;
mod language;
mod segments;

pub use analysis::{Analyzers, Word, words};
pub use articles::{ArticleField, ArticleText, article_texts};
pub use claims::{ClaimField, ClaimText, claim_texts};
pub use index::{Searchable, TextIndex};
pub use language::Language;
