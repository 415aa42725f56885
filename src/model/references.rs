//! The resource names in a record: its own, and those it refers to.

use crate::proto::v1::record::Record as Kind;

/// Calls `visit` with every resource name in a record, its own first; names that are not given are passed over.
pub fn each_name(record: &mut Kind, mut visit: impl FnMut(&mut String)) {
    let mut visit = |name: &mut String| {
        if !name.is_empty() {
            visit(name);
        }
    };
    match record {
        Kind::Article(article) => {
            visit(&mut article.name);
            visit(&mut article.publisher_actor);
            article.merged_names.iter_mut().for_each(&mut visit);
            article.mentions.iter_mut().for_each(|mention| visit(&mut mention.actor));
        }
        Kind::Actor(actor) => {
            visit(&mut actor.name);
            visit(&mut actor.parent);
            actor.merged_names.iter_mut().for_each(&mut visit);
            actor.roles.iter_mut().for_each(|role| visit(&mut role.organization));
        }
        Kind::Claim(claim) => {
            visit(&mut claim.name);
            for party in [&mut claim.speakers, &mut claim.subjects, &mut claim.addressees].into_iter().flatten() {
                visit(&mut party.actor);
                visit(&mut party.on_behalf_of);
            }
            claim.evidence.iter_mut().for_each(|evidence| visit(&mut evidence.article));
            claim.relations.iter_mut().for_each(|relation| visit(&mut relation.claim));
            claim.reviews.iter_mut().for_each(|review| visit(&mut review.reviewer));
        }
    }
}
