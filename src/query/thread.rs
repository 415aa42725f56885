//! Threads: the debate around a claim.

use std::collections::HashSet;

use prost::Message;
use roaring::RoaringBitmap;

use super::yield_budget::YieldBudget;
use crate::corpus::{Corpus, Id};
use crate::proto::v1::{Claim, Relation, RelationKind, RelationStatus};

/// Steps of the yield budget for decoding a claim.
const DECODE_STEPS: usize = 64;

/// Bytes that a record or an edge costs in a response beside its own.
const FRAMING_BYTES: usize = 16;

/// The parameters of a thread.
#[derive(Clone, Debug)]
pub struct ThreadQuery {
    /// Most relations between the claim and another one.
    pub depth: usize,
    /// Kinds of relations to follow; empty for all.
    pub kinds: Vec<RelationKind>,
    /// Most claims, including the first.
    pub max_claims: usize,
    /// Most bytes of claims and edges.
    pub max_bytes: usize,
}

/// A relation in a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadEdge {
    /// The claim that makes the relation.
    pub source: Id,
    /// The claim that it refers to.
    pub target: Id,
    /// The relation.
    pub relation: Relation,
}

/// The debate around a claim.
#[derive(Debug, PartialEq)]
pub struct Thread {
    /// The claims: by distance, then newest first.
    pub claims: Vec<Id>,
    /// The relations among them: by name of source, name of target, and kind.
    pub edges: Vec<ThreadEdge>,
    /// Whether a limit other than the depth left out claims or relations.
    pub truncated: bool,
}

/// Walks breadth-first from a claim along relations in both directions. REJECTED relations are returned but not followed.
///
/// Costs the decoding of every claim it reaches.
pub async fn thread(corpus: &Corpus, start: Id, query: &ThreadQuery) -> Thread {
    let mut walk =
        Walk { corpus, query, budget: YieldBudget::default(), bytes: 0, seen: HashSet::new(), truncated: false };
    let mut claims = Vec::new();
    let mut level = vec![start];
    walk.seen.insert(start);
    walk.bytes += corpus.claims.table.encoded(start).len();
    for distance in 0..=query.depth {
        claims.extend(&level);
        if distance == query.depth || walk.truncated {
            break;
        }
        level = walk.next_level(&level, claims.len()).await;
        if level.is_empty() {
            break;
        }
    }
    let edges = walk.edges(&claims).await;
    Thread { claims, edges, truncated: walk.truncated }
}

struct Walk<'c> {
    corpus: &'c Corpus,
    query: &'c ThreadQuery,
    budget: YieldBudget,
    bytes: usize,
    seen: HashSet<Id>,
    truncated: bool,
}

impl<'c> Walk<'c> {
    /// The claims one relation further, newest first, within the limits.
    async fn next_level(&mut self, level: &[Id], taken: usize) -> Vec<Id> {
        let corpus = self.corpus;
        let (mut targets, mut answers) = (RoaringBitmap::new(), RoaringBitmap::new());
        let mut asked = HashSet::new();
        for id in level {
            let relations = self.decode(*id).await.relations;
            let followed = relations.iter().filter(|relation| self.followed(relation));
            targets.extend(followed.filter_map(|relation| corpus.claims.table.id(&relation.claim)));
            corpus.claims.answers.get(*id).add_to(&mut answers);
            asked.insert(self.name(*id));
        }
        let mut kept = Vec::new();
        for id in (&targets | &answers).iter().rev() {
            if self.seen.contains(&id) {
                continue;
            }
            if !targets.contains(id) {
                let relations = self.decode(id).await.relations;
                let answers = |relation: &Relation| asked.contains(&*relation.claim) && self.followed(relation);
                if !relations.iter().any(answers) {
                    continue;
                }
            }
            let bytes = corpus.claims.table.encoded(id).len() + FRAMING_BYTES;
            if taken + kept.len() == self.query.max_claims || self.bytes + bytes > self.query.max_bytes {
                self.truncated = true;
                break;
            }
            self.bytes += bytes;
            self.seen.insert(id);
            kept.push(id);
        }
        kept
    }

    async fn edges(&mut self, claims: &[Id]) -> Vec<ThreadEdge> {
        let mut edges = Vec::new();
        for source in claims.iter().copied() {
            for relation in self.decode(source).await.relations {
                let Some(target) = self.corpus.claims.table.id(&relation.claim) else { continue };
                if !self.seen.contains(&target) || !self.wanted(&relation) {
                    continue;
                }
                self.bytes += relation.note.len() + relation.claim.len() + self.name(source).len() + FRAMING_BYTES;
                if self.bytes > self.query.max_bytes {
                    self.truncated = true;
                    break;
                }
                edges.push(ThreadEdge { source, target, relation });
            }
        }
        edges.sort_by(|a, b| {
            let key = |edge: &ThreadEdge| (edge.relation.kind, edge.relation.status);
            (self.name(a.source), self.name(a.target), key(a)).cmp(&(self.name(b.source), self.name(b.target), key(b)))
        });
        edges
    }

    fn wanted(&self, relation: &Relation) -> bool {
        self.query.kinds.is_empty() || self.query.kinds.contains(&relation.kind())
    }

    fn followed(&self, relation: &Relation) -> bool {
        self.wanted(relation) && relation.status() != RelationStatus::Rejected
    }

    fn name(&self, id: Id) -> &'c str {
        self.corpus.claims.table.name(id)
    }

    async fn decode(&mut self, id: Id) -> Claim {
        self.budget.spend(DECODE_STEPS).await;
        Claim::decode(self.corpus.claims.table.encoded(id)).expect("records were encoded here")
    }
}
