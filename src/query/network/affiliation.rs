//! AFFILIATION: how often actors speak of concepts.

use super::matrix::Matrix;
use super::nodes::{Foremost, number};
use super::normalization::Totals;
use super::{Frame, Part};
use crate::corpus::Sided;
use crate::error::Error;
use crate::model::{Network, NetworkEdge};
use crate::proto::v1::NodeKind;

impl Frame<'_> {
    /// Actors and concepts, tied by the statements of the one on the other: their number, or with `signed` those for
    /// the concept less those against it.
    pub(super) async fn affiliation(&mut self, Part { statements, .. }: Part<'_>) -> Result<Network, Error> {
        let (mut actor_counts, mut concept_counts) = (Vec::new(), Vec::new());
        self.actors.clear();
        self.concepts.clear();
        for statement in statements {
            count(self.actors.add(statement.row), statement.row, &mut actor_counts);
            let concept = statement.cell.thing();
            count(self.concepts.add(concept), concept, &mut concept_counts);
            self.budget.spend(1).await;
        }
        let mut foremost = Foremost::new(self.query.max_nodes);
        foremost.consider(self.corpus, false, &actor_counts, &mut self.budget).await;
        foremost.consider(self.corpus, true, &concept_counts, &mut self.budget).await;
        let (actors, concepts, omitted_nodes) = foremost.finish();
        number(&mut self.actors, &actors);
        number(&mut self.concepts, &concepts);
        let mut network = Network { omitted_nodes, ..Network::default() };
        let actor_places = self.add_nodes(&mut network, self.row_mode(), &actors);
        let concept_places = self.add_nodes(&mut network, NodeKind::Concept, &concepts);
        self.size.add_nodes(&network)?;

        let mut pairs = Vec::new();
        for statement in statements {
            let pair = self.actors.get(statement.row).zip(self.concepts.get(statement.cell.thing()));
            pairs.extend(pair.map(|(row, column)| (row, Sided::new(column, statement.cell.is_against()))));
            self.budget.spend(1).await;
        }
        let matrix = Matrix::count(actors.len(), &pairs, &mut self.budget).await;
        let (ties, signed) = (self.ties(), self.query.signed);
        for (row, actor) in actors.iter().enumerate() {
            for cell in matrix.row(row) {
                let (support, oppose) = (i64::from(cell.support), i64::from(cell.oppose));
                let concept = concepts[cell.at as usize];
                let totals = Totals { source: actor.count(), target: concept.count(), together: 0 };
                let weight = ties.weight(if signed { support - oppose } else { support + oppose }, totals);
                if let Some(weight) = weight {
                    let (source, target) = (actor_places[row], concept_places[cell.at as usize]);
                    self.size.push(&mut network, NetworkEdge { source, target, weight })?;
                }
            }
            self.budget.spend(matrix.row(row).len()).await;
        }
        Ok(network)
    }
}

/// Adds one to the count of the thing with that number.
pub(super) fn count(number: u32, thing: u32, counts: &mut Vec<(u32, u32)>) {
    let at = number as usize;
    if at == counts.len() {
        counts.push((thing, 0));
    }
    counts[at].1 += 1;
}
