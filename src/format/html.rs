//! The text of a page without its markup.
//!
//! Tags are read one by one and no tree is built of them: what a line of text is can be told from the tags alone, and a
//! page of a million open tags costs no more than its length.

use html5gum::{State, Token, Tokenizer};

/// Elements whose content is no text of the page. To HTML it is raw text up to the end tag.
const SILENT: [&[u8]; 7] = [b"iframe", b"noframes", b"noscript", b"script", b"style", b"textarea", b"title"];
/// Elements that begin and end a line.
const BLOCKS: [&[u8]; 40] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"br",
    b"caption",
    b"center",
    b"dd",
    b"details",
    b"dialog",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hgroup",
    b"hr",
    b"legend",
    b"li",
    b"main",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"table",
    b"tr",
    b"ul",
];
/// Elements that are apart from what is beside them, on the same line.
const CELLS: [&[u8]; 2] = [b"td", b"th"];

/// The text of HTML, whole pages or parts: block elements become lines, runs of white space one space, references to
/// characters the characters. Lines are not empty, and none begins or ends the text.
pub(super) fn text(html: &str) -> String {
    let mut writer = Writer::default();
    let mut tokens = Tokenizer::new(html);
    // The element that is passed over, up to its end tag.
    let mut silent: Option<Vec<u8>> = None;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::String(text) if silent.is_none() => writer.text(&String::from_utf8_lossy(&text)),
            Token::StartTag(tag) => {
                writer.tag(&tag.name, 1);
                // In XHTML it may close itself, which in HTML it cannot.
                if SILENT.contains(&tag.name.as_slice()) && !tag.self_closing {
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

/// What stands between the text so far and the text to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

/// Text in the making.
#[derive(Default)]
struct Writer {
    text: String,
    gap: Gap,
    /// How many elements are open that are laid out by hand.
    verbatim: i32,
}

impl Writer {
    /// Goes over a tag: `step` is 1 where the element begins and -1 where it ends.
    fn tag(&mut self, name: &[u8], step: i32) {
        if name == b"pre" {
            self.verbatim = (self.verbatim + step).max(0);
        }
        if BLOCKS.contains(&name) {
            self.gap = Gap::Line;
        } else if CELLS.contains(&name) {
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
    fn references_are_characters_and_scripts_are_no_text() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><script>x()</script>\
            <p>F&uuml;r &lt;b&gt; &amp;amp; &#x1F642; 5&nbsp;%</p><!-- no --></body></html>";
        assert_eq!(text(html), "Für <b> &amp; 🙂 5\u{a0}%");
    }

    #[test]
    fn what_is_laid_out_by_hand_keeps_its_lines() {
        assert_eq!(text("<pre>a  b\nc</pre>d"), "a  b\nc\nd");
    }

    #[test]
    fn deep_pages_and_tags_of_many_attributes_cost_their_length() {
        let html = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        assert_eq!(text(&html), "x");
        let attributes: Vec<String> = (0..100_000).map(|number| format!("a{number}")).collect();
        assert_eq!(text(&format!("<p {}>x", attributes.join(" "))), "x");
    }

    #[test]
    fn an_empty_element_of_xhtml_swallows_nothing() {
        assert_eq!(text("<script src='x'/>a<title/>b<style>c</style>d"), "abd");
    }

    proptest! {
        #[test]
        fn text_has_no_empty_line_and_no_outer_space(html in "(<(p|b|br|/p|pre|/pre|td|script|/script|x)>|[a <>&;\n]){0,40}") {
            let text = text(&html);
            prop_assert!(!text.contains("\n\n") && text.trim_start_matches([' ', '\n']) == text, "{text:?}");
        }
    }
}
