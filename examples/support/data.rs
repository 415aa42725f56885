//! Claims, queries and gold labels of the CheckThat! 2022 folders.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use claimd::matching::query_text::QueryText;
use flate2::read::GzDecoder;
use serde::Deserialize;

/// The folders that make up the labelled data.
pub const DATASETS: [&str; 2] = ["snopes", "politifact"];

/// A verified claim as the data holds it.
#[derive(Debug, Deserialize, Default)]
pub struct Record {
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
    pub date: Option<String>,
    #[serde(skip)]
    pub day: Option<i32>,
    #[serde(skip)]
    pub speaker_claims: u32,
}

/// A query with its gold claims.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub id: String,
    pub text: String,
    pub gold: BTreeSet<u32>,
}

/// One folder.
pub struct Dataset {
    pub name: String,
    pub claims: Vec<Record>,
    pub train: Vec<Labelled>,
    pub dev: Vec<Labelled>,
}

impl Dataset {
    /// Reads a folder.
    pub fn load(folder: &Path) -> Self {
        let file = File::open(folder.join("vclaims.jsonl.gz")).expect("claims");
        let mut claims: Vec<Record> = BufReader::new(GzDecoder::new(file))
            .lines()
            .map(|line| serde_json::from_str(&line.expect("line")).expect("record"))
            .collect();
        let mut speakers: HashMap<String, u32> = HashMap::new();
        for claim in &claims {
            if let Some(speaker) = &claim.speaker {
                *speakers.entry(speaker.clone()).or_default() += 1;
            }
        }
        for claim in &mut claims {
            claim.day = claim.date.as_deref().and_then(|date| QueryText::parse(date).day);
            claim.speaker_claims = claim.speaker.as_ref().map_or(0, |speaker| speakers[speaker]);
        }
        let numbers: HashMap<&str, u32> = (0..).zip(&claims).map(|(n, c)| (c.vclaim_id.as_str(), n)).collect();
        let texts: HashMap<String, String> = lines(&folder.join("train-dev-queries.tsv"))
            .filter_map(|line| line.split_once('\t').map(|(id, text)| (id.to_owned(), text.to_owned())))
            .collect();
        let labelled = |split: &str| {
            let mut gold: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            let mut order = Vec::new();
            for line in lines(&folder.join(format!("{split}-qrels.tsv"))) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                if fields.len() >= 3 {
                    order.push(fields[0].to_owned());
                    gold.entry(fields[0].to_owned()).or_default().insert(numbers[fields[2]]);
                }
            }
            let mut seen = BTreeSet::new();
            order.retain(|id| seen.insert(id.clone()));
            order.into_iter().map(|id| Labelled { text: texts[&id].clone(), gold: gold[&id].clone(), id }).collect()
        };
        let (train, dev) = (labelled("train"), labelled("dev"));
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        Self { name, claims, train, dev }
    }

    /// Adds altered copies of all claims until there are `copies` of each: words of the text and title shift by one claim in
    /// turn, so that each copy has words that belong together and is no duplicate.
    pub fn multiply(&mut self, copies: usize) {
        let count = self.claims.len();
        for copy in 1..copies {
            for place in 0..count {
                let (a, b) = (&self.claims[place], &self.claims[(place + copy * 37) % count]);
                let body = a.text.as_deref().or(a.subtitle.as_deref()).unwrap_or_default();
                let part: String = body.chars().take(MULTIPLIED_BODY_CHARACTERS).collect();
                let record = Record {
                    vclaim: woven(&a.vclaim, &b.vclaim),
                    title: Some(woven(a.title.as_deref().unwrap_or_default(), b.title.as_deref().unwrap_or_default())),
                    text: Some(part),
                    ..Record::default()
                };
                self.claims.push(record);
            }
        }
    }
}

/// Copies share the start of a body: whole ones of a million claims would not fit into the machine.
const MULTIPLIED_BODY_CHARACTERS: usize = 600;

/// The first half of one text and the second half of the other.
fn woven(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    [&a[..a.len().div_ceil(2)], &b[b.len() / 2..]].concat().join(" ")
}

fn lines(path: &Path) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).expect("file")).lines().map(|line| line.expect("line"))
}
