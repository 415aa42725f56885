//! Pages on which a claim was made. They become articles without a text.

use std::collections::HashSet;

use super::names::article_name;
use super::node::{Node, language, moment, split_urls, urls_of};
use super::party;
use crate::format::reading::json::Json;
use crate::format::reading::notes::Notes;
use crate::model::{Code, canonical_url, cut, is_home_page, url_host};
use crate::proto::v1::{Anchor, Article, Evidence, EvidenceField, QuotationType};

/// Properties of the reviewed item with pages, in the order of the evidence.
const PROPERTIES: [&str; 3] = ["firstAppearance", "appearance", "url"];

/// Pages on which a claim was made, without duplicates.
#[derive(Debug, Default)]
pub(super) struct Appearances {
    seen: HashSet<String>,
    pub(super) articles: Vec<Article>,
    pub(super) evidence: Vec<Evidence>,
}

impl Appearances {
    /// Adds the pages of the reviewed item. The URL of an item that is not a Claim is that of the page itself, which the
    /// other properties of the item describe.
    pub(super) fn add_all(&mut self, reviewed: Node<'_>, own: &OwnPages, path: &str, notes: &mut Notes) {
        for property in PROPERTIES {
            let about = (property == "url" && !reviewed.is_a("Claim")).then_some(reviewed);
            for value in reviewed.values(property) {
                self.add_page(value, Node::new(value).or(about), own, &format!("{path}.{property}"), notes);
            }
        }
    }

    /// Adds the pages of a value that is a URL or an object with one.
    pub(super) fn add(&mut self, value: &Json, own: &OwnPages, path: &str, notes: &mut Notes) {
        self.add_page(value, Node::new(value), own, path, notes);
    }

    fn add_page(&mut self, value: &Json, about: Option<Node<'_>>, own: &OwnPages, path: &str, notes: &mut Notes) {
        let urls = urls_of(value, path, notes);
        let is_one = urls.len() == 1;
        for url in urls {
            if own.has(&url) {
                notes.add(
                    Code::ReviewerAsSource,
                    path,
                    format!("{} is a page of the reviewer; it was left out", cut(&url)),
                );
                continue;
            }
            let (Some(name), Some(page)) = (article_name(&url), canonical_url(&url)) else { continue };
            if !self.seen.insert(page) {
                continue;
            }
            let known = about.filter(|_| is_one);
            self.evidence.push(evidence(&name));
            self.articles.push(article(name, url, known, path, notes));
        }
    }
}

/// Pages of the reviewer: the review and its home page.
pub(super) struct OwnPages {
    pages: HashSet<String>,
    hosts: HashSet<String>,
}

impl OwnPages {
    pub(super) fn new<'u>(urls: impl IntoIterator<Item = &'u String> + Clone) -> Self {
        let pages = urls.clone().into_iter().filter_map(|url| canonical_url(url)).collect();
        Self { pages, hosts: urls.into_iter().filter_map(|url| url_host(url)).collect() }
    }

    /// Whether a URL is that of the review, or the home page of its site. Other pages of the site may be sources, because
    /// newspapers check claims that they printed.
    fn has(&self, url: &str) -> bool {
        let is_page = canonical_url(url).is_some_and(|page| self.pages.contains(&page));
        is_page || (is_home_page(url) && url_host(url).is_some_and(|host| self.hosts.contains(&host)))
    }
}

fn evidence(article: &str) -> Evidence {
    Evidence {
        article: article.to_owned(),
        field: EvidenceField::Body.into(),
        quotation_type: QuotationType::Paraphrase.into(),
        anchor: Anchor::Unchecked.into(),
        ..Evidence::default()
    }
}

fn article(name: String, url: String, node: Option<Node<'_>>, path: &str, notes: &mut Notes) -> Article {
    let mut article = Article { name, url, ..Article::default() };
    let Some(node) = node else { return article };
    let title = node.first_text(&["headline", "name"]).filter(|title| split_urls(title).is_none());
    article.title = notes.clean(&title.unwrap_or_default(), path);
    article.publish_time = moment(node, "datePublished", &format!("{path}.datePublished"), notes);
    article.language = language(node, notes);
    let publishers = party::of_property(node, "publisher", &format!("{path}.publisher"), notes);
    article.publisher = publishers.into_iter().next().map(|publisher| publisher.name).unwrap_or_default();
    let authors = party::of_property(node, "author", &format!("{path}.author"), notes);
    article.authors = authors.into_iter().map(|author| author.name).collect();
    article
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Vec<String>, Vec<Code>) {
        let json = Json::parse(json).unwrap();
        let review = "https://checker.example.org/review/1".to_owned();
        let (mut appearances, mut notes) = (Appearances::default(), Notes::default());
        let own = OwnPages::new([&review]);
        appearances.add_all(Node::new(&json).unwrap(), &own, "itemReviewed", &mut notes);
        assert_eq!(appearances.articles.len(), appearances.evidence.len());
        let codes = notes.finish().0.into_iter().map(|finding| finding.code).collect();
        (appearances.articles.into_iter().map(|article| article.url).collect(), codes)
    }

    #[test]
    fn pages_are_read_in_every_form_without_duplicates() {
        let (urls, codes) = read(
            r#"{"appearance":["https://a.org/1",{"@type":"CreativeWork","url":"https://b.org/2"},null,"http://www.a.org/1/"],
                "firstAppearance":"https://c.org/3","url":"https://d.org/4, https://e.org/5"}"#,
        );
        let expected = ["https://c.org/3", "https://a.org/1", "https://b.org/2", "https://d.org/4", "https://e.org/5"];
        assert_eq!(urls, expected);
        assert_eq!(codes, [Code::ValueMended]);
    }

    #[test]
    fn the_review_and_its_home_page_are_not_sources_but_other_pages_of_the_site_are() {
        let (urls, codes) = read(
            r#"{"appearance":["http://checker.example.org/review/1/","https://www.checker.example.org/","https://checker.example.org/opinion/7"]}"#,
        );
        assert_eq!(urls, ["https://checker.example.org/opinion/7"]);
        assert_eq!(codes, [Code::ReviewerAsSource, Code::ReviewerAsSource]);
    }

    #[test]
    fn a_text_that_is_not_a_url_is_kept_as_a_label() {
        assert_eq!(read(r#"{"appearance":"Facebook","url":{"name":"x"}}"#), (vec![], vec![Code::KeptAsLabel; 2]));
    }
}
