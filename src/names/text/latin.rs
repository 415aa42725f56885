//! Reading any script in the letters a-z and digits.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::names::lexicon::table;

/// Letters, and pairs of letters, where names are usually spelled otherwise than the general table reads them.
static READINGS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table::rows(include_str!("../../../data/names/scripts.tsv"))
        .map(|[letters, reading]| (letters, if reading == "-" { "" } else { reading }))
        .collect()
});

/// The Latin reading of `text`: lower-case `a-z` and `0-9` only, marks folded (ü to u), spaces dropped.
pub(in crate::names) fn latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        if first.is_ascii_alphanumeric() {
            out.push(first.to_ascii_lowercase());
        } else if !first.is_ascii() {
            let pair = length + rest[length..].chars().next().map_or(0, char::len_utf8);
            let listed = [pair, length].into_iter().find_map(|length| Some((length, *READINGS.get(&rest[..length])?)));
            let reading = match listed {
                Some((listed, reading)) => {
                    length = listed;
                    reading
                }
                None => any_ascii::any_ascii_char(first),
            };
            out.extend(reading.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        }
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_read_as_names_are_spelled() {
        for (text, reading) in [
            ("Müller", "muller"),
            ("Лавров", "lavrov"),
            ("Βαρουφάκης", "varoufakis"),
            ("习近平", "xijinping"),
            ("김정은", "gimjeongeun"),
            ("بن", "bn"),
            ("בנימין", "bnymyn"),
            ("Обама", "obama"),
            ("O.K. 2!", "ok2"),
        ] {
            assert_eq!(latin(text), reading);
        }
    }
}
