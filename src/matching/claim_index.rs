//! The interface between the ranking and the corpus: full-text retrieval and the texts of a claim.

/// A searchable part of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The claim's text, the wordings and titles of its reviews, and the titles of its evidence articles.
    Head,
    /// The bodies of its evidence articles.
    Body,
}

/// A word of a retrieval query.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchWord {
    /// The word as written. The index analyses it in each language of the corpus.
    pub word: String,
    /// Factor of its BM25 score.
    pub boost: f32,
}

/// A retrieved claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Id of the claim.
    pub claim: u32,
    /// BM25 score, summed over the words.
    pub score: f32,
}

/// The texts of one claim, borrowed from the stored records.
#[derive(Debug, Clone, Default)]
pub struct ClaimTexts<'a> {
    /// The claim's own wording.
    pub text: &'a str,
    /// Wordings in its reviews that differ from `text`.
    pub wordings: Vec<&'a str>,
    /// Titles of its reviews and evidence articles, without duplicates.
    pub titles: Vec<&'a str>,
    /// Bodies of its evidence articles.
    pub bodies: Vec<&'a str>,
    /// Names of its speakers as printed.
    pub speakers: Vec<&'a str>,
    /// BCP-47 tag of `text`. Empty when unknown.
    pub language: &'a str,
    /// Day of the claim in days since 1970-01-01.
    pub day: Option<i32>,
    /// Number of claims in the corpus by its most frequent speaker.
    pub speaker_claims: u32,
}

/// Claims that can be searched and read.
pub trait ClaimIndex {
    /// The `limit` claims with the highest BM25 scores for any of `words` in `field`, best first. Ties have a fixed order.
    fn search(&self, field: Field, words: &[SearchWord], limit: usize) -> Vec<Hit>;

    /// The texts of a claim.
    fn texts(&self, claim: u32) -> ClaimTexts<'_>;

    /// Number of claims whose texts, but for article bodies, contain an index term.
    fn document_frequency(&self, term: &str) -> u32;
}

/// An index whose claims are a list of words: enough to analyse queries.
#[cfg(test)]
pub(super) struct WordList(pub(super) &'static [&'static str]);

#[cfg(test)]
impl ClaimIndex for WordList {
    fn search(&self, _: Field, _: &[SearchWord], _: usize) -> Vec<Hit> {
        Vec::new()
    }

    fn texts(&self, _: u32) -> ClaimTexts<'_> {
        ClaimTexts::default()
    }

    fn document_frequency(&self, term: &str) -> u32 {
        self.0.iter().filter(|word| **word == term).fold(0, |count, _| count + 1)
    }
}
