//! Persons and organizations of an item.

use super::item::Item;
use crate::format::stable_name;
use crate::model::{Code, Findings, Resource};
use crate::proto::v1::{Actor, ActorType, Identifier, Mention, Span};

/// Most places of one name that a mention lists. A long report on one person has some hundred.
const MAX_PLACES: usize = 1000;
/// Most bytes that are searched for the names of one item: each name costs the length of the text. It is 250 names in a
/// text of a mebibyte, which is a book.
const MAX_SEARCHED_BYTES: usize = 256 << 20;

/// Somebody an item names.
pub(super) struct NamedActor {
    pub(super) actor: Actor,
    /// How the item relates to the actor, as written; may be empty.
    pub(super) relation: String,
}

/// Everybody an item names. One without any name is reported.
pub(super) fn actors(item: Item<'_>, findings: &mut Findings) -> Vec<NamedActor> {
    let mut named = Vec::new();
    for (names, actor_type, kind) in [
        (["people", "person"], ActorType::Person, "person"),
        (["organisations", "organisation"], ActorType::Organization, "organization"),
    ] {
        for (index, party) in item.objects(&names).into_iter().enumerate() {
            match actor(party, actor_type, kind) {
                Some(actor) => named.push(NamedActor { actor, relation: party.text("rel") }),
                None => findings.add(Code::NameMissing, "mentions", format!("{kind} {index} has neither name nor id")),
            }
        }
    }
    named
}

/// The mentions of actors in a text: every place where their names stand as words. Of a great many actors in a long
/// text, the last ones are mentioned without places.
pub(super) fn mentions(named: &[NamedActor], body: &str) -> Vec<Mention> {
    let most_searched = MAX_SEARCHED_BYTES / body.len().max(1);
    let mention = |(index, named): (usize, &NamedActor)| {
        let text = named.actor.display_name.clone();
        let spans = if index < most_searched { places(&text, body) } else { Vec::new() };
        Mention { actor: named.actor.name.clone(), spans, text }
    };
    named.iter().enumerate().map(mention).collect()
}

fn actor(party: Item<'_>, actor_type: ActorType, kind: &str) -> Option<Actor> {
    let uri = uri(party);
    let (name, literal) = (party.text("name"), party.text("literal"));
    let display_name = [&name, &literal, &uri].into_iter().find(|text| !text.is_empty())?.clone();
    // A URI is the same for everybody; a literal, for its provider, of whom it is enough to know the name beside it.
    let identity = if uri.is_empty() { [literal.as_str(), name.as_str()] } else { [uri.as_str(), ""] };
    let mut identifiers = Vec::new();
    if let Some(identifier) = of_uri(&uri) {
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

/// The URI of a party. The first generation has it in two halves.
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

fn of_uri(uri: &str) -> Option<Identifier> {
    let last = uri.rsplit(['/', ':', '#']).next().unwrap_or_default();
    let is_item = last
        .strip_prefix('Q')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let (scheme, value) = if uri.contains("wikidata") && is_item { ("wikidata", last) } else { ("uri", uri) };
    (!uri.is_empty()).then(|| Identifier { scheme: scheme.to_owned(), value: value.to_owned() })
}

/// Symbols of financial instruments, with their market where it is told.
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

/// Where a name stands in a text with no letter or digit beside it.
fn places(name: &str, body: &str) -> Vec<Span> {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let apart = |at: &usize| {
        let after = &body[at + name.len()..];
        !is_word(body[..*at].chars().next_back()) && !is_word(after.chars().next())
    };
    let found = body.match_indices(name).map(|(at, _)| at).filter(apart).take(MAX_PLACES);
    let ranges: Vec<_> = found.map(|at| at..at + name.len()).collect();
    crate::model::code_point_spans(body, &ranges)
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
    fn the_same_person_has_one_name_in_every_generation() {
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
    fn persons_and_organizations_of_one_name_are_two() {
        let (actors, _) = read(
            r#"{"people":[{"name":"Ford"}],"organisations":[{"name":"Ford","symbols":[{"ticker":"F","exchange":"NYSE"}]}]}"#,
        );
        assert_ne!(actors[0].actor.name, actors[1].actor.name);
        assert_eq!(actors[1].actor.identifiers[0].value, "NYSE:F");
    }

    #[test]
    fn one_without_a_name_is_reported_and_left_out() {
        let (actors, findings) = read(r#"{"people":[{"rel":"about"},{"literal":"x"}]}"#);
        assert_eq!((actors.len(), actors[0].actor.display_name.as_str()), (1, "x"));
        assert_eq!(findings.into_iter().map(|found| found.code).collect::<Vec<_>>(), [Code::NameMissing]);
    }

    #[test]
    fn a_name_is_mentioned_where_it_stands_as_a_word() {
        let spans: Vec<_> =
            places("Ford", "Äh, Ford: Fordham, Ford").into_iter().map(|span| (span.start, span.end)).collect();
        assert_eq!(spans, [(4, 8), (19, 23)]);
        assert!(places("Ford", "").is_empty());
    }
}
