//! Which of its texts an item is read by.

use super::item::{Content, Item};
use crate::format::html;

/// The text of an item, if it has one that can be read. Its bodies say the same in several forms: plain text first, since
/// nothing has to be taken out of it; else a page without its markup.
pub(super) fn body(item: Item<'_>) -> Option<String> {
    let bodies = item.contents("bodies", "body");
    if let Some(plain) = bodies.iter().find(|body| form(body) == Form::Plain) {
        return Some(plain.value.to_owned());
    }
    let page = bodies.iter().find(|body| form(body) == Form::Html)?;
    Some(html::text(page.value)).filter(|text| !text.is_empty())
}

/// The headline of an item, and what else it is called, each with its role.
pub(super) fn title(item: Item<'_>) -> (String, Vec<Content<'_>>) {
    let mut headlines = item.contents("headlines", "headline");
    let is_main = |headline: &Content<'_>| headline.role.is_empty() || headline.role == "main";
    let main = headlines.iter().position(is_main).or((!headlines.is_empty()).then_some(0));
    let title = main.map(|main| headlines.remove(main));
    let title = match title {
        Some(title) if form(&title) == Form::Html => html::text(title.value),
        Some(title) => title.value.trim().to_owned(),
        None => item.text("title"),
    };
    (title, headlines)
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Html,
    /// NITF and the like.
    Other,
}

fn form(content: &Content<'_>) -> Form {
    let told = if content.media_type.is_empty() { content.role } else { content.media_type };
    let told = told.to_ascii_lowercase();
    if told.contains("html") {
        Form::Html
    } else if told.contains("xml") || told.contains("nitf") || told.contains("json") {
        Form::Other
    } else {
        // Nothing is said, or `text`, or a role that says nothing of the form.
        Form::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(json: &str) -> Option<String> {
        body(Item(&serde_json::from_str(json).unwrap()))
    }

    #[test]
    fn plain_text_comes_first_and_is_kept_as_it_is() {
        let json = r#"{"body_xhtml":"<p>a</p>","body_text":" a <b>\r\n"}"#;
        assert_eq!(body_of(json).as_deref(), Some(" a <b>\r\n"));
        let json =
            r#"{"bodies":[{"contenttype":"text/html","value":"<p>a"},{"contenttype":"text/plain","value":"b"}]}"#;
        assert_eq!(body_of(json).as_deref(), Some("b"));
    }

    #[test]
    fn a_page_loses_its_markup_and_other_forms_are_not_read() {
        for json in [
            r#"{"body_xhtml":"<p>a</p><p>b</p>"}"#,
            r#"{"bodies":[{"role":"nitf","contentType":"text/vnd.IPTC.NITF","value":"<nitf/>"},{"contentType":"text/html5","value":"<p>a<p>b"}]}"#,
        ] {
            assert_eq!(body_of(json).as_deref(), Some("a\nb"), "{json}");
        }
        assert_eq!(body_of(r#"{"bodies":[{"contenttype":"application/xml","value":"<x/>"}]}"#), None);
        assert_eq!(body_of(r#"{"body_text":"  "}"#), None);
    }

    #[test]
    fn the_main_headline_is_the_title_and_the_others_are_kept() {
        let item = serde_json::from_str(
            r#"{"headlines":[{"role":"short","value":"s"},{"role":"main","value":" m "}],"title":"t"}"#,
        )
        .unwrap();
        let (title, others) = title(Item(&item));
        assert_eq!((title.as_str(), others.len(), others[0].value), ("m", 1, "s"));
    }
}
