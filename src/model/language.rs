//! Language tags and country codes.

use std::str::FromStr;

use oxilangtag::LanguageTag;

/// Whether `tag` is a language tag that names a language: BCP-47, with a primary subtag of two or three letters. Longer
/// ones are reserved and name none, so `deutsch` is no tag although it follows the grammar.
pub fn is_language(tag: &str) -> bool {
    LanguageTag::parse(tag).is_ok_and(|tag| (2..=3).contains(&tag.primary_language().len()))
}

/// Whether `range` can take in a language tag (RFC 4647, 2.1): a tag, the first subtags of one, or `*`.
pub fn is_language_range(range: &str) -> bool {
    let mut subtags = range.split('-');
    let names_language =
        |primary: &str| matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let is_subtag = |subtag: &str| matches!(subtag.len(), 1..=8) && subtag.bytes().all(|b| b.is_ascii_alphanumeric());
    range == "*" || (subtags.next().is_some_and(names_language) && subtags.all(is_subtag))
}

/// Whether `code` is a country of ISO 3166-1 alpha-2, in upper case.
pub fn is_country(code: &str) -> bool {
    code.len() == 2
        && code.bytes().all(|byte| byte.is_ascii_uppercase())
        && celes::Country::from_str(code).is_ok_and(|country| country.alpha2 == code)
}

/// Whether a tag lies in a range, by basic filtering (RFC 4647, 3.3.1): `de` takes in `de` and `de-AT`, not `deu`; `*`
/// takes in every tag.
pub fn matches_language(range: &str, tag: &str) -> bool {
    if range == "*" {
        return !tag.is_empty();
    }
    tag.get(..range.len()).is_some_and(|head| head.eq_ignore_ascii_case(range))
        && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// A tag in the case that readers are used to (RFC 5646, 2.1.1): `de-AT`, `zh-Hant`.
pub fn usual_case(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut after_singleton = false;
    for (at, subtag) in tag.split('-').enumerate() {
        if at > 0 {
            out.push('-');
        }
        match subtag.len() {
            2 if at > 0 && !after_singleton => out.push_str(&subtag.to_ascii_uppercase()),
            4 if at > 0 && !after_singleton => {
                let (first, rest) = subtag.split_at_checked(1).unwrap_or((subtag, ""));
                out.push_str(&first.to_ascii_uppercase());
                out.push_str(&rest.to_ascii_lowercase());
            }
            _ => out.push_str(&subtag.to_ascii_lowercase()),
        }
        after_singleton |= subtag.len() == 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_get_the_case_that_readers_are_used_to() {
        for tag in ["de", "de-AT", "zh-Hant-TW", "sl-rozaj", "en-US-x-aa-bbbb", "de-1996"] {
            assert_eq!(usual_case(&tag.to_ascii_lowercase()), tag);
        }
    }

    #[test]
    fn tags_that_name_a_language_are_languages() {
        for tag in ["de", "en-GB", "zh-Hant-TW", "gsw", "und"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "d", "deutsch", "de_DE", "en-", "12"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn whatever_takes_in_a_tag_is_a_range() {
        for tag in ["de", "en-GB", "zh-Hant-TW", "sl-rozaj", "en-US-x-aa-bbbb", "de-1996", "en-a-bbb"] {
            assert!(is_language(tag), "{tag}");
            let ends = tag.match_indices('-').map(|(end, _)| end).chain([tag.len()]);
            for range in ends.map(|end| &tag[..end]).chain(["*"]) {
                assert!(is_language_range(range) && matches_language(range, tag), "{range}");
            }
        }
        for range in ["", "d", "deutsch", "German", "de_DE", "de-", "-de", "**", "*-DE", "d1", "de-123456789", "dé"] {
            assert!(!is_language_range(range), "{range}");
        }
    }

    #[test]
    fn only_upper_case_alpha_2_codes_are_countries() {
        assert!(is_country("US") && is_country("DE") && is_country("CN"));
        for code in ["us", "USA", "XX", "", "Germany", "ÄÖ"] {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn a_range_takes_in_its_own_subtags_only() {
        assert!(matches_language("de", "de") && matches_language("de", "de-AT") && matches_language("DE", "de"));
        assert!(matches_language("*", "de") && !matches_language("*", ""));
        assert!(!matches_language("de", "deu") && !matches_language("de-AT", "de") && !matches_language("en", "de"));
    }
}
