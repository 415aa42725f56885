//! DISPUTE: whose claims dispute, deny or contradict whose.

use hashbrown::HashMap;

use super::nodes::{Foremost, number};
use super::normalization::Totals;
use super::{Frame, Part};
use crate::error::Error;
use crate::model::{Network, NetworkEdge};

impl Frame<'_> {
    /// Actors tied by relations from claims of the one to claims of the other, once for each pair of speakers. Both
    /// claims are among the selected ones. Nodes are those who have a part in some relation; their statements are all
    /// their selected claims. Who disputes a claim of their own is tied to themselves.
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
