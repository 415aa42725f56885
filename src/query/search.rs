//! Full-text search of claims and articles, ranked by BM25.
//!
//! Plain words are alternatives: a record matches if it has one of them, and ranks higher with more or rarer ones. Filters
//! apply before ranking, so that `total` is exact.

mod fields;
mod highlight;
mod plan;
mod prefix;
mod restrict;
mod syntax;

use roaring::RoaringBitmap;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query};

pub use fields::{ARTICLE_FIELDS, CLAIM_FIELDS, Field};
pub use highlight::{Highlight, article_highlights, claim_highlights};
pub use plan::{Plan, QueryFault, QueryLimits};

use self::restrict::Within;
use crate::corpus::text::TextIndex;
use crate::corpus::{Id, Table};

/// A record that matches a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The record.
    pub id: Id,
    /// Its BM25 score.
    pub score: f32,
}

/// A page of the records that match a query.
#[derive(Debug)]
pub struct Hits {
    /// The hits, best first; equal scores oldest first.
    pub hits: Vec<Hit>,
    /// Exact number of records that match the query.
    pub total: usize,
}

/// The hits from `offset` on, at most `size` of them, among the selected records.
///
/// Costs time linear in the postings of the query's terms, and in the selected records if the filter excludes any.
pub fn search(
    index: &TextIndex,
    table: &Table,
    plan: &Plan,
    selected: &RoaringBitmap,
    offset: usize,
    size: usize,
) -> Hits {
    let query = restricted(index, plan, table, selected);
    if offset >= usize::try_from(selected.len()).unwrap_or(usize::MAX) {
        // The page is empty. Collecting the top `offset` hits would take memory in proportion to `offset`.
        let total = index.searcher().search(&query, &Count).expect("an index in memory can be read");
        return Hits { hits: Vec::new(), total };
    }
    let collectors = (TopDocs::with_limit(size.max(1)).and_offset(offset).order_by_score(), Count);
    let (top, total) = index.searcher().search(&query, &collectors).expect("an index in memory can be read");
    let hits = top.into_iter().map(|(score, address)| Hit { id: address.doc_id, score }).take(size).collect();
    Hits { hits, total }
}

/// The selected records that match a query, unranked.
pub fn matching(index: &TextIndex, table: &Table, plan: &Plan, selected: &RoaringBitmap) -> RoaringBitmap {
    let query = restricted(index, plan, table, selected);
    index.searcher().search(&query, &restrict::All).expect("an index in memory can be read")
}

fn restricted(index: &TextIndex, plan: &Plan, table: &Table, selected: &RoaringBitmap) -> Box<dyn Query> {
    let query = plan.query();
    let rest = match plan.excluded() {
        Some(excluded) => {
            let excluded = index.searcher().search(&excluded, &restrict::All);
            selected - excluded.expect("an index in memory can be read")
        }
        None => return within(query, table, selected),
    };
    Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, Box::new(Within::new(rest)))]))
}

/// Restricts a query to the selected records.
pub(super) fn within(query: Box<dyn Query>, table: &Table, selected: &RoaringBitmap) -> Box<dyn Query> {
    if selected.len() == u64::from(table.len()) {
        return query;
    }
    let within = Within::new(selected.clone());
    Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, Box::new(within))]))
}
