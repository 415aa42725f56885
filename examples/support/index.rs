//! Labelled claims as the service holds them: loaded like any other, so that weights are learnt on what is served.

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus, Id};
use claimd::matching::corpus::Corpus as Claims;
use claimd::model::{Findings, RecordOp};
use claimd::proto::Timestamp;
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{
    Actor, Article, Claim, ClaimStatus, Evidence, EvidenceField, PartialTime, Party, Precision, QuotationType, Record,
    Review,
};
use claimd::query::matchable;
use roaring::RoaringBitmap;

use super::data::Verified;

/// A corpus of verified claims.
pub struct Indexed {
    pub corpus: Corpus,
    all: RoaringBitmap,
    /// The id of each claim, by its number in the data.
    ids: Vec<Id>,
}

impl Indexed {
    /// Loads them: a claim with its speaker, its fact check, and the article of the fact check as its evidence. With
    /// `bare` the fact check and the text of the article are left out: many corpora have claims and no more.
    pub fn build(claims: &[Verified], bare: bool) -> Self {
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
            let (article, mut claim) = (article(number, claim, bare), record(number, claim, speaker));
            if bare {
                claim.reviews.clear();
            }
            add(article.name.clone(), Kind::Article(article));
            add(claim.name.clone(), Kind::Claim(claim));
        }
        let corpus = builder.finish(true).expect("the data have no error");
        let id = |number| corpus.claims.table.id(&format!("claims/{number}")).expect("every claim was loaded");
        let ids = (0..claims.len()).map(id).collect();
        let all = (0..corpus.claims.table.len()).collect();
        Self { corpus, all, ids }
    }

    /// The claims as the ranking sees them.
    pub fn claims(&self) -> impl Claims + '_ {
        matchable(&self.corpus, &self.all)
    }

    /// The id of a claim of that number in the data.
    pub fn id(&self, number: usize) -> Id {
        self.ids[number]
    }
}

fn article(number: usize, claim: &Verified, bare: bool) -> Article {
    let name = format!("articles/{number}");
    if bare {
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
        claim_time: claim.day().map(|day| PartialTime {
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
