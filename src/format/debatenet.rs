//! DebateNet, claims of a newspaper's debate on migration as its makers published them: one claim of one actor a line, by
//! codebook category and side, without the articles' texts.
//!
//! A category code becomes a concept as it is; codes are numbered by hundreds, and a hundred, which is the group of its
//! codes, becomes a topic. An annotation of several actors stands in the file once for each of them, and some lines stand
//! there twice: each line is a claim.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead};

use serde::Deserialize;

use super::emit::Emitter;
use super::json_items::{Item, read_items};
use super::{Parsed, ReadLimits, json_head, partial_time, stable_name};
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, ActorType, Article, Claim, Evidence, Method, Party, Position, Provenance, Span, Stance};

/// The newspaper and the language of all of it.
const PUBLISHER: &str = "die tageszeitung";
const LANGUAGE: &str = "de";

/// A line.
#[derive(Deserialize)]
struct Row {
    anno_id: String,
    doc_id: i64,
    /// Where the quote stands in the article, half-open.
    begin: i32,
    end: i32,
    quote: String,
    /// The day.
    cdate: String,
    /// The actor.
    name: String,
    /// The parties that the actor belongs to.
    #[serde(default)]
    parties: Vec<String>,
    /// Codes of the categories.
    #[serde(default)]
    claimvalues: Vec<String>,
    /// The side taken: 1 or -1.
    #[serde(default)]
    cpos: String,
}

/// Whether the first bytes of a file are such claims.
pub(super) fn recognises(head: &[u8]) -> bool {
    let members = json_head::members(head);
    ["anno_id", "claimvalues"].iter().all(|wanted| members.iter().any(|(key, _)| key == wanted))
}

/// Reads claims to the end of `input`.
pub(super) fn read(input: &mut dyn BufRead, limits: &ReadLimits, sink: &mut dyn FnMut(Parsed)) -> io::Result<()> {
    let mut emitter = Emitter::new(sink);
    // How often a line of this name stood there before.
    let mut repeats: HashMap<String, u32> = HashMap::new();
    let parse = |item: Item<'_>| (item.line, item.content.map(serde_json::from_slice::<Row>).map_err(Clone::clone));
    read_items(input, &[], limits, parse, |(line, row)| {
        emitter.at(line);
        match row {
            Ok(Ok(row)) => emit(&row, &mut repeats, &mut emitter),
            Ok(Err(error)) => emitter.finding("", Code::ValueInvalid, "", error.to_string()),
            Err(fault) => emitter.fault(&fault),
        }
    })
}

fn emit(row: &Row, repeats: &mut HashMap<String, u32>, emitter: &mut Emitter<'_>) {
    let article = row.article();
    let speaker = actor(&row.name, ActorType::Unspecified);
    let parties: Vec<Actor> = row.parties.iter().map(|party| actor(party, ActorType::PoliticalParty)).collect();
    let repeat = repeats.entry(row.anno_id.clone() + "\n" + &row.name).or_default();
    *repeat += 1;
    let (claim, findings) = row.claim(*repeat, &article, &speaker, &parties);
    for actor in std::iter::once(speaker).chain(parties).filter(|actor| !actor.display_name.is_empty()) {
        emitter.record(Kind::Actor(actor), Findings::default());
    }
    emitter.record(Kind::Article(article), Findings::default());
    emitter.record(Kind::Claim(claim), findings);
}

/// A name is all that is known of an actor. A party that speaks for itself is the same as one that others belong to.
fn actor(name: &str, r#type: ActorType) -> Actor {
    let name = name.trim();
    Actor {
        name: stable_name::hashed(Resource::Actor, "debatenet", &[name]),
        display_name: name.to_owned(),
        r#type: r#type.into(),
        ..Actor::default()
    }
}

impl Row {
    fn article(&self) -> Article {
        Article {
            name: format!("articles/debatenet-{}", self.doc_id),
            language: LANGUAGE.to_owned(),
            publisher: PUBLISHER.to_owned(),
            provenance: Some(Provenance { record: self.doc_id.to_string(), ..Provenance::default() }),
            ..Article::default()
        }
    }

    fn claim(&self, repeat: u32, article: &Article, speaker: &Actor, parties: &[Actor]) -> (Claim, Findings) {
        let mut findings = Findings::default();
        let mut claim = Claim {
            name: stable_name::hashed(Resource::Claim, "debatenet", &[&self.anno_id, &self.name, &repeat.to_string()]),
            text: self.quote.trim().to_owned(),
            language: LANGUAGE.to_owned(),
            speakers: speakers(speaker, parties),
            claim_time: partial_time::parse(&self.cdate),
            evidence: vec![Evidence {
                article: article.name.clone(),
                spans: vec![Span { start: self.begin, end: self.end }],
                quote: self.quote.clone(),
                ..Evidence::default()
            }],
            provenance: Some(Provenance {
                record: self.anno_id.clone(),
                method: Method::Human.into(),
                ..Provenance::default()
            }),
            ..Claim::default()
        };
        if claim.claim_time.is_none() {
            findings.add(Code::KeptAsLabel, "claim_time", format!("{:?} is no date", self.cdate));
            claim.labels.insert("claim_time".to_owned(), self.cdate.clone());
        }
        let stance = match self.cpos.as_str() {
            "1" => Stance::Support,
            "-1" => Stance::Oppose,
            other => {
                findings.add(Code::KeptAsLabel, "positions", format!("{other:?} is neither 1 nor -1"));
                claim.labels.insert("cpos".to_owned(), other.to_owned());
                Stance::Unspecified
            }
        };
        claim.topics = self.claimvalues.iter().filter(|code| is_group(code)).cloned().collect();
        claim.positions = self.concepts().map(|concept| Position { concept, stance: stance.into() }).collect();
        (claim, findings)
    }

