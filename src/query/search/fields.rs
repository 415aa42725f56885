//! The fields of queries and their weights.

use crate::corpus::text::{ArticleField, ClaimField};

/// A field of an index.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name in queries. Empty: queries cannot name the field.
    pub name: &'static str,
    /// Number in the index.
    pub number: usize,
    /// Weight of the scores of plain words. 0: plain words do not search the field.
    pub weight: f32,
}

/// The fields of claims. A plain word searches all texts and the names of speakers. Names have a low weight, because BM25
/// gives short fields high scores.
pub const CLAIM_FIELDS: &[Field] = &[
    Field { name: "text", number: ClaimField::Text as usize, weight: 0.0 },
    Field { name: "quote", number: ClaimField::Quote as usize, weight: 0.0 },
    Field { name: "venue", number: ClaimField::Venue as usize, weight: 0.0 },
    Field { name: "concept", number: ClaimField::Concept as usize, weight: 0.0 },
    Field { name: "speaker", number: ClaimField::Speaker as usize, weight: 0.1 },
    Field { name: "title", number: ClaimField::Title as usize, weight: 0.0 },
    Field { name: "review", number: ClaimField::Review as usize, weight: 0.0 },
    Field { name: "", number: ClaimField::EVERYTHING, weight: 1.0 },
];

/// The fields of articles. The headline has a higher weight than the body.
pub const ARTICLE_FIELDS: &[Field] = &[
    Field { name: "title", number: ArticleField::Title as usize, weight: 1.5 },
    Field { name: "body", number: ArticleField::Body as usize, weight: 1.0 },
];
