//! Claims, queries and gold labels of the CheckThat! 2022 folders.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use claimd::matching::query_text::QueryText;
use flate2::read::GzDecoder;
use serde::Deserialize;

use super::index::Indexed;

/// The folders that make up the labelled data.
pub const DATASETS: [&str; 2] = ["snopes", "politifact"];

/// A verified claim as the data holds it.
#[derive(Debug, Deserialize)]
pub struct Verified {
    pub vclaim_id: String,
    pub vclaim: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub subtitle: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub speaker: Option<String>,
    #[serde(default)]
    date: Option<String>,
}

impl Verified {
    /// The day it was made, counted from 1970-01-01.
    pub fn day(&self) -> Option<i32> {
        self.date.as_deref().and_then(|date| QueryText::parse(date).day)
    }
}

/// A query with the ids of its gold claims.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub id: String,
    pub text: String,
    pub gold: BTreeSet<u32>,
}

/// One folder, its claims loaded.
pub struct Dataset {
    pub indexed: Indexed,
    pub train: Vec<Labelled>,
    pub dev: Vec<Labelled>,
}

impl Dataset {
    /// Reads a folder. `bare` as in [`Indexed::build`].
    pub fn load(folder: &Path, bare: bool) -> Self {
        let file = File::open(folder.join("vclaims.jsonl.gz")).expect("the folder has claims");
        let claims: Vec<Verified> = BufReader::new(GzDecoder::new(file))
            .lines()
            .map(|line| serde_json::from_str(&line.expect("a text")).expect("a claim"))
            .collect();
        let indexed = Indexed::build(&claims, bare);
        let numbers = (0..).zip(&claims).map(|(number, claim)| (claim.vclaim_id.as_str(), indexed.id(number)));
        let ids: HashMap<&str, u32> = numbers.collect();
        let texts: HashMap<String, String> = lines(&folder.join("train-dev-queries.tsv"))
            .filter_map(|line| line.split_once('\t').map(|(id, text)| (id.to_owned(), text.to_owned())))
            .collect();
        let labelled = |split: &str| {
            let mut gold: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            for line in lines(&folder.join(format!("{split}-qrels.tsv"))) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                if fields.len() >= 3 {
                    gold.entry(fields[0].to_owned()).or_default().insert(ids[fields[2]]);
                }
            }
            gold.into_iter().map(|(id, gold)| Labelled { text: texts[&id].clone(), gold, id }).collect()
        };
        let (train, dev) = (labelled("train"), labelled("dev"));
        Self { indexed, train, dev }
    }
}

fn lines(path: &Path) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).expect("the folder has that file")).lines().map(|line| line.expect("a text"))
}
