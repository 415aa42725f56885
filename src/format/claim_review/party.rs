//! People and organizations in feeds: claimants and reviewers.

use std::collections::HashSet;

use super::names::{actor_name, folded};
use super::node::{Node, split_urls, text, urls};
use crate::format::reading::json::Json;
use crate::format::reading::notes::Notes;
use crate::model::{Code, url_host};
use crate::proto::v1::{Actor, ActorType, Identifier};

/// Maximum bytes of a name of an actor. A longer text is a sentence in the wrong property.
const MAX_NAME_BYTES: usize = 1024;

/// Sites whose URLs identify the person or organization that the page is about, with the scheme of the identifier.
const REGISTERS: [(&str, &str); 9] = [
    ("wikipedia.org", "wikipedia"),
    ("twitter.com", "twitter"),
    ("x.com", "twitter"),
    ("facebook.com", "facebook"),
    ("instagram.com", "instagram"),
    ("youtube.com", "youtube"),
    ("tiktok.com", "tiktok"),
    ("linkedin.com", "linkedin"),
    ("dbpedia.org", "dbpedia"),
];

/// Properties that are read or need not be reported.
pub(super) const READ: &str =
    "@context @id @type familyName givenName identifier image jobTitle legalName logo name sameAs url";

/// A person or organization of a feed.
#[derive(Debug, Default)]
pub(super) struct NamedParty {
    /// Name as printed; never empty.
    pub(super) name: String,
    /// Title or office as printed. May be empty.
    pub(super) title: String,
    /// The actor; None if the name is too long.
    pub(super) actor: Option<Actor>,
    /// URLs of its pages.
    urls: HashSet<String>,
}

impl NamedParty {
    /// Resource name of the actor; empty if there is none.
    pub(super) fn actor_name(&self) -> &str {
        self.actor.as_ref().map_or("", |actor| &actor.name)
    }

    /// Whether two have the same name, actor or URL.
    pub(super) fn is(&self, other: &NamedParty) -> bool {
        let same_name = folded(&self.name) == folded(&other.name);
        let same_actor = !self.actor_name().is_empty() && self.actor_name() == other.actor_name();
        same_name || same_actor || self.urls.iter().any(|url| other.urls.contains(url))
    }
}

