//! Small words that identify nobody.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::table;
use crate::names::text::latin;

static PERSONAL: LazyLock<FxHashSet<String>> = LazyLock::new(|| listed("person"));
static ORGANIZATION: LazyLock<FxHashSet<String>> = LazyLock::new(|| listed("organization"));

fn listed(place: &str) -> FxHashSet<String> {
    table::rows(include_str!("../../../data/names/particles.tsv"))
        .filter(|[whose, _]| *whose == place)
        .flat_map(|[_, words]| table::spellings(words).map(latin))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether the word with this Latin reading is a particle of personal names: von, bin, de la.
pub fn is_personal_particle(latin: &str) -> bool {
    PERSONAL.contains(latin)
}

/// Whether the word with this Latin reading only joins the words of an organization's name: the, of, und.
pub fn is_organization_particle(latin: &str) -> bool {
    ORGANIZATION.contains(latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_depend_on_whose_name_it_is() {
        assert!(is_personal_particle("bin") && !is_organization_particle("bin"));
        assert!(is_organization_particle("for") && !is_personal_particle("for"));
    }
}
