//! The edges of CONGRUENCE, CONFLICT, SUBTRACT and CO_OCCURRENCE networks: between nodes of one mode that share columns of
//! the other.

use super::frame::{Frame, Numbering, Part};
use super::matrix::{Cell, Matrix};
use super::nodes::{Candidate, Foremost, count, number};
use super::weights::Totals;
use crate::corpus::Sided;
use crate::error::Error;
use crate::model::{Network, NetworkEdge};
use crate::proto::v1::{NetworkKind, NodeKind};

/// What two nodes have in common.
#[derive(Clone, Copy, Default)]
struct Common {
    /// Over what both take a side on: products of the counts with the same side.
    same: u64,
    /// Products of the counts with opposite sides.
    opposite: u64,
    /// Statements of the first where the second takes the same side.
    mine: u64,
    /// Statements of the second where the first takes the same side.
    theirs: u64,
}

impl Common {
    fn add(&mut self, mine: Cell, theirs: Cell) {
        let (my_support, my_oppose) = (u64::from(mine.support), u64::from(mine.oppose));
        let (their_support, their_oppose) = (u64::from(theirs.support), u64::from(theirs.oppose));
        self.same += my_support * their_support + my_oppose * their_oppose;
        self.opposite += my_support * their_oppose + my_oppose * their_support;
        for (my_count, their_count) in [(my_support, their_support), (my_oppose, their_oppose)] {
            if my_count > 0 && their_count > 0 {
                self.mine += my_count;
                self.theirs += their_count;
            }
        }
    }

    /// The count of a kind. What two nodes say of a thing whatever the side is what they say with the same side and what
    /// they say with opposite ones, so that CO_OCCURRENCE is the sum of the two.
    fn of(self, kind: NetworkKind) -> i64 {
        let signed = |count| i64::try_from(count).expect("no memory holds so many statements");
        match kind {
            NetworkKind::Conflict => signed(self.opposite),
            NetworkKind::Subtract => signed(self.same) - signed(self.opposite),
            NetworkKind::CoOccurrence => signed(self.same + self.opposite),
            _ => signed(self.same),
        }
    }

    /// What the two say together, each cell of a thing and a side counted as m10, m01 or m11.
    fn totals(self, source: u64, target: u64) -> Totals {
        let together = (source - self.mine) + (target - self.theirs) + self.same;
        Totals { source, target, together }
    }
}

impl Frame<'_> {
    /// Nodes tied by the things that both take a side on. A node and itself are no pair.
    pub(super) async fn similarity(&mut self, Part { statements, .. }: Part<'_>) -> Result<Network, Error> {
        let rows_are_concepts = self.query.rows == NodeKind::Concept;
        let (rows, columns) = numberings(rows_are_concepts, &mut self.actors, &mut self.concepts);
        let mut counts = Vec::new();
        rows.clear();
        for statement in statements {
            count(rows.add(statement.row), statement.row, &mut counts);
            self.budget.spend(1).await;
        }
        let mut foremost = Foremost::new(self.query.max_nodes);
        foremost.consider(self.corpus, rows_are_concepts, &counts, &mut self.budget).await;
        let (actors, concepts, omitted_nodes) = foremost.finish();
        let nodes = if rows_are_concepts { concepts } else { actors };
        number(rows, &nodes);

        columns.clear();
        let mut pairs = Vec::new();
        for statement in statements {
            if let Some(row) = rows.get(statement.row) {
                let column = columns.add(statement.cell.thing());
                pairs.push((row, Sided::new(column, statement.cell.is_against())));
            }
            self.budget.spend(1).await;
        }
        let column_count = columns.things().len();
        let matrix = Matrix::count(nodes.len(), &pairs, &mut self.budget).await;
        let by_column = matrix.transposed(column_count, &mut self.budget).await;

        let mut network = Network { omitted_nodes, ..Network::default() };
        let places = self.add_nodes(&mut network, self.row_mode(), &nodes);
        self.size.add_nodes(&network)?;
        self.add_pairs(&nodes, &places, &matrix, &by_column, &mut network).await?;
        Ok(network)
    }

    /// Pairs each node with those behind it, row by row, so that only one row of pairs is in memory.
    async fn add_pairs(
        &mut self,
        nodes: &[Candidate<'_>],
        places: &[u32],
        matrix: &Matrix,
        by_column: &Matrix,
        network: &mut Network,
    ) -> Result<(), Error> {
        let (ties, kind) = (self.ties(), self.query.kind);
        // Of each column, the cells of rows that had their turn. Rows come in order, and so do a column's cells.
        let mut done = vec![0; by_column.rows()];
        let mut commons = vec![Common::default(); nodes.len()];
        for (row, node) in nodes.iter().enumerate() {
            for mine in matrix.row(row) {
                let column = mine.at as usize;
                done[column] += 1;
                let behind = &by_column.row(column)[done[column]..];
                for theirs in behind {
                    commons[theirs.at as usize].add(*mine, *theirs);
                }
                self.budget.spend(1 + behind.len()).await;
            }
            for (at, common) in commons.iter_mut().enumerate().skip(row + 1) {
                let common = std::mem::take(common);
                let totals = common.totals(node.count(), nodes[at].count());
                if let Some(weight) = ties.weight(common.of(kind), totals) {
                    self.size.push(network, NetworkEdge { source: places[row], target: places[at], weight })?;
                }
            }
            self.budget.spend(nodes.len() - row).await;
        }
        Ok(())
    }
}

fn numberings<'n>(
    rows_are_concepts: bool,
    actors: &'n mut Numbering,
    concepts: &'n mut Numbering,
) -> (&'n mut Numbering, &'n mut Numbering) {
    if rows_are_concepts { (concepts, actors) } else { (actors, concepts) }
}
