//! SearchClaims against bare tantivy, and queries made to be slow.

use std::time::Instant;

use claimd::corpus::ClaimFacet;
use claimd::proto::v1::Claim;
use claimd::query::{CLAIM_FIELDS, Filter, Hits, Plan, QueryLimits, Term, claim_highlights, search};
use claimd::text::Analyzers;
use prost::Message;
use roaring::RoaringBitmap;

use crate::asking::{ASKED, Asking, report};
use crate::bare::Bare;
use crate::spread::Spread;

/// The default limits of the program.
const LIMITS: QueryLimits = QueryLimits { words: 128, expansions: 4_000, exclusions: 4 };

impl Asking<'_> {
    /// Two to four words that mean something: what people type.
    fn queries(&mut self) -> Vec<String> {
        let mut query = || {
            let count = 2 + self.inventor.below(3);
            let word = |_| self.vocabulary.word(60 + self.inventor.rank(20_000));
            (0..count).map(word).collect::<Vec<_>>().join(" ")
        };
        (0..ASKED).map(|_| query()).collect()
    }

    pub(crate) fn searches(&mut self) {
        let corpus = &self.corpus;
        let texts = (0..corpus.claims.table.len()).map(|id| {
            let texts = corpus.match_texts(id);
            let claim = Claim::decode(corpus.claims.table.encoded(id)).expect("records were encoded here");
            (std::iter::once(texts.text).chain(texts.titles).collect(), claim.topics.concat())
        });
        let started = Instant::now();
        let bare = Bare::new(texts);
        let bytes = bare.memory_bytes() / u64::from(corpus.claims.table.len());
        println!("bare tantivy over texts and titles: built in {:.1?}, {bytes} bytes a claim", started.elapsed());
        let queries = self.queries();
        let (mut usual, mut shown, mut filtered) = (Spread::default(), Spread::default(), Spread::default());
        let (mut counted, mut ranked) = (Spread::default(), Spread::default());
        let topics: Vec<String> = (0..5).map(|at| format!("topic {at}")).collect();
        let of_topics = Filter {
            groups: vec![topics.iter().map(|topic| Term::Text(ClaimFacet::Topic, topic.clone())).collect()],
            ..Filter::default()
        };
        let mut bare_filtered = Spread::default();
        for query in &queries {
            counted.time(|| bare.top_and_count(query));
            ranked.time(|| bare.top(query));
            bare_filtered.time(|| bare.top_and_count_of(query, &topics));
            usual.time(|| self.search(query, &self.everything));
            shown.time(|| self.search_and_show(query));
            filtered.time(|| self.search(query, &of_topics.select(&self.corpus)));
        }
        println!("bare tantivy, ten best                {ranked}");
        println!("bare tantivy, ten best and count      {counted}");
        println!("search, ten best and count            {usual}  {:.2} times bare", usual.against(&counted));
        println!("search, records and highlights too    {shown}");
        println!("bare tantivy, filtered by topics      {bare_filtered}");
        println!(
            "search, filtered by topics            {filtered}  {:.2} times bare",
            filtered.against(&bare_filtered)
        );
        for (name, query) in self.worst_queries() {
            report(&format!("search: {name}"), &usual, || self.search(&query, &self.everything).is_some());
        }
    }

    /// None if the query is refused.
    fn search(&self, query: &str, selected: &RoaringBitmap) -> Option<(Plan, Hits)> {
        let index = &self.corpus.claim_text.index;
        let plan = Plan::new(query, index, CLAIM_FIELDS, &self.corpus.languages, LIMITS).ok()?;
        let hits = search(index, &self.corpus.claims.table, &plan, selected, 0, 10);
        Some((plan, hits))
    }

    fn search_and_show(&self, query: &str) -> usize {
        let Some((plan, hits)) = self.search(query, &self.everything) else { return 0 };
        let mut analyzers = Analyzers::default();
        let shown = hits.hits.iter().map(|hit| {
            let claim = Claim::decode(self.corpus.claims.table.encoded(hit.id)).expect("records were encoded here");
            claim_highlights(&self.corpus, &claim, &plan, &mut analyzers).len()
        });
        shown.sum()
    }

    fn worst_queries(&self) -> Vec<(&'static str, String)> {
        let common = |words: usize, from: usize| -> String {
            (from..from + words).map(|rank| self.vocabulary.word(rank)).collect::<Vec<_>>().join(" ")
        };
        let fields = |word: &str| -> String {
            ["text", "quote", "venue", "concept", "speaker", "title", "review"]
                .map(|field| format!("{field}:{word}"))
                .join(" ")
        };
        let many = |each: &dyn Fn(usize) -> String| (0..60).map(each).collect::<Vec<_>>().join(" ");
        vec![
            ("a* b* c*", "a* b* c*".to_owned()),
            ("every word, by its letter", ('a'..='z').flat_map(|letter| [letter, '*', ' ']).collect()),
            ("ba* ber* bil*", "ba* ber* bil*".to_owned()),
            ("three beginnings of 300 words", "babe* berb* bilc*".to_owned()),
            ("128 common words", common(128, 50)),
            ("129 common words", common(129, 50)),
            ("the commonest 20 words that mean something", common(20, 50)),
            ("a phrase of the four commonest words", format!("\"{}\"", common(4, 0))),
            ("a phrase of 32 common words", format!("\"{}\"", common(32, 0))),
            ("a phrase of 128 common words", format!("\"{}\"", common(128, 0))),
            ("four phrases of 32 common words", [0, 1, 2, 3].map(|at| format!("\"{}\"", common(32, at))).join(" ")),
            ("sixty phrases of two common words", many(&|at| format!("\"{}\"", common(2, at % 12)))),
            ("without phrases of common words", many(&|at| format!("-\"{}\"", common(2, at % 12)))),
            ("without 60 common words", many(&|at| format!("-{}", common(1, at)))),
            ("the commonest word in each field", fields("the")),
            ("stop words only", common(40, 0)),
            ("1 KiB of one letter", "x".repeat(1024)),
            ("1 KiB of letters with spaces", "q ".repeat(512)),
        ]
    }
}
