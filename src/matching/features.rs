//! The features of a candidate: a query is compared with the texts of one claim.

use crate::matching::claim_index::ClaimTexts;
use crate::matching::ngrams::NgramSet;
use crate::matching::query::{MAX_TERMS, Query, members};
use crate::matching::scan::{Scan, Scanner};
use crate::matching::term_statistics::ClaimWeights;

/// A named measure of a candidate.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    /// Its name in the weights file and in explanations.
    pub name: &'static str,
    /// One line of documentation.
    pub meaning: &'static str,
    /// Whether it is 0 or incomplete until the bodies are read, and has no part in the prefilter.
    pub needs_body: bool,
    /// Computes its value.
    pub value: fn(&Comparison<'_>) -> f32,
}

const fn feature(name: &'static str, meaning: &'static str, value: fn(&Comparison<'_>) -> f32) -> Feature {
    Feature { name, meaning, needs_body: false, value }
}

const fn body_feature(name: &'static str, meaning: &'static str, value: fn(&Comparison<'_>) -> f32) -> Feature {
    Feature { name, meaning, needs_body: true, value }
}

/// All features, in the order of a feature vector. "Share of the query" is a share of its summed IDF. Features whose names
/// begin with `query_` calibrate the probability after the ranking is learnt.
#[rustfmt::skip]
#[allow(clippy::redundant_closure_for_method_calls, reason = "a path to a method is not general enough in its lifetime")]
pub const FEATURES: &[Feature] = &[
    feature("head_search", "BM25 of the head, divided by the best candidate's", |c| c.candidate.head_share),
    feature("body_search", "BM25 of the bodies, divided by the best candidate's", |c| c.candidate.body_share),
    feature("head_bm25", "BM25 of text and titles, as a share of the query", |c| c.head_bm25()),
    body_feature("all_bm25", "BM25 of text, titles and bodies, as a share of the query", |c| c.all_bm25()),
    feature("text_found", "share of the query found in the text", |c| c.query.share(c.text.found)),
    feature("head_found", "share of the query found in text and titles", |c| c.query.share(c.head_found())),
    body_feature("body_added", "share of the query found in the bodies and not in the head", |c| c.query.share(c.body.found & !c.head_found())),
    body_feature("head_confirmed", "share of the query found in the head and in the bodies", |c| c.query.share(c.body.found & c.head_found())),
    body_feature("lead_found", "share of the query found in the first 120 words of the bodies", |c| c.query.share(c.lead_found())),
    feature("text_covered", "share of the text's summed IDF that the query covers", |c| c.text_covered()),
    feature("title_covered", "share of the titles' summed IDF that the query covers", |c| c.title_covered()),
    feature("rarest_found", "IDF of the rarest term found in the head, divided by the query's highest", |c| c.rarest_found()),
    feature("rare_found", "IDF of the three rarest terms found in the head, divided by the query's three highest", |c| c.rare_found()),
    feature("names_found", "share of the query's capitalised terms found in the head", |c| c.names_found()),
    feature("numbers_found", "share of the query that is numbers found in the head", |c| c.numbers_found()),
    feature("text_run", "heaviest alignment with the text, as a share of the query", |c| c.text_run / c.query.scale()),
    feature("text_run_covered", "heaviest alignment with the text, as a share of the text", |c| c.text_run / c.weights.text.max(1.0)),
    feature("title_run", "heaviest alignment with the titles, as a share of the query", |c| c.title_run / c.query.scale()),
    body_feature("body_run", "heaviest alignment with the bodies, as a share of the query", |c| c.body_run / c.query.scale()),
    body_feature("best_run", "heaviest alignment with any of the texts, as a share of the query", |c| c.best_run() / c.query.scale()),
    body_feature("narrow_window", "share of the query found in the best 12 words of the bodies", |c| c.narrow_window / c.query.scale()),
    body_feature("wide_window", "share of the query found in the best 48 words of the bodies", |c| c.wide_window / c.query.scale()),
    feature("text_letters", "cosine of the character n-grams of query and text", |c| c.query.ngrams.cosine(&c.text_ngrams)),
    feature("title_letters", "cosine of the character n-grams of query and titles", |c| c.query.ngrams.cosine(&c.title_ngrams)),
    feature("terms_found", "number of terms found in the head", |c| (c.head_found() & c.query.content).count_ones() as f32),
    feature("weight_found", "logarithm of the summed IDF of the terms found in the head", |c| c.query.weigh(c.head_found()).ln_1p()),
    feature("text_weight", "logarithm of the text's summed IDF", |c| c.weights.text.ln_1p()),
    body_feature("body_length", "logarithm of the number of words in the bodies", |c| (c.body.words as f32).ln_1p()),
    feature("speaker_named", "largest share of a speaker's name found in the query", |c| c.speaker_named),
    feature("speaker_known", "logarithm of the number of claims by the speaker", |c| (c.speaker_claims as f32).ln_1p()),
    feature("author_found", "share of the query's signature found in the head", |c| c.author_found),
    feature("day_near", "closeness of the claim's day to the query's day, 0 to 1", |c| c.day_near()),
    feature("day_earlier", "logarithm of the days by which the claim is older than the query", |c| c.day_earlier()),
    feature("day_later", "logarithm of the days by which the claim is younger than the query", |c| c.day_later()),
    feature("query_weight", "calibration: logarithm of the summed IDF of the query's known terms", |c| c.query.weigh(c.query.known).ln_1p()),
    feature("query_repeated", "calibration: cubed share that query and text have in common", |c| c.repeated()),
    feature("query_rival", "calibration: highest ranking score of the other candidates", |_| 0.0),
];

impl Feature {
    /// Whether the feature calibrates the probability and has no part in the ranking.
    pub fn is_calibration(&self) -> bool {
        self.name.starts_with("query_")
    }
}

/// Number of features.
pub const COUNT: usize = FEATURES.len();

/// Index of `query_rival`. Its value is set when all candidates have ranking scores.
pub const RIVAL: usize = COUNT - 1;

/// Values of all features, in the order of [`FEATURES`].
pub type FeatureVector = [f32; COUNT];

/// A retrieved claim.
#[derive(Debug, Clone, Copy, Default)]
pub struct Candidate {
    /// Id of the claim.
    pub claim: u32,
    /// BM25 score of its head, divided by the best one; 0 when its head was not retrieved.
    pub head_share: f32,
    /// BM25 score of its bodies, divided by the best one; 0 when its bodies were not retrieved.
    pub body_share: f32,
}

/// A query compared with the texts of one candidate.
pub struct Comparison<'q> {
    query: &'q Query,
    candidate: Candidate,
    weights: ClaimWeights,
    text: Scan,
    title: Scan,
    body: Scan,
    text_ngrams: NgramSet,
    title_ngrams: NgramSet,
    text_run: f32,
    title_run: f32,
    body_run: f32,
    narrow_window: f32,
    wide_window: f32,
    speaker_named: f32,
    speaker_claims: u32,
    author_found: f32,
    /// Day of the claim minus day of the query.
    day_difference: Option<i32>,
    /// Length of the bodies, divided by the average of the corpus.
    relative_body: f32,
}

/// Bytes that are read, at most, of each of: text and wordings, titles, speakers, bodies. Articles say first what they are
/// about.
const MAX_READ_BYTES: usize = 8 * 1024;
/// Words at the start of the bodies that count as their lead.
const LEAD_WORDS: u32 = 120;
/// Words in a typical head: its BM25 length normalisation is 1.
const TYPICAL_HEAD_WORDS: f32 = 30.0;
/// Bytes in a typical word with the blank behind it.
const BYTES_PER_WORD: f32 = 6.0;
/// The term frequency saturation of BM25.
const K1: f32 = 1.2;

impl<'q> Comparison<'q> {
    /// Compares with text, titles and speakers of a candidate.
    pub fn of_head(
        query: &'q Query,
        candidate: Candidate,
        texts: &ClaimTexts<'q>,
        weights: ClaimWeights,
        scanner: &mut Scanner<'q>,
    ) -> Self {
        let wordings = std::iter::once(texts.text).chain(texts.wordings.iter().copied());
        let (text, text_ngrams) = scanner.scan_with_ngrams(truncated(wordings, MAX_READ_BYTES));
        let (title, title_ngrams) = scanner.scan_with_ngrams(truncated(texts.titles.iter().copied(), MAX_READ_BYTES));
        let speakers = truncated(texts.speakers.iter().copied(), MAX_READ_BYTES);
        let speaker_named = speakers.map(|name| scanner.scan([name]).found_share()).fold(0.0, f32::max);
        Self {
            text_run: text.heaviest_alignment(query),
            title_run: title.heaviest_alignment(query),
            body_run: 0.0,
            narrow_window: 0.0,
            wide_window: 0.0,
            speaker_named,
            speaker_claims: texts.speaker_claims,
            author_found: query.author_share(text.found | title.found),
            day_difference: query.day.zip(texts.day).map(|(query, claim)| claim.saturating_sub(query)),
            relative_body: 0.0,
            query,
            candidate,
            weights,
            text,
            title,
            body: Scan::default(),
            text_ngrams,
            title_ngrams,
        }
    }

    /// Compares with the bodies too. `average_bytes` is their average length in the corpus.
    pub fn read_body(&mut self, texts: &ClaimTexts<'q>, average_bytes: f32, scanner: &mut Scanner<'q>) {
        self.body = scanner.scan(truncated(texts.bodies.iter().copied(), MAX_READ_BYTES));
        self.body_run = self.body.heaviest_alignment(self.query);
        self.narrow_window = self.body.heaviest_window(self.query, 12);
        self.wide_window = self.body.heaviest_window(self.query, 48);
        self.relative_body = self.body.words as f32 * BYTES_PER_WORD / average_bytes;
    }

    /// The feature vector.
    pub fn features(&self) -> FeatureVector {
        let mut values = [0.0; COUNT];
        for (value, feature) in values.iter_mut().zip(FEATURES) {
            *value = (feature.value)(self);
        }
        values
    }

    /// Id of the claim.
    pub fn claim(&self) -> u32 {
        self.candidate.claim
    }

    /// Cost of reading the head, in words.
    pub fn head_cost(&self) -> usize {
        self.text.cost() + self.title.cost()
    }

    /// Cost of reading the bodies, in words.
    pub fn body_cost(&self) -> usize {
        self.body.cost()
    }

    fn head_found(&self) -> u64 {
        self.text.found | self.title.found
    }

    fn head_bm25(&self) -> f32 {
        let length = (self.text.words + self.title.words) as f32 / TYPICAL_HEAD_WORDS;
        self.bm25(&[&self.text, &self.title], 1.0 - 0.5 + 0.5 * length)
    }

    fn all_bm25(&self) -> f32 {
        let head = (self.text.words + self.title.words) as f32 / TYPICAL_HEAD_WORDS;
        let length = head.max(self.relative_body);
        self.bm25(&[&self.text, &self.title, &self.body], 1.0 - 0.75 + 0.75 * length)
    }

    /// BM25 of several texts as one document, divided by the query's summed IDF.
    fn bm25(&self, scans: &[&Scan], length: f32) -> f32 {
        let mut counts = [0.0_f32; MAX_TERMS];
        for (_, term) in scans.iter().flat_map(|scan| &scan.hits) {
            counts[usize::from(*term)] += 1.0;
        }
        let weights = self.query.terms.iter().zip(counts);
        let sum: f32 = weights.map(|(term, count)| term.idf * count * (K1 + 1.0) / (count + K1 * length)).sum();
        sum / self.query.scale()
    }

    fn lead_found(&self) -> u64 {
        let lead = self.body.hits.iter().take_while(|(position, _)| *position < LEAD_WORDS);
        lead.fold(0, |set, (_, term)| set | 1 << term)
    }

    fn text_covered(&self) -> f32 {
        self.query.weigh(self.text.found) / self.weights.text.max(1.0)
    }

    fn title_covered(&self) -> f32 {
        self.query.weigh(self.title.found) / self.weights.title.max(1.0)
    }

    /// The smaller of the shares that query and text have in common, cubed: sharing most terms is weak evidence that one
    /// repeats the other, sharing all of them is strong.
    fn repeated(&self) -> f32 {
        self.query.share(self.text.found).min(self.text_covered()).clamp(0.0, 1.0).powi(3)
    }

    /// Terms are in order of falling IDF: the first member of a set is its rarest.
    fn rarest_found(&self) -> f32 {
        let rarest = members(self.head_found()).next().map_or(0.0, |term| self.query.terms[term].idf);
        rarest / members(self.query.known).next().map_or(1.0, |term| self.query.terms[term].idf)
    }

    fn rare_found(&self) -> f32 {
        let three = |set| members(set).take(3).map(|term| self.query.terms[term].idf).sum::<f32>();
        three(self.head_found()) / three(self.query.known).max(1.0)
    }

    fn names_found(&self) -> f32 {
        self.query.weigh(self.query.names & self.head_found()) / self.query.weigh(self.query.names).max(1.0)
    }

    fn numbers_found(&self) -> f32 {
        self.query.share(self.query.numbers & self.head_found())
    }

    fn best_run(&self) -> f32 {
        self.text_run.max(self.title_run).max(self.body_run)
    }

    /// 1 from the day of the query to a few days later, decreasing with distance.
    fn day_near(&self) -> f32 {
        self.day_difference.map_or(0.0, |_| (-(self.day_later() - 1.5).max(0.0) - self.day_earlier()).exp())
    }

    fn day_earlier(&self) -> f32 {
        self.day_difference.map_or(0.0, |days| (-(days.min(0) as f32)).ln_1p())
    }

    fn day_later(&self) -> f32 {
        self.day_difference.map_or(0.0, |days| (days.max(0) as f32).ln_1p())
    }
}

/// The first `bytes` bytes of several texts. Cuts between characters.
fn truncated<'t>(texts: impl IntoIterator<Item = &'t str>, bytes: usize) -> impl Iterator<Item = &'t str> {
    let mut left = bytes;
    texts.into_iter().filter_map(move |text| {
        let part = &text[..text.floor_char_boundary(left)];
        left -= part.len();
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        let cut = |bytes| truncated(["aä", "b"], bytes).collect::<Vec<_>>();
        assert_eq!((cut(0), cut(2), cut(3), cut(9)), (vec![], vec!["a", "b"], vec!["aä"], vec!["aä", "b"]));
    }
}
