//! Reviews written as a ClaimReview feed.
//!
//! A feed has what the vocabulary can say: the wording of a claim, who made it and when, the pages on which it stands,
//! and each review. Kinds, positions, relations, quotes, subjects and addressees are not in it, and neither are claims
//! that nobody reviewed; the latter are counted.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::feed::{
    Agent, CONTEXT, ClaimReview, CreativeWork, DataFeedItem, PropertyValue, ReviewRating, ReviewedClaim,
};
use super::{key, times};
use crate::format::{RecordWriter, Written};
use crate::model::{RatingBasis, read_rating};
use crate::proto::v1::record::Record as Kind;
use crate::proto::v1::{Actor, ActorType, Article, Claim, Party, Record, Review, Verdict};

/// Writes records as a feed, claim by claim. Articles and actors have to come before the claims that refer to them; of
/// each, what a feed shows is remembered.
pub(super) struct FeedWriter<'w> {
    output: &'w mut dyn Write,
    known: Known,
    /// Reviews written.
    count: u64,
    left_out: BTreeMap<&'static str, u64>,
}

impl<'w> FeedWriter<'w> {
    /// Begins a feed.
    pub(super) fn new(output: &'w mut dyn Write) -> io::Result<Self> {
        write!(output, "{{\"@context\":\"{CONTEXT}\",\"@type\":\"DataFeed\",\"dataFeedElement\":[")?;
        Ok(Self { output, known: Known::default(), count: 0, left_out: BTreeMap::new() })
    }

