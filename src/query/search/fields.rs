//! Where queries look, and what a word counts there.

use super::Field;
use crate::corpus::text::{ArticleField, ClaimField};

/// Where queries of claims look. A plain word looks at everything that was said and at who said it. A name counts little:
/// the text of who is spoken about says more, and names are short, which BM25 takes for much.
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

/// Where queries of articles look. A word of the headline says more of an article than one of its body.
pub const ARTICLE_FIELDS: &[Field] = &[
    Field { name: "title", number: ArticleField::Title as usize, weight: 1.5 },
    Field { name: "body", number: ArticleField::Body as usize, weight: 1.0 },
];
