//! Statements: what networks count.

use roaring::RoaringBitmap;

use super::Frame;
use super::duplicates::Duplicates;
use crate::corpus::{Id, Sided};
use crate::proto::v1::{NetworkKind, NodeKind};

/// That a node states something: one for each claim, speaker node and concept taken a side on, however often the claim
/// says so. NEUTRAL takes no side and makes no statement. For DISPUTE, that a node utters a claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    /// The claim.
    pub(super) claim: Id,
    /// The node: an actor, or for rows CONCEPT a concept.
    pub(super) row: u32,
    /// The other one, and the side taken. Nothing for DISPUTE.
    pub(super) cell: Sided,
}

impl<'q> Frame<'q> {
    /// The actors of a claim that are nodes.
    pub(super) fn actors_of(&self, claim: Id) -> &'q [Id] {
        let stated = &self.corpus.claims.statements;
        match self.query.rows {
            NodeKind::SpeakerOrganization => stated.organizations.get(claim),
            NodeKind::Speaker | NodeKind::Concept | NodeKind::Unspecified => stated.speakers.get(claim),
        }
    }

    /// The statements of the selected claims that count, ordered by claim.
    pub(super) async fn statements(&mut self, selected: &RoaringBitmap) -> Vec<Statement> {
        let mut duplicates = Duplicates::new(self.query.duplicates, self.corpus);
        let mut statements = Vec::new();
        for claim in selected {
            let before = statements.len();
            self.add_statements(claim, &mut statements);
            duplicates.retain_first(claim, before, &mut statements);
            let added = statements.len() - before;
            self.budget.spend(1 + added).await;
        }
        statements
    }

    fn add_statements(&self, claim: Id, statements: &mut Vec<Statement>) {
        let positions = self.corpus.claims.statements.positions(claim);
        for actor in self.actors_of(claim).iter().copied() {
            if self.query.kind == NetworkKind::Dispute {
                statements.push(Statement { claim, row: actor, cell: Sided(0) });
                continue;
            }
            statements.extend(positions.clone().map(|concept| match self.query.rows {
                NodeKind::Concept => {
                    let cell = Sided::new(actor, concept.is_against());
                    Statement { claim, row: concept.thing(), cell }
                }
                _ => Statement { claim, row: actor, cell: concept },
            }));
        }
    }
}
