//! Does this quote stand in an article, and whose words is it?
//!
//! The index of words tells which articles may hold the quote; these are searched character by character, then folded,
//! newest first. What resembles the quote is looked for in the articles that have most of its rare words, by an alignment
//! of words. Each step has a bound on what it reads, so that no quote takes long; one that is read to its bound (only
//! words that stand everywhere, never in this order, in a corpus of hundreds of megabytes) may stand in an older article
//! than those that were read. Lists of word pairs for rarer words would end that, at twice the memory.

mod align;
mod candidates;
mod cover;
mod places;
mod quote;
mod similarity;

use roaring::RoaringBitmap;

use self::align::Aligner;
use self::cover::{Cover, Covered};
use self::places::{MAX_GAP_BYTES, Place, Search, fits, with_marks};
pub use self::quote::{Quote, QuoteError};
use self::similarity::Measure;
use crate::corpus::{ArticleFacet, Corpus, Id};
use crate::model::{code_point_spans, joined};
use crate::proto::v1::Span;
use crate::text::quote::{Folded, fold};

/// Least similarity of the folded texts that is still near. Reprints of one quote with a word in four changed, or half of
/// a short one, stay above; other sentences about the same matter have 0.3 to 0.5, and a paraphrase is no quote.
pub(super) const NEAR: f64 = 0.75;
/// Most bytes searched character by character, some 5 GB a second. This and what follows keep the worst quote within
/// fifty times a usual one.
const MAX_SEARCHED_BYTES: usize = 128 << 20;
/// Most bytes folded to find a quote that is set otherwise, some 250 MB a second.
const MAX_FOLDED_BYTES: usize = 4 << 20;
/// Most articles searched for a quote without a word in it, of which the index knows nothing.
const MAX_UNKNOWN: usize = 2048;
/// Most cells of all alignments, some 500 million a second: two of the largest; hundreds for a usual quote.
const MAX_ALIGNED_CELLS: usize = 8 << 20;
/// Work between two yields to the runtime, at which a cancelled call is dropped: bytes
/// folded, or what takes as long. Less than a millisecond, unless one body takes longer.
const PAUSE_AFTER: usize = 64 << 10;
/// Bytes that are searched in the time in which one is folded.
const SEARCHED_FOR_FOLDED: usize = 16;

/// How well a place agrees with a quote, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Character for character.
    Exact,
    /// But for how it is set.
    Normalized,
    /// With a similarity of at least [`NEAR`].
    Near,
}

/// What is asked of a quote.
#[derive(Clone, Copy, Debug)]
pub struct QuestionedQuote<'q> {
    /// The quote.
    pub quote: &'q Quote,
    /// Name of who is said to have said it; empty for anybody.
    pub speaker: &'q str,
    /// Names of the articles to look into; empty for all.
    pub articles: &'q [String],
    /// Most matches.
    pub limit: usize,
}

/// A place that agrees with a quote.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteMatch {
    /// How well.
    pub agreement: Agreement,
    /// The article.
    pub article: Id,
    /// Where in its body, a span for each part.
    pub spans: Vec<Span>,
    /// The text of the spans.
    pub text: String,
    /// How alike, 0 to 1.
    pub similarity: f64,
    /// ACTIVE claims whose evidence in the article shares at least half of the shorter of both with the place; newest
    /// first, the first hundred.
    pub claims: Vec<Id>,
    /// Whether such a claim is by the asked speaker, who speaks for himself: `on_behalf_of` does not count.
    pub attributed_to_speaker: bool,
}

/// Where a quote stands, best first: by agreement, similarity, whether it is the asked speaker's, article from the newest
/// on, and place.
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

/// How many places were added, and how many of them are the speaker's.
#[derive(Clone, Copy, Default)]
struct Added {
    places: usize,
    attributed: usize,
}

/// One question on its way.
struct Run<'r> {
    corpus: &'r Corpus,
    question: QuestionedQuote<'r>,
    speaker: Option<Id>,
    search: Search<'r>,
    measure: Measure,
    /// Work since the last pause.
    done: usize,
    matches: Vec<QuoteMatch>,
}

impl Run<'_> {
    /// The articles that may hold the quote, newest first.
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

    /// Looks for the quote character by character, until enough was found that nothing can come before.
    async fn exact(&mut self, candidates: &[Id]) {
        let mut with_speaker = RoaringBitmap::new();
        if let Some(speaker) = self.speaker {
            self.corpus.articles.by[ArticleFacet::Actor].numbers.get(speaker).add_to(&mut with_speaker);
        }
        let (theirs, others): (Vec<Id>, Vec<Id>) = candidates.iter().partition(|id| with_speaker.contains(**id));
        let limit = self.question.limit;
        let mut searched = 0;
        // Only here can a place be the speaker's, and such a place comes before all that are not.
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

    /// Looks for the quote set otherwise.
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

    /// Looks for what resembles the quote, in articles where it was not found.
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

    /// Measures places of one article, and adds those that agree well enough.
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
        // Sorting now and then keeps what is held small, and costs little.
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

    /// Notes work, and pauses after enough of it.
    async fn pause(&mut self, work: usize) {
        self.done += work;
        if self.done >= PAUSE_AFTER {
            self.done = 0;
            tokio::task::yield_now().await;
        }
    }
}
