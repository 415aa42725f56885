//! Precision and recall of ResolveActors: `cargo run --example resolve_quality [-- errors]`.
//!
//! Reads labelled pairs of names from `data/names/cases.csv` in the folder CLAIMD_SHARED (default: ../shared). A corpus
//! has one actor for the first name of each pair. The second name is the query, without type, country or identifier; a
//! score of at least 0.7 for the actor of the pair is a match. The same is measured with a corpus of one actor for each
//! pair. Fails below the required F1. With `errors` it prints every wrong and missed match.

use std::error::Error;
use std::path::PathBuf;

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, RecordOp};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{Actor, ActorType, Record};
use claimd::query::{ActorCandidate, ActorQuery, resolve};

const THRESHOLD: f64 = 0.7;
/// The maximum limit of a request.
const LIMIT: usize = 50;
/// Required F1 over all pairs, and over the pairs with a script other than Latin.
const MIN_F1: f64 = 0.90;
const MIN_NON_LATIN_F1: f64 = 0.90;

/// Two names, and whether they refer to the same party.
struct Case {
    actor_type: ActorType,
    name: String,
    query: String,
    is_match: bool,
}

impl Case {
    /// Whether a name has letters of another script than Latin.
    fn is_non_latin(&self) -> bool {
        self.name.chars().chain(self.query.chars()).any(|letter| letter.is_alphabetic() && letter > '\u{24F}')
    }
}

/// Counts of correct, wrong and missed matches.
#[derive(Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Tally {
    fn add(&mut self, is_match: bool, said: bool) {
        self.right += u32::from(is_match && said);
        self.wrong += u32::from(!is_match && said);
        self.missed += u32::from(is_match && !said);
    }

    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.wrong)
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.right + self.missed)
    }

    fn f1(&self) -> f64 {
        f64::from(2 * self.right) / f64::from(2 * self.right + self.wrong + self.missed)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let shared = std::env::var_os("CLAIMD_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = shared.join("data/names/cases.csv");
    if !path.exists() {
        println!("ResolveActors cases.csv: SKIPPED, since there is no {} (CLAIMD_SHARED)", path.display());
        return Ok(());
    }
    let shows_errors = std::env::args().any(|argument| argument == "errors");
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let cases = read(&path)?;
    let together = corpus(&cases)?;
    let [mut all, mut non_latin, mut all_alone, mut non_latin_alone] = std::array::from_fn(|_| Tally::default());
    for (at, case) in cases.iter().enumerate() {
        let found = runtime.block_on(ask(&together, case, &format!("actors/c{at}")));
        let alone = runtime.block_on(ask(&corpus(std::slice::from_ref(case))?, case, "actors/c0"));
        let (said, said_alone) = (says_yes(found.as_ref()), says_yes(alone.as_ref()));
        all.add(case.is_match, said);
        all_alone.add(case.is_match, said_alone);
        if case.is_non_latin() {
            non_latin.add(case.is_match, said);
            non_latin_alone.add(case.is_match, said_alone);
        }
        if shows_errors && said != case.is_match {
            println!("{} {} / {}: {found:?}", if said { "wrong" } else { "missed" }, case.name, case.query);
        }
    }
    println!(
        "ResolveActors cases.csv: P {:.3} R {:.3} F1 {:.3}  non-Latin F1 {:.3}  (one corpus for each pair: F1 {:.3}, \
         non-Latin F1 {:.3}; {} pairs)",
        all.precision(),
        all.recall(),
        all.f1(),
        non_latin.f1(),
        all_alone.f1(),
        non_latin_alone.f1(),
        cases.len()
    );
    let required = [(all, MIN_F1), (all_alone, MIN_F1), (non_latin, MIN_NON_LATIN_F1)];
    if required.iter().any(|(tally, min)| tally.f1() < *min) {
        return Err(format!("below F1 {MIN_F1} or non-Latin F1 {MIN_NON_LATIN_F1}").into());
    }
    Ok(())
}

fn read(path: &std::path::Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut cases = Vec::new();
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let actor_type = match &row[1] {
            "Person" => ActorType::Person,
            "Company" => ActorType::Company,
            "Organization" => ActorType::Organization,
            _ => ActorType::Unspecified,
        };
        cases.push(Case { actor_type, name: row[2].into(), query: row[3].into(), is_match: &row[4] == "true" });
    }
    Ok(cases)
}

/// A corpus with an actor `actors/c0`, `actors/c1`, ... for each case.
fn corpus(cases: &[Case]) -> Result<Corpus, Box<dyn Error>> {
    let limits = LoadLimits {
        max_line_bytes: 1 << 20,
        max_record_bytes: 1 << 20,
        max_database_bytes: 1 << 20,
        max_diagnostics: 10,
    };
    let mut builder = Builder::new(limits);
    for (line, case) in (0..).zip(cases) {
        let name = format!("actors/c{line}");
        let actor = Actor {
            name: name.clone(),
            display_name: case.name.clone(),
            r#type: case.actor_type.into(),
            ..Actor::default()
        };
        builder.add(
            line + 1,
            &name,
            Some(Record { record: Some(Kind::Actor(actor)) }),
            Findings::default(),
            RecordOp::Insert,
        );
    }
    Ok(builder.finish(true)?)
}

/// The candidate of the actor `name` for the query of a case.
async fn ask(corpus: &Corpus, case: &Case, name: &str) -> Option<ActorCandidate> {
    let query = ActorQuery { text: case.query.clone(), ..ActorQuery::default() };
    let found = resolve(corpus, &query, LIMIT, 0.0).await;
    found.into_iter().find(|candidate| corpus.actors.table.name(candidate.id) == name)
}

fn says_yes(found: Option<&ActorCandidate>) -> bool {
    found.is_some_and(|candidate| candidate.score >= THRESHOLD)
}
