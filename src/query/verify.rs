//! Finds the places in articles that contain a quote, and the claims that attribute them.
//!
//! The quote index selects candidate articles. They are searched newest first: for the exact characters, then for the
//! folded text. Near matches are searched by word alignment in the articles that share most of the quote's rare words.
//!
//! Each step has a bound on the bytes it reads, so that every call is short. A quote of only very common words in a corpus
//! of hundreds of megabytes can reach the bound. Matches in older articles are then missed. Postings of pairs of rarer words
//! would avoid that at twice the memory.

mod align;
mod candidates;
mod cover;
mod places;
mod quote;

use roaring::RoaringBitmap;

use self::align::Aligner;
use self::cover::{Cover, Covered};
use self::places::{MAX_GAP_BYTES, Measure, Place, Search, fits, with_marks};
pub use self::quote::{Quote, QuoteError};
use crate::corpus::{ArticleFacet, Corpus, Id};
use crate::model::{code_point_spans, joined};
use crate::proto::v1::Span;
use crate::text::quote::{Folded, fold};

/// Minimum similarity of the folded texts of a near match. Reprints of a quote with one word in four changed are above it.
/// Other sentences about the same subject have 0.3 to 0.5.
pub(super) const NEAR: f64 = 0.75;
/// Maximum bytes searched for exact matches, at about 5 GB per second. This limit and the next ones keep the most expensive
/// quote within fifty times the cost of a usual one.
const MAX_SEARCHED_BYTES: usize = 128 << 20;
/// Maximum bytes folded to search for normalized matches, at about 250 MB per second.
const MAX_FOLDED_BYTES: usize = 4 << 20;
/// Maximum articles searched for a quote without a complete word, for which the index has no postings.
const MAX_UNKNOWN: usize = 2048;
/// Maximum cells of all alignments of a call, at about 500 million per second: two of the largest alignments, or hundreds
/// for a usual quote.
const MAX_ALIGNED_CELLS: usize = 8 << 20;
/// Work between two yields to the runtime, at which a cancelled call is dropped. In bytes folded, or other work of the same
/// duration. Takes less than a millisecond, unless one body takes longer.
const PAUSE_AFTER: usize = 64 << 10;
/// Number of bytes searched in the time that folding one byte takes.
const SEARCHED_FOR_FOLDED: usize = 16;

/// Agreement of a place with a quote, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// The same characters.
    Exact,
    /// The same folded text: differs in case, quote marks, dashes or white space only.
    Normalized,
    /// A similarity of at least [`NEAR`].
    Near,
}

/// A query for the places of a quote.
#[derive(Clone, Copy, Debug)]
pub struct QuestionedQuote<'q> {
    /// The quote.
    pub quote: &'q Quote,
    /// Name of the actor to whom the quote is attributed. Empty: any speaker.
    pub speaker: &'q str,
    /// Names of the articles to search. Empty: all.
    pub articles: &'q [String],
    /// Maximum number of matches.
    pub limit: usize,
}

/// A place that agrees with a quote.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteMatch {
    /// The agreement of the place with the quote.
    pub agreement: Agreement,
    /// The article.
    pub article: Id,
    /// Its spans in the body, one for each part of the quote.
    pub spans: Vec<Span>,
    /// The text of the spans.
    pub text: String,
    /// Similarity to the quote, 0 to 1.
    pub similarity: f64,
    /// ACTIVE claims whose evidence in the article covers at least half of the place. The newest hundred, newest first.
    pub claims: Vec<Id>,
    /// Whether the queried actor is a speaker of one of these claims. `on_behalf_of` does not count.
    pub attributed_to_speaker: bool,
}

