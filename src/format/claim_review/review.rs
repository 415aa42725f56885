//! Makes a claim with a review of a ClaimReview, and the actors and articles that they refer to.

use std::collections::{BTreeSet, HashSet};

use super::appearance::{Appearances, OwnPages};
use super::names::{claim_name, folded};
use super::node::{FoundReview, Node, day, language, moment, split_urls, text, urls};
use super::party::NamedParty;
use super::references::reference;
use super::{party, rating};
use crate::format::reading::json::Json;
use crate::format::reading::notes::Notes;
use crate::model::{Code, Findings, cut, quoted, url_host};
use crate::proto::v1::{Actor, ActorType, Article, Claim, Method, Party, Provenance, Review};

/// Properties of a review that are read or need not be reported.
const REVIEW: &str = "@context @id @type author claimReviewed datePublished headline inLanguage itemReviewed license \
    mainEntityOfPage name publisher reviewRating sdLicense sdPublisher url";
/// Properties of the reviewed item that are read or need not be reported.
const REVIEWED: &str = "@context @id @type appearance author datePublished firstAppearance inLanguage url";
/// The wording of the reviewer, if `claimReviewed` has a wording that several reviews share.
const REWORDED: &str = "alternateName";
/// Names of the reviewed item: the wording of a claim, or the title of a page.
const NAMES: [&str; 4] = ["text", "name", "headline", "description"];

/// The records of one review.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) actors: Vec<Actor>,
    pub(super) articles: Vec<Article>,
    pub(super) claim: Claim,
    /// Findings about the claim.
    pub(super) findings: Findings,
}

/// Reads a review.
pub(super) fn records(found: FoundReview<'_>) -> Records {
    let (node, mut notes) = (found.node, Notes::default());
    let items = node.nodes("itemReviewed");
    if items.len() > 1 {
        notes.corrected("itemReviewed", format!("the review has {} items; they were joined", items.len()));
    }
    report_unresolved(node, &items, &mut notes);
    let page = urls_of_review(found, &mut notes);
    let reviewer = reviewer(node, &page, &mut notes);
    let claimants = claimants(&items, reviewer.as_ref(), &mut notes);
    let pages = appearances(node, &items, &page, reviewer.as_ref(), &mut notes);
    let wording = wording(node, &items, &mut notes);
    let time = |item: &Node<'_>| day(*item, "datePublished", "itemReviewed.datePublished", &mut notes);
    let claim_time = items.iter().find_map(time);
    report_unread(node, &items, &wording.text, &mut notes);
    let url = page.into_iter().next().unwrap_or_default();
    let review = Review { url, ..review(node, reviewer.as_ref(), &wording, &mut notes) };

    let names: Vec<&str> = claimants.iter().map(speaker_key).collect();
    let (findings, labels) = notes.finish();
    let claim = Claim {
        name: claim_name(&names, &wording.text),
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
    let actors = claimants.into_iter().chain(reviewer).filter_map(|named| named.actor).collect();
    Records { actors, articles: pages.articles, claim, findings }
}

/// Reports references that could not be resolved. The id of a page is its URL, which need not be resolved.
fn report_unresolved(node: Node<'_>, items: &[Node<'_>], notes: &mut Notes) {
    let of_review = ["author", "itemReviewed", "reviewRating"].map(|property| (node, property, property));
    let of_items = items.iter().map(|item| (*item, "author", "itemReviewed.author"));
    for (node, property, path) in of_review.into_iter().chain(of_items) {
        for id in node.values(property).into_iter().filter_map(reference) {
            let message =
                format!("{} is not an object of the document, or the object is too large or too far away", quoted(id));
            notes.add(Code::NodeUnknown, path, message);
        }
    }
}

/// The review, without its URL.
fn review(node: Node<'_>, reviewer: Option<&NamedParty>, wording: &Wording, notes: &mut Notes) -> Review {
    let language = language(node, notes);
    let found = rating::rating(node, &language, notes);
    Review {
        reviewer: reviewer.map(|reviewer| reviewer.actor_name().to_owned()).unwrap_or_default(),
        reviewer_name: reviewer.map(|reviewer| reviewer.name.clone()).unwrap_or_default(),
        title: wording.title.clone(),
        review_time: moment(node, "datePublished", "datePublished", notes),
        claim_reviewed: wording.given.clone(),
        verdict: found.verdict.into(),
        rating_text: found.text,
        rating: found.rating,
        language,
        ..Review::default()
    }
}

