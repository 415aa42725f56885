//! Settles articles: their references to actors.

use prost::Message;

use super::names::ActorNames;
use super::staging::Staging;
use crate::corpus::report::ReportBuilder;
use crate::model::Findings;
use crate::proto::v1::Article;

/// Leaves out the articles that cannot stay.
pub(super) fn settle(staging: &mut Staging, actors: ActorNames<'_>, report: &mut ReportBuilder) {
    let mut wrong = Vec::new();
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
    }
    for index in wrong {
        staging.entries[index as usize].dropped = true;
    }
}
