//! Full text: how texts become terms, and the indexes that find records by them.

mod articles;
mod claims;
mod index;
mod segments;

pub use articles::{ArticleField, ArticleText, article_texts};
pub use claims::{ClaimField, ClaimText, claim_texts};
pub use index::{Searchable, TextIndex};