    fn write_claim(&mut self, claim: &Claim) -> io::Result<()> {
        if claim.reviews.is_empty() {
            self.leave_out("claims without a review", 1);
        }
        let reviewed = self.known.reviewed(claim);
        self.leave_out("pages without an address", claim.evidence.len().saturating_sub(reviewed.appearance.len()));
        for review in &claim.reviews {
            let item = self.known.review(claim, review);
            self.output.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *self.output, &DataFeedItem { kind: "DataFeedItem", item: [item] })?;
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
            Some(Kind::Article(article)) => self.known.remember_article(article),
            Some(Kind::Actor(actor)) => self.known.remember_actor(actor),
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

/// Actors and articles by name, as far as a feed shows them.
#[derive(Default)]
struct Known {
    actors: HashMap<String, Actor>,
    /// Former names of actors.
    merged: HashMap<String, String>,
    articles: HashMap<String, Article>,
}

impl Known {
    fn remember_actor(&mut self, actor: Actor) {
        self.merged.extend(actor.merged_names.iter().map(|merged| (merged.clone(), actor.name.clone())));
        let Actor { name, display_name, r#type, identifiers, url, .. } = actor;
        let shown = Actor { display_name, r#type, identifiers, url, ..Actor::default() };
        self.actors.insert(name, shown);
    }

    fn remember_article(&mut self, article: Article) {
        let Article { name, title, language, publisher, url, publish_time, .. } = article;
        let shown = Article { title, language, publisher, url, publish_time, ..Article::default() };
        self.articles.insert(name, shown);
    }

    fn actor(&self, name: &str) -> Option<&Actor> {
        self.actors.get(self.merged.get(name).map_or(name, String::as_str))
    }

    fn review<'r>(&'r self, claim: &'r Claim, review: &'r Review) -> ClaimReview<'r> {
        let reworded = !review.claim_reviewed.is_empty() && review.claim_reviewed != claim.text;
        let alternate_name = if reworded { review.claim_reviewed.as_str() } else { "" };
        ClaimReview {
            context: CONTEXT,
            kind: "ClaimReview",
            url: &review.url,
            claim_reviewed: &claim.text,
            name: &review.title,
            in_language: &review.language,
            date_published: review.review_time.as_ref().and_then(times::written),
            license: claim.provenance.as_ref().map_or("", |provenance| &provenance.license),
            author: self.checker(review),
            item_reviewed: ReviewedClaim { alternate_name, ..self.reviewed(claim) },
            review_rating: rating(review),
        }
    }

    fn checker<'r>(&'r self, review: &'r Review) -> Option<Agent<'r>> {
        let actor = self.actor(&review.reviewer);
        let name = printed(&review.reviewer_name, actor);
        (!name.is_empty()).then(|| {
            let is_person = actor.is_some_and(|actor| actor.r#type() == ActorType::Person);
            Agent { kind: if is_person { "Person" } else { "Organization" }, ..agent(name, actor) }
        })
    }

    fn reviewed<'r>(&'r self, claim: &'r Claim) -> ReviewedClaim<'r> {
        let speaker = |party: &'r Party| {
            let actor = self.actor(&party.actor);
            Agent { job_title: &party.title, ..agent(printed(&party.mention, actor), actor) }
        };
        let articles = claim.evidence.iter().filter_map(|evidence| self.articles.get(&evidence.article));
        ReviewedClaim {
            kind: "Claim",
            alternate_name: "",
            author: claim.speakers.iter().map(speaker).collect(),
            date_published: claim.claim_time.as_ref().and_then(times::written),
            appearance: articles.filter(|article| !article.url.is_empty()).map(page).collect(),
        }
    }
}

/// How somebody is called: as printed where that is the actor's name, so that "the mayor" becomes who was mayor.
fn printed<'r>(mention: &'r str, actor: Option<&'r Actor>) -> &'r str {
    match actor {
        Some(actor) if mention.is_empty() || key::folded(mention) != key::folded(&actor.display_name) => {
            &actor.display_name
        }
        _ => mention,
    }
}

fn agent<'r>(name: &'r str, actor: Option<&'r Actor>) -> Agent<'r> {
    let kind = actor.map_or(ActorType::Unspecified, Actor::r#type);
    let mut agent =
        Agent { kind: type_of(kind), name, job_title: "", url: "", same_as: Vec::new(), identifier: Vec::new() };
    let Some(actor) = actor else { return agent };
    agent.url = &actor.url;
    for identifier in &actor.identifiers {
        if identifier.scheme == "wikidata" {
            agent.same_as.push(format!("https://www.wikidata.org/wiki/{}", identifier.value));
        } else if identifier.value.starts_with("http") {
            agent.same_as.push(identifier.value.clone());
        } else {
            let (property_id, value) = (&identifier.scheme, &identifier.value);
            agent.identifier.push(PropertyValue { kind: "PropertyValue", property_id, value });
        }
    }
    agent
}

/// The type of an author. The vocabulary has people and organizations, and no third.
fn type_of(kind: ActorType) -> &'static str {
    match kind {
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

fn page(article: &Article) -> CreativeWork<'_> {
    CreativeWork {
        kind: "CreativeWork",
        url: &article.url,
        headline: &article.title,
        in_language: &article.language,
        date_published: article.publish_time.as_ref().and_then(times::written),
        publisher: (!article.publisher.is_empty()).then(|| agent(&article.publisher, None)),
    }
}

/// The rating of a review. Where its words do not tell the verdict, the verdict is written out beside them.
fn rating(review: &Review) -> Option<ReviewRating<'_>> {
    let (read, basis) = read_rating(&review.rating_text, &review.language, review.rating.as_ref());
    let is_told = basis == RatingBasis::Text || read == review.verdict();
    let name = if is_told { None } else { words(review.verdict()) };
    let number = review.rating.unwrap_or_default();
    let is_empty = review.rating_text.is_empty() && name.is_none() && review.rating.is_none();
    (!is_empty).then_some(ReviewRating {
        kind: "Rating",
        rating_value: number.value,
        best_rating: number.best,
        worst_rating: number.worst,
        alternate_name: &review.rating_text,
        name,
    })
}

/// A verdict in words of `data/ratings.tsv`.
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
    fn the_words_of_a_verdict_are_read_as_that_verdict() {
        for number in 1..=12 {
            let verdict = Verdict::try_from(number).unwrap();
            assert_eq!(read_rating(words(verdict).unwrap(), "", None), (verdict, RatingBasis::Text));
        }
    }
}
