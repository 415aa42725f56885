//! What is searchable of a claim.

use std::sync::OnceLock;

use prost::Message;
use tantivy::Term;

use super::index::{Searchable, TextIndex, analysed};
use crate::corpus::actors::Actors;
use crate::corpus::peek;
use crate::corpus::table::Table;
use crate::proto::v1::{Actor, Claim};
use crate::text::Language;

/// The searchable texts of a claim. Their names are the fields of queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimField {
    /// The claim in its own words.
    Text,
    /// Its quotes.
    Quote,
    /// Where it was said.
    Venue,
    /// The concepts of its positions.
    Concept,
    /// Names of its speakers.
    Speaker,
    /// Titles of its evidence articles and of its reviews.
    Title,
    /// The claim in the words of its reviews.
    Review,
}

impl ClaimField {
    /// Every field.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Quote, Self::Venue, Self::Concept, Self::Speaker, Self::Title, Self::Review];
    /// Their names, in the same order.
    pub const NAMES: [&str; 7] = ["text", "quote", "venue", "concept", "speaker", "title", "review"];
    /// Number of the field that holds every text but the speakers' names, each distinct text once: what plain words
    /// are ranked by, as BM25 ranks best over one text.
    pub const EVERYTHING: usize = 7;
    /// Number of the field in the index.
    pub fn number(self) -> usize {
        self as usize
    }
}

/// Claims that are analysed at once; they are short.
const GROUP: usize = 1024;

/// Full text of the claims.
pub struct ClaimText {
    /// The index; fields are numbered as in [`ClaimField`].
    pub index: TextIndex,
}

impl ClaimText {
    pub(in crate::corpus) fn new(claims: &Table, articles: &Table, actors: &Actors) -> Self {
        let mut names = ClaimField::NAMES.to_vec();
        names.push("everything");
        // Speakers have many claims and up to dozens of names: analysed once each.
        let speakers: Vec<OnceLock<String>> = (0..actors.table.len()).map(|_| OnceLock::new()).collect();
        let index = TextIndex::build(&names, claims, GROUP, |analyzers, id| {
            let claim = Claim::decode(claims.encoded(id)).expect("records were encoded here");
            let mut out = Vec::new();
            let mut seen = Vec::new();
            for text in claim_texts(&claim, articles) {
                let terms = analysed(text.text, text.language, analyzers);
                if !seen.contains(&text.text) {
                    out.push((ClaimField::EVERYTHING, terms.clone()));
                    seen.push(text.text);
                }
                out.push((text.field.number(), terms));
            }
            for speaker in claim.speakers.iter().filter_map(|party| actors.table.id(&party.actor)) {
                let names = speakers[speaker as usize].get_or_init(|| {
                    let actor = Actor::decode(actors.table.encoded(speaker)).expect("records were encoded here");
                    let names = actor.aliases.iter().map(|alias| &alias.text).chain([&actor.display_name]);
                    names.map(|name| analysed(name, Language::PLAIN, analyzers)).collect()
                });
                out.push((ClaimField::Speaker.number(), names.clone()));
            }
            out
        });
        Self { index }
    }

    /// Number of claims whose texts, but for speakers' names and article bodies, contain an index term.
    pub fn document_frequency(&self, term: &str) -> u32 {
        let term = Term::from_field_text(self.index.field(ClaimField::EVERYTHING), term);
        let frequency = self.index.searcher().doc_freq(&term).expect("an index in memory is readable");
        u32::try_from(frequency).unwrap_or(u32::MAX)
    }
}

/// The searchable texts that a claim holds itself or through its articles, with the language of each.
pub fn claim_texts<'c>(claim: &'c Claim, articles: &'c Table) -> Vec<Searchable<'c, ClaimField>> {
    let own = Language::of(&claim.language);
    let mut texts = Vec::new();
    let mut add = |field, text: &'c str, language, path: String| {
        if !text.is_empty() {
            texts.push(Searchable { field, text, language, path });
        }
    };
    add(ClaimField::Text, &claim.text, own, "text".to_owned());
    add(ClaimField::Venue, &claim.venue, own, "venue".to_owned());
    for (at, party) in claim.speakers.iter().enumerate() {
        add(ClaimField::Speaker, &party.mention, Language::PLAIN, format!("speakers[{at}].mention"));
    }
    for (at, position) in claim.positions.iter().enumerate() {
        add(ClaimField::Concept, &position.concept, own, format!("positions[{at}].concept"));
    }
    for (at, evidence) in claim.evidence.iter().enumerate() {
        let article = articles.id(&evidence.article).map(|id| articles.encoded(id));
        let language = article.map_or(own, |article| Language::of(peek::language(article)));
        add(ClaimField::Quote, &evidence.quote, language, format!("evidence[{at}].quote"));
        if let Some(article) = article {
            add(ClaimField::Title, peek::title(article), language, format!("evidence[{at}].article.title"));
        }
    }
    for (at, review) in claim.reviews.iter().enumerate() {
        let language = if review.language.is_empty() { own } else { Language::of(&review.language) };
        add(ClaimField::Title, &review.title, language, format!("reviews[{at}].title"));
        add(ClaimField::Review, &review.claim_reviewed, language, format!("reviews[{at}].claim_reviewed"));
    }
    texts
}
