//! From a statement to a claim.

use super::codebook::{Codebook, Meaning};
use super::documents::{Coders, provenance};
use super::entities::{Entities, Entity};
use super::offsets::{Cut, CutError, Utf16Text};
use super::statements::{Statement, Value};
use crate::format::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::{Article, Claim, Evidence, Party, Position, Stance};

/// What the statements of one database have in common.
pub(super) struct Coding<'d> {
    pub(super) codebook: &'d Codebook,
    pub(super) entities: &'d Entities,
    pub(super) coders: &'d Coders,
}

/// What is coded in one statement.
#[derive(Default)]
struct Coded<'d> {
    person: Option<&'d Entity>,
    organization: Option<&'d Entity>,
    concept: Option<&'d Entity>,
    agreement: Option<bool>,
    /// Everything else, by the variable's name.
    others: Vec<(String, String)>,
}

impl Coding<'_> {
    /// The claim that a statement makes. `text` is the body of `article`.
    pub(super) fn claim(
        &self,
        statement: &Statement,
        values: &[(i64, Value)],
        article: &Article,
        text: &Utf16Text<'_>,
    ) -> Result<(Claim, Findings), CutError> {
        let Cut { range, span, widened } = text.cut(statement.start, statement.stop)?;
        let mut findings = Findings::default();
        if widened {
            let (start, stop) = (statement.start, statement.stop);
            let message = format!("Start {start} or Stop {stop} stands inside of a character, which was taken whole");
            findings.add(Code::QuoteMoved, "evidence[0].spans[0]", message);
        }
        let quote = &article.body[range];
        let coded = self.coded(values, &mut findings);
        let (speaker, position) = (self.speaker(&coded), position(&coded));
        report_gaps(statement, speaker.as_ref(), position.as_ref(), &mut findings);
        let mut claim = Claim {
            name: self.name(statement, article),
            text: quote.to_owned(),
            speakers: speaker.into_iter().collect(),
            claim_time: article.publish_time,
            positions: position.into_iter().collect(),
            evidence: vec![Evidence {
                article: article.name.clone(),
                spans: vec![span],
                quote: quote.to_owned(),
                ..Evidence::default()
            }],
            provenance: Some(provenance(format!("STATEMENTS/{}", statement.id), statement.coder, self.coders)),
            ..Claim::default()
        };
        claim.labels.extend(coded.others);
        // A side without a concept has no field.
        if let (true, Some(agrees)) = (claim.positions.is_empty(), coded.agreement) {
            claim.labels.insert(Meaning::Agreement.key().to_owned(), agrees.to_string());
        }
        Ok((claim, findings))
    }

    /// Made of where the statement stands and which it is, not of how it is coded: a claim that is coded anew stays the
    /// same claim.
    fn name(&self, statement: &Statement, article: &Article) -> String {
        let coder = statement.coder.and_then(|coder| self.coders.get(&coder)).map_or("", String::as_str);
        let numbers = [statement.id, statement.start, statement.stop].map(|number| number.to_string());
        let [id, start, stop] = &numbers;
        stable_name::hashed(Resource::Claim, "dna", &[&article.name, coder, id, start, stop])
    }

    fn coded(&self, values: &[(i64, Value)], findings: &mut Findings) -> Coded<'_> {
        let mut coded = Coded::default();
        for (variable, value) in values {
            let Some(meaning) = self.codebook.variables.get(variable) else { continue };
            let entity = match value {
                Value::Entity(id) => self.entities.get(*id),
                Value::Integer(_) | Value::Boolean(_) | Value::Text(_) => None,
            };
            match (meaning, entity, value) {
                (Meaning::Person, Some(entity), _) => coded.person = Some(entity),
                (Meaning::Organization, Some(entity), _) => coded.organization = Some(entity),
                (Meaning::Concept, Some(entity), _) => coded.concept = Some(entity),
                (Meaning::Agreement, _, Value::Boolean(agrees)) => coded.agreement = Some(*agrees),
                (_, None, Value::Entity(id)) => {
                    let message = format!("{} is entity {id}, which is not in ENTITIES", meaning.key());
                    findings.add(Code::KeptAsLabel, "", message);
                    coded.others.push((meaning.key().to_owned(), id.to_string()));
                }
                _ => coded.others.extend(shown(value, entity).map(|text| (meaning.key().to_owned(), text))),
            }
        }
        coded
    }

    /// The person, on behalf of the organization; without a person, the organization itself.
    fn speaker(&self, coded: &Coded<'_>) -> Option<Party> {
        let name = |entity: Option<&Entity>| entity.and_then(|entity| entity.actor_name(self.codebook));
        let (person, organization) = (name(coded.person), name(coded.organization));
        match (person, organization) {
            (Some(actor), organization) => {
                Some(Party { actor, on_behalf_of: organization.unwrap_or_default(), ..Party::default() })
            }
            (None, Some(actor)) => Some(Party { actor, ..Party::default() }),
            (None, None) => None,
        }
    }
}

fn position(coded: &Coded<'_>) -> Option<Position> {
    let concept = coded.concept.map(|entity| entity.value.trim()).filter(|concept| !concept.is_empty())?;
    let stance = match coded.agreement {
        Some(true) => Stance::Support,
        Some(false) => Stance::Oppose,
        None => Stance::Unspecified,
    };
    Some(Position { concept: concept.to_owned(), stance: stance.into() })
}

/// Reports what a statement needs to count in a network, and does not have.
fn report_gaps(statement: &Statement, speaker: Option<&Party>, position: Option<&Position>, findings: &mut Findings) {
    let has_stance = position.is_none_or(|position| position.stance() != Stance::Unspecified);
    for (is_there, field, what) in [
        (speaker.is_some(), "speakers", "neither person nor organization"),
        (position.is_some(), "positions", "no concept"),
        (has_stance, "positions[0].stance", "no agreement"),
    ] {
        if !is_there {
            findings.add(Code::CodingMissing, field, format!("statement {} has {what}", statement.id));
        }
    }
}

/// A value as text; none where nothing was coded.
fn shown(value: &Value, entity: Option<&Entity>) -> Option<String> {
    let text = match value {
        Value::Entity(_) => entity.map(|entity| entity.value.clone()).unwrap_or_default(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Text(text) => text.clone(),
    };
    (!text.trim().is_empty()).then_some(text)
}
