//! The CheckThat! 2022 folders: claims loaded as the service loads them, labelled queries of the train and dev splits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus, Id};
use claimd::matching::claim_index::ClaimIndex;
use claimd::matching::query_text::QueryText;
use claimd::model::{Findings, RecordOp};
use claimd::proto::Timestamp;
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{
    Actor, Article, Claim, ClaimStatus, Evidence, EvidenceField, PartialTime, Party, Precision, QuotationType, Record,
    Review,
};
use claimd::query::claim_index;
use flate2::read::GzDecoder;
use roaring::RoaringBitmap;
use serde::Deserialize;

/// Names of the folders.
pub const DATASETS: [&str; 2] = ["snopes", "politifact"];

/// One folder.
pub struct Dataset {
    pub corpus: Corpus,
    pub train: Vec<Labelled>,
    pub dev: Vec<Labelled>,
    all: RoaringBitmap,
}

/// A query with the ids of its relevant claims.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub id: String,
    pub text: String,
    pub relevant: BTreeSet<u32>,
}

/// A verified claim as stored in the folder.
#[derive(Debug, Deserialize)]
struct Verified {
    vclaim_id: String,
    vclaim: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    subtitle: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    speaker: Option<String>,
    #[serde(default)]
    date: Option<String>,
}

impl Dataset {
    /// Loads a folder: each claim with its speaker, its fact check, and the article of the fact check as its evidence. With
    /// `claims_only`, without fact checks and article texts, as in many corpora.
    pub fn load(folder: &Path, claims_only: bool) -> Self {
        let file = File::open(folder.join("vclaims.jsonl.gz")).expect("the folder has claims");
        let claims: Vec<Verified> = BufReader::new(GzDecoder::new(file))
            .lines()
            .map(|line| serde_json::from_str(&line.expect("the file is UTF-8")).expect("each line is a claim"))
            .collect();
        let corpus = build(&claims, claims_only);
        let id = |number| corpus.claims.table.id(&format!("claims/{number}")).expect("every claim was loaded");
        let ids: HashMap<&str, Id> =
            claims.iter().enumerate().map(|(number, claim)| (claim.vclaim_id.as_str(), id(number))).collect();
        let texts: HashMap<String, String> = lines(&folder.join("train-dev-queries.tsv"))
            .filter_map(|line| line.split_once('\t').map(|(id, text)| (id.to_owned(), text.to_owned())))
            .collect();
        let labelled = |split: &str| {
            let mut relevant: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            for line in lines(&folder.join(format!("{split}-qrels.tsv"))) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                if fields.len() >= 3 {
                    relevant.entry(fields[0].to_owned()).or_default().insert(ids[fields[2]]);
                }
            }
            relevant.into_iter().map(|(id, relevant)| Labelled { text: texts[&id].clone(), relevant, id }).collect()
        };
        let (train, dev) = (labelled("train"), labelled("dev"));
        let all = (0..corpus.claims.table.len()).collect();
        Self { corpus, train, dev, all }
    }

    /// All claims as the ranking reads them.
    pub fn claims(&self) -> impl ClaimIndex + '_ {
        claim_index(&self.corpus, &self.all)
    }
}

fn lines(path: &Path) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).expect("the folder has the file"))
        .lines()
        .map(|line| line.expect("the file is UTF-8"))
}

fn build(claims: &[Verified], claims_only: bool) -> Corpus {
    let limits = LoadLimits {
        max_line_bytes: 16 << 20,
        max_record_bytes: 3 << 20,
        max_database_bytes: 1 << 20,
        max_diagnostics: 10,
    };
    let mut builder = Builder::new(limits);
    let mut line = 0;
    let mut add = |name: String, kind: Kind| {
        line += 1;
        builder.add(line, &name, Some(Record { record: Some(kind) }), Findings::default(), RecordOp::Insert);
    };
    let mut speakers: Vec<&str> = claims.iter().filter_map(|claim| claim.speaker.as_deref()).collect();
    speakers.sort_unstable();
    speakers.dedup();
    for (number, speaker) in speakers.iter().enumerate() {
        let name = format!("actors/{number}");
        let actor = Actor { name: name.clone(), display_name: (*speaker).to_owned(), ..Actor::default() };
        add(name, Kind::Actor(actor));
    }
    for (number, claim) in claims.iter().enumerate() {
        let speaker = claim.speaker.as_deref().and_then(|speaker| speakers.binary_search(&speaker).ok());
        let (article, mut claim) = (article(number, claim, claims_only), record(number, claim, speaker));
        if claims_only {
            claim.reviews.clear();
        }
        add(article.name.clone(), Kind::Article(article));
        add(claim.name.clone(), Kind::Claim(claim));
    }
    builder.finish(true).expect("the data are valid")
}

fn article(number: usize, claim: &Verified, claims_only: bool) -> Article {
    let name = format!("articles/{number}");
    if claims_only {
        return Article { name, ..Article::default() };
    }
    let body = claim.text.clone().or_else(|| claim.subtitle.clone()).unwrap_or_default();
    Article {
        name,
        title: claim.title.clone().unwrap_or_default(),
        language: "en".to_owned(),
        body_length: i32::try_from(body.chars().count()).expect("bodies are short"),
        body,
        ..Article::default()
    }
}

fn record(number: usize, claim: &Verified, speaker: Option<usize>) -> Claim {
    let title = claim.title.clone().unwrap_or_default();
    let party = |speaker| Party {
        actor: format!("actors/{speaker}"),
        mention: claim.speaker.clone().unwrap_or_default(),
        ..Party::default()
    };
    Claim {
        name: format!("claims/{number}"),
        text: claim.vclaim.clone(),
        language: "en".to_owned(),
        speakers: speaker.map(party).into_iter().collect(),
        claim_time: day(claim).map(|day| PartialTime {
            time: Some(Timestamp { seconds: i64::from(day) * 86_400, nanos: 0 }),
            precision: Precision::Day.into(),
        }),
        evidence: vec![Evidence {
            article: format!("articles/{number}"),
            field: EvidenceField::Body.into(),
            quotation_type: QuotationType::Paraphrase.into(),
            ..Evidence::default()
        }],
        reviews: vec![Review { title, claim_reviewed: claim.vclaim.clone(), ..Review::default() }],
        status: ClaimStatus::Active.into(),
        ..Claim::default()
    }
}

/// The day of the claim in days since 1970-01-01.
fn day(claim: &Verified) -> Option<i32> {
    claim.date.as_deref().and_then(|date| QueryText::parse(date).day)
}
