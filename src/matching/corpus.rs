//! What the ranking asks of the corpus it ranks: the one seam to the index and the stored records.

use crate::matching::lexicon::Lexicon;

/// What claims are searched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// What a claim says and what it was headed: its text, the wordings and titles of its reviews, the titles of its
    /// evidence articles.
    Head,
    /// The bodies of its evidence articles.
    Body,
}

/// A word to search for.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchWord {
    /// Folded, not stemmed: the index stems as it stemmed the field.
    pub text: String,
    /// What its score is multiplied by.
    pub boost: f32,
}

/// A claim that was found, and its BM25 score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Dense number of the claim.
    pub claim: u32,
    /// Sum over words and fields.
    pub score: f32,
}

/// The texts of one claim, borrowed from the stored records.
#[derive(Debug, Clone, Default)]
pub struct ClaimTexts<'a> {
    /// The claim's self-contained wording.
    pub text: &'a str,
    /// Wordings in its reviews that differ from the text.
    pub wordings: Vec<&'a str>,
    /// Titles of its reviews and evidence articles, each once.
    pub titles: Vec<&'a str>,
    /// Bodies of its evidence articles.
    pub bodies: Vec<&'a str>,
    /// Printed names of its speakers.
    pub speakers: Vec<&'a str>,
    /// BCP-47 tag, empty when unknown.
    pub language: &'a str,
    /// Day the claim was made, counted from 1970-01-01.
    pub day: Option<i32>,
    /// How many claims of the corpus its most frequent speaker made.
    pub speaker_claims: u32,
}

/// A corpus of claims that can be searched.
pub trait Corpus {
    /// The `limit` best claims for any of `words` in `field`, best first; equal scores in a fixed order.
    fn search(&self, field: Field, words: &[SearchWord], limit: usize) -> Vec<Hit>;

    /// The texts of claim number `claim`.
    fn claim(&self, claim: u32) -> ClaimTexts<'_>;

    /// The word statistics of the corpus, built when it was loaded.
    fn lexicon(&self) -> &Lexicon;
}
