//! Texts of feeds, freed from the markup of the pages they were taken from.

use std::borrow::Cow;

use super::notes::Notes;
use crate::format::html;

/// How often a text may have been escaped. Feeds are made of pages that were made of feeds.
const MAX_ESCAPES: usize = 3;

/// Elements that stand in claims and headlines. What else looks like one is text: "5 <x> 6".
const ELEMENTS: [&str; 36] = [
    "a",
    "abbr",
    "article",
    "b",
    "blockquote",
    "br",
    "cite",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "li",
    "mark",
    "ol",
    "p",
    "q",
    "s",
    "script",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "u",
    "ul",
];

/// A text on one line, without markup; notes where there was some.
pub(super) fn clean(text: &str, field: &str, notes: &mut Notes) -> String {
    let plain = without_markup(text);
    if plain != text {
        notes.mended(field, "HTML was taken out of the text");
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without elements and with characters in the place of references to them.
pub(super) fn without_markup(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    for _ in 0..MAX_ESCAPES {
        let has_elements = elements(&plain);
        if !has_elements && !has_reference(&plain) {
            break;
        }
        let source = if has_elements { plain.into_owned() } else { plain.replace('<', "&lt;") };
        plain = Cow::Owned(html::text(&source));
    }
    plain
}

/// Whether there is a tag of a known element.
fn elements(text: &str) -> bool {
    let tags = text.match_indices('<').map(|(at, _)| text[at + 1..].trim_start_matches('/'));
    tags.filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric())?;
        rest[end..].starts_with(['>', ' ', '/', '\n', '\t']).then(|| rest[..end].to_ascii_lowercase())
    })
    .any(|name| ELEMENTS.contains(&name.as_str()))
}

/// Whether there is something that HTML reads as a character: `&amp;`, `&#8217;`.
fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let rest = &text[at + 1..];
        // The longest name of a character has 31 letters.
        let name = rest.bytes().take(33).position(|byte| byte == b';').map(|end| &rest[..end]);
        name.is_some_and(|name| {
            let name = name.strip_prefix('#').unwrap_or(name);
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entities_and_elements_are_taken_out() {
        for (text, plain) in [
            ("Tom &amp; Jerry&#8217;s &quot;law&quot;", "Tom & Jerry’s \"law\""),
            ("<p>One.</p><p>Two <b>three</b></p>", "One.\nTwo three"),
            ("Tom &amp;amp; Jerry", "Tom & Jerry"),
            ("&lt;p&gt;Escaped&lt;/p&gt;", "Escaped"),
            ("a &lt; b &amp; c", "a < b & c"),
        ] {
            assert_eq!(without_markup(text), plain, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in ["AT&T; R&D", "5 < 6 > 4", "I <3 you", "<he said> x", "a & b;", "x<y", "A&B", "&;", "&#;"] {
            assert_eq!(without_markup(text), text);
        }
    }

    #[test]
    fn a_text_is_put_on_one_line() {
        assert_eq!(clean(" a\n\tb  c ", "", &mut Notes::default()), "a b c");
    }

    proptest! {
        #[test]
        fn plain_text_is_left_as_it_is(text in "[^&<\u{0}\r]{0,40}") {
            prop_assert_eq!(without_markup(&text), text.as_str());
        }

        #[test]
        fn no_text_ends_the_program(text in "(&(amp|lt|gt|#38|x);?|</?(p|b|br|x)>?|[ a;#<&/]){0,30}") {
            clean(&text, "", &mut Notes::default());
        }
    }
}
