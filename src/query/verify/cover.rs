//! The claims whose evidence covers a place, and their speakers.

use prost::Message;
use roaring::RoaringBitmap;

use crate::corpus::{ClaimFacet, Corpus, Id};
use crate::proto::v1::{Anchor, Claim, ClaimStatus, EvidenceField, Span};

/// Maximum claims listed for one place. Bounds the response.
const MAX_NAMED: usize = 100;

/// The evidence in one article's body.
pub(super) struct Cover {
    /// Newest first.
    claims: Vec<Covering>,
}

struct Covering {
    claim: Id,
    spans: Vec<Span>,
    by_speaker: bool,
}

/// The claims that cover a place, and whether the queried speaker is a speaker of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) claims: Vec<Id>,
    pub(super) by_speaker: bool,
}

impl Cover {
    /// The evidence of ACTIVE claims that is anchored in the article's body.
    pub(super) fn of(corpus: &Corpus, article: Id, speaker: Option<Id>) -> Self {
        let mut ids = RoaringBitmap::new();
        corpus.claims.by[ClaimFacet::Article].numbers.get(article).add_to(&mut ids);
        let name = corpus.articles.table.name(article);
        let mut claims = Vec::new();
        for id in ids.iter().rev() {
            let claim = Claim::decode(corpus.claims.table.encoded(id)).expect("records were encoded here");
            if claim.status() != ClaimStatus::Active {
                continue;
            }
            let by = |speaker| claim.speakers.iter().any(|party| corpus.actors.table.id(&party.actor) == Some(speaker));
            let by_speaker = speaker.is_some_and(by);
            let here = claim.evidence.into_iter().filter(|evidence| {
                evidence.article == name
                    && evidence.field() != EvidenceField::Title
                    && matches!(evidence.anchor(), Anchor::Exact | Anchor::Moved)
            });
            claims.extend(here.map(|evidence| Covering { claim: id, spans: evidence.spans, by_speaker }));
        }
        Self { claims }
    }

    /// The claims whose evidence covers at least half of the place. Evidence for a smaller part does not attribute the
    /// rest.
    pub(super) fn at(&self, place: &[Span]) -> Covered {
        let mut covered = Covered::default();
        for Covering { claim, spans, by_speaker } in &self.claims {
            let shared = shared(place, spans);
            if shared > 0 && 2 * shared >= length(place) {
                covered.by_speaker |= by_speaker;
                if covered.claims.last() != Some(claim) && covered.claims.len() < MAX_NAMED {
                    covered.claims.push(*claim);
                }
            }
        }
        covered
    }
}

fn length(spans: &[Span]) -> i64 {
    spans.iter().map(|span| i64::from(span.end - span.start)).sum()
}

/// Number of code points in both lists of spans. Each list is in text order.
fn shared(a: &[Span], b: &[Span]) -> i64 {
    let (mut left, mut right, mut shared) = (0, 0, 0);
    while let (Some(one), Some(other)) = (a.get(left), b.get(right)) {
        shared += i64::from((one.end.min(other.end) - one.start.max(other.start)).max(0));
        if one.end < other.end { left += 1 } else { right += 1 }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_covers_a_place_of_which_it_has_half() {
        let span = |start, end| Span { start, end };
        let covers = |place: &[Span], spans: Vec<Span>| {
            let cover = Cover { claims: vec![Covering { claim: 7, spans, by_speaker: true }] };
            cover.at(place) == Covered { claims: vec![7], by_speaker: true }
        };
        assert!(covers(&[span(10, 20)], vec![span(0, 100)]), "within");
        assert!(!covers(&[span(0, 100)], vec![span(10, 20)]), "a piece of it");
        assert!(covers(&[span(10, 20)], vec![span(15, 40)]), "half");
        assert!(!covers(&[span(10, 20)], vec![span(16, 40)]), "less than half");
        assert!(!covers(&[span(10, 20)], vec![span(20, 40)]), "beside");
        assert!(covers(&[span(0, 5), span(20, 25)], vec![span(3, 22), span(24, 30)]), "in parts");
        assert!(!covers(&[span(10, 20)], vec![]), "a paraphrase");
    }
}
