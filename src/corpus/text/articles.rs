//! What is searchable of an article.

use super::index::{Searchable, TextIndex, analysed};
use crate::corpus::peek;
use crate::corpus::table::{Id, Table};
use crate::text::Language;

/// The searchable texts of an article. Their names are the fields of queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleField {
    /// Its headline.
    Title,
    /// Its text.
    Body,
}

impl ArticleField {
    /// Every field.
    pub const ALL: [Self; 2] = [Self::Title, Self::Body];
    /// Their names, in the same order.
    pub const NAMES: [&str; 2] = ["title", "body"];
    /// Number of the field in the index.
    pub fn number(self) -> usize {
        self as usize
    }
}

/// Articles that are analysed at once; they are long.
const GROUP: usize = 64;

/// Full text of the articles.
pub struct ArticleText {
    /// The index; fields are numbered as in [`ArticleField`].
    pub index: TextIndex,
}

impl ArticleText {
    pub(in crate::corpus) fn new(articles: &Table) -> Self {
        let index = TextIndex::build(&ArticleField::NAMES, articles, GROUP, |analyzers, id| {
            let texts = article_texts(articles, id).into_iter();
            texts.map(|text| (text.field.number(), analysed(text.text, text.language, analyzers))).collect()
        });
        Self { index }
    }
}

/// The searchable texts of an article, with their language.
pub fn article_texts(articles: &Table, id: Id) -> Vec<Searchable<'_, ArticleField>> {
    let language = Language::of(peek::language(articles.encoded(id)));
    let texts = [(ArticleField::Title, peek::title(articles.encoded(id))), (ArticleField::Body, articles.body(id))];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    texts
        .map(|(field, text)| Searchable { field, text, language, path: ArticleField::NAMES[field.number()].to_owned() })
        .collect()
}
