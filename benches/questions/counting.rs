//! AggregateClaims and ComputeNetwork over everything.

use claimd::proto::v1::{DuplicateRule, GroupKey, NetworkKind, NodeKind, Normalization};
use claimd::query::{Filter, NetworkQuery, aggregate, networks};

use crate::asking::{ASKED_WORST, Asking, report};
use crate::spread::Spread;

impl Asking<'_> {
    pub(crate) fn aggregates(&mut self) {
        let mut usual = Spread::default();
        for _ in 0..ASKED_WORST {
            usual.time(|| self.aggregate(&[GroupKey::Speaker]));
        }
        println!("aggregate everything by speaker       {usual}");
        let keys = [
            ("speaker, subject, day", [GroupKey::Speaker, GroupKey::Subject, GroupKey::Day]),
            ("article, speaker, subject", [GroupKey::Article, GroupKey::Speaker, GroupKey::Subject]),
            ("week, month, year", [GroupKey::Week, GroupKey::Month, GroupKey::Year]),
        ];
        for (name, keys) in keys {
            report(&format!("aggregate: by {name}"), &usual, || self.aggregate(&keys) > 0);
        }
    }

    /// How many buckets there are, at most a hundred.
    fn aggregate(&self, keys: &[GroupKey]) -> usize {
        self.runtime.block_on(aggregate(&self.corpus, &self.everything, keys, 100)).buckets.len()
    }

    pub(crate) fn networks(&mut self) {
        let query = |kind, rows, max_nodes| NetworkQuery {
            filter: Filter::default(),
            kind,
            rows,
            signed: false,
            normalization: Normalization::None,
            duplicates: DuplicateRule::Include,
            min_weight: 0.0,
            window: None,
            max_nodes,
            max_windows: 1000,
            max_bytes: 4 << 20,
        };
        let mut usual = Spread::default();
        for _ in 0..ASKED_WORST {
            usual.time(|| self.is_network(&query(NetworkKind::Congruence, NodeKind::Speaker, 200)));
        }
        println!("network of 200 actors                 {usual}");
        let everything = 5000;
        let mut worst = vec![
            ("congruence of 5000 actors", query(NetworkKind::Congruence, NodeKind::Speaker, everything)),
            ("concepts over all actors", query(NetworkKind::CoOccurrence, NodeKind::Concept, everything)),
            ("affiliation", query(NetworkKind::Affiliation, NodeKind::Speaker, everything)),
            ("disputes", query(NetworkKind::Dispute, NodeKind::Speaker, everything)),
        ];
        let jaccard = query(NetworkKind::Subtract, NodeKind::Speaker, everything);
        worst.push((
            "subtract, jaccard, first in article",
            NetworkQuery {
                normalization: Normalization::Jaccard,
                duplicates: DuplicateRule::Article,
                min_weight: 1e9,
                ..jaccard
            },
        ));
        for (name, query) in worst {
            report(&format!("network: {name}"), &usual, || self.is_network(&query));
        }
    }

    /// Whether it is answered. One that is too large for an answer is refused when most of the work is done.
    fn is_network(&self, query: &NetworkQuery) -> bool {
        self.runtime.block_on(networks(&self.corpus, query)).is_ok()
    }
}
