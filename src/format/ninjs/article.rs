//! Makes an article of a news item, and actors of the persons and organizations that it names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item::{Item, title};
use crate::format::reading::{stable_name, time};
use crate::model::{Code, Findings, Resource, code_point_spans, quoted};
use crate::proto::v1::{Actor, ActorType, Article, Identifier, Mention, PartialTime, Provenance, Span};

/// Members that have a field or are read elsewhere, in lower case. Files of media are not kept.
const READ: &str = "uri title language copyrightholder by byline firstcreated versioncreated contentcreated subjects \
    subject people person organisations organisation usageterms pubstatus embargoed bodies headlines \
    headline descriptions renditions associations places place genres genre";

/// Prefixes of names in the first generation.
const KINDS: [&str; 3] = ["body_", "headline_", "description_"];

/// Maximum spans of a mention. A long report on one person has a few hundred.
const MAX_SPANS: usize = 1000;
/// Maximum bytes that are searched for the names of one item, where each name takes a pass over the text. It allows 250
/// names in a text of a mebibyte, which is a book.
const MAX_SEARCHED_BYTES: usize = 256 << 20;

/// A person or organization that an item names.
struct NamedActor {
    actor: Actor,
    /// The relation of the item to the actor, as written. May be empty.
    relation: String,
}

/// The records of an item.
pub(super) struct Made {
    pub(super) article: Article,
    /// The actors that it names.
    pub(super) actors: Vec<Actor>,
    pub(super) findings: Findings,
}

/// The name of an article, by the URI that its provider gave it.
pub(super) fn uri_name(uri: &str) -> String {
    stable_name::hashed(Resource::Article, "ninjs", &[uri])
}

/// Makes the article of an item with the given text.
pub(super) fn article(item: Item<'_>, body: String) -> Made {
    let mut findings = Findings::default();
    let (title, other_headlines) = title(item);
    let uri = item.text("uri");
    let mut article = Article {
        name: uri_name(&uri),
        title,
        language: item.text("language"),
        publisher: publisher(item),
        authors: authors(item),
        topics: item.names(&["subjects", "subject"]),
        provenance: Some(Provenance { record: uri.clone(), license: item.text("usageterms"), ..Provenance::default() }),
        body,
        ..Article::default()
    };
    set_times(&mut article, item, &mut findings);
    article.labels.insert("uri".to_owned(), uri);
    for headline in other_headlines {
        article.labels.insert(format!("headline.{}", headline.role), headline.value.to_owned());
    }
    label_rest(item, &mut article.labels);

    let named = actors(item, &mut findings);
    article.mentions = mentions(&named, &article.body);
    for NamedActor { actor, relation } in &named {
        if !relation.is_empty() {
            add_line(&mut article.labels, format!("rel.{relation}"), &actor.display_name);
        }
    }
    Made { article, actors: named.into_iter().map(|named| named.actor).collect(), findings }
}

/// The publisher: the copyright holder, else the source of the information.
fn publisher(item: Item<'_>) -> String {
    let holder = item.text("copyrightholder");
    if !holder.is_empty() {
        return holder;
    }
    item.names(&["infosources", "infosource"]).into_iter().next().unwrap_or_default()
}

fn authors(item: Item<'_>) -> Vec<String> {
    ["by", "byline"].iter().map(|name| item.text(name)).filter(|by| !by.is_empty()).take(1).collect()
}

/// The publish time is that of the first version, the modify time that of this version. Many items have only one of them.
fn set_times(article: &mut Article, item: Item<'_>, findings: &mut Findings) {
    let mut time = |name: &str| -> Option<PartialTime> {
        let text = item.text(name);
        let time = time::parse_iso(&text);
        if time.is_none() && !text.is_empty() {
            findings.add(Code::KeptAsLabel, name, format!("{} is not a time", quoted(&text)));
            article.labels.insert(name.to_owned(), text);
        }
        time
    };
    let (first, version, content) = (time("firstcreated"), time("versioncreated"), time("contentcreated"));
    article.publish_time = first.or(version).or(content);
    article.modify_time = version.filter(|version| article.publish_time.is_some_and(|published| published != *version));
}

