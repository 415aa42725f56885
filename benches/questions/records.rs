//! A corpus of invented claims: speakers, articles, positions, disputes.

use claimd::config::LoadLimits;
use claimd::corpus::{Builder, Corpus};
use claimd::model::{Findings, RecordOp};
use claimd::proto::v1::record::Record as Kind;
use claimd::proto::v1::{
    Actor, ActorType, Article, Claim, ClaimKind, ClaimStatus, Evidence, EvidenceField, PartialTime, Party, Position,
    Precision, QuotationType, Record, Relation, RelationKind, RelationStatus, Stance,
};

use crate::invented::Inventor;
use crate::texts::Vocabulary;

/// How many claims share one actor, and one article.
const CLAIMS_AN_ACTOR: usize = 10;
const CLAIMS_AN_ARTICLE: f64 = 2.5;
const CONCEPTS: usize = 1_000;
const TOPICS: usize = 200;
const PUBLISHERS: usize = 50;
/// One claim in so many disputes an earlier one.
const DISPUTES_ONE_IN: usize = 20;
/// Ten years from 2015 on.
const FIRST_SECOND: usize = 1_420_070_400;
const SECONDS: usize = 10 * 365 * 86_400;
const BODY_WORDS: usize = 60;

/// Makes records one at a time, so that only what is loaded is in memory.
pub(crate) struct Records<'v> {
    pub(crate) vocabulary: &'v Vocabulary,
    pub(crate) inventor: &'v mut Inventor,
    pub(crate) claims: usize,
    pub(crate) actors: usize,
    pub(crate) articles: usize,
    /// Of some claims and bodies, spread evenly: what they say, for questions about them.
    pub(crate) said: Vec<String>,
    pub(crate) written: Vec<String>,
}

/// Texts that are kept.
const KEPT: usize = 2_000;

impl<'v> Records<'v> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "some millions"
    )]
    pub(crate) fn new(vocabulary: &'v Vocabulary, inventor: &'v mut Inventor, claims: usize) -> Self {
        let actors = (claims / CLAIMS_AN_ACTOR).max(10);
        let articles = ((claims as f64 / CLAIMS_AN_ARTICLE) as usize).max(10);
        Self { vocabulary, inventor, claims, actors, articles, said: Vec::new(), written: Vec::new() }
    }

    /// Loads all of them. Also the names of the actors.
    pub(crate) fn load(&mut self) -> (Corpus, Vec<String>) {
        let limits = LoadLimits {
            max_line_bytes: 1 << 20,
            max_record_bytes: 1 << 20,
            max_database_bytes: 1 << 20,
            max_diagnostics: 10,
        };
        let mut builder = Builder::new(limits);
        let mut line = 0;
        let mut add = |name: String, kind: Kind| {
            line += 1;
            builder.add(line, &name, Some(Record { record: Some(kind) }), Findings::default(), RecordOp::Insert);
        };
        let names = self.inventor.distinct_names(self.actors);
        for (at, display_name) in names.iter().enumerate() {
            let (name, display_name) = (format!("actors/a{at}"), display_name.clone());
            let actor =
                Actor { name: name.clone(), display_name, r#type: ActorType::Person.into(), ..Actor::default() };
            add(name, Kind::Actor(actor));
        }
        for at in 0..self.articles {
            let article = self.article(at);
            add(article.name.clone(), Kind::Article(article));
        }
        for at in 0..self.claims {
            let claim = self.claim(at);
            add(claim.name.clone(), Kind::Claim(claim));
        }
        (builder.finish(true).expect("the records have no error"), names)
    }

    fn article(&mut self, at: usize) -> Article {
        let body = self.vocabulary.text(self.inventor, BODY_WORDS);
        if at.is_multiple_of(self.articles / KEPT + 1) {
            self.written.push(body.clone());
        }
        Article {
            name: format!("articles/t{at}"),
            title: self.vocabulary.text(self.inventor, 8),
            language: "en".to_owned(),
            publisher: format!("Publisher {}", self.inventor.rank(PUBLISHERS)),
            publish_time: Some(self.time()),
            body_length: i32::try_from(body.chars().count()).expect("a short text"),
            body,
            ..Article::default()
        }
    }

    fn claim(&mut self, at: usize) -> Claim {
        let words = 8 + self.inventor.below(20);
        let text = self.vocabulary.text(self.inventor, words);
        if at.is_multiple_of(self.claims / KEPT + 1) {
            self.said.push(text.clone());
        }
        let stance = if self.inventor.below(2) == 0 { Stance::Support } else { Stance::Oppose };
        let kind = if self.inventor.below(4) == 0 { ClaimKind::Accusation } else { ClaimKind::Assertion };
        Claim {
            name: format!("claims/c{at}"),
            text,
            language: "en".to_owned(),
            kind: kind.into(),
            speakers: vec![self.party()],
            subjects: vec![self.party()],
            claim_time: Some(self.time()),
            positions: vec![Position {
                concept: format!("concept {}", self.inventor.rank(CONCEPTS)),
                stance: stance.into(),
            }],
            topics: vec![format!("topic {}", self.inventor.rank(TOPICS))],
            evidence: vec![Evidence {
                article: format!("articles/t{}", self.inventor.below(self.articles)),
                field: EvidenceField::Body.into(),
                quotation_type: QuotationType::Paraphrase.into(),
                ..Evidence::default()
            }],
            relations: self.relations(at),
            status: ClaimStatus::Active.into(),
            ..Claim::default()
        }
    }

    fn relations(&mut self, at: usize) -> Vec<Relation> {
        let disputes = at > 0 && at.is_multiple_of(DISPUTES_ONE_IN);
        let claim = format!("claims/c{}", self.inventor.below(at.max(1)));
        let relation = Relation {
            kind: RelationKind::Disputes.into(),
            claim,
            status: RelationStatus::Confirmed.into(),
            ..Relation::default()
        };
        disputes.then_some(relation).into_iter().collect()
    }

    fn party(&mut self) -> Party {
        Party { actor: format!("actors/a{}", self.inventor.rank(self.actors)), ..Party::default() }
    }

    fn time(&mut self) -> PartialTime {
        let seconds = i64::try_from(FIRST_SECOND + self.inventor.below(SECONDS)).expect("within 64 bits");
        PartialTime { time: Some(claimd::proto::Timestamp { seconds, nanos: 0 }), precision: Precision::Second.into() }
    }
}
