//! Arbitrary names for property tests.

use proptest::prelude::*;

use super::PartyKind;

pub(crate) fn kind() -> impl Strategy<Value = PartyKind> {
    prop_oneof![Just(PartyKind::Person), Just(PartyKind::Organization), Just(PartyKind::Unknown)]
}

/// Anything at all, and texts made of pieces that names are made of.
pub(crate) fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "Angela",
        "merkel",
        "J.",
        "al-",
        "bin",
        "GmbH",
        "& Co. KG",
        "S.A.R.L.",
        "(Tirol)",
        "AG",
        "Dr.",
        "II",
        "44",
        "Fund",
        "Thirty-two",
        "习近平",
        "김정은",
        "主席",
        "محمد",
        "بن",
        "Путин",
        "ООО",
        "\u{200B}",
        "🙂",
        "/",
        ",",
        "O'Neill",
        "5%rs",
        "The",
        "of",
        "Jr",
        "2011-QX1",
        "é",
        "e\u{301}",
        "ß",
    ];
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| pieces.join(" "));
    prop_oneof![any::<String>(), "\\PC{0,40}", pieces]
}
