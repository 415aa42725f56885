//! Networks of discourse network analysis: who speaks of what, who sides with whom, who disputes whom.
//!
//! The method and its measures are Philip Leifeld's (Discourse Network Analysis, 2017, doi:10.1093/oxfordhb/9780190228217.013.25,
//! and the program Discourse Network Analyzer); `formats.md`, section 6, fixes how they are counted here.
//!
//! - [`question`]: the query and its windows; [`frame`]: what the networks of a query share
//! - [`statements`]: one for each claim, speaker and concept taken a side on, without duplicates
//! - [`nodes`]: the actors and concepts of a network; [`matrix`]: what each of them states
//! - [`edges`], [`similarity`]: the edges; [`weights`]: what their counts are divided by
//!
//! Costs one step for each statement and window, and for ties between nodes of one mode one for each pair of nodes with
//! a thing they share and each such thing. Only the nodes that are asked for are paired.

mod edges;
mod frame;
mod matrix;
mod nodes;
mod question;
mod similarity;
mod statements;
mod weights;

use roaring::RoaringBitmap;

use self::frame::{Frame, Part};
pub use self::question::{NetworkQuery, Window};
use crate::corpus::{Corpus, Id};
use crate::error::{Error, Violations};
use crate::model::Network;
use crate::proto::v1::NetworkKind;

/// Computes the networks: one, or one for each window, oldest first. Gives way to others time and again, and stops when
/// it is dropped.
pub async fn networks(corpus: &Corpus, query: &NetworkQuery) -> Result<Vec<Network>, Error> {
    let mut violations = Violations::default();
    query.check(&mut violations);
    violations.check()?;

    let selected = query.filter.select(corpus);
    let mut frame = Frame::new(corpus, query);
    let statements = frame.statements(&selected).await;
    let disputes = frame.disputes(&selected).await;
    let Some(window) = query.window else {
        let part = Part { statements: &statements, disputes: &disputes };
        return Ok(vec![frame.network(part).await?]);
    };
    let mut networks = Vec::new();
    for span in question::spans(window, corpus, &selected, query.max_windows)? {
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
}
