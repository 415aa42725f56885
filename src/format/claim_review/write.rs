//! Writes reviews as a ClaimReview feed.
//!
//! A feed has what the vocabulary can express: the wording of a claim, its claimants and time, the pages on which it was
//! made, and each review. It does not have kinds, positions, relations, quotes, subjects and addressees. Claims without a
//! review are left out and counted.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde_json::{Value, json};

use super::names::folded;
use crate::format::reading::time;
use crate::format::records::{RecordWriter, Written};
use crate::model::{RatingBasis, read_rating};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, ActorType, Article, Claim, Party, Record, Review, Verdict};

/// The vocabulary.
const CONTEXT: &str = "https://schema.org";

/// Writes a feed, claim by claim. The articles and actors that a claim refers to have to be written before it.
pub(super) struct FeedWriter<'w> {
    output: &'w mut dyn Write,
    known: Known,
    /// Number of reviews.
    count: u64,
    left_out: BTreeMap<&'static str, u64>,
}

impl<'w> FeedWriter<'w> {
    /// Starts a feed.
    pub(super) fn new(output: &'w mut dyn Write) -> io::Result<Self> {
        write!(output, "{{\"@context\":\"{CONTEXT}\",\"@type\":\"DataFeed\",\"dataFeedElement\":[")?;
        Ok(Self { output, known: Known::default(), count: 0, left_out: BTreeMap::new() })
    }

    fn write_claim(&mut self, claim: &Claim) -> io::Result<()> {
        if claim.reviews.is_empty() {
            self.leave_out("claims without a review", 1);
        }
        let pages = self.known.pages(claim);
        self.leave_out("pages without a URL", claim.evidence.len() - pages.len());
        for review in &claim.reviews {
            let item = self.known.review(claim, review, &pages);
            self.output.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *self.output, &object("DataFeedItem", [("item", json!([item]))]))?;
            self.count += 1;
        }
        Ok(())
    }

    fn leave_out(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.left_out.entry(what).or_default() += count as u64;
        }
    }
}

