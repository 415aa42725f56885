//! Networks of discourse network analysis: who speaks of what, who sides with whom, who disputes whom.
//!
//! The method and its measures are Philip Leifeld's (Discourse Network Analysis, 2017, doi:10.1093/oxfordhb/9780190228217.013.25,
//! and the program Discourse Network Analyzer); `formats.md`, section 6, fixes how they are counted here.
//!
//! - [`statements`]: one for each claim, speaker and concept taken a side on; [`duplicates`]: which of them count
//! - [`windows`]: time, by the calendar of `query`
//! - [`nodes`]: who is in a network; [`matrix`]: what each node states
//! - [`affiliation`], [`similarity`], [`dispute`]: the ties; [`normalization`]: what they are divided by
//! - [`size`]: how large the answer may get
//!
//! Costs one step for each statement and window, and for ties between nodes of one mode one for each pair of nodes with
//! a thing they share and each such thing. Only the nodes that are asked for are paired.

mod affiliation;
mod dispute;
mod duplicates;
mod matrix;
mod nodes;
mod normalization;
mod numbering;
mod rules;
mod similarity;
mod size;
mod statements;
mod windows;

use roaring::RoaringBitmap;

use self::normalization::Ties;
use self::numbering::Numbering;
use self::size::Size;
use self::statements::Statement;
pub use self::windows::Window;
use super::yield_budget::YieldBudget;
use super::Filter;
use crate::corpus::{ClaimFacet, Corpus, Id};
use crate::error::{Error, Violations};
use crate::model::Network;
use crate::proto::v1::{DuplicateRule, NetworkKind, NodeKind, Normalization};

/// Which networks are asked for. In its enums, UNSPECIFIED is the default that the contract names.
#[derive(Clone, Debug)]
pub struct NetworkQuery {
    /// The claims.
    pub filter: Filter<ClaimFacet>,
    /// What ties nodes.
    pub kind: NetworkKind,
    /// What nodes stand for; for AFFILIATION those of the first mode.
    pub rows: NodeKind,
    /// AFFILIATION: a statement against a concept takes from the weight.
    pub signed: bool,
    /// What weights are divided by.
    pub normalization: Normalization,
    /// Which of the statements that say the same count. Duplicates are taken away before windows are laid.
    pub duplicates: DuplicateRule,
    /// The least weight of a tie, by absolute value.
    pub min_weight: f64,
    /// One network for each window of time; none for one over all time.
    pub window: Option<Window>,
    /// Most nodes of a network.
    pub max_nodes: usize,
    /// Most windows.
    pub max_windows: usize,
    /// Most bytes of the answer, as messages.
    pub max_bytes: usize,
}

/// What the networks of one query share.
struct Frame<'q> {
    corpus: &'q Corpus,
    query: &'q NetworkQuery,
    budget: YieldBudget,
    size: Size,
    /// Numbers for actors and concepts of the network at hand.
    actors: Numbering,
    concepts: Numbering,
}

/// What one network is made of.
#[derive(Clone, Copy)]
struct Part<'q> {
    statements: &'q [Statement],
    /// DISPUTE: (claim, claim it disputes).
    disputes: &'q [(Id, Id)],
}

/// Computes the networks: one, or one for each window, oldest first. Gives way to others time and again, and stops when
/// it is dropped.
pub async fn networks(corpus: &Corpus, query: &NetworkQuery) -> Result<Vec<Network>, Error> {
    let mut violations = Violations::default();
    query.check(&mut violations);
    violations.check()?;

    let selected = query.filter.select(corpus);
    let mut frame = Frame {
        corpus,
        query,
        budget: YieldBudget::default(),
        size: Size::new(query.max_bytes),
        actors: Numbering::new(corpus.actors.table.len() as usize),
        concepts: Numbering::new(corpus.claims.by[ClaimFacet::Concept].texts.len()),
    };
    let statements = frame.statements(&selected).await;
    let disputes = frame.disputes(&selected).await;
    let Some(window) = query.window else {
        let part = Part { statements: &statements, disputes: &disputes };
        return Ok(vec![frame.network(part).await?]);
    };
    let mut networks = Vec::new();
    for span in windows::spans(window, corpus, &selected, query.max_windows)? {
        let ids = corpus.claims.table.time_range(Some(span.start), Some(span.end));
        let (statements, disputes) =
            (within(&statements, &ids, |each| each.claim), within(&disputes, &ids, |pair| pair.0));
        let disputes: Vec<_> = disputes.iter().copied().filter(|(_, target)| ids.contains(target)).collect();
        let mut network = frame.network(Part { statements, disputes: &disputes }).await?;
        network.window = Some(span.shown());
        networks.push(network);
    }
    Ok(networks)
}

/// The items whose claims are in a range; they are ordered by claim.
fn within<'i, T>(items: &'i [T], ids: &std::ops::Range<Id>, claim: impl Fn(&T) -> Id) -> &'i [T] {
    let start = items.partition_point(|item| claim(item) < ids.start);
    let end = items.partition_point(|item| claim(item) < ids.end);
    &items[start..end]
}

impl Frame<'_> {
    async fn network(&mut self, part: Part<'_>) -> Result<Network, Error> {
        match self.query.kind {
            NetworkKind::Affiliation => self.affiliation(part).await,
            NetworkKind::Dispute => self.dispute(part).await,
            NetworkKind::Congruence | NetworkKind::Conflict | NetworkKind::Subtract | NetworkKind::CoOccurrence => {
                self.similarity(part).await
            }
            NetworkKind::Unspecified => Err(Error::Internal { cause: "a network of no kind passed the check" }),
        }
    }

    /// The relations by which a selected claim disputes a selected one.
    async fn disputes(&mut self, selected: &RoaringBitmap) -> Vec<(Id, Id)> {
        let mut disputes = Vec::new();
        if self.query.kind != NetworkKind::Dispute {
            return disputes;
        }
        for (claim, target) in self.corpus.claims.statements.disputes.iter().copied() {
            if selected.contains(claim) && selected.contains(target) {
                disputes.push((claim, target));
            }
            self.budget.spend(1).await;
        }
        disputes
    }

    /// How weights are made.
    fn ties(&self) -> Ties {
        Ties { normalization: self.query.normalization, min_weight: self.query.min_weight }
    }

    /// What rows stand for: a speaker unless something else was asked for.
    fn row_mode(&self) -> NodeKind {
        match self.query.rows {
            NodeKind::Unspecified => NodeKind::Speaker,
            mode => mode,
        }
    }
}
