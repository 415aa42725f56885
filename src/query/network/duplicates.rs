//! Which of the statements that say the same count.

use hashbrown::HashSet;

use super::statements::Statement;
use crate::corpus::{Corpus, Id, Sided};
use crate::proto::v1::{DuplicateRule, WindowUnit};
use crate::query::calendar;

/// Keeps the first of the statements with the same actor, concept and side: of each article, of each day, week, month
/// or year, or of all. Claims come in the order of their times, then of their names.
///
/// A claim written in several articles is kept if it is the first in any of them. A claim without an article is the
/// first of none and a duplicate of none, so it is kept; so is one without a time, or with one that is not known so
/// finely, where a period is asked for.
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

    /// Takes away the statements from `start` on, all of one claim, that are duplicates of earlier ones.
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
