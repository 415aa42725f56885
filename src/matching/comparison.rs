//! A query laid beside one candidate: everything the features read.

use crate::matching::alignment::{heaviest_run, heaviest_window};
use crate::matching::candidates::Candidate;
use crate::matching::corpus::{ClaimTexts, Corpus};
use crate::matching::grams::GramSet;
use crate::matching::lexicon::ClaimWeights;
use crate::matching::query::{MAX_TERMS, Query, members};
use crate::matching::related::{Alike, Relations};
use crate::matching::scan::{Scan, Scanner};

/// A query laid beside one candidate.
pub struct Comparison<'q> {
    pub(crate) query: &'q Query,
    pub(crate) candidate: Candidate,
    pub(crate) weights: ClaimWeights,
    pub(crate) text: Scan,
    pub(crate) title: Scan,
    pub(crate) body: Scan,
    /// Largest share of a speaker's name that stands in the query.
    pub(crate) speaker_named: f32,
    pub(crate) text_grams: GramSet,
    pub(crate) title_grams: GramSet,
    pub(crate) text_run: f32,
    pub(crate) title_run: f32,
    pub(crate) body_run: f32,
    pub(crate) narrow_window: f32,
    pub(crate) wide_window: f32,
    pub(crate) speaker_claims: u32,
    /// What text and titles have in common with the query, related words included.
    pub(crate) alike: Alike,
    /// Day of the claim less day of the query.
    day_difference: Option<i32>,
    /// Share of the signature's words that stands in text and titles, by weight.
    pub(crate) author_found: f32,
    /// Words in the bodies, against the average of the corpus.
    relative_body: f32,
}

/// The wordings of a claim are read up to here, together, and so are its titles, its speakers' names and its bodies: what an
/// article says first is what it says.
const MAX_READ_BYTES: usize = 8 * 1024;
/// Wordings and titles are read up to here, together, for related words: each new one is compared with the whole query.
const MAX_RELATED_BYTES: usize = 1024;
/// Words that count as the start of a body.
const LEAD_WORDS: u32 = 120;
/// Words in a usual text with its titles: where the length of a head begins to tell against it.
const USUAL_HEAD_WORDS: f32 = 30.0;
/// Bytes of a word with the blank behind it.
const BYTES_PER_WORD: f32 = 6.0;
const K1: f32 = 1.2;

impl<'q> Comparison<'q> {
    /// Reads text, titles and speakers of `candidate` with the scanner of `query`.
    pub fn of_head(corpus: &impl Corpus, query: &'q Query, scanner: &mut Scanner<'q>, candidate: Candidate) -> Self {
        let texts = corpus.claim(candidate.claim);
        let weights = corpus.lexicon().weights(candidate.claim);
        let wordings = std::iter::once(texts.text).chain(texts.wordings.iter().copied());
        let (text, text_grams) = scanner.scan_with_letters(bounded(wordings, MAX_READ_BYTES));
        let (title, title_grams) = scanner.scan_with_letters(bounded(texts.titles.iter().copied(), MAX_READ_BYTES));
        let speakers = bounded(texts.speakers.iter().copied(), MAX_READ_BYTES);
        let named = speakers.map(|speaker| scanner.scan([speaker]).found_share());
        let speaker_named = named.fold(0.0, f32::max);
        Self {
            text_run: heaviest_run(query, &text),
            title_run: heaviest_run(query, &title),
            body_run: 0.0,
            narrow_window: 0.0,
            wide_window: 0.0,
            weights,
            speaker_claims: texts.speaker_claims,
            alike: in_same_words(query, weights, text.found | title.found),
            day_difference: query.day.zip(texts.day).map(|(query, claim)| claim.saturating_sub(query)),
            author_found: author_found(query, text.found | title.found),
            relative_body: 0.0,
            query,
            candidate,
            text,
            title,
            body: Scan::default(),
            speaker_named,
            text_grams,
            title_grams,
        }
    }

    /// What searches and head say for the candidate: decides whether its bodies, the longest part, are read at all.
    pub(crate) fn promise(&self) -> f32 {
        self.candidate.head_share + self.candidate.body_share + self.head_bm25()
    }

    /// Looks for related words at the start of the head; says how much work it was. What was found in the same words
    /// stays: they may stand farther down.
    pub fn read_related(&mut self, texts: &ClaimTexts<'_>, relations: &mut Relations<'q>) -> usize {
        let head = std::iter::once(&texts.text).chain(&texts.wordings).chain(&texts.titles).copied();
        let (alike, effort) = relations.compare(bounded(head, MAX_RELATED_BYTES));
        self.alike = Alike { query: alike.query.max(self.alike.query), ..alike };
        effort
    }

    /// Reads the bodies too; in the corpus they have so many bytes on average.
    pub fn read_body(&mut self, texts: &ClaimTexts<'_>, average_bytes: f32, scanner: &mut Scanner<'q>) {
        self.body = scanner.scan(bounded(texts.bodies.iter().copied(), MAX_READ_BYTES));
        self.body_run = heaviest_run(self.query, &self.body);
        self.narrow_window = heaviest_window(self.query, &self.body, 12);
        self.wide_window = heaviest_window(self.query, &self.body, 48);
        self.relative_body = self.body.words as f32 * BYTES_PER_WORD / average_bytes;
    }

