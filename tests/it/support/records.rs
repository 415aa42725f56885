//! Records to serve. Ids are given without their collection where it is clear from the field.

use claimd::proto::Timestamp;
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{
    Actor, Article, Claim, Evidence, PartialTime, Party, Precision, QuotationType, Record, Relation, RelationKind,
};

/// A record of one resource, as a record of any.
pub(crate) trait IntoRecord {
    fn record(&self) -> Record;
}

macro_rules! into_record {
    ($($message:ident),+) => {
        $(impl IntoRecord for $message {
            fn record(&self) -> Record {
                Record { record: Some(Kind::$message(self.clone())) }
            }
        })+
    };
}

into_record!(Article, Actor, Claim);

/// A corpus file of these records.
pub(crate) fn ndjson<'r>(records: impl IntoIterator<Item = &'r dyn IntoRecord>) -> String {
    records.into_iter().map(|record| serde_json::to_string(&record.record()).unwrap() + "\n").collect()
}

pub(crate) fn article(id: &str) -> Article {
    Article { name: format!("articles/{id}"), title: format!("Title of {id}"), ..Article::default() }
}

pub(crate) fn actor(id: &str) -> Actor {
    Actor { name: format!("actors/{id}"), display_name: format!("Actor {id}"), ..Actor::default() }
}

pub(crate) fn claim(id: &str) -> Claim {
    Claim { name: format!("claims/{id}"), text: format!("Text of {id}"), ..Claim::default() }
}

pub(crate) fn party(actor: &str) -> Party {
    Party { actor: format!("actors/{actor}"), mention: actor.to_owned(), ..Party::default() }
}

/// Evidence that sums an article up.
pub(crate) fn evidence(article: &str) -> Evidence {
    Evidence {
        article: format!("articles/{article}"),
        quotation_type: QuotationType::Paraphrase.into(),
        ..Evidence::default()
    }
}

pub(crate) fn relation(kind: RelationKind, claim: &str) -> Relation {
    Relation { kind: kind.into(), claim: format!("claims/{claim}"), ..Relation::default() }
}

/// A time, in seconds since 1970.
pub(crate) fn at(seconds: i64) -> PartialTime {
    let time = Some(Timestamp { seconds, nanos: 0 });
    PartialTime { time, precision: Precision::Second.into() }
}
