//! Rules on an article.

use super::{Code, Findings, Resource, byte_ranges, field, joined, precision};
use crate::proto::v1::{Article, Mention};

pub(super) fn check(article: &mut Article, findings: &mut Findings) {
    article.body_length = i32::try_from(article.body.chars().count()).unwrap_or(i32::MAX);
    field::language(&mut article.language, || "language".to_owned(), &mut article.labels, findings);
    field::reference(&article.publisher_actor, Resource::Actor, || "publisher_actor".to_owned(), findings);
    field::merged_names(&article.merged_names, Resource::Article, findings);
    precision::check(article.publish_time.as_ref(), || "publish_time".to_owned(), findings);
    precision::check(article.modify_time.as_ref(), || "modify_time".to_owned(), findings);
    for (index, mention) in article.mentions.iter().enumerate() {
        check_mention(mention, &format!("mentions[{index}]"), &article.body, findings);
    }
}

fn check_mention(mention: &Mention, path: &str, body: &str, findings: &mut Findings) {
    field::required(&mention.actor, &format!("{path}.actor"), findings);
    field::reference(&mention.actor, Resource::Actor, || format!("{path}.actor"), findings);
    let span_field = |index| format!("{path}.spans[{index}]");
    if body.is_empty() {
        return field::spans(&mention.spans, span_field, findings);
    }
    let ranges = match byte_ranges(body, &mention.spans) {
        Ok(ranges) => ranges,
        Err(error) => return field::span_error(error, span_field, findings),
    };
    // A mention's spans are its occurrences, each the whole text: "Trump" at two places, or "Mike" … "Pompeo" at one.
    if !mention.text.is_empty() && !ranges.is_empty() && joined(body, &ranges) != mention.text {
        for (index, range) in ranges.into_iter().enumerate() {
            let found = &body[range];
            if found != mention.text {
                let message = format!("{found:?} stands there, not {:?}", mention.text);
                findings.add(Code::MentionDiffers, span_field(index), message);
            }
        }
    }
}
