//! What a corpus says about words: how rare each is among the heads of claims, how much each claim says, which words are
//! related.

use hashbrown::HashMap;

use crate::matching::analysis::for_each_word;
use crate::matching::corpus::ClaimTexts;
use crate::matching::language::Language;
use crate::matching::word_vectors::{Passages, WordVector, WordVectors};

/// Word statistics over texts and titles: one number for each stem, two for each claim; and vectors of words over these
/// and bodies.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// In how many heads a stem stands, by the stem's hash: two stems that share one of 2^64 hashes share their count.
    frequencies: HashMap<u64, u32>,
    weights: Vec<ClaimWeights>,
    vectors: WordVectors,
    claims: u32,
    average_body_bytes: f32,
    /// Tags of the claims' languages, the commonest first.
    languages: Vec<String>,
}

/// A corpus of fewer claims says little of how rare words are: they count as if it had so many. The weights were learnt
/// on corpora of this size, so that a score means the same in a small one.
const FEWEST_CLAIMS: u32 = 15_000;

/// Languages that a text may be guessed to be in: it is read in each.
const MAX_LANGUAGES: usize = 20;

/// Passages from which vectors of words are learnt, at most, half of them heads of claims: evenly from all there are.
const MAX_PASSAGES: usize = 60_000;
/// Bytes of a passage of a body: some hundred words.
const PASSAGE_BYTES: usize = 600;

/// Summed rarity of the distinct stems of one claim.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClaimWeights {
    /// Of its text.
    pub text: f32,
    /// Of its titles.
    pub title: f32,
}

impl Lexicon {
    /// Reads all claims three times, in order of their numbers: to count, to weigh, to learn from some.
    pub fn build<'a, I: Iterator<Item = ClaimTexts<'a>>>(claims: impl Fn() -> I) -> Self {
        let mut lexicon = Self::default();
        let mut reader = StemReader::default();
        let mut body_bytes = 0;
        let mut languages: HashMap<String, u32> = HashMap::new();
        for claim in claims() {
            lexicon.claims += 1;
            *languages.entry_ref(claim.language).or_insert(0) += 1;
            body_bytes += claim.bodies.iter().map(|body| body.len()).sum::<usize>();
            let texts = std::iter::once(&claim.text).chain(&claim.wordings).chain(&claim.titles);
            for stem in reader.distinct(texts, claim.language) {
                *lexicon.frequencies.entry(*stem).or_insert(0) += 1;
            }
        }
        let mut languages: Vec<(String, u32)> = languages.into_iter().collect();
        languages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        lexicon.languages = languages.into_iter().map(|(tag, _)| tag).take(MAX_LANGUAGES).collect();
        lexicon.average_body_bytes = body_bytes as f32 / lexicon.claims.max(1) as f32;
        lexicon.weights = claims()
            .map(|claim| ClaimWeights {
                text: lexicon.weigh(reader.distinct([&claim.text], claim.language)),
                title: lexicon.weigh(reader.distinct(&claim.titles, claim.language)),
            })
            .collect();
        lexicon.vectors = WordVectors::learn(passages(claims(), (lexicon.claims, body_bytes), &mut reader));
        lexicon
    }

    fn weigh(&self, stems: &[u64]) -> f32 {
        stems.iter().map(|stem| self.rarity_of_hash(*stem)).sum()
    }

    /// How rare a stem is, as [`Lexicon::rarity`] says, and its vector, if the corpus says enough about it.
    pub fn rarity_and_vector(&self, stem: &str) -> (f32, Option<&WordVector>) {
        let stem = hash(0, stem);
        (self.rarity_of_hash(stem), self.vectors.get(stem))
    }

    /// In how many heads the stem stands.
    pub fn frequency(&self, stem: &str) -> u32 {
        self.frequencies.get(&hash(0, stem)).copied().unwrap_or(0)
    }

    /// Inverse document frequency of a stem, as BM25 counts it.
    pub fn rarity(&self, stem: &str) -> f32 {
        self.rarity_of_hash(hash(0, stem))
    }

