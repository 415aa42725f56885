//! Addresses in feeds.

use url::Url;

use super::node::{Node, text};
use super::notes::Notes;
use super::text::without_markup;
use crate::format::json::Json;

/// The addresses in a text: one, or several that were joined by commas, semicolons or spaces. None where it is no
/// address at all.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let text = without_markup(text);
    let text = text.trim();
    let mut starts: Vec<usize> = text.match_indices("http").map(|(at, _)| at).filter(|at| begins(text, *at)).collect();
    if starts.first().is_none_or(|first| *first > 0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| text[*start..end].trim_end_matches(is_joint));
    let urls: Vec<String> = parts.map(address).collect::<Option<_>>()?;
    (!urls.is_empty()).then_some(urls)
}

/// What may stand between two addresses. An address may have each of these in it, but none before the next scheme.
fn is_joint(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, ',' | ';' | '|')
}

/// Whether an address begins there.
fn begins(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let has_scheme = rest.starts_with("http://") || rest.starts_with("https://");
    has_scheme && text[..at].chars().next_back().is_none_or(is_joint)
}

/// A single address as the web takes it. A host without a scheme gets one.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let whole = if lower.starts_with("http://") || lower.starts_with("https://") {
        text.to_owned()
    } else if lower.starts_with("www.") {
        format!("https://{text}")
    } else {
        return None;
    };
    let url = Url::parse(&whole).ok()?;
    // Spaces and the like are an address only once they are escaped; what is one already stays as it is printed.
    let is_plain = whole.bytes().all(|byte| byte.is_ascii_graphic());
    url.host_str().is_some_and(|host| host.contains('.')).then(|| if is_plain { whole } else { url.into() })
}

/// The addresses in the values of a property. Texts that are none go to the labels.
pub(super) fn of_property(node: Node<'_>, property: &str, path: &str, notes: &mut Notes) -> Vec<String> {
    node.values(property).into_iter().flat_map(|value| of_value(value, path, notes)).collect()
}

/// The addresses of a value: a text, or an object's address.
pub(super) fn of_value(value: &Json, path: &str, notes: &mut Notes) -> Vec<String> {
    let text = match Node::new(value) {
        Some(node) => node.first_text(&["url", "@id", "@value", "sameAs", "mainEntityOfPage", "name"]),
        None => text(value),
    };
    let Some(text) = text else { return Vec::new() };
    let Some(urls) = split(&text) else {
        notes.keep(path, &text, "is no address of a page");
        return Vec::new();
    };
    if urls.len() > 1 {
        notes.mended(path, format!("{} addresses stand in one text", urls.len()));
    }
    urls
}

/// The host of an address, without `www.`.
pub(super) fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// Whether an address is that of a whole site.
pub(super) fn is_site(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == "/" && url.query().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_parted_where_the_next_one_begins() {
        for (text, urls) in [
            ("https://a.org/x", vec!["https://a.org/x"]),
            ("https://a.org/x,https://b.org/y", vec!["https://a.org/x", "https://b.org/y"]),
            ("http://a.org/x;  https://b.org/1,2 ", vec!["http://a.org/x", "https://b.org/1,2"]),
            ("https://web.archive.org/web/1/https://b.org/", vec!["https://web.archive.org/web/1/https://b.org/"]),
            ("https://a.org/?a=1&amp;b=2", vec!["https://a.org/?a=1&b=2"]),
            ("www.a.org/x", vec!["https://www.a.org/x"]),
            ("https://a.org/a b", vec!["https://a.org/a%20b"]),
        ] {
            assert_eq!(split(text), Some(urls.into_iter().map(str::to_owned).collect()), "{text}");
        }
        for text in ["", "Facebook", "https://", "http://localhost", "a, https://b.org", "ftp://a.org"] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_addresses_or_not(text in "(https?://|www\\.|[a-z.,; é&%\\[\\]/]){0,12}") {
            for url in split(&text).into_iter().flatten() {
                prop_assert!(host(&url).is_some(), "{}", url);
            }
        }
    }
}