    /// The codes that are no group; and the groups of which no code is given, since that is all that is known then.
    fn concepts(&self) -> impl Iterator<Item = String> {
        let first = |code: &String| code.chars().next();
        let with_code: BTreeSet<_> = self.claimvalues.iter().filter(|code| !is_group(code)).map(first).collect();
        self.claimvalues.iter().filter(move |code| !is_group(code) || !with_code.contains(&first(code))).cloned()
    }
}

/// One party for each membership; the actor alone where there is none, or is the party itself.
fn speakers(speaker: &Actor, parties: &[Actor]) -> Vec<Party> {
    if speaker.display_name.is_empty() {
        return Vec::new();
    }
    let party = |on_behalf_of: String| Party { actor: speaker.name.clone(), on_behalf_of, ..Party::default() };
    let memberships = parties.iter().filter(|party| party.name != speaker.name && !party.display_name.is_empty());
    let speakers: Vec<Party> = memberships.map(|membership| party(membership.name.clone())).collect();
    if speakers.is_empty() { vec![party(String::new())] } else { speakers }
}

fn is_group(code: &str) -> bool {
    code.len() == 3 && code.ends_with("00") && code.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::v1::Record;
    use proptest::prelude::*;

    const LINE: &str = r#"{"quote":" Merkel wirbt","cdate":"2015-11-16","name":"Angela Merkel","parties":["CDU"],"end":122,"begin":80,"doc_id":114655,"claimvalues":["100","102","500"],"anno_id":"x","cpos":"-1"}"#;

    fn read_all(text: &str) -> (Vec<Kind>, Vec<Code>) {
        let limits = ReadLimits::for_tests();
        let (mut records, mut codes) = (Vec::new(), Vec::new());
        read(&mut text.as_bytes(), &limits, &mut |Parsed { record, findings, .. }| {
            codes.extend(findings.into_iter().map(|found| found.code));
            records.extend(record.and_then(|Record { record }| record));
        })
        .unwrap();
        (records, codes)
    }

    #[test]
    fn a_line_is_an_actor_for_its_party_an_article_and_a_claim() {
        let (records, codes) = read_all(LINE);
        assert_eq!(codes, []);
        let [Kind::Actor(merkel), Kind::Actor(cdu), Kind::Article(article), Kind::Claim(claim)] = &records[..] else {
            panic!("{records:?}")
        };
        assert_eq!((cdu.display_name.as_str(), cdu.r#type()), ("CDU", ActorType::PoliticalParty));
        assert_eq!((&claim.speakers[0].actor, &claim.speakers[0].on_behalf_of), (&merkel.name, &cdu.name));
        assert_eq!((article.name.as_str(), claim.text.as_str()), ("articles/debatenet-114655", "Merkel wirbt"));
        assert_eq!(claim.evidence[0].quote, " Merkel wirbt");
        let positions: Vec<_> = claim.positions.iter().map(|one| (one.concept.as_str(), one.stance())).collect();
        assert_eq!(positions, [("102", Stance::Oppose), ("500", Stance::Oppose)]);
        assert_eq!(claim.topics, ["100", "500"]);
    }

    #[test]
    fn a_line_that_stands_there_twice_is_two_claims() {
        let (records, _) = read_all(&format!("{LINE}\n{LINE}\n"));
        let names: Vec<_> = records
            .iter()
            .filter_map(|record| if let Kind::Claim(claim) = record { Some(claim.name.as_str()) } else { None })
            .collect();
        assert!(names.len() == 2 && names[0] != names[1], "{names:?}");
    }

    #[test]
    fn a_side_that_is_none_and_a_date_that_is_none_become_labels() {
        let (records, codes) = read_all(&LINE.replace("\"-1\"", "\"0\"").replace("2015-11-16", "gestern"));
        let Some(Kind::Claim(claim)) = records.last() else { panic!("a claim") };
        assert_eq!((claim.labels["cpos"].as_str(), claim.labels["claim_time"].as_str()), ("0", "gestern"));
        assert_eq!(codes, [Code::KeptAsLabel, Code::KeptAsLabel]);
        assert_eq!(read_all("{\"anno_id\":1}").1, [Code::ValueInvalid]);
    }

    #[test]
    fn a_code_that_is_no_number_is_a_concept_all_the_same() {
        let (records, _) = read_all(&LINE.replace("\"102\"", "\"ᴀ\""));
        let Some(Kind::Claim(claim)) = records.last() else { panic!("a claim") };
        assert_eq!(claim.positions.iter().map(|one| one.concept.as_str()).collect::<Vec<_>>(), ["100", "ᴀ", "500"]);
    }

    #[test]
    fn such_claims_are_recognised_and_records_are_not() {
        assert!(recognises(LINE.as_bytes()));
        assert!(!recognises(b"{\"claim\":{\"name\":\"claims/anno_id\"}}"));
    }

    proptest! {
        #[test]
        fn no_line_ends_the_program(line in "\\PC{0,60}", code in "\\PC{0,4}", span in any::<(i32, i32)>()) {
            read_all(&line);
            let code = serde_json::to_string(&code).unwrap();
            read_all(&LINE.replace("\"102\"", &code).replace("122", &span.0.to_string()).replace("80", &span.1.to_string()));
        }
    }
}
