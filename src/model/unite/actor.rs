//! Two records of one actor.

use super::{field, list};
use crate::model::Findings;
use crate::proto::v1::{Actor, ActorType, Alias, AliasKind};

pub(super) fn unite(kept: &mut Actor, other: Actor, findings: &mut Findings) {
    list::messages(&mut kept.aliases, other.aliases);
    if let Some(text) = field::text(&mut kept.display_name, other.display_name, "display_name", findings) {
        list::add(&mut kept.aliases, Alias { text, language: String::new(), kind: AliasKind::Alias.into() });
    }
    let name = |value| ActorType::try_from(value).map_or("", |value| value.as_str_name());
    field::kind(&mut kept.r#type, other.r#type, ActorType::Other.into(), "type", name, findings);
    list::messages(&mut kept.identifiers, other.identifiers);
    field::text(&mut kept.description, other.description, "description", findings);
    list::values(&mut kept.countries, other.countries);
    list::messages(&mut kept.roles, other.roles);
    field::text(&mut kept.parent, other.parent, "parent", findings);
    list::values(&mut kept.merged_names, other.merged_names);
    field::text(&mut kept.url, other.url, "url", findings);
    field::labels(&mut kept.labels, other.labels, findings);
    field::provenance(&mut kept.provenance, other.provenance, findings);
}
