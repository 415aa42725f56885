//! A ClaimReview becomes a claim with a review, and the actors and articles that they refer to.

use std::collections::{BTreeSet, HashSet};

use super::appearance::{Appearances, OwnPages};
use super::node::{Node, text};
use super::notes::Notes;
use super::party::Named;
use super::shape::FoundReview;
use super::text::clean;
use super::{key, language, links, party, rating, times, urls};
use crate::format::json::Json;
use crate::format::shown;
use crate::model::{Code, Findings};
use crate::proto::v1::{Actor, ActorType, Article, Claim, Method, Party, Provenance, Review};

/// Properties of a review that are read, or say nothing about it.
const REVIEW: [&str; 17] = [
    "@context",
    "@id",
    "@type",
    "author",
    "claimReviewed",
    "datePublished",
    "headline",
    "inLanguage",
    "itemReviewed",
    "license",
    "mainEntityOfPage",
    "name",
    "publisher",
    "reviewRating",
    "sdLicense",
    "sdPublisher",
    "url",
];
/// The same of what was reviewed.
const REVIEWED: [&str; 9] =
    ["@context", "@id", "@type", "appearance", "author", "datePublished", "firstAppearance", "inLanguage", "url"];
/// The other wording of a claim: the reviewer's, where `claimReviewed` has the wording that several reviews share.
const REWORDED: &str = "alternateName";
/// Names of what was reviewed. Of a claim, one may be its wording; of a page, one is its title.
const NAMES: [&str; 4] = ["text", "name", "headline", "description"];

/// The records of one review.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) actors: Vec<Actor>,
    pub(super) articles: Vec<Article>,
    pub(super) claim: Claim,
    /// What was found while they were made; about the claim.
    pub(super) findings: Findings,
}

/// Reads a review.
pub(super) fn records(found: FoundReview<'_>) -> Records {
    let (node, mut notes) = (found.node, Notes::default());
    let items = node.nodes("itemReviewed");
    if items.len() > 1 {
        notes.mended("itemReviewed", format!("{} things stand in one review; they were joined", items.len()));
    }
    note_unknown(node, &items, &mut notes);
    let page = addresses(found, &mut notes);
    let checker = reviewer(node, &page, &mut notes);
    let claimants = claimants(&items, checker.as_ref(), &mut notes);
    let pages = appearances(node, &items, &page, checker.as_ref(), &mut notes);
    let wording = wording(node, &items, &mut notes);
    let time = |item: &Node<'_>| times::day(*item, "datePublished", "itemReviewed.datePublished", &mut notes);
    let claim_time = items.iter().find_map(time);
    note_unread(node, &items, &wording.text, &mut notes);
    let url = page.into_iter().next().unwrap_or_default();
    let review = Review { url, ..review(node, checker.as_ref(), &wording, &mut notes) };

    let names: Vec<&str> = claimants.iter().map(speaker_key).collect();
    let (findings, labels) = notes.finish();
    let claim = Claim {
        name: key::claim(&names, &wording.text),
        text: wording.text,
        language: review.language.clone(),
        speakers: claimants.iter().map(party).collect(),
        claim_time,
        evidence: pages.evidence,
        reviews: vec![review],
        labels,
        provenance: Some(provenance(node)),
        ..Claim::default()
    };
    let actors = claimants.into_iter().chain(checker).filter_map(|named| named.actor).collect();
    Records { actors, articles: pages.articles, claim, findings }
}

/// Notes the references that could not be followed. A page may be known by its address alone, which is none of them.
fn note_unknown(node: Node<'_>, items: &[Node<'_>], notes: &mut Notes) {
    let of_review = ["author", "itemReviewed", "reviewRating"].map(|property| (node, property, property));
    let of_items = items.iter().map(|item| (*item, "author", "itemReviewed.author"));
    for (node, property, path) in of_review.into_iter().chain(of_items) {
        for id in node.values(property).into_iter().filter_map(links::reference) {
            let message = format!("{} is no object of the document, or none that could be kept", shown::quoted(id));
            notes.add(Code::NodeUnknown, path, message);
        }
    }
}

/// What the reviewer says, all but where it stands.
fn review(node: Node<'_>, checker: Option<&Named>, wording: &Wording, notes: &mut Notes) -> Review {
    let language = language::language(node, notes);
    let found = rating::rating(node, &language, notes);
    Review {
        reviewer: checker.map(|checker| checker.actor_name().to_owned()).unwrap_or_default(),
        reviewer_name: checker.map(|checker| checker.name.clone()).unwrap_or_default(),
        title: wording.title.clone(),
        review_time: times::moment(node, "datePublished", "datePublished", notes),
        claim_reviewed: wording.given.clone(),
        verdict: found.verdict.into(),
        rating_text: found.text,
        rating: found.rating,
        language,
        ..Review::default()
    }
}

