//! Selects the articles to search for a quote, by the postings of its words.

use hashbrown::HashSet;
use roaring::RoaringBitmap;

use super::quote::{Part, Quote};
use crate::corpus::{Id, IdList, Open, Quotes};
use crate::text::is_mark;
use crate::text::quote::Word;

/// A posting list is intersected if it has at most this many postings per candidate. Searching one body takes as long as
/// reading about ten thousand postings.
const WORTH_A_WALK: usize = 8192;
/// Maximum words that a cut word may be part of. More do not narrow the candidates.
const MAX_PART_WORDS: usize = 4096;
/// With more candidates, the first and the last word of the quote are taken for complete words, if any article has them.
const TOO_MANY: usize = 16_384;
/// Maximum postings read to find articles similar to a quote, of the rarest words first.
const MAX_WALKED: usize = 2 << 20;
/// Maximum articles that are aligned with a quote.
const MAX_RESEMBLING: usize = 64;
/// Minimum share of the weight of the quote's words that an article must have to be aligned. Words that are in no article
/// do not count.
const MIN_WEIGHT: f64 = 0.5;

/// A set of articles that includes every article with the quote.
enum Feature<'i> {
    One(IdList<'i>),
    Any(RoaringBitmap),
}

impl Feature<'_> {
    fn len(&self) -> usize {
        match self {
            Self::One(list) => list.len(),
            Self::Any(set) => usize::try_from(set.len()).unwrap_or(usize::MAX),
        }
    }

    fn to_vec(&self) -> Vec<Id> {
        match self {
            Self::One(list) => list.iter().collect(),
            Self::Any(set) => set.iter().collect(),
        }
    }

    /// Retains the candidates that are in the set.
    fn narrow(&self, candidates: &mut Vec<Id>) {
        match self {
            Self::One(list) => {
                let mut ids = list.iter().peekable();
                candidates.retain(|candidate| {
                    while ids.next_if(|id| id < candidate).is_some() {}
                    ids.peek() == Some(candidate)
                });
            }
            Self::Any(set) => candidates.retain(|candidate| set.contains(*candidate)),
        }
    }
}

/// A superset of the articles with an exact or normalized match, in ascending order. `None` if the quote has no complete
/// word.
///
/// The first and last word of each part may be cut from longer words. If that leaves more than [`TOO_MANY`] articles, only
/// those with the complete words are returned.
pub(super) fn holding(index: &Quotes, quote: &Quote) -> Option<Vec<Id>> {
    let open = narrowed(features(index, quote, true));
    if open.as_ref().is_some_and(|candidates| candidates.len() <= TOO_MANY) {
        return open;
    }
    let closed = narrowed(features(index, quote, false)).filter(|candidates| !candidates.is_empty());
    closed.or(open)
}

fn narrowed(mut features: Vec<Feature<'_>>) -> Option<Vec<Id>> {
    features.sort_by_key(Feature::len);
    let (first, rest) = features.split_first()?;
    let mut candidates = first.to_vec();
    for feature in rest {
        if feature.len() > candidates.len() * WORTH_A_WALK {
            break;
        }
        feature.narrow(&mut candidates);
    }
    Some(candidates)
}

/// One feature for each distinct word, pair of words and cut word.
fn features<'i>(index: &'i Quotes, quote: &Quote, open_ends: bool) -> Vec<Feature<'i>> {
    let mut features = Vec::new();
    let mut seen = HashSet::new();
    for part in &quote.parts {
        let mut before = "";
        for word in &part.words {
            let text = &part.folded[word.range.clone()];
            if let Some(end) = open(part, word).filter(|_| open_ends) {
                if seen.insert((text, Some(end), "")) {
                    features.extend(any(index, text, end));
                }
                before = "";
                continue;
            }
            if seen.insert((text, None, "")) {
                features.push(Feature::One(index.word(text).unwrap_or_default()));
            }
            if !before.is_empty() && seen.insert((before, None, text)) {
                features.extend(index.pair(before, text).map(Feature::One));
            }
            before = text;
        }
    }
    features
}

