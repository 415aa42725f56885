//! Repeated keys in `labels`: the generated parser refuses a repeated field, but takes the last of repeated map keys.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::proto::v1::Record;
use crate::proto::v1::record::Record as Kind;

/// Whether the line of a record has more labels than the record: then one of them was lost.
///
/// Only a line with labels is read a second time.
pub(super) fn any(line: &str, record: &Record) -> bool {
    let kept = match &record.record {
        Some(Kind::Article(article)) => article.labels.len(),
        Some(Kind::Actor(actor)) => actor.labels.len(),
        Some(Kind::Claim(claim)) => claim.labels.len(),
        None => 0,
    };
    // A line that cannot be read this way goes the long way, which can say why.
    kept > 0 && serde_json::from_str::<Line>(line).map_or(true, |line| line.labels() != kept)
}

#[derive(Deserialize)]
struct Line {
    article: Option<Labelled>,
    actor: Option<Labelled>,
    claim: Option<Labelled>,
}

impl Line {
    fn labels(&self) -> usize {
        [&self.article, &self.actor, &self.claim].into_iter().flatten().map(|labelled| labelled.labels.0).sum()
    }
}

#[derive(Deserialize)]
struct Labelled {
    #[serde(default)]
    labels: EntryCount,
}

/// How many entries an object has, repeated keys counted each time.
#[derive(Default)]
struct EntryCount(usize);

impl<'de> Deserialize<'de> for EntryCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntryCounter)
    }
}

struct EntryCounter;

impl<'de> Visitor<'de> for EntryCounter {
    type Value = EntryCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<EntryCount, A::Error> {
        let mut count = 0;
        while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(EntryCount(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_was_lost_is_missed() {
        for (labels, repeated) in [
            ("", false),
            (r#""a":"1","b":"2""#, false),
            (r#""a":"1","a":"1""#, true),
            (r#""a":"1","b":"2","\u0061":"3""#, true),
        ] {
            let line = format!(r#"{{"actor":{{"name":"actors/x","labels":{{{labels}}},"url":"labels"}}}}"#);
            assert_eq!(any(&line, &serde_json::from_str(&line).unwrap()), repeated, "{labels}");
        }
    }
}
