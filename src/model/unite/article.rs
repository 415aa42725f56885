//! Two records of one article.

use std::collections::BTreeMap;

use super::{field, list};
use crate::model::Findings;
use crate::proto::v1::{Article, Mention};

pub(super) fn unite(kept: &mut Article, mut other: Article, findings: &mut Findings) {
    if kept.body != other.body {
        // Spans count in one of the two texts, and that one is kept.
        let is_other_kept = (other.body.len(), &other.body) > (kept.body.len(), &kept.body);
        let left = if is_other_kept { &mut kept.mentions } else { &mut other.mentions };
        for mention in left {
            mention.spans.clear();
        }
        if is_other_kept {
            kept.body_length = other.body_length;
        }
    }
    field::text(&mut kept.body, other.body, "body", findings);
    mentions(&mut kept.mentions, other.mentions);
    field::text(&mut kept.title, other.title, "title", findings);
    field::text(&mut kept.language, other.language, "language", findings);
    field::text(&mut kept.publisher, other.publisher, "publisher", findings);
    field::text(&mut kept.publisher_actor, other.publisher_actor, "publisher_actor", findings);
    list::values(&mut kept.authors, other.authors);
    field::text(&mut kept.url, other.url, "url", findings);
    field::time(&mut kept.publish_time, other.publish_time, "publish_time", findings);
    field::latest(&mut kept.modify_time, other.modify_time, "modify_time", findings);
    field::text(&mut kept.section, other.section, "section", findings);
    list::values(&mut kept.topics, other.topics);
    list::values(&mut kept.merged_names, other.merged_names);
    field::labels(&mut kept.labels, other.labels, findings);
    field::provenance(&mut kept.provenance, other.provenance, findings);
}

/// Unites two lists of mentions. Whether they keep their order does not depend on places, which come and go with the text
/// that they count in.
fn mentions(kept: &mut Vec<Mention>, other: Vec<Mention>) {
    if kept.is_empty() || other.is_empty() {
        kept.extend(other);
        return;
    }
    if kept.iter().map(who).eq(other.iter().map(who)) {
        for (kept, other) in kept.iter_mut().zip(other) {
            keep_higher(kept, other);
        }
        return;
    }
    let mut all: BTreeMap<(String, String), Mention> = BTreeMap::new();
    for mention in kept.drain(..).chain(other) {
        let (actor, text) = who(&mention);
        let key = (actor.to_owned(), text.to_owned());
        match all.get_mut(&key) {
            Some(kept) => keep_higher(kept, mention),
            None => drop(all.insert(key, mention)),
        }
    }
    *kept = all.into_values().collect();
}

/// Who is mentioned, and as what.
fn who(mention: &Mention) -> (&str, &str) {
    (&mention.actor, &mention.text)
}

fn keep_higher(kept: &mut Mention, other: Mention) {
    if rank(&other) > rank(kept) {
        *kept = other;
    }
}

/// The mention with more places says more.
fn rank(mention: &Mention) -> (usize, Vec<(i32, i32)>) {
    (mention.spans.len(), mention.spans.iter().map(|span| (span.start, span.end)).collect())
}