/// The side on which a word may be cut: the word is at an end of its part.
fn open(part: &Part, word: &Word) -> Option<Open> {
    let starts = word.range.start == 0;
    let ends = word.range.end == part.folded.len();
    match (starts, ends) {
        _ if word.single => None,
        (true, true) => Some(Open::Both),
        (true, false) => Some(Open::Start),
        (false, true) => Some(Open::End),
        (false, false) => None,
    }
}

/// The articles with any word that the text may be part of. `None` if there are too many such words.
fn any(index: &Quotes, text: &str, open: Open) -> Option<Feature<'static>> {
    // Folding reorders combining marks. Marks at the cut may be elsewhere in the complete word.
    if text.starts_with(is_mark) || text.ends_with(is_mark) {
        return None;
    }
    let mut set = RoaringBitmap::new();
    for (count, list) in index.part(text, open).enumerate() {
        if count == MAX_PART_WORDS {
            return None;
        }
        set.extend(list.iter());
    }
    Some(Feature::Any(set))
}

/// The articles with most of the weight of the quote's words, best first. Restricted to `among` if it is given. All of
/// `among` if these are at most [`MAX_RESEMBLING`].
pub(super) fn resembling(index: &Quotes, articles: Id, quote: &Quote, among: Option<&RoaringBitmap>) -> Vec<Id> {
    if let Some(among) = among.filter(|among| among.len() <= MAX_RESEMBLING as u64) {
        return among.iter().rev().collect();
    }
    let mut lists = known(index, quote);
    lists.sort_by_key(|(_, list)| list.len());
    let mut scores = vec![0_u32; articles as usize];
    let (mut total, mut walked) = (0, 0);
    for (_, list) in lists {
        if walked > 0 && walked + list.len() > MAX_WALKED {
            break;
        }
        walked += list.len();
        let weight = weight(articles, list);
        total += weight;
        list.iter().for_each(|id| scores[id as usize] += weight);
    }
    let least = f64::from(total) * MIN_WEIGHT;
    let mut best: Vec<(u32, Id)> = scores.into_iter().zip(0..).collect();
    best.retain(|(score, id)| {
        *score > 0 && f64::from(*score) >= least && among.is_none_or(|among| among.contains(*id))
    });
    if best.len() > MAX_RESEMBLING {
        best.select_nth_unstable_by(MAX_RESEMBLING, |a, b| b.cmp(a));
        best.truncate(MAX_RESEMBLING);
    }
    best.sort_unstable_by(|a, b| b.cmp(a));
    best.into_iter().map(|(_, id)| id).collect()
}

/// The distinct words and word pairs of the quote that are in the index, with their postings.
fn known<'i>(index: &'i Quotes, quote: &Quote) -> Vec<(String, IdList<'i>)> {
    let mut known = Vec::new();
    for part in &quote.parts {
        let texts: Vec<&str> = part.words.iter().map(|word| &part.folded[word.range.clone()]).collect();
        known.extend(texts.iter().filter_map(|word| Some(((*word).to_owned(), index.word(word)?))));
        let pairs = texts.windows(2).filter_map(|pair| Some((pair.join(" "), index.pair(pair[0], pair[1])?)));
        known.extend(pairs.filter(|(_, list)| !list.is_empty()));
    }
    known.sort_by(|a, b| a.0.cmp(&b.0));
    known.dedup_by(|a, b| a.0 == b.0);
    known
}

/// The inverse document frequency of a word, in 1/64.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "64 times the logarithm of a 32-bit number is small and positive"
)]
fn weight(articles: Id, list: IdList<'_>) -> u32 {
    ((1.0 + f64::from(articles) / list.len() as f64).ln() * 64.0) as u32
}
