//! Where a property of an actor goes.

use crate::proto::v1::AliasKind;

/// The field that takes the values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The display name, and aliases.
    Name,
    Alias(AliasKind),
    /// An identifier of a scheme.
    Identifier(&'static str),
    Country,
    Role,
    Description,
    Url,
    /// Labels, under the property's name.
    Label,
}

/// The properties that have a field. Codes that many share (of a region, of a tax office, of a trade) are no identifiers
/// and go to the labels with everything else.
const PLACES: [(&str, Place); 47] = [
    ("name", Place::Name),
    ("alias", Place::Alias(AliasKind::Alias)),
    ("previousName", Place::Alias(AliasKind::Previous)),
    ("weakAlias", Place::Alias(AliasKind::Weak)),
    ("abbreviation", Place::Alias(AliasKind::Abbreviation)),
    ("country", Place::Country),
    ("nationality", Place::Country),
    ("citizenship", Place::Country),
    ("jurisdiction", Place::Country),
    ("mainCountry", Place::Country),
    ("position", Place::Role),
    ("description", Place::Description),
    ("summary", Place::Description),
    ("website", Place::Url),
    ("wikidataId", Place::Identifier("wikidata")),
    ("leiCode", Place::Identifier("lei")),
    ("registrationNumber", Place::Identifier("registration")),
    ("taxNumber", Place::Identifier("tax")),
    ("vatCode", Place::Identifier("vat")),
    ("idNumber", Place::Identifier("id_number")),
    ("passportNumber", Place::Identifier("passport")),
    ("socialSecurityNumber", Place::Identifier("ssn")),
    ("licenseNumber", Place::Identifier("license")),
    ("innCode", Place::Identifier("inn")),
    ("ogrnCode", Place::Identifier("ogrn")),
    ("okpoCode", Place::Identifier("okpo")),
    ("bikCode", Place::Identifier("bik")),
    ("pfrNumber", Place::Identifier("pfr")),
    ("voenCode", Place::Identifier("voen")),
    ("uscCode", Place::Identifier("uscc")),
    ("jibCode", Place::Identifier("jib")),
    ("mbsCode", Place::Identifier("mbs")),
    ("irsCode", Place::Identifier("irs")),
    ("cikCode", Place::Identifier("cik")),
    ("cageCode", Place::Identifier("cage")),
    ("npiCode", Place::Identifier("npi")),
    ("giiNumber", Place::Identifier("giin")),
    ("dunsCode", Place::Identifier("duns")),
    ("uniqueEntityId", Place::Identifier("uei")),
    ("swiftBic", Place::Identifier("bic")),
    ("imoNumber", Place::Identifier("imo")),
    ("permId", Place::Identifier("permid")),
    ("isinCode", Place::Identifier("isin")),
    ("ricCode", Place::Identifier("ric")),
    ("icijId", Place::Identifier("icij")),
    ("bvdId", Place::Identifier("bvd")),
    ("opencorporatesUrl", Place::Identifier("opencorporates")),
];

/// Where the values of a property go.
pub(super) fn place(property: &str) -> Place {
    PLACES.iter().find(|(name, _)| *name == property).map_or(Place::Label, |(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_property_has_one_place_and_schemes_are_lower_snake() {
        let names: BTreeSet<_> = PLACES.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), PLACES.len());
        for (_, place) in PLACES {
            if let Place::Identifier(scheme) = place {
                assert!(scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{scheme}");
            }
        }
    }

    #[test]
    fn what_has_no_field_is_a_label() {
        assert_eq!(place("birthDate"), Place::Label);
        assert_eq!(place("kppCode"), Place::Label);
    }
}
