//! The texts of a claim that MatchClaims compares, borrowed from the stored bytes.

use super::claims::{ClaimFacet, Claims};
use super::table::{Id, Table};
use super::{Actors, peek};
use crate::matching::claim_index::ClaimTexts;

/// Field numbers of `proto/claimd/v1/claim.proto`.
const CLAIM_TEXT: u32 = 2;
const CLAIM_LANGUAGE: u32 = 3;
const CLAIM_SPEAKERS: u32 = 5;
const CLAIM_EVIDENCE: u32 = 12;
const CLAIM_REVIEWS: u32 = 14;
const PARTY_ACTOR: u32 = 1;
const PARTY_MENTION: u32 = 2;
const EVIDENCE_ARTICLE: u32 = 1;
const REVIEW_TITLE: u32 = 4;
const REVIEW_CLAIM_REVIEWED: u32 = 7;

const DAY_SECONDS: i64 = 86_400;

/// Claims in an article that is about its claims, at most. A fact check is about its claim. A report with twenty claims is
/// about none of them in particular, and its text would make all of them similar.
const MAX_CLAIMS: u64 = 3;

/// Texts of each kind (titles, wordings, bodies, speakers), at most. A claim may have thousands of reviews, of which
/// MatchClaims reads a few thousand characters.
const MAX_TEXTS: usize = 64;

/// Whether an article is about its claims: it has at most [`MAX_CLAIMS`].
pub(super) fn is_about_its_claims(claims: &Claims, article: Id) -> bool {
    claims.by[ClaimFacet::Article].numbers.get(article).len() <= MAX_CLAIMS
}

/// The texts of a claim, of its reviews and of its evidence articles, without duplicates.
pub(super) fn match_texts<'c>(claims: &'c Claims, articles: &'c Table, actors: &Actors, id: Id) -> ClaimTexts<'c> {
    let mut texts = ClaimTexts::default();
    for (number, value) in peek::fields(claims.table.encoded(id)) {
        match number {
            CLAIM_TEXT => texts.text = peek::text(value),
            CLAIM_LANGUAGE => texts.language = peek::text(value),
            CLAIM_SPEAKERS => add_speaker(&mut texts, claims, actors, value),
            CLAIM_EVIDENCE => {
                let article = field(value, EVIDENCE_ARTICLE).and_then(|name| articles.id(name));
                if let Some(article) = article.filter(|article| is_about_its_claims(claims, *article)) {
                    add(&mut texts.titles, articles.title(article));
                    add(&mut texts.bodies, articles.body(article));
                }
            }
            CLAIM_REVIEWS => {
                add(&mut texts.titles, field(value, REVIEW_TITLE).unwrap_or_default());
                let wording = field(value, REVIEW_CLAIM_REVIEWED).unwrap_or_default();
                if wording != texts.text {
                    add(&mut texts.wordings, wording);
                }
            }
            _ => {}
        }
    }
    let day = claims.table.time(id).timestamp().map(|time| time.seconds.div_euclid(DAY_SECONDS));
    texts.day = day.and_then(|day| i32::try_from(day).ok());
    texts
}

fn add_speaker<'c>(texts: &mut ClaimTexts<'c>, claims: &Claims, actors: &Actors, party: &'c [u8]) {
    add(&mut texts.speakers, field(party, PARTY_MENTION).unwrap_or_default());
    if let Some(actor) = field(party, PARTY_ACTOR).and_then(|name| actors.table.id(name)) {
        let made = u32::try_from(claims.by[ClaimFacet::Speaker].numbers.get(actor).len()).unwrap_or(u32::MAX);
        texts.speaker_claims = texts.speaker_claims.max(made);
    }
}

fn field(message: &[u8], wanted: u32) -> Option<&str> {
    peek::fields(message).find(|(number, _)| *number == wanted).map(|(_, value)| peek::text(value))
}

fn add<'c>(texts: &mut Vec<&'c str>, text: &'c str) {
    if !text.is_empty() && texts.len() < MAX_TEXTS && !texts.contains(&text) {
        texts.push(text);
    }
}
