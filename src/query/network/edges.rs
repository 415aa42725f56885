//! The edges of AFFILIATION and DISPUTE networks.

use hashbrown::HashMap;

use super::frame::{Frame, Part};
use super::matrix::Matrix;
use super::nodes::{Foremost, count, number};
use super::weights::Totals;
use crate::corpus::Sided;
use crate::error::Error;
use crate::model::{Network, NetworkEdge};
use crate::proto::v1::NodeKind;

impl Frame<'_> {
    /// AFFILIATION: edges between actors and concepts. Their count is the number of statements of the actor on the concept,
    /// or with `signed` the number for it minus the number against it.
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

impl Frame<'_> {
    /// DISPUTE: edges from actors to actors whose claims they dispute, deny or contradict. Their count is the number of
    /// relations, each once for each pair of speakers; both claims must be selected. Nodes are the actors with such a
    /// relation, and their statements are all their selected claims. An actor may have an edge to itself.
    pub(super) async fn dispute(&mut self, Part { statements, disputes }: Part<'_>) -> Result<Network, Error> {
        let mut counts = Vec::new();
        self.actors.clear();
        for (claim, target) in disputes.iter().copied() {
            let (sources, targets) = (self.actors_of(claim), self.actors_of(target));
            self.budget.spend(1 + sources.len() + targets.len()).await;
            if sources.is_empty() || targets.is_empty() {
                continue;
            }
            for actor in sources.iter().chain(targets).copied() {
                if self.actors.add(actor) as usize == counts.len() {
                    counts.push((actor, 0));
                }
            }
        }
        for statement in statements {
            if let Some(number) = self.actors.get(statement.row) {
                counts[number as usize].1 += 1;
            }
            self.budget.spend(1).await;
        }
        let mut foremost = Foremost::new(self.query.max_nodes);
        foremost.consider(self.corpus, false, &counts, &mut self.budget).await;
        let (nodes, _, omitted_nodes) = foremost.finish();
        number(&mut self.actors, &nodes);
        let mut network = Network { directed: true, omitted_nodes, ..Network::default() };
        let places = self.add_nodes(&mut network, self.row_mode(), &nodes);
        self.size.add_nodes(&network)?;

        let mut relations: HashMap<(u32, u32), i64> = HashMap::new();
        for (claim, target) in disputes.iter().copied() {
            for source in self.actors_of(claim).iter().filter_map(|actor| self.actors.get(*actor)) {
                for target in self.actors_of(target).iter().filter_map(|actor| self.actors.get(*actor)) {
                    *relations.entry((source, target)).or_default() += 1;
                }
            }
            self.budget.spend(1 + self.actors_of(claim).len() * self.actors_of(target).len()).await;
        }
        let mut relations: Vec<_> = relations.into_iter().collect();
        relations.sort_unstable();
        let ties = self.ties();
        for ((source, target), count) in relations {
            let (source, target) = (source as usize, target as usize);
            let totals = Totals { source: nodes[source].count(), target: nodes[target].count(), together: 0 };
            if let Some(weight) = ties.weight(count, totals) {
                self.size.push(&mut network, NetworkEdge { source: places[source], target: places[target], weight })?;
            }
            self.budget.spend(1).await;
        }
        Ok(network)
    }
}