    fn rarity_of_hash(&self, stem: u64) -> f32 {
        let frequency = self.frequencies.get(&stem).copied().unwrap_or(0) as f32;
        (1.0 + (self.claims.max(FEWEST_CLAIMS) as f32 - frequency + 0.5) / (frequency + 0.5)).ln()
    }

    /// Tags of the claims' languages, the commonest first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(String::as_str)
    }

    /// What claim number `claim` weighs.
    pub fn weights(&self, claim: u32) -> ClaimWeights {
        self.weights.get(claim as usize).copied().unwrap_or_default()
    }

    /// Bytes that it takes.
    pub fn memory_bytes(&self) -> usize {
        self.frequencies.allocation_size() + size_of_val(&*self.weights) + self.vectors.memory_bytes()
    }

    /// Mean length of the bodies of a claim.
    pub fn average_body_bytes(&self) -> f32 {
        self.average_body_bytes.max(1.0)
    }
}

/// Passages from so many claims with bodies of so many bytes.
fn passages<'a>(
    claims: impl Iterator<Item = ClaimTexts<'a>>,
    (count, body_bytes): (u32, usize),
    reader: &mut StemReader,
) -> Passages {
    let mut passages = Passages::default();
    let claims_a_head = (count as usize).div_ceil(MAX_PASSAGES / 2).max(1);
    let heads = (count as usize).div_ceil(claims_a_head);
    let bytes_a_passage = body_bytes.div_ceil(MAX_PASSAGES - heads).max(PASSAGE_BYTES);
    // Where the next passage begins, counted from the start of the next body.
    let mut next = 0;
    for (number, claim) in claims.enumerate() {
        if number.is_multiple_of(claims_a_head) {
            let texts = std::iter::once(&claim.text).chain(&claim.wordings).chain(&claim.titles);
            passages.add(reader.distinct(texts, claim.language));
        }
        for body in claim.bodies {
            while next < body.len() {
                let (start, end) = (body.floor_char_boundary(next), body.floor_char_boundary(next + PASSAGE_BYTES));
                passages.add(reader.distinct([&&body[start..end]], claim.language));
                next += bytes_a_passage;
            }
            next -= body.len();
        }
    }
    passages
}

/// Reads texts into hashes of stems, each word stemmed once.
#[derive(Default)]
struct StemReader {
    /// Hash of the stem of a word, by the hash of language and word.
    memory: HashMap<u64, u64>,
    /// The languages met, by their tag.
    languages: HashMap<String, Language>,
    stems: Vec<u64>,
    word: String,
    stem: String,
}

impl StemReader {
    /// The distinct stems of `texts`, sorted.
    fn distinct<'t>(&mut self, texts: impl IntoIterator<Item = &'t &'t str>, tag: &str) -> &[u64] {
        self.stems.clear();
        let language = self.languages.entry_ref(tag).or_insert_with(|| Language::from_tag(tag));
        let seed = hash(0, tag);
        for text in texts {
            for_each_word(text, language, &mut self.word, |word| {
                if !language.is_stop_word(word.text) {
                    let stem = self.memory.entry(hash(seed, word.text)).or_insert_with(|| {
                        self.stem.clear();
                        language.stem_into(word.text, &mut self.stem);
                        hash(0, &self.stem)
                    });
                    self.stems.push(*stem);
                }
            });
        }
        self.stems.sort_unstable();
        self.stems.dedup();
        &self.stems
    }
}

/// FNV-1a, its halves folded together: fast for short words and the same on every machine.
fn hash(seed: u64, text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, step);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_weigh_more_and_claims_weigh_what_their_words_do() {
        let texts = ["Taxes rise", "taxes fall", "a tax on salt"];
        let lexicon = Lexicon::build(|| texts.iter().map(|text| ClaimTexts { text, ..ClaimTexts::default() }));
        assert_eq!((lexicon.frequency("tax"), lexicon.frequency("salt"), lexicon.frequency("pepper")), (3, 1, 0));
        assert!(lexicon.rarity("salt") > lexicon.rarity("tax"));
        assert!((lexicon.weights(2).text - lexicon.rarity("tax") - lexicon.rarity("salt")).abs() < 1e-6);
    }
}
