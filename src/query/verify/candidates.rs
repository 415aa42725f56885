//! Which articles may hold a quote, by the words they have.

use hashbrown::HashSet;
use roaring::RoaringBitmap;

use super::quote::{Part, Quote};
use crate::corpus::{Id, IdList, Open, Quotes};
use crate::text::is_mark;
use crate::text::quote::Word;

/// A list is worth a walk while it has at most so many times as many ids as there are candidates: reading one body takes
/// as long as walking over some ten thousand ids.
const WORTH_A_WALK: usize = 8192;
/// Most words that an open end may be part of; more tell nothing.
const MAX_PART_WORDS: usize = 4096;
/// From how many candidates on the ends of a quote are taken for whole words, if that leaves any.
const TOO_MANY: usize = 16_384;
/// Most ids walked over to find articles that resemble a quote. Rare words come first, and these tell the most.
const MAX_WALKED: usize = 2 << 20;
/// Most articles that are aligned.
const MAX_RESEMBLING: usize = 64;
/// Least share of the weight of the quote's words that an article must have to be aligned. Words that no article has
/// count nothing: they are what was changed.
const MIN_WEIGHT: f64 = 0.5;

/// What every article with the quote is in.
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

    /// Leaves those candidates that are in it.
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

/// Every article that holds the quote, exactly or but for how it is set, and some that do not, ascending. None if nothing
/// is known: no word is whole.
///
/// The ends of the quote, and of its parts, may be cut out of longer words. Where that leaves too many articles, those
/// come instead that have the ends as whole words.
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

/// One feature for each distinct word, pair of words and open end.
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

/// Which end of a word may go on outside of its part.
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

/// The articles that have some word which the text may be part of. None if that says little.
fn any(index: &Quotes, text: &str, open: Open) -> Option<Feature<'static>> {
    // Marks are put in order, so that those at a cut may stand elsewhere in the whole word.
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

/// The articles that have most of what is rare in the quote, best first. Those of `among` only, if it is given; all of
/// these if they are few.
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

/// The quote's distinct words and pairs that any article has.
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

/// What having a word says of an article: the logarithm of how few have it, in 1/64.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "64 times the logarithm of a 32-bit number is small and positive"
)]
fn weight(articles: Id, list: IdList<'_>) -> u32 {
    ((1.0 + f64::from(articles) / list.len() as f64).ln() * 64.0) as u32
}
