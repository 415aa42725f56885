//! Addresses of pages, as they are compared.

use url::Url;

/// Query parameters that say how a reader came to a page, and not which page it is.
const TRACKING: [&str; 12] =
    ["fbclid", "gclid", "dclid", "msclkid", "igshid", "igsh", "mc_cid", "mc_eid", "yclid", "twclid", "_ga", "ref_src"];
/// What names of further such parameters begin with.
const TRACKING_PREFIX: &str = "utm_";

/// What two addresses of one page have in common; None where `url` is no address of the web with a host. Scheme, `www.`,
/// port of the scheme, closing slashes, fragment and tracking parameters are left out, and the host is in lower case.
/// It is a key, no address.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_one_page_have_one_key() {
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
    fn addresses_of_two_pages_have_two_keys() {
        let keys =
            ["/a", "/A", "/a?id=1", "/a?id=2", "/a/b"].map(|path| canonical_url(&format!("https://example.org{path}")));
        for (index, key) in keys.iter().enumerate() {
            assert!(key.is_some() && !keys[..index].contains(key), "{key:?}");
        }
    }

    #[test]
    fn what_is_no_page_has_no_key() {
        for url in ["", "example.org", "mailto:a@example.org", "https://", "ftp://example.org/", "javascript:x"] {
            assert_eq!(canonical_url(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn the_key_of_a_key_is_the_key(url in "https?://(www\\.)?[a-z]{1,8}\\.org(/[a-zA-Z0-9%]{0,4}){0,3}(\\?[a-z_=&]{0,12})?") {
            if let Some(key) = canonical_url(&url) {
                prop_assert_eq!(canonical_url(&format!("https://{key}")), Some(key));
            }
        }
    }
}
