//! Statistics of the claims, computed at load: inverse document frequencies and the weight of each claim.

use rustc_hash::FxHashMap;

use crate::matching::claim_index::ClaimTexts;
use crate::text::{Analyzers, Language, words};

/// Number, languages and weights of the claims.
#[derive(Debug, Default)]
pub struct TermStatistics {
    claims: u32,
    claim_weights: Vec<ClaimWeights>,
    average_body_bytes: f32,
    /// Languages of the claims, most frequent first.
    languages: Vec<Language>,
}

/// IDFs are computed as if the corpus had at least so many claims. The weights were learnt on corpora of this size: a score
/// then means the same in a small corpus.
const MIN_CLAIMS: u32 = 15_000;

/// Summed IDF of the distinct terms of a claim.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClaimWeights {
    /// Of its text.
    pub text: f32,
    /// Of its titles.
    pub title: f32,
}

impl TermStatistics {
    /// Reads `count` claims in order of their ids. `document_frequency` is that of the index over them.
    pub fn build<'a>(
        count: u32,
        claims: impl Iterator<Item = ClaimTexts<'a>>,
        document_frequency: impl Fn(&str) -> u32,
    ) -> Self {
        let mut statistics = Self { claims: count, ..Self::default() };
        let mut weigher = Weigher::new(count, document_frequency);
        let mut languages: Vec<(Language, u32)> = Vec::new();
        let mut body_bytes = 0;
        for claim in claims {
            let language = language_of(claim.language);
            match languages.iter_mut().find(|(known, _)| *known == language) {
                Some((_, claims)) => *claims += 1,
                None => languages.push((language, 1)),
            }
            body_bytes += claim.bodies.iter().map(|body| body.len()).sum::<usize>();
            statistics.claim_weights.push(ClaimWeights {
                text: weigher.weigh([claim.text], language),
                title: weigher.weigh(claim.titles, language),
            });
        }
        languages.sort_by_key(|(_, claims)| std::cmp::Reverse(*claims));
        statistics.languages = languages.into_iter().map(|(language, _)| language).collect();
        statistics.average_body_bytes = body_bytes as f32 / count.max(1) as f32;
        statistics
    }

    /// Inverse document frequency, as in BM25, of a term that occurs in so many claims.
    pub fn idf(&self, document_frequency: u32) -> f32 {
        idf(self.claims, document_frequency)
    }

    /// Languages of the claims, most frequent first.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// The weights of a claim.
    pub fn claim_weights(&self, claim: u32) -> ClaimWeights {
        self.claim_weights.get(claim as usize).copied().unwrap_or_default()
    }

    /// Mean length of a claim's bodies in bytes, at least 1.
    pub fn average_body_bytes(&self) -> f32 {
        self.average_body_bytes.max(1.0)
    }

    /// Bytes in memory.
    pub fn memory_bytes(&self) -> usize {
        size_of_val(&*self.claim_weights)
    }
}

/// The language of a BCP-47 tag. Texts without a tag are read as English.
pub fn language_of(tag: &str) -> Language {
    if matches!(tag, "" | "und") { Language::ENGLISH } else { Language::of(tag) }
}

fn idf(claims: u32, document_frequency: u32) -> f32 {
    let frequency = document_frequency as f32;
    (1.0 + (claims.max(MIN_CLAIMS) as f32 - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln()
}

/// Sums the IDFs of texts. Analyses each distinct word once.
struct Weigher<'a, F> {
    claims: u32,
    document_frequency: F,
    analyzers: Analyzers,
    /// Number of the term of each word met so far; none for stop words.
    words: FxHashMap<(Language, &'a str), Option<u32>>,
    numbers: FxHashMap<Box<str>, u32>,
    /// IDFs by the number of the term.
    idfs: Vec<f32>,
    /// Terms of the texts at hand.
    terms: Vec<u32>,
}

impl<'a, F: Fn(&str) -> u32> Weigher<'a, F> {
    fn new(claims: u32, document_frequency: F) -> Self {
        let (words, numbers) = (FxHashMap::default(), FxHashMap::default());
        Self {
            claims,
            document_frequency,
            analyzers: Analyzers::default(),
            words,
            numbers,
            idfs: Vec::new(),
            terms: Vec::new(),
        }
    }

    /// Summed IDF of the distinct terms of `texts`.
    fn weigh(&mut self, texts: impl IntoIterator<Item = &'a str>, language: Language) -> f32 {
        self.terms.clear();
        for word in texts.into_iter().flat_map(words) {
            if let Some(term) = self.term(word.text, language) {
                self.terms.push(term);
            }
        }
        self.terms.sort_unstable();
        self.terms.dedup();
        self.terms.iter().map(|term| self.idfs[*term as usize]).sum()
    }

    #[allow(clippy::cast_possible_truncation, reason = "a corpus has fewer than 2^32 distinct words")]
    fn term(&mut self, word: &'a str, language: Language) -> Option<u32> {
        let Self { claims, document_frequency, analyzers, words, numbers, idfs, .. } = self;
        *words.entry((language, word)).or_insert_with(|| {
            if analyzers.is_stop_word(word, language) {
                return None;
            }
            let term = analyzers.term(word, language);
            if let Some(number) = numbers.get(term) {
                return Some(*number);
            }
            let number = idfs.len() as u32;
            let mut frequency = document_frequency(term);
            numbers.insert(term.into(), number);
            // Texts without a tag are indexed without stems.
            frequency = frequency.max(document_frequency(analyzers.key(word, language)));
            idfs.push(idf(*claims, frequency));
            Some(number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_terms_weigh_more_and_claims_weigh_the_sum_of_their_terms() {
        let texts = ["Taxes rise", "taxes fall", "a tax on a taxed salt"];
        let claims = texts.iter().map(|text| ClaimTexts { text, language: "en", ..ClaimTexts::default() });
        let statistics = TermStatistics::build(3, claims, |term| if term == "tax" { 3 } else { 1 });
        let (tax, salt) = (statistics.idf(3), statistics.idf(1));
        assert!(salt > tax);
        assert!((statistics.claim_weights(2).text - tax - salt).abs() < 1e-6);
        assert_eq!(statistics.languages(), [Language::ENGLISH]);
    }
}