/// Keeps all other members as labels, under their names in lower case.
fn label_rest(item: Item<'_>, labels: &mut BTreeMap<String, String>) {
    for (key, value) in item.0 {
        let key = key.to_ascii_lowercase();
        let is_read = READ.split(' ').any(|read| read == key) || KINDS.iter().any(|kind| key.starts_with(kind));
        let text = match value {
            _ if is_read => continue,
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        if !text.is_empty() {
            labels.insert(key, text);
        }
    }
    for description in item.contents("descriptions", "description") {
        let key =
            if description.role.is_empty() { "description" } else { &format!("description.{}", description.role) };
        labels.insert(key.to_owned(), description.value.to_owned());
    }
    for (key, singular) in [("places", "place"), ("genres", "genre")] {
        let names = item.names(&[key, singular]);
        if !names.is_empty() {
            labels.insert(key.to_owned(), names.join("\n"));
        }
    }
}

fn add_line(labels: &mut BTreeMap<String, String>, key: String, line: &str) {
    let text = labels.entry(key).or_default();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

// === Persons and organizations ===

/// The persons and organizations of an item. One without a name is reported and left out.
fn actors(item: Item<'_>, findings: &mut Findings) -> Vec<NamedActor> {
    let mut named = Vec::new();
    for (names, actor_type, kind) in [
        (["people", "person"], ActorType::Person, "person"),
        (["organisations", "organisation"], ActorType::Organization, "organization"),
    ] {
        for (index, party) in item.objects(&names).into_iter().enumerate() {
            match actor(party, actor_type, kind) {
                Some(actor) => named.push(NamedActor { actor, relation: party.text("rel") }),
                None => findings.add(Code::NameMissing, "mentions", format!("{kind} {index} has no name and no id")),
            }
        }
    }
    named
}

/// The mentions of actors, with spans where their names occur in the text as words. If there are too many actors for a
/// long text, the last ones get no spans.
fn mentions(named: &[NamedActor], body: &str) -> Vec<Mention> {
    let most_searched = MAX_SEARCHED_BYTES / body.len().max(1);
    let mention = |(index, named): (usize, &NamedActor)| {
        let text = named.actor.display_name.clone();
        let spans = if index < most_searched { occurrences(&text, body) } else { Vec::new() };
        Mention { actor: named.actor.name.clone(), spans, text }
    };
    named.iter().enumerate().map(mention).collect()
}

fn actor(party: Item<'_>, actor_type: ActorType, kind: &str) -> Option<Actor> {
    let uri = uri(party);
    let (name, literal) = (party.text("name"), party.text("literal"));
    let display_name = [&name, &literal, &uri].into_iter().find(|text| !text.is_empty())?.clone();
    // A URI is globally unique. A literal is unique only for its provider, so the name is used with it.
    let identity = if uri.is_empty() { [literal.as_str(), name.as_str()] } else { [uri.as_str(), ""] };
    let mut identifiers = Vec::new();
    if let Some(identifier) = identifier_of_uri(&uri) {
        identifiers.push(identifier);
    }
    if !literal.is_empty() && literal != name {
        identifiers.push(Identifier { scheme: "literal".to_owned(), value: literal.clone() });
    }
    identifiers.extend(symbols(party));
    Some(Actor {
        name: stable_name::hashed(Resource::Actor, &format!("ninjs-{kind}"), &identity),
        display_name,
        r#type: actor_type.into(),
        identifiers,
        ..Actor::default()
    })
}

/// The URI of a party, which the first generation splits into scheme and code.
fn uri(party: Item<'_>) -> String {
    let uri = party.text("uri");
    let (scheme, code) = (party.text("scheme"), party.text("code"));
    match (uri.is_empty(), scheme.ends_with(['/', '#', ':', '=']), code.is_empty()) {
        (false, ..) => uri,
        (true, _, true) => String::new(),
        (true, true, false) => scheme + &code,
        (true, false, false) => format!("{scheme}:{code}"),
    }
}

fn identifier_of_uri(uri: &str) -> Option<Identifier> {
    let last = uri.rsplit(['/', ':', '#']).next().unwrap_or_default();
    let is_item = last
        .strip_prefix('Q')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let (scheme, value) = if uri.contains("wikidata") && is_item { ("wikidata", last) } else { ("uri", uri) };
    (!uri.is_empty()).then(|| Identifier { scheme: scheme.to_owned(), value: value.to_owned() })
}

/// Symbols of financial instruments, with their exchange if it is known.
fn symbols(party: Item<'_>) -> Vec<Identifier> {
    let identifier = |scheme: &str, value: String| Identifier { scheme: scheme.to_owned(), value };
    let mut identifiers = Vec::new();
    for symbol in party.objects(&["symbols"]) {
        let (ticker, exchange) = (symbol.text("ticker"), symbol.text("exchange"));
        if !ticker.is_empty() {
            let value = if exchange.is_empty() { ticker } else { format!("{exchange}:{ticker}") };
            identifiers.push(identifier("ticker", value));
        }
        let symbol = symbol.text("symbol");
        if !symbol.is_empty() {
            identifiers.push(identifier("symbol", symbol));
        }
    }
    identifiers
}

/// The spans of a name in a text, without a letter or digit beside it.
fn occurrences(name: &str, body: &str) -> Vec<Span> {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let apart = |at: &usize| {
        let after = &body[at + name.len()..];
        !is_word(body[..*at].chars().next_back()) && !is_word(after.chars().next())
    };
    let found = body.match_indices(name).map(|(at, _)| at).filter(apart).take(MAX_SPANS);
    let ranges: Vec<_> = found.map(|at| at..at + name.len()).collect();
    code_point_spans(body, &ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Vec<NamedActor>, Findings) {
        let mut findings = Findings::default();
        let actors = actors(Item(&serde_json::from_str(json).unwrap()), &mut findings);
        (actors, findings)
    }

    #[test]
    fn a_person_has_the_same_name_in_every_generation() {
        let first =
            r#"{"person":[{"name":"Ada","rel":"about","scheme":"http://www.wikidata.org/entity/","code":"Q7259"}]}"#;
        let third = r#"{"people":[{"name":"A. Lovelace","uri":"http://www.wikidata.org/entity/Q7259"}]}"#;
        let (first, third) = (read(first).0, read(third).0);
        assert_eq!(first[0].actor.name, third[0].actor.name);
        assert_eq!(first[0].relation, "about");
        let identifier = &first[0].actor.identifiers[0];
        assert_eq!((identifier.scheme.as_str(), identifier.value.as_str()), ("wikidata", "Q7259"));
    }

    #[test]
    fn a_person_and_an_organization_of_one_name_are_two_actors() {
        let (actors, _) = read(
            r#"{"people":[{"name":"Ford"}],"organisations":[{"name":"Ford","symbols":[{"ticker":"F","exchange":"NYSE"}]}]}"#,
        );
        assert_ne!(actors[0].actor.name, actors[1].actor.name);
        assert_eq!(actors[1].actor.identifiers[0].value, "NYSE:F");
    }

    #[test]
    fn a_party_without_a_name_is_reported_and_left_out() {
        let (actors, findings) = read(r#"{"people":[{"rel":"about"},{"literal":"x"}]}"#);
        assert_eq!((actors.len(), actors[0].actor.display_name.as_str()), (1, "x"));
        assert_eq!(findings.into_iter().map(|found| found.code).collect::<Vec<_>>(), [Code::NameMissing]);
    }

    #[test]
    fn a_name_is_mentioned_where_it_occurs_as_a_word() {
        let spans: Vec<_> =
            occurrences("Ford", "Äh, Ford: Fordham, Ford").into_iter().map(|span| (span.start, span.end)).collect();
        assert_eq!(spans, [(4, 8), (19, 23)]);
        assert!(occurrences("Ford", "").is_empty());
    }
}
