//! Plain text of HTML.
//!
//! Tags are read one by one and no tree is built: lines of text depend on the tags alone, and a page with a million open
//! tags takes no more than time proportional to its length.

use std::borrow::Cow;
use std::sync::LazyLock;

use html5gum::{State, Token, Tokenizer};
use rustc_hash::FxHashSet;

/// Whether the content of an element is not text of the page. HTML treats it as raw text up to the end tag.
fn is_silent(name: &[u8]) -> bool {
    matches!(name, b"iframe" | b"noframes" | b"noscript" | b"script" | b"style" | b"textarea" | b"title")
}

/// Elements that begin and end a line.
static BLOCKS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption \
     figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table \
     tr ul"
        .split(' ')
        .collect()
});

/// Whether an element is separated from its neighbours by a space.
fn is_cell(name: &[u8]) -> bool {
    matches!(name, b"td" | b"th")
}

/// Maximum number of times that a text was escaped. Feeds are made from pages that were made from feeds.
const MAX_ESCAPES: usize = 3;

/// Elements that are markup in a claim or headline. Any other tag is text: `5 <x> 6`.
static INLINE_MARKUP: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    "a abbr article b blockquote br cite code div em font h1 h2 h3 h4 h5 h6 hr i iframe img li mark ol p q s \
     script small span strong style sub sup u ul"
        .split(' ')
        .collect()
});

/// The text of HTML, of a whole page or a part. Block elements become lines, white space becomes single spaces, and
/// character references become characters. There are no empty lines, and no line break at the start or end.
pub(in crate::format) fn text(html: &str) -> String {
    let mut writer = Writer::default();
    let mut tokens = Tokenizer::new(html);
    // The element whose content is being skipped.
    let mut silent: Option<Vec<u8>> = None;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::String(text) if silent.is_none() => writer.text(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) => {
                writer.tag(&tag.name, 1);
                // In XHTML, unlike HTML, such an element may close itself.
                if is_silent(&tag.name) && !tag.self_closing {
                    tokens.set_state(State::RawText);
                    silent = Some(tag.name.to_vec());
                }
            }
            Token::EndTag(tag) => {
                writer.tag(&tag.name, -1);
                silent = None;
            }
            _ => {}
        }
    }
    writer.text
}

/// The white space between the text so far and the next character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

/// Builds the text.
#[derive(Default)]
struct Writer {
    text: String,
    gap: Gap,
    /// Number of open `pre` elements.
    verbatim: i32,
}

impl Writer {
    /// Handles a tag; `step` is 1 for a start tag and -1 for an end tag.
    fn tag(&mut self, name: &[u8], step: i32) {
        if name == b"pre" {
            self.verbatim = (self.verbatim + step).max(0);
        }
        if std::str::from_utf8(name).is_ok_and(|name| BLOCKS.contains(name)) {
            self.gap = Gap::Line;
        } else if is_cell(name) {
            self.gap = self.gap.max(Gap::Space);
        }
    }

    fn text(&mut self, text: &str) {
        let verbatim = self.verbatim > 0;
        for letter in text.chars() {
            match letter {
                '\n' if verbatim => self.gap = Gap::Line,
                ' ' | '\t' if verbatim && self.gap == Gap::None && !self.text.is_empty() => self.text.push(letter),
                ' ' | '\t' | '\n' | '\r' | '\x0c' => self.gap = self.gap.max(Gap::Space),
                _ => self.letter(letter),
            }
        }
    }

    fn letter(&mut self, letter: char) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            match gap {
                Gap::None => {}
                Gap::Space => self.text.push(' '),
                Gap::Line => self.text.push('\n'),
            }
        }
        self.text.push(letter);
    }
}

/// A text without tags of known elements, and with characters instead of character references. Other text is unchanged.
pub(in crate::format) fn without_markup(source: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(source);
    for _ in 0..MAX_ESCAPES {
        let has_elements = has_elements(&plain);
        if !has_elements && !has_reference(&plain) {
            break;
        }
        let source = if has_elements { plain.into_owned() } else { plain.replace('<', "&lt;") };
        plain = Cow::Owned(text(&source));
    }
    plain
}

/// Whether there is a tag of a known element.
fn has_elements(text: &str) -> bool {
    let tags = text.match_indices('<').map(|(at, _)| text[at + 1..].trim_start_matches('/'));
    tags.filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric())?;
        rest[end..].starts_with(['>', ' ', '/', '\n', '\t']).then(|| rest[..end].to_ascii_lowercase())
    })
    .any(|name| INLINE_MARKUP.contains(name.as_str()))
}

/// Whether there is a character reference: `&amp;`, `&#8217;`.
fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let rest = &text[at + 1..];
        // The longest character name has 31 letters.
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
    fn blocks_become_lines_and_white_space_one_space() {
        for (html, expected) in [
            ("<p>One.</p><p>Two <b>bold</b>, three.</p>", "One.\nTwo bold, three."),
            ("<div> a\n  b <p/><p/></div>c", "a b\nc"),
            ("a<br/>b<br><br>c", "a\nb\nc"),
            ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("plain text", "plain text"),
            ("", ""),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn references_become_characters_and_scripts_are_not_text() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><script>x()</script>\
            <p>F&uuml;r &lt;b&gt; &amp;amp; &#x1F642; 5&nbsp;%</p><!-- no --></body></html>";
        assert_eq!(text(html), "Für <b> &amp; 🙂 5\u{a0}%");
    }

    #[test]
    fn preformatted_text_keeps_its_lines() {
        assert_eq!(text("<pre>a  b\nc</pre>d"), "a  b\nc\nd");
    }

    #[test]
    fn deep_nesting_and_many_attributes_take_linear_time() {
        let html = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        assert_eq!(text(&html), "x");
        let attributes: Vec<String> = (0..100_000).map(|number| format!("a{number}")).collect();
        assert_eq!(text(&format!("<p {}>x", attributes.join(" "))), "x");
    }

    #[test]
    fn a_self_closing_element_of_xhtml_does_not_skip_text() {
        assert_eq!(text("<script src='x'/>a<title/>b<style>c</style>d"), "abd");
    }

    #[test]
    fn references_and_elements_are_removed() {
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
    fn text_that_only_looks_like_markup_is_unchanged() {
        for text in ["AT&T; R&D", "5 < 6 > 4", "I <3 you", "<he said> x", "a & b;", "x<y", "A&B", "&;", "&#;"] {
            assert_eq!(without_markup(text), text);
        }
    }

    proptest! {
        #[test]
        fn plain_text_is_unchanged(text in "[^&<\u{0}\r]{0,40}") {
            prop_assert_eq!(without_markup(&text), text.as_str());
        }

        #[test]
        fn no_markup_makes_the_function_panic(text in "(&(amp|lt|gt|#38|x);?|</?(p|b|br|x)>?|[ a;#<&/]){0,30}") {
            without_markup(&text);
        }

        #[test]
        fn text_has_no_empty_line_and_no_outer_space(html in "(<(p|b|br|/p|pre|/pre|td|script|/script|x)>|[a <>&;\n]){0,40}") {
            let text = text(&html);
            prop_assert!(!text.contains("\n\n") && text.trim_start_matches([' ', '\n']) == text, "{text:?}");
        }
    }
}
