//! Recall of ResolveActors for typos: 683 names with one typo each, among the names of 100,000 actors.

#[path = "../../benches/support/invented.rs"]
#[allow(dead_code, reason = "the benches use more of it")]
mod invented;

use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, RecordOp};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{Actor, ActorType, Record};
use claimd::query::{ActorQuery, resolve};
use clap::Parser;
use invented::Inventor;

const ACTORS: usize = 100_000;
const TYPOS: u32 = 683;
/// What has to come first of a hundred.
const LEAST_RECALL: f64 = 0.99;

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    load: claimd::config::LoadLimits,
}

fn corpus_of(names: &[String]) -> Corpus {
    let mut builder = Builder::new(Defaults::parse_from(["test"]).load);
    for (place, display_name) in names.iter().enumerate() {
        let name = format!("actors/a{place}");
        let (display_name, r#type) = (display_name.clone(), ActorType::Person.into());
        let actor = Actor { name: name.clone(), display_name, r#type, ..Actor::default() };
        let record = Some(Record { record: Some(Kind::Actor(actor)) });
        builder.add(u32::try_from(place).unwrap(), &name, record, Findings::default(), RecordOp::Insert);
    }
    builder.finish(true).unwrap()
}

#[tokio::test]
async fn ninety_nine_of_a_hundred_names_with_a_typo_come_first_among_a_hundred_thousand() {
    let mut inventor = Inventor::new(20_261_125);
    let names = inventor.distinct_names(ACTORS);
    let corpus = corpus_of(&names);
    let mut first = 0;
    for _ in 0..TYPOS {
        let place = inventor.below(ACTORS);
        let query = ActorQuery { text: inventor.typo(&names[place]), ..ActorQuery::default() };
        let found = resolve(&corpus, &query, 1, 0.0).await;
        let right = |id| corpus.actors.table.name(id) == format!("actors/a{place}");
        first += u32::from(found.first().is_some_and(|best| right(best.id)));
    }
    let recall = f64::from(first) / f64::from(TYPOS);
    assert!(recall > LEAST_RECALL, "{first} of {TYPOS} come first");
}