/// The address of the review, and others that its publisher gives for it. The entry of a feed stands for one that is
/// missing.
fn addresses(found: FoundReview<'_>, notes: &mut Notes) -> Vec<String> {
    let mut addresses = urls::of_property(found.node, "url", "url", notes);
    if addresses.len() > 1 {
        for other in &addresses[1..] {
            notes.keep("url", other, "is a second address of the review");
        }
    }
    if addresses.is_empty() {
        let page = |node: Node<'_>, property| node.texts(property).iter().find_map(|text| urls::split(text));
        let own = page(found.node, "mainEntityOfPage").or_else(|| page(found.node, "@id"));
        let stands_in = own.or_else(|| found.around.and_then(|around| page(around, "url"))).unwrap_or_default();
        let message = stands_in
            .first()
            .map_or_else(|| "is missing".to_owned(), |url| format!("is missing; {} stands for it", shown::cut(url)));
        notes.add(Code::PropertyMissing, "url", message);
        addresses = stands_in;
    }
    addresses
}

/// Who checked: the author, else the publisher, else the site on which the review stands.
fn reviewer(node: Node<'_>, page: &[String], notes: &mut Notes) -> Option<Named> {
    let mut authors = party::of_property(node, "author", "author", notes);
    if authors.is_empty() {
        authors = party::of_property(node, "publisher", "publisher", notes);
        let host = page.first().and_then(|url| urls::host(url));
        let stands_in = authors.first().map(|publisher| publisher.name.clone()).or_else(|| host.clone());
        let message = stands_in
            .map_or_else(|| "is missing".to_owned(), |name| format!("is missing; {} stands for it", shown::cut(&name)));
        notes.add(Code::PropertyMissing, "author", message);
        authors.extend(host.filter(|_| authors.is_empty()).and_then(|host| party::of_text(&host, notes)));
    }
    let is_person = |named: &Named| named.actor.as_ref().is_some_and(|actor| actor.r#type() == ActorType::Person);
    // Of a journalist and a paper, the paper is who checked.
    let index = authors.iter().position(|named| !is_person(named)).unwrap_or(0);
    let mut checker = (index < authors.len()).then(|| authors.swap_remove(index))?;
    for other in &authors {
        notes.keep("author", &other.name, "is a second author");
    }
    if let Some(actor) = checker.actor.as_mut().filter(|actor| is_general(actor.r#type())) {
        actor.set_type(ActorType::MediaOutlet);
    }
    Some(checker)
}

/// Whether a type says no more of a fact-checker than that it is one.
fn is_general(kind: ActorType) -> bool {
    matches!(kind, ActorType::Unspecified | ActorType::Organization | ActorType::Company)
}

/// Who claimed, each once and the reviewer left out: feeds that do not know it name themselves.
fn claimants(items: &[Node<'_>], checker: Option<&Named>, notes: &mut Notes) -> Vec<Named> {
    let mut seen = HashSet::new();
    let path = "itemReviewed.author";
    let mut claimants = Vec::new();
    for item in items {
        claimants.extend(party::of_property(*item, "author", path, notes));
    }
    claimants.retain(|named| {
        let is_checker = checker.is_some_and(|checker| checker.is(named));
        if is_checker {
            let message = format!("{} is the reviewer; it was left out", shown::quoted(&named.name));
            notes.add(Code::ReviewerAsSource, path, message);
        }
        !is_checker && seen.insert(speaker_key(named).to_owned())
    });
    claimants
}

fn speaker_key(named: &Named) -> &str {
    if named.actor_name().is_empty() { &named.name } else { named.actor_name() }
}

fn party(named: &Named) -> Party {
    let actor = named.actor_name().to_owned();
    Party { actor, mention: named.name.clone(), title: named.title.clone(), ..Party::default() }
}

/// The pages on which the claim stands. What was reviewed may be given by its address alone, and some feeds give the
/// pages as properties of the review.
fn appearances(
    node: Node<'_>,
    items: &[Node<'_>],
    page: &[String],
    checker: Option<&Named>,
    notes: &mut Notes,
) -> Appearances {
    let site = checker.and_then(|checker| checker.actor.as_ref()).map(|actor| &actor.url).filter(|url| !url.is_empty());
    let own = OwnPages::new(page.iter().chain(site));
    let mut pages = Appearances::default();
    for item in items {
        pages.add_all(*item, &own, "itemReviewed", notes);
    }
    for value in node.values("itemReviewed").into_iter().filter(|value| Node::new(value).is_none()) {
        pages.add(value, &own, "itemReviewed", notes);
    }
    for property in ["firstAppearance", "appearance"] {
        for value in node.values(property) {
            notes.mended(property, "stands in the review; it was read as one of what was reviewed");
            pages.add(value, &own, property, notes);
        }
    }
    pages
}

/// What a review is about, in words.
struct Wording {
    /// What the claim is known by.
    text: String,
    /// The claim in the reviewer's words; empty where something else stands for it.
    given: String,
    /// The headline of the review; may be empty.
    title: String,
}

/// What was claimed. Where the feed does not say it, the claim's own name stands for it, or the headline of the review:
/// a claim that can be found by its headline is better than none, and is reported.
fn wording(node: Node<'_>, items: &[Node<'_>], notes: &mut Notes) -> Wording {
    let title = node.first_text(&["name", "headline"]).map(|title| clean(&title, "name", notes)).unwrap_or_default();
    let given = node.texts("claimReviewed");
    if given.len() > 1 {
        notes.mended("claimReviewed", format!("{} texts stand in one review; they were joined", given.len()));
    }
    let given = clean(&given.join(" "), "claimReviewed", notes);
    let of_claim =
        |names: &[&str]| items.iter().filter(|item| item.is_a("Claim")).find_map(|item| item.first_text(names));
    if !given.is_empty() {
        let reworded = of_claim(&[REWORDED]).map(|words| clean(&words, "itemReviewed", notes));
        return Wording { text: given.clone(), given: reworded.unwrap_or(given), title };
    }
    let (text, what) = match of_claim(&NAMES) {
        Some(own) => (clean(&own, "itemReviewed", notes), "the name of the claim stands for it"),
        None => (title.clone(), "the headline of the review stands for it"),
    };
    let stands_in = if text.is_empty() { "there is no headline either" } else { what };
    notes.add(Code::PropertyMissing, "claimReviewed", format!("is missing; {stands_in}"));
    Wording { text, given: String::new(), title }
}

/// Only what all reviews of a claim can agree on: which review it was taken from stands in the review.
fn provenance(node: Node<'_>) -> Provenance {
    let license = node.first_text(&["license", "sdLicense"]).unwrap_or_default();
    Provenance { license, method: Method::Human.into(), ..Provenance::default() }
}

/// Keeps the texts of properties that have no field, and names the others. `wording` is what the claim is known by.
fn note_unread(node: Node<'_>, items: &[Node<'_>], wording: &str, notes: &mut Notes) {
    let mut unread = BTreeSet::new();
    let mut keep = |path: String, value: &Json, notes: &mut Notes| {
        if *value == Json::Null || unread.contains(&path) {
            return;
        }
        if let Some(text) = text(value).filter(|_| Node::new(value).is_none()) {
            notes.label(&path, &text);
        }
        unread.insert(path);
    };
    for (property, value) in node.properties() {
        let is_page = ["appearance", "firstAppearance"].contains(&property);
        if !is_page && !REVIEW.contains(&property) {
            keep(shown::cut(property), value, notes);
        }
    }
    for item in items {
        for (property, value) in item.properties() {
            if !REVIEWED.contains(&property) && !is_read(*item, property, value, wording) {
                keep(format!("itemReviewed.{}", shown::cut(property)), value, notes);
            }
        }
    }
    for (path, node) in items.iter().map(|item| ("itemReviewed.", *item)).chain([("", node)]) {
        for (property, value) in node.nodes("author").into_iter().flat_map(Node::properties) {
            if !party::READ.contains(&property) {
                keep(format!("{path}author.{}", shown::cut(property)), value, notes);
            }
        }
    }
    if !unread.is_empty() {
        notes.add(Code::PropertyUnread, "", shown::cut(&unread.into_iter().collect::<Vec<_>>().join(", ")));
    }
}

/// Whether a name of what was reviewed is kept in a field: the wording of a claim, its other wording, a page's title.
fn is_read(item: Node<'_>, property: &str, value: &Json, wording: &str) -> bool {
    let is_claim = item.is_a("Claim");
    let is_title = !is_claim && !item.values("url").is_empty() && ["name", "headline"].contains(&property);
    let is_wording =
        NAMES.contains(&property) && text(value).is_some_and(|text| key::folded(&text) == key::folded(wording));
    is_title || is_wording || (is_claim && property == REWORDED)
}
