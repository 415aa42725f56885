//! Statements: what networks count, without duplicates.

use hashbrown::HashSet;
use roaring::RoaringBitmap;

use super::frame::{Frame, Statement};
use crate::corpus::{Corpus, Id, Sided};
use crate::proto::v1::{DuplicateRule, NetworkKind, NodeKind, WindowUnit};
use crate::query::calendar;

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

/// Removes duplicates: keeps the first of the statements with the same actor, concept and side in each article, day, week,
/// month or year, or of all. Claims are in the order of their times, then of their names.
///
/// A statement in several articles is kept if it is the first in any of them. A claim without an article is a duplicate of
/// none, so it is kept. For periods, so is a claim without a time, or with a coarser precision.
pub(super) struct Duplicates<'c> {
    rule: Rule,
    corpus: &'c Corpus,
    /// Row, cell and the number of the article or period.
    seen: HashSet<(u32, Sided, i64)>,
}

#[derive(Clone, Copy)]
enum Rule {
    Include,
    Article,
    Period(WindowUnit),
    All,
}

impl<'c> Duplicates<'c> {
    pub(super) fn new(rule: DuplicateRule, corpus: &'c Corpus) -> Self {
        let rule = match rule {
            DuplicateRule::Unspecified | DuplicateRule::Include => Rule::Include,
            DuplicateRule::Article => Rule::Article,
            DuplicateRule::Day => Rule::Period(WindowUnit::Day),
            DuplicateRule::Week => Rule::Period(WindowUnit::Week),
            DuplicateRule::Month => Rule::Period(WindowUnit::Month),
            DuplicateRule::Year => Rule::Period(WindowUnit::Year),
            DuplicateRule::All => Rule::All,
        };
        Self { rule, corpus, seen: HashSet::new() }
    }

    /// Removes the statements from `start` on, all of one claim, that are duplicates of earlier ones.
    pub(super) fn retain_first(&mut self, claim: Id, start: usize, statements: &mut Vec<Statement>) {
        if matches!(self.rule, Rule::Include) {
            return;
        }
        let mut kept = start;
        for at in start..statements.len() {
            if self.is_first(claim, statements[at]) {
                statements[kept] = statements[at];
                kept += 1;
            }
        }
        statements.truncate(kept);
    }

    fn is_first(&mut self, claim: Id, Statement { row, cell, .. }: Statement) -> bool {
        match self.rule {
            Rule::Include => true,
            Rule::All => self.seen.insert((row, cell, 0)),
            Rule::Period(unit) => {
                let number = calendar::number_of(unit, &self.corpus.claims, claim);
                number.is_none_or(|number| self.seen.insert((row, cell, number)))
            }
            Rule::Article => {
                let articles = self.corpus.claims.statements.articles.get(claim);
                let mut first = articles.is_empty();
                for article in articles {
                    first |= self.seen.insert((row, cell, i64::from(*article)));
                }
                first
            }
        }
    }
}