impl RecordWriter for FeedWriter<'_> {
    fn write(&mut self, record: Record) -> io::Result<()> {
        match record.record {
            Some(Kind::Article(article)) => self.known.add_article(article),
            Some(Kind::Actor(actor)) => self.known.add_actor(actor),
            Some(Kind::Claim(claim)) => return self.write_claim(&claim),
            None => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Written> {
        self.output.write_all(b"\n]}\n")?;
        self.output.flush()?;
        Ok(Written { count: self.count, left_out: self.left_out })
    }
}

/// An object of the vocabulary, without empty properties.
fn object<const N: usize>(kind: &str, properties: [(&str, Value); N]) -> Value {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    };
    let given = properties.into_iter().filter(|(_, value)| !is_empty(value));
    [("@type", json!(kind))].into_iter().chain(given).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The actors and articles so far, by name, with the fields that a feed has.
#[derive(Default)]
struct Known {
    actors: HashMap<String, Actor>,
    /// Names of actors by merged names.
    merged: HashMap<String, String>,
    articles: HashMap<String, Article>,
}

impl Known {
    fn add_actor(&mut self, actor: Actor) {
        self.merged.extend(actor.merged_names.iter().map(|merged| (merged.clone(), actor.name.clone())));
        let Actor { name, display_name, r#type, identifiers, url, .. } = actor;
        let shown = Actor { display_name, r#type, identifiers, url, ..Actor::default() };
        self.actors.insert(name, shown);
    }

    fn add_article(&mut self, article: Article) {
        let Article { name, title, language, publisher, url, publish_time, .. } = article;
        let shown = Article { title, language, publisher, url, publish_time, ..Article::default() };
        self.articles.insert(name, shown);
    }

    fn actor(&self, name: &str) -> Option<&Actor> {
        self.actors.get(self.merged.get(name).map_or(name, String::as_str))
    }

    fn review(&self, claim: &Claim, review: &Review, pages: &[Value]) -> Value {
        let license = claim.provenance.as_ref().map(|provenance| &provenance.license);
        let reworded = (review.claim_reviewed != claim.text).then_some(&review.claim_reviewed);
        let reviewed = object(
            "Claim",
            [
                ("alternateName", json!(reworded)),
                ("author", claim.speakers.iter().map(|party| self.speaker(party)).collect()),
                ("datePublished", json!(claim.claim_time.as_ref().and_then(time::to_iso))),
                ("appearance", json!(pages)),
            ],
        );
        object(
            "ClaimReview",
            [
                ("@context", json!(CONTEXT)),
                ("url", json!(review.url)),
                ("claimReviewed", json!(claim.text)),
                ("name", json!(review.title)),
                ("inLanguage", json!(review.language)),
                ("datePublished", json!(review.review_time.as_ref().and_then(time::to_iso))),
                ("license", json!(license)),
                ("author", self.reviewer(review)),
                ("itemReviewed", reviewed),
                ("reviewRating", rating(review)),
            ],
        )
    }

    fn reviewer(&self, review: &Review) -> Value {
        let actor = self.actor(&review.reviewer);
        let name = printed(&review.reviewer_name, actor);
        if name.is_empty() {
            return Value::Null;
        }
        let is_person = actor.is_some_and(|actor| actor.r#type() == ActorType::Person);
        agent(if is_person { "Person" } else { "Organization" }, name, "", actor)
    }

    fn speaker(&self, party: &Party) -> Value {
        let actor = self.actor(&party.actor);
        agent(type_of(actor), printed(&party.mention, actor), &party.title, actor)
    }

    /// The pages with a URL on which a claim was made.
    fn pages(&self, claim: &Claim) -> Vec<Value> {
        let articles = claim.evidence.iter().filter_map(|evidence| self.articles.get(&evidence.article));
        articles.filter(|article| !article.url.is_empty()).map(page).collect()
    }
}

/// The mention of an actor if it is its name, else its display name, so that "the mayor" becomes the name of the mayor.
fn printed<'r>(mention: &'r str, actor: Option<&'r Actor>) -> &'r str {
    match actor {
        Some(actor) if mention.is_empty() || folded(mention) != folded(&actor.display_name) => &actor.display_name,
        _ => mention,
    }
}

fn agent(kind: &str, name: &str, title: &str, actor: Option<&Actor>) -> Value {
    let (mut same_as, mut registered) = (Vec::new(), Vec::new());
    for identifier in actor.iter().flat_map(|actor| &actor.identifiers) {
        if identifier.scheme == "wikidata" {
            same_as.push(json!(format!("https://www.wikidata.org/wiki/{}", identifier.value)));
        } else if identifier.value.starts_with("http") {
            same_as.push(json!(identifier.value));
        } else {
            let properties = [("propertyID", json!(identifier.scheme)), ("value", json!(identifier.value))];
            registered.push(object("PropertyValue", properties));
        }
    }
    object(
        kind,
        [
            ("name", json!(name)),
            ("jobTitle", json!(title)),
            ("url", json!(actor.map(|actor| &actor.url))),
            ("sameAs", json!(same_as)),
            ("identifier", json!(registered)),
        ],
    )
}

/// The type of an author. The vocabulary has only people and organizations.
fn type_of(actor: Option<&Actor>) -> &'static str {
    match actor.map_or(ActorType::Unspecified, Actor::r#type) {
        ActorType::Person => "Person",
        ActorType::MediaOutlet => "NewsMediaOrganization",
        ActorType::Company => "Corporation",
        ActorType::Government | ActorType::PublicBody => "GovernmentOrganization",
        ActorType::PoliticalParty => "PoliticalParty",
        ActorType::Unspecified
        | ActorType::Organization
        | ActorType::InternationalBody
        | ActorType::Group
        | ActorType::Anonymous
        | ActorType::Document
        | ActorType::Product
        | ActorType::Other => "Organization",
    }
}

fn page(article: &Article) -> Value {
    let publisher = (!article.publisher.is_empty()).then(|| agent("Organization", &article.publisher, "", None));
    object(
        "CreativeWork",
        [
            ("url", json!(article.url)),
            ("headline", json!(article.title)),
            ("inLanguage", json!(article.language)),
            ("datePublished", json!(article.publish_time.as_ref().and_then(time::to_iso))),
            ("publisher", json!(publisher)),
        ],
    )
}

/// The rating of a review. If its text does not have the verdict, the verdict is added as its name.
fn rating(review: &Review) -> Value {
    let (read, basis) = read_rating(&review.rating_text, &review.language, review.rating.as_ref());
    let is_known = basis == RatingBasis::Text || read == review.verdict();
    let name = if is_known { None } else { words(review.verdict()) };
    if review.rating_text.is_empty() && name.is_none() && review.rating.is_none() {
        return Value::Null;
    }
    let number = review.rating.unwrap_or_default();
    object(
        "Rating",
        [
            ("ratingValue", json!(number.value)),
            ("bestRating", json!(number.best)),
            ("worstRating", json!(number.worst)),
            ("alternateName", json!(review.rating_text)),
            ("name", json!(name)),
        ],
    )
}

/// A verdict as a text of `data/ratings.tsv`.
fn words(verdict: Verdict) -> Option<&'static str> {
    Some(match verdict {
        Verdict::Unspecified => return None,
        Verdict::True => "True",
        Verdict::MostlyTrue => "Mostly true",
        Verdict::Mixed => "Mixed",
        Verdict::MostlyFalse => "Mostly false",
        Verdict::False => "False",
        Verdict::Misleading => "Misleading",
        Verdict::MissingContext => "Missing context",
        Verdict::Unproven => "Unproven",
        Verdict::Outdated => "Outdated",
        Verdict::Satire => "Satire",
        Verdict::NotRated => "Not rated",
        Verdict::Other => "Other",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_verdict_is_read_as_that_verdict() {
        for number in 1..=12 {
            let verdict = Verdict::try_from(number).unwrap();
            assert_eq!(read_rating(words(verdict).unwrap(), "", None), (verdict, RatingBasis::Text));
        }
    }
}
