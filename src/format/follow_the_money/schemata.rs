//! What becomes of an entity, by its schema.

use crate::proto::v1::ActorType;

/// What an entity becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    Actor(ActorType),
    Article,
    /// Nothing: it is neither somebody nor a text.
    Nothing,
}

/// The schemata that become something. Whether a `LegalEntity` is a person or an organization is what its maker did not
/// know, and so it is left unsaid here too.
const SCHEMATA: [(&str, Becomes); 12] = [
    ("Person", Becomes::Actor(ActorType::Person)),
    ("Organization", Becomes::Actor(ActorType::Organization)),
    ("Company", Becomes::Actor(ActorType::Company)),
    ("PublicBody", Becomes::Actor(ActorType::PublicBody)),
    ("LegalEntity", Becomes::Actor(ActorType::Unspecified)),
    ("Article", Becomes::Article),
    ("Document", Becomes::Article),
    ("Email", Becomes::Article),
    ("HyperText", Becomes::Article),
    ("Message", Becomes::Article),
    ("Pages", Becomes::Article),
    ("PlainText", Becomes::Article),
];

/// Topics that say more of an organization than its schema.
const TOPICS: [(&str, ActorType); 2] =
    [("pol.party", ActorType::PoliticalParty), ("gov.igo", ActorType::InternationalBody)];

/// What an entity of a schema becomes.
pub(super) fn becomes(schema: &str) -> Becomes {
    SCHEMATA.iter().find(|(name, _)| *name == schema).map_or(Becomes::Nothing, |(_, becomes)| *becomes)
}

/// What an actor is, by its schema and its topics.
pub(super) fn actor_type(of_schema: ActorType, topics: &[String]) -> ActorType {
    let told = TOPICS.iter().find(|(topic, _)| topics.iter().any(|one| one == topic));
    match (of_schema, told) {
        (ActorType::Person, _) | (_, None) => of_schema,
        (_, Some((_, told))) => *told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_organizations_become_actors_texts_articles_and_things_nothing() {
        assert_eq!(becomes("Company"), Becomes::Actor(ActorType::Company));
        assert_eq!(becomes("PlainText"), Becomes::Article);
        for schema in ["Airplane", "Address", "Ownership", "Image", "company", ""] {
            assert_eq!(becomes(schema), Becomes::Nothing, "{schema}");
        }
    }

    #[test]
    fn a_party_is_told_by_its_topic_and_a_person_never() {
        let topics = ["sanction".to_owned(), "pol.party".to_owned()];
        assert_eq!(actor_type(ActorType::Organization, &topics), ActorType::PoliticalParty);
        assert_eq!(actor_type(ActorType::Person, &topics), ActorType::Person);
        assert_eq!(actor_type(ActorType::Organization, &topics[..1]), ActorType::Organization);
    }
}
