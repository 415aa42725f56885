//! Rules on an actor.

use super::{Code, Findings, Resource, field, precision};
use crate::proto::v1::{Actor, AliasKind};

/// Most bytes of a display name. Page tokens hold one, and whoever reads a list wants to see more than one line.
const MAX_DISPLAY_NAME: usize = 1024;

pub(super) fn check(actor: &mut Actor, findings: &mut Findings) {
    let labels = &mut actor.labels;
    field::required(&actor.display_name, "display_name", findings);
    let length = actor.display_name.len();
    if length > MAX_DISPLAY_NAME {
        findings.add(Code::OutOfRange, "display_name", format!("{length} bytes are more than {MAX_DISPLAY_NAME}"));
    }
    for (index, alias) in actor.aliases.iter_mut().enumerate() {
        field::required(&alias.text, &format!("aliases[{index}].text"), findings);
        field::language(&mut alias.language, || format!("aliases[{index}].language"), labels, findings);
        if alias.kind() == AliasKind::Unspecified {
            alias.set_kind(AliasKind::Alias);
        }
    }
    for (index, identifier) in actor.identifiers.iter().enumerate() {
        field::required(&identifier.scheme, &format!("identifiers[{index}].scheme"), findings);
        field::required(&identifier.value, &format!("identifiers[{index}].value"), findings);
    }
    field::countries(&mut actor.countries, labels, findings);
    for (index, role) in actor.roles.iter().enumerate() {
        field::required(&role.title, &format!("roles[{index}].title"), findings);
        field::reference(&role.organization, Resource::Actor, || format!("roles[{index}].organization"), findings);
        precision::check(role.start_time.as_ref(), || format!("roles[{index}].start_time"), findings);
        precision::check(role.end_time.as_ref(), || format!("roles[{index}].end_time"), findings);
    }
    field::reference(&actor.parent, Resource::Actor, || "parent".to_owned(), findings);
    field::merged_names(&actor.merged_names, Resource::Actor, findings);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_of_1024_bytes_is_taken_and_one_of_1025_is_not() {
        for (length, taken) in [(MAX_DISPLAY_NAME, true), (MAX_DISPLAY_NAME + 1, false)] {
            let mut actor = Actor { display_name: "x".repeat(length), ..Actor::default() };
            let mut findings = Findings::default();
            check(&mut actor, &mut findings);
            assert_eq!(findings.has_error(), !taken, "{length}");
        }
    }
}
