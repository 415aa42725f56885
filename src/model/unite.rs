//! Two records of one name become one.
//!
//! Imports bring the same actor or article again and again, each time with a part of what is known. What comes out must
//! not depend on the order in which the parts came in, so every rule gives the same for any order and grouping: lists and
//! maps are united, and of two values of a single field the one is kept that ranks higher, whichever came first.
//! Rank is meant to keep the value that says more: the longer text, the finer time, the narrower kind. What is not kept
//! is reported, and the other display name of an actor becomes one of its aliases.

mod actor;
mod article;
mod claim;
mod field;
mod list;

use super::Findings;
use crate::proto::v1::record::Record as Kind;

/// Unites `other` into `kept`; the two have one name. Finds the fields where the two differ and one value was left.
pub fn unite(kept: &mut Kind, other: Kind) -> Findings {
    let mut findings = Findings::default();
    match (kept, other) {
        (Kind::Article(kept), Kind::Article(other)) => article::unite(kept, other, &mut findings),
        (Kind::Actor(kept), Kind::Actor(other)) => actor::unite(kept, other, &mut findings),
        (Kind::Claim(kept), Kind::Claim(other)) => claim::unite(kept, other, &mut findings),
        // Names tell their resource, so two resources have no name in common.
        (Kind::Article(_) | Kind::Actor(_) | Kind::Claim(_), _) => {}
    }
    findings
}

#[cfg(test)]
mod tests;
