//! The nodes of a network: the actors and concepts with the most statements.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::frame::{Frame, Numbering};
use crate::corpus::{ClaimFacet, Corpus};
use crate::model::{Network, NetworkNode};
use crate::proto::v1::NodeKind;
use crate::query::yield_budget::YieldBudget;

/// An actor or a concept that may become a node. Ordered by statements, most first, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate<'c> {
    pub(super) count: Reverse<u32>,
    pub(super) id: &'c str,
    pub(super) is_concept: bool,
    /// Id of the actor, or number of the concept.
    pub(super) thing: u32,
}

impl<'c> Candidate<'c> {
    pub(super) fn new(corpus: &'c Corpus, is_concept: bool, thing: u32, count: u32) -> Self {
        let id = if is_concept {
            corpus.claims.by[ClaimFacet::Concept].texts.text(thing)
        } else {
            corpus.actors.table.name(thing)
        };
        Self { count: Reverse(count), id, is_concept, thing }
    }

    pub(super) fn count(&self) -> u64 {
        u64::from(self.count.0)
    }
}

/// Selects the first `max` of many candidates, keeping no more in memory.
pub(super) struct Foremost<'c> {
    max: usize,
    /// A heap with the last candidate on top.
    kept: BinaryHeap<Candidate<'c>>,
    seen: usize,
}

impl<'c> Foremost<'c> {
    pub(super) fn new(max: usize) -> Self {
        Self { max, kept: BinaryHeap::new(), seen: 0 }
    }

    /// Adds candidates, each with its number of statements.
    pub(super) async fn consider(
        &mut self,
        corpus: &'c Corpus,
        is_concept: bool,
        counted: &[(u32, u32)],
        budget: &mut YieldBudget,
    ) {
        for (thing, count) in counted.iter().copied() {
            self.seen += 1;
            if self.kept.len() < self.max || self.kept.peek().is_some_and(|last| count >= last.count.0) {
                self.kept.push(Candidate::new(corpus, is_concept, thing, count));
                if self.kept.len() > self.max {
                    self.kept.pop();
                }
            }
            budget.spend(1).await;
        }
    }

    /// The selected actors and concepts, each sorted by id, and the number of candidates that were not selected.
    pub(super) fn finish(self) -> (Vec<Candidate<'c>>, Vec<Candidate<'c>>, usize) {
        let omitted = self.seen - self.kept.len();
        let (mut concepts, mut actors): (Vec<_>, Vec<_>) = self.kept.into_iter().partition(|each| each.is_concept);
        actors.sort_unstable_by_key(|each| each.id);
        concepts.sort_unstable_by_key(|each| each.id);
        (actors, concepts, omitted)
    }
}

impl Frame<'_> {
    /// Adds nodes of one mode to a network, in its order. Returns the index of each in the network.
    pub(super) fn add_nodes(&mut self, network: &mut Network, mode: NodeKind, by_id: &[Candidate<'_>]) -> Vec<u32> {
        let mut order: Vec<usize> = (0..by_id.len()).collect();
        order.sort_unstable_by_key(|at| by_id[*at]);
        let mut places = vec![0; by_id.len()];
        for at in order {
            let Candidate { count, id, is_concept, thing } = by_id[at];
            places[at] = u32::try_from(network.nodes.len()).expect("nodes are counted in 32 bits");
            let label = if is_concept { id.to_owned() } else { self.corpus.actors.table.key(thing).display_name };
            network.nodes.push(NetworkNode { id: id.to_owned(), label, mode, statement_count: count.0 });
        }
        places
    }
}

/// Numbers the candidates by their index.
pub(super) fn number(numbering: &mut Numbering, candidates: &[Candidate<'_>]) {
    numbering.clear();
    for candidate in candidates {
        numbering.add(candidate.thing);
    }
}

/// Adds one to the count of the thing with the number.
pub(super) fn count(number: u32, thing: u32, counts: &mut Vec<(u32, u32)>) {
    let at = number as usize;
    if at == counts.len() {
        counts.push((thing, 0));
    }
    counts[at].1 += 1;
}