/// The people and organizations of a property.
pub(super) fn of_property(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Vec<NamedParty> {
    node.values(property).into_iter().filter_map(|value| of_value(value, path, notes)).collect()
}

/// A person or organization with a name only.
pub(super) fn of_text(name: &str, notes: &mut Notes) -> Option<NamedParty> {
    of_value(&Json::Text(name.to_owned()), "author", notes)
}

/// The person or organization in a text or an object. None if it has neither name nor URL.
fn of_value(value: &Json, path: &str, notes: &mut Notes) -> Option<NamedParty> {
    let node = Node::new(value);
    let party_urls = party_urls(value, node, path, notes);
    let printed = match node {
        Some(node) => node.first_text(&["name", "legalName", "@value"]).or_else(|| given_and_family(node)),
        None => text(value),
    };
    let name = match printed.map(|name| notes.clean(&name, path)).filter(|name| !name.is_empty()) {
        Some(name) if split_urls(&name).is_some() => url_host(&name).unwrap_or(name),
        Some(name) => name,
        None => {
            let host = url_host(party_urls.all().next()?)?;
            notes.add(Code::PropertyMissing, &format!("{path}.name"), format!("is missing; {host} was used instead"));
            host
        }
    };
    let title = node.and_then(|node| node.first_text(&["jobTitle"])).unwrap_or_default();
    let actor = actor(&name, node, &party_urls, path, notes);
    Some(NamedParty { title: notes.clean(&title, path), actor, urls: party_urls.all().cloned().collect(), name })
}

fn given_and_family(node: Node<'_>) -> Option<String> {
    let parts = ["givenName", "familyName"].map(|property| node.first_text(&[property]));
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The URLs of a person or organization.
#[derive(Default)]
struct PartyUrls {
    /// Pages of their own.
    own: Vec<String>,
    /// Pages about them.
    about: Vec<String>,
    wikidata: Option<String>,
}

impl PartyUrls {
    fn all(&self) -> impl Iterator<Item = &String> {
        self.own.iter().chain(&self.about)
    }
}

fn party_urls(value: &Json, node: Option<Node<'_>>, path: &str, notes: &mut Notes) -> PartyUrls {
    let Some(node) = node else {
        let own = text(value).and_then(|text| split_urls(&text)).unwrap_or_default();
        return PartyUrls { own, ..PartyUrls::default() };
    };
    let own = urls(node, "url", &format!("{path}.url"), notes);
    let mut party_urls = PartyUrls { own, ..PartyUrls::default() };
    for same in node.texts("sameAs") {
        match (wikidata_item(&same), split_urls(&same)) {
            (Some(item), _) => party_urls.wikidata = party_urls.wikidata.or(Some(item)),
            (None, Some(urls)) => party_urls.about.extend(urls),
            (None, None) => notes.keep(&format!("{path}.sameAs"), &same, "is not a URL"),
        }
    }
    let identifiers = node.nodes("identifier").into_iter().filter_map(|identifier| identifier.first_text(&["value"]));
    let items = identifiers.chain(node.texts("@id")).chain(node.texts("identifier"));
    party_urls.wikidata = party_urls.wikidata.or_else(|| items.into_iter().find_map(|text| wikidata_item(&text)));
    party_urls
}

/// The Wikidata item of a URL or an identifier.
fn wikidata_item(text: &str) -> Option<String> {
    let text = text.trim();
    let at_wikidata = ["wikidata.org/wiki/", "wikidata.org/entity/", "wikidata:"];
    let item = at_wikidata.iter().find_map(|before| text.split_once(before).map(|(_, item)| item)).unwrap_or(text);
    let item: &str = item.split(['?', '#', '/']).next().unwrap_or_default();
    let digits = item.strip_prefix('Q')?;
    let is_item = (1..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_item.then(|| item.to_owned())
}

fn actor(name: &str, node: Option<Node<'_>>, party_urls: &PartyUrls, path: &str, notes: &mut Notes) -> Option<Actor> {
    if name.len() > MAX_NAME_BYTES {
        notes.add(
            Code::ValueMended,
            path,
            format!("has {} bytes, which is too long for an actor's name; it was kept as the mention", name.len()),
        );
        return None;
    }
    let kind = node.map_or(ActorType::Unspecified, kind);
    let mut identifiers = Vec::new();
    if let Some(item) = &party_urls.wikidata {
        identifiers.push(Identifier { scheme: "wikidata".to_owned(), value: item.clone() });
    }
    identifiers.extend(node.map(registered).unwrap_or_default());
    identifiers
        .extend(party_urls.about.iter().map(|url| Identifier { scheme: register(url).to_owned(), value: url.clone() }));
    Some(Actor {
        name: actor_name(party_urls.wikidata.as_deref(), name),
        display_name: name.to_owned(),
        r#type: kind.into(),
        identifiers,
        url: party_urls.own.first().cloned().unwrap_or_default(),
        ..Actor::default()
    })
}

/// Identifiers with the register that they are of.
fn registered(node: Node<'_>) -> Vec<Identifier> {
    let values = node.nodes("identifier").into_iter().filter_map(|identifier| {
        let scheme = identifier.first_text(&["propertyID"])?.to_lowercase();
        Some(Identifier { scheme, value: identifier.first_text(&["value"])? })
    });
    values.filter(|identifier| identifier.scheme != "wikidata").collect()
}

/// The scheme of a URL as an identifier; `url` if the site is not known.
fn register(url: &str) -> &'static str {
    let host = url_host(url).unwrap_or_default();
    let of_site = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    REGISTERS.iter().find(|(site, _)| of_site(site)).map_or("url", |(_, scheme)| scheme)
}

/// The type of an actor according to the feed, which may be wrong: many feeds say that "Facebook users" are an Organization.
fn kind(node: Node<'_>) -> ActorType {
    let types = node.types();
    let kinds = types.iter().map(|given| match given.as_str() {
        "Person" => ActorType::Person,
        "NewsMediaOrganization" => ActorType::MediaOutlet,
        "Corporation" | "LocalBusiness" | "Airline" | "OnlineBusiness" => ActorType::Company,
        "GovernmentOrganization" => ActorType::PublicBody,
        "PoliticalParty" => ActorType::PoliticalParty,
        "Organization" | "NGO" | "EducationalOrganization" | "SportsOrganization" | "ResearchOrganization" => {
            ActorType::Organization
        }
        _ => ActorType::Unspecified,
    });
    // The enum lists general types of organizations before specific ones.
    kinds.max_by_key(|kind| *kind as i32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<NamedParty> {
        of_value(&Json::parse(json).unwrap(), "author", &mut Notes::default())
    }

    #[test]
    fn a_text_and_an_object_are_the_same_actor() {
        let a = read(r#""Jane Doe""#).unwrap();
        let b =
            read(r#"{"@type":["Person"],"name":"Jane&nbsp;Doe","jobTitle":"Mayor","url":"https://doe.example.org/"}"#);
        let b = b.unwrap();
        assert_eq!(a.actor_name(), b.actor_name());
        assert!(a.is(&b));
        let actor = b.actor.unwrap();
        assert_eq!((actor.r#type(), b.title.as_str()), (ActorType::Person, "Mayor"));
        assert_eq!(actor.url, "https://doe.example.org/");
    }

    #[test]
    fn a_wikidata_item_names_an_actor_and_other_pages_identify_it() {
        let named = read(
            r#"{"name":"D. Adams","sameAs":["https://www.wikidata.org/wiki/Q42","https://en.wikipedia.org/wiki/X","https://a.org/x"]}"#,
        );
        let actor = named.unwrap().actor.unwrap();
        assert_eq!(actor.name, "actors/wikidata-Q42");
        let identifiers: Vec<_> = actor.identifiers.iter().map(|it| (it.scheme.as_str(), it.value.as_str())).collect();
        let expected =
            [("wikidata", "Q42"), ("wikipedia", "https://en.wikipedia.org/wiki/X"), ("url", "https://a.org/x")];
        assert_eq!(identifiers, expected);
    }

    #[test]
    fn an_object_with_only_a_url_is_named_by_its_host() {
        assert_eq!(read(r#"{"url":"https://www.checker.example.org/about"}"#).unwrap().name, "checker.example.org");
        assert_eq!(read(r#""https://checker.example.org/""#).unwrap().name, "checker.example.org");
        for nothing in ["{}", "[]", "null", r#"" ""#, r#"{"name":""}"#, r#"{"@type":"Person"}"#] {
            assert!(read(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn an_identifier_with_a_register_is_kept() {
        let named = read(
            r#"{"name":"A","identifier":[{"@type":"PropertyValue","propertyID":"LEI","value":"X1"},{"propertyID":"wikidata","value":"Q42"},"7"]}"#,
        );
        let actor = named.unwrap().actor.unwrap();
        assert_eq!(actor.name, "actors/wikidata-Q42");
        let identifiers: Vec<_> = actor.identifiers.iter().map(|it| (it.scheme.as_str(), it.value.as_str())).collect();
        assert_eq!(identifiers, [("wikidata", "Q42"), ("lei", "X1")]);
    }

    #[test]
    fn a_name_of_1024_bytes_is_an_actor_and_one_of_1025_is_not() {
        for (length, is_actor) in [(MAX_NAME_BYTES, true), (MAX_NAME_BYTES + 1, false)] {
            let named = read(&format!("\"{}\"", "x".repeat(length))).unwrap();
            assert_eq!((named.actor.is_some(), named.name.len()), (is_actor, length));
        }
    }
}
