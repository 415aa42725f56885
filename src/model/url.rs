//! Web addresses: a key to compare them by, their hosts, and those that stand in a text.

use url::Url;

/// Query parameters that track how a reader came to a page.
const TRACKING: [&str; 12] =
    ["fbclid", "gclid", "dclid", "msclkid", "igshid", "igsh", "mc_cid", "mc_eid", "yclid", "twclid", "_ga", "ref_src"];
/// Prefix of further tracking parameters.
const TRACKING_PREFIX: &str = "utm_";

/// A key that is equal for the spellings of one page's URL; None if `url` is not an http or https URL with a host.
///
/// The key leaves out the scheme, `www.`, the default port, trailing slashes, the fragment and tracking parameters, and
/// has the host in lower case. It is not itself a URL.
pub fn canonical_url(url: &str) -> Option<String> {
    let url = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let mut key = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
    key.push_str(url.path().trim_end_matches('/'));
    let parameters = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair));
    for (index, pair) in parameters.enumerate() {
        key.push(if index == 0 { '?' } else { '&' });
        key.push_str(pair);
    }
    Some(key)
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with(TRACKING_PREFIX) || TRACKING.contains(&name.as_str())
}

/// The host of a URL, without `www.`.
pub fn url_host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// Whether a URL is the home page of a site.
pub fn is_home_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.path() == "/" && url.query().is_none())
}

/// The URLs in a text that consists of one URL, or of several with commas, semicolons, bars or spaces between them. None
/// if any part of the text is not a URL.
pub fn urls_in(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let mut starts: Vec<usize> =
        text.match_indices("http").map(|(at, _)| at).filter(|at| begins_url(text, *at)).collect();
    if starts.first().is_none_or(|first| *first > 0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| text[*start..end].trim_end_matches(is_separator));
    parts.map(normalized).collect()
}

/// Whether a character may stand between two URLs. A URL may contain each of them, but not right before `http`.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, ',' | ';' | '|')
}

fn begins_url(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let has_scheme = rest.starts_with("http://") || rest.starts_with("https://");
    has_scheme && text[..at].chars().next_back().is_none_or(is_separator)
}

/// One URL with a scheme and without unescaped characters. `www.` without a scheme gets `https://`.
fn normalized(text: &str) -> Option<String> {
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
    // Spaces and the like have to be escaped. Anything else stays as it was written.
    let is_escaped = whole.bytes().all(|byte| byte.is_ascii_graphic());
    url.host_str().is_some_and(|host| host.contains('.')).then(|| if is_escaped { whole } else { url.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_url_have_one_key() {
        for url in [
            "https://example.org/a?id=1",
            "http://www.example.org/a/?id=1",
            " HTTPS://WWW.EXAMPLE.ORG:443/a?utm_source=x&id=1&fbclid=y#part",
        ] {
            assert_eq!(canonical_url(url).unwrap(), "example.org/a?id=1", "{url}");
        }
        assert_eq!(
            canonical_url("https://example.org").unwrap(),
            canonical_url("http://www.example.org/#top").unwrap()
        );
    }

    #[test]
    fn urls_of_two_pages_have_two_keys() {
        let keys =
            ["/a", "/A", "/a?id=1", "/a?id=2", "/a/b"].map(|path| canonical_url(&format!("https://example.org{path}")));
        for (index, key) in keys.iter().enumerate() {
            assert!(key.is_some() && !keys[..index].contains(key), "{key:?}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_web_url_has_no_key() {
        for url in ["", "example.org", "mailto:a@example.org", "https://", "ftp://example.org/", "javascript:x"] {
            assert_eq!(canonical_url(url), None, "{url}");
        }
    }

    #[test]
    fn urls_are_separated_where_the_next_one_begins() {
        for (text, urls) in [
            ("https://a.org/x", vec!["https://a.org/x"]),
            ("https://a.org/x,https://b.org/y", vec!["https://a.org/x", "https://b.org/y"]),
            ("http://a.org/x;  https://b.org/1,2 ", vec!["http://a.org/x", "https://b.org/1,2"]),
            ("https://web.archive.org/web/1/https://b.org/", vec!["https://web.archive.org/web/1/https://b.org/"]),
            ("www.a.org/x", vec!["https://www.a.org/x"]),
            ("https://a.org/a b", vec!["https://a.org/a%20b"]),
        ] {
            assert_eq!(urls_in(text), Some(urls.into_iter().map(str::to_owned).collect()), "{text}");
        }
        for text in ["", "Facebook", "https://", "http://localhost", "a, https://b.org", "ftp://a.org"] {
            assert_eq!(urls_in(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_url_in_a_text_has_a_host(text in "(https?://|www\\.|[a-z.,; é&%\\[\\]/]){0,12}") {
            for url in urls_in(&text).into_iter().flatten() {
                prop_assert!(url_host(&url).is_some(), "{}", url);
            }
        }

        #[test]
        fn the_key_of_a_key_is_the_key(url in "https?://(www\\.)?[a-z]{1,8}\\.org(/[a-zA-Z0-9%]{0,4}){0,3}(\\?[a-z_=&]{0,12})?") {
            if let Some(key) = canonical_url(&url) {
                prop_assert_eq!(canonical_url(&format!("https://{key}")), Some(key));
            }
        }
    }
}