    pub(crate) fn head_found(&self) -> u64 {
        self.text.found | self.title.found
    }

    pub(crate) fn head_bm25(&self) -> f32 {
        let length = (self.text.words + self.title.words) as f32 / USUAL_HEAD_WORDS;
        self.saturated(&[&self.text, &self.title], 1.0 - 0.5 + 0.5 * length)
    }

    pub(crate) fn all_bm25(&self) -> f32 {
        let head = (self.text.words + self.title.words) as f32 / USUAL_HEAD_WORDS;
        let length = head.max(self.relative_body);
        self.saturated(&[&self.text, &self.title, &self.body], 1.0 - 0.75 + 0.75 * length)
    }

    /// BM25 over texts read as one, as a share of the query's weight.
    fn saturated(&self, scans: &[&Scan], length: f32) -> f32 {
        let mut counts = [0.0_f32; MAX_TERMS];
        for (_, term) in scans.iter().flat_map(|scan| &scan.hits) {
            counts[usize::from(*term)] += 1.0;
        }
        let weights = self.query.terms.iter().zip(counts);
        let sum: f32 = weights.map(|(term, count)| term.rarity * count * (K1 + 1.0) / (count + K1 * length)).sum();
        sum / self.query.scale()
    }

    pub(crate) fn lead_found(&self) -> u64 {
        let lead = self.body.hits.iter().take_while(|(position, _)| *position < LEAD_WORDS);
        lead.fold(0, |set, (_, term)| set | 1 << term)
    }

    pub(crate) fn text_covered(&self) -> f32 {
        self.query.weigh(self.text.found) / self.weights.text.max(1.0)
    }

    /// The share of either that is in the other, cubed: most of the words in common say little, all of them nearly all.
    pub(crate) fn repeated(&self) -> f32 {
        self.query.share(self.text.found).min(self.text_covered()).clamp(0.0, 1.0).powi(3)
    }

    pub(crate) fn title_covered(&self) -> f32 {
        self.query.weigh(self.title.found) / self.weights.title.max(1.0)
    }

    /// Terms stand rarest first, so the first member of a set is its rarest.
    pub(crate) fn rarest_found(&self) -> f32 {
        let rarest = members(self.head_found()).next().map_or(0.0, |term| self.query.terms[term].rarity);
        rarest / members(self.query.known).next().map_or(1.0, |term| self.query.terms[term].rarity)
    }

    pub(crate) fn rare_found(&self) -> f32 {
        let three = |set| members(set).take(3).map(|term| self.query.terms[term].rarity).sum::<f32>();
        three(self.head_found()) / three(self.query.known).max(1.0)
    }

    pub(crate) fn names_found(&self) -> f32 {
        self.query.weigh(self.query.names & self.head_found()) / self.query.weigh(self.query.names).max(1.0)
    }

    pub(crate) fn numbers_found(&self) -> f32 {
        self.query.share(self.query.numbers & self.head_found())
    }

    pub(crate) fn best_run(&self) -> f32 {
        self.text_run.max(self.title_run).max(self.body_run)
    }

    /// 1 when the claim was made within some days after the query was written, less the further away.
    pub(crate) fn day_near(&self) -> f32 {
        self.day_difference.map_or(0.0, |_| (-(self.day_later() - 1.5).max(0.0) - self.day_earlier()).exp())
    }

    pub(crate) fn day_earlier(&self) -> f32 {
        self.day_difference.map_or(0.0, |days| (-(days.min(0) as f32)).ln_1p())
    }

    pub(crate) fn day_later(&self) -> f32 {
        self.day_difference.map_or(0.0, |days| (days.max(0) as f32).ln_1p())
    }
}

/// What a query and a head have in common as long as related words were not looked for.
fn in_same_words(query: &Query, weights: ClaimWeights, head: u64) -> Alike {
    Alike { query: query.share(head), texts: (query.weigh(head) / (weights.text + weights.title).max(1.0)).min(1.0) }
}

fn author_found(query: &Query, head: u64) -> f32 {
    let weight = |words: &mut dyn Iterator<Item = &(u8, f32)>| words.map(|(_, rarity)| rarity).sum::<f32>();
    let found = weight(&mut query.author.iter().filter(|(term, _)| head & (1 << term) != 0));
    found / weight(&mut query.author.iter()).max(1.0)
}

/// Texts up to a number of bytes.
fn bounded<'t>(texts: impl IntoIterator<Item = &'t str>, bytes: usize) -> impl Iterator<Item = &'t str> {
    let mut left = bytes;
    texts.into_iter().filter_map(move |text| {
        let part = start_of(text, left);
        left -= part.len();
        (!part.is_empty()).then_some(part)
    })
}

/// At most `bytes` bytes from the start of a text.
fn start_of(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_ends_between_characters() {
        assert_eq!((start_of("aä", 2), start_of("aä", 3), start_of("aä", 9), start_of("ä", 0)), ("a", "aä", "aä", ""));
    }
}