/// The places of a quote, best first: by agreement, similarity, attribution to the queried speaker, newest article, and
/// position in the article.
pub async fn verify(corpus: &Corpus, question: QuestionedQuote<'_>) -> Vec<QuoteMatch> {
    let QuestionedQuote { quote, speaker, articles, .. } = question;
    let table = &corpus.articles.table;
    let among = (!articles.is_empty()).then(|| articles.iter().filter_map(|name| table.id(name)).collect());
    let speaker = corpus.actors.table.id(speaker);
    let search = Search::new(quote);
    let mut run = Run { corpus, question, speaker, search, measure: Measure::new(), done: 0, matches: Vec::new() };
    let candidates = run.candidates(among.as_ref());
    run.exact(&candidates).await;
    if run.matches.len() < question.limit {
        run.normalized(&candidates).await;
    }
    if run.matches.len() < question.limit {
        run.near(among.as_ref()).await;
    }
    run.keep_best();
    run.matches
}

/// Number of places added, and number of those that are attributed to the queried speaker.
#[derive(Clone, Copy, Default)]
struct Added {
    places: usize,
    attributed: usize,
}

/// The state of one query.
struct Run<'r> {
    corpus: &'r Corpus,
    question: QuestionedQuote<'r>,
    speaker: Option<Id>,
    search: Search<'r>,
    measure: Measure,
    /// Work since the last yield.
    done: usize,
    matches: Vec<QuoteMatch>,
}

