//! Settles articles: merged names, references to actors.

use std::collections::HashMap;

use prost::Message;

use super::names::{self, Names};
use super::staging::Staging;
use crate::corpus::report::ReportBuilder;
use crate::model::Findings;
use crate::proto::v1::Article;

/// Leaves out the articles that cannot stay; gives the merged names, each with the index of the article that bears it.
pub(super) fn settle(staging: &mut Staging, actors: Names<'_>, report: &mut ReportBuilder) -> HashMap<Box<str>, u32> {
    let mut wrong = Vec::new();
    let mut bearers = Vec::new();
    for index in staging.kept() {
        let entry = &staging.entries[index as usize];
        let basic = &staging.encoded(index)[..entry.basic_len as usize];
        let article = Article::decode(basic).expect("records were encoded here");
        let mut findings = Findings::default();
        actors.check(&article.publisher_actor, || "publisher_actor".to_owned(), &mut findings);
        for (at, mention) in article.mentions.iter().enumerate() {
            actors.check(&mention.actor, || format!("mentions[{at}].actor"), &mut findings);
        }
        if findings.has_error() {
            wrong.push(index);
        }
        report.add_all(entry.origin, staging.name(index), findings);
        if !article.merged_names.is_empty() {
            bearers.push((index, article.merged_names));
        }
    }
    let merged = names::merged(staging, bearers, report);
    for index in wrong {
        staging.entries[index as usize].dropped = true;
    }
    merged
}