/// The URL of the review, followed by further URLs. A missing URL is replaced by the main page, the `@id`, or the URL of
/// the feed entry.
fn urls_of_review(found: FoundReview<'_>, notes: &mut Notes) -> Vec<String> {
    let mut review_urls = urls(found.node, "url", "url", notes);
    if review_urls.len() > 1 {
        for other in &review_urls[1..] {
            notes.keep("url", other, "is a second URL of the review");
        }
    }
    if review_urls.is_empty() {
        let page = |node: Node<'_>, property| node.texts(property).iter().find_map(|text| split_urls(text));
        let own = page(found.node, "mainEntityOfPage").or_else(|| page(found.node, "@id"));
        let substitute = own.or_else(|| found.around.and_then(|around| page(around, "url"))).unwrap_or_default();
        let message = substitute
            .first()
            .map_or_else(|| "is missing".to_owned(), |url| format!("is missing; {} was used instead", cut(url)));
        notes.add(Code::PropertyMissing, "url", message);
        review_urls = substitute;
    }
    review_urls
}

/// The reviewer: the author, else the publisher, else the site of the review.
fn reviewer(node: Node<'_>, page: &[String], notes: &mut Notes) -> Option<NamedParty> {
    let mut authors = party::of_property(node, "author", "author", notes);
    if authors.is_empty() {
        authors = party::of_property(node, "publisher", "publisher", notes);
        let host = page.first().and_then(|url| url_host(url));
        let substitute = authors.first().map(|publisher| publisher.name.clone()).or_else(|| host.clone());
        let message = substitute
            .map_or_else(|| "is missing".to_owned(), |name| format!("is missing; {} was used instead", cut(&name)));
        notes.add(Code::PropertyMissing, "author", message);
        authors.extend(host.filter(|_| authors.is_empty()).and_then(|host| party::of_text(&host, notes)));
    }
    let is_person = |named: &NamedParty| named.actor.as_ref().is_some_and(|actor| actor.r#type() == ActorType::Person);
    // If a journalist and a paper are authors, the paper is the reviewer.
    let index = authors.iter().position(|named| !is_person(named)).unwrap_or(0);
    let mut reviewer = (index < authors.len()).then(|| authors.swap_remove(index))?;
    for other in &authors {
        notes.keep("author", &other.name, "is a second author");
    }
    if let Some(actor) = reviewer.actor.as_mut().filter(|actor| is_general(actor.r#type())) {
        actor.set_type(ActorType::MediaOutlet);
    }
    Some(reviewer)
}

/// Whether a type of a fact-reviewer is less specific than MEDIA_OUTLET.
fn is_general(kind: ActorType) -> bool {
    matches!(kind, ActorType::Unspecified | ActorType::Organization | ActorType::Company)
}

/// The claimants, without duplicates and without the reviewer, which some feeds name if they do not know the claimant.
fn claimants(items: &[Node<'_>], reviewer: Option<&NamedParty>, notes: &mut Notes) -> Vec<NamedParty> {
    let mut seen = HashSet::new();
    let path = "itemReviewed.author";
    let mut claimants = Vec::new();
    for item in items {
        claimants.extend(party::of_property(*item, "author", path, notes));
    }
    claimants.retain(|named| {
        let is_reviewer = reviewer.is_some_and(|reviewer| reviewer.is(named));
        if is_reviewer {
            let message = format!("{} is the reviewer; it was left out", quoted(&named.name));
            notes.add(Code::ReviewerAsSource, path, message);
        }
        !is_reviewer && seen.insert(speaker_key(named).to_owned())
    });
    claimants
}

fn speaker_key(named: &NamedParty) -> &str {
    if named.actor_name().is_empty() { &named.name } else { named.actor_name() }
}

fn party(named: &NamedParty) -> Party {
    let actor = named.actor_name().to_owned();
    Party { actor, mention: named.name.clone(), title: named.title.clone(), ..Party::default() }
}

/// The pages on which the claim was made. The reviewed item may be only a URL, and some feeds have the pages as properties
/// of the review.
fn appearances(
    node: Node<'_>,
    items: &[Node<'_>],
    page: &[String],
    reviewer: Option<&NamedParty>,
    notes: &mut Notes,
) -> Appearances {
    let site =
        reviewer.and_then(|reviewer| reviewer.actor.as_ref()).map(|actor| &actor.url).filter(|url| !url.is_empty());
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
            notes.corrected(property, "is a property of the review; it was read as one of the reviewed item");
            pages.add(value, &own, property, notes);
        }
    }
    pages
}

/// The wording of the claim under review.
struct Wording {
    /// The text of the claim.
    text: String,
    /// The claim in the reviewer's words; empty if the text is a substitute.
    given: String,
    /// The headline of the review. May be empty.
    title: String,
}

/// The wording of the claim. If the feed does not have it, the name of the claim or the headline of the review is used and
/// reported: a claim that can be found by its headline is better than none.
fn wording(node: Node<'_>, items: &[Node<'_>], notes: &mut Notes) -> Wording {
    let title = node.first_text(&["name", "headline"]).map(|title| notes.clean(&title, "name")).unwrap_or_default();
    let given = node.texts("claimReviewed");
    if given.len() > 1 {
        notes.corrected("claimReviewed", format!("the review has {} texts; they were joined", given.len()));
    }
    let given = notes.clean(&given.join(" "), "claimReviewed");
    let of_claim =
        |names: &[&str]| items.iter().filter(|item| item.is_a("Claim")).find_map(|item| item.first_text(names));
    if !given.is_empty() {
        let reworded = of_claim(&[REWORDED]).map(|words| notes.clean(&words, "itemReviewed"));
        return Wording { text: given.clone(), given: reworded.unwrap_or(given), title };
    }
    let (text, what) = match of_claim(&NAMES) {
        Some(own) => (notes.clean(&own, "itemReviewed"), "the name of the claim was used instead"),
        None => (title.clone(), "the headline of the review was used instead"),
    };
    let substitute = if text.is_empty() { "the review has no headline either" } else { what };
    notes.add(Code::PropertyMissing, "claimReviewed", format!("is missing; {substitute}"));
    Wording { text, given: String::new(), title }
}

/// The provenance that all reviews of a claim have in common. The source of a review is its URL.
fn provenance(node: Node<'_>) -> Provenance {
    let license = node.first_text(&["license", "sdLicense"]).unwrap_or_default();
    Provenance { license, method: Method::Human.into(), ..Provenance::default() }
}

/// Reports properties without a field, and keeps their texts as labels. `wording` is the text of the claim.
fn report_unread(node: Node<'_>, items: &[Node<'_>], wording: &str, notes: &mut Notes) {
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
        if !is_page && !is_listed(property, REVIEW) {
            keep(cut(property), value, notes);
        }
    }
    for item in items {
        for (property, value) in item.properties() {
            if !is_listed(property, REVIEWED) && !is_read(*item, property, value, wording) {
                keep(format!("itemReviewed.{}", cut(property)), value, notes);
            }
        }
    }
    for (path, node) in items.iter().map(|item| ("itemReviewed.", *item)).chain([("", node)]) {
        for (property, value) in node.nodes("author").into_iter().flat_map(Node::properties) {
            if !is_listed(property, party::READ) {
                keep(format!("{path}author.{}", cut(property)), value, notes);
            }
        }
    }
    if !unread.is_empty() {
        notes.add(Code::PropertyUnread, "", cut(&unread.into_iter().collect::<Vec<_>>().join(", ")));
    }
}

fn is_listed(property: &str, list: &str) -> bool {
    list.split(' ').any(|listed| listed == property)
}

/// Whether a name of the reviewed item has a field: the wording of a claim, its other wording, or the title of a page.
fn is_read(item: Node<'_>, property: &str, value: &Json, wording: &str) -> bool {
    let is_claim = item.is_a("Claim");
    let is_title = !is_claim && !item.values("url").is_empty() && ["name", "headline"].contains(&property);
    let is_wording = NAMES.contains(&property) && text(value).is_some_and(|text| folded(&text) == folded(wording));
    is_title || is_wording || (is_claim && property == REWORDED)
}