impl Run<'_> {
    /// The articles that may contain the quote, newest first.
    fn candidates(&self, among: Option<&RoaringBitmap>) -> Vec<Id> {
        let mut ids = match (candidates::holding(&self.corpus.quotes, self.question.quote), among) {
            (Some(ids), None) => ids,
            (Some(ids), Some(among)) => ids.into_iter().filter(|id| among.contains(*id)).collect(),
            (None, Some(among)) => among.iter().collect(),
            (None, None) => (0..self.corpus.articles.table.len()).rev().take(MAX_UNKNOWN).rev().collect(),
        };
        ids.reverse();
        ids
    }

    /// Searches for exact matches. Stops when no later match could rank among the first `limit`.
    async fn exact(&mut self, candidates: &[Id]) {
        let mut with_speaker = RoaringBitmap::new();
        if let Some(speaker) = self.speaker {
            self.corpus.articles.by[ArticleFacet::Actor].numbers.get(speaker).add_to(&mut with_speaker);
        }
        let (theirs, others): (Vec<Id>, Vec<Id>) = candidates.iter().partition(|id| with_speaker.contains(**id));
        let limit = self.question.limit;
        let mut searched = 0;
        // Only these articles can have places attributed to the speaker, and those rank before all others.
        let mut attributed = 0;
        for id in theirs {
            attributed += self.exact_in(id, &mut searched).await.attributed;
            if attributed >= limit || searched > MAX_SEARCHED_BYTES {
                return;
            }
        }
        let mut found = attributed;
        for id in others {
            found += self.exact_in(id, &mut searched).await.places;
            if found >= limit || searched > MAX_SEARCHED_BYTES {
                return;
            }
        }
    }

    /// Adds the exact places in one article.
    async fn exact_in(&mut self, id: Id, searched: &mut usize) -> Added {
        let body = self.corpus.articles.table.body_bytes(id);
        *searched += body.len();
        self.pause(body.len() / SEARCHED_FOR_FOLDED).await;
        let places = self.search.exact(body, self.question.limit);
        self.add(id, places)
    }

    /// Searches for normalized matches.
    async fn normalized(&mut self, candidates: &[Id]) {
        let mut folded = 0;
        for id in candidates.iter().copied() {
            let body = self.corpus.articles.table.body(id);
            folded += body.len();
            if folded > MAX_FOLDED_BYTES {
                break;
            }
            self.pause(body.len()).await;
            let mut places = self.search.exact(body.as_bytes(), self.question.limit);
            let known = places.len();
            self.search.normalized(body, &mut places, self.question.limit);
            self.add(id, places.split_off(known));
        }
    }

    /// Searches for near matches, in articles without an exact or normalized match.
    async fn near(&mut self, among: Option<&RoaringBitmap>) {
        let (corpus, quote) = (self.corpus, self.question.quote);
        let table = &corpus.articles.table;
        let known: RoaringBitmap = self.matches.iter().map(|found| found.article).collect();
        let aligner = Aligner::new(quote);
        let mut cells = 0;
        for id in candidates::resembling(&corpus.quotes, table.len(), quote, among) {
            let body = table.body(id);
            self.pause(body.len()).await;
            if known.contains(id) || !aligner.shares(&fold(body)) {
                continue;
            }
            let folded = Folded::new(body);
            let (ranges, taken) = aligner.align(&folded.text, MAX_GAP_BYTES);
            cells += taken;
            self.pause(body.len() + taken / 2).await;
            let origins = ranges.and_then(|ranges| {
                let pairs = ranges.into_iter().zip(&quote.parts);
                pairs.map(|(range, part)| Some(with_marks(body, folded.origin(range)?, &part.text))).collect()
            });
            if let Some(ranges) = origins.filter(|ranges: &Vec<_>| fits(ranges, quote)) {
                self.add(id, vec![Place { ranges, agreement: Agreement::Near, similarity: 0.0 }]);
            }
            if cells > MAX_ALIGNED_CELLS {
                break;
            }
        }
    }

    /// Measures the similarity of places in one article, and adds those that are at least near matches.
    fn add(&mut self, article: Id, places: Vec<Place>) -> Added {
        let mut added = Added::default();
        if places.is_empty() {
            return added;
        }
        let Self { corpus, question, speaker, .. } = *self;
        let body = corpus.articles.table.body(article);
        let measured: Vec<Place> = places.into_iter().filter_map(|place| self.measured(body, place)).collect();
        if measured.is_empty() {
            return added;
        }
        let cover = Cover::of(corpus, article, speaker);
        for Place { ranges, agreement, similarity } in measured {
            let spans = code_point_spans(body, &ranges);
            let Covered { claims, by_speaker } = cover.at(&spans);
            let text = joined(body, &ranges);
            let attributed_to_speaker = by_speaker;
            added.places += 1;
            added.attributed += usize::from(by_speaker);
            self.matches.push(QuoteMatch {
                agreement,
                article,
                spans,
                text,
                similarity,
                claims,
                attributed_to_speaker,
            });
        }
        // Truncating now and then bounds the memory at little cost.
        if self.matches.len() > 16 * question.limit {
            self.keep_best();
        }
        added
    }

    fn measured(&mut self, body: &str, place: Place) -> Option<Place> {
        if place.agreement == Agreement::Exact {
            return Some(place);
        }
        let quote = self.question.quote;
        let parts = if place.ranges.len() == quote.parts.len() {
            quote.parts.as_slice()
        } else {
            std::slice::from_ref(&quote.whole)
        };
        let texts: Vec<&str> = place.ranges.iter().map(|range| &body[range.clone()]).collect();
        let known_same = place.agreement == Agreement::Normalized;
        let similarity = self.measure.of(parts, &texts, known_same)?;
        let agreement = match similarity.folded {
            1.0.. => Agreement::Normalized,
            NEAR.. => Agreement::Near,
            _ => return None,
        };
        Some(Place { agreement, similarity: similarity.overall, ..place })
    }

    fn keep_best(&mut self) {
        let start = |found: &QuoteMatch| found.spans.first().map(|span| span.start);
        self.matches.sort_by(|a, b| {
            let agreement = a.agreement.cmp(&b.agreement).then_with(|| b.similarity.total_cmp(&a.similarity));
            let attributed = agreement.then_with(|| b.attributed_to_speaker.cmp(&a.attributed_to_speaker));
            attributed.then_with(|| b.article.cmp(&a.article)).then_with(|| start(a).cmp(&start(b)))
        });
        self.matches.truncate(self.question.limit);
    }

    /// Adds to the work done, and yields to the runtime after [`PAUSE_AFTER`].
    async fn pause(&mut self, work: usize) {
        self.done += work;
        if self.done >= PAUSE_AFTER {
            self.done = 0;
            tokio::task::yield_now().await;
        }
    }
}
