//! MatchClaims of texts that repeat a claim, and of texts made to be slow.

use claimd::query::{MatchQuery, match_claims};

use crate::asking::{ASKED, Asking, report};
use crate::spread::Spread;

impl Asking<'_> {
    pub(crate) fn matches(&mut self) {
        let (mut usual, mut first) = (Spread::default(), 0);
        for at in 0..ASKED {
            let place = at * 7 % self.said.len();
            let text = self.repeated(place);
            let found = usual.time(|| self.matched(&text));
            first += usize::from(found.as_deref() == Some(self.said[place].as_str()));
        }
        println!("match a text that repeats a claim     {usual}, {first} of {ASKED} found first");
        let long: String = self.written.iter().take(30).cloned().collect::<Vec<_>>().join(" ");
        let common: String = (0..2000).map(|at| self.vocabulary.word(50 + at * 13 % 100).to_owned() + " ").collect();
        let worst = [
            ("8 KiB of a real text", long.chars().take(8192).collect::<String>()),
            ("8 KiB of common words", common.chars().take(8192).collect()),
            ("8 KiB of one word", "berlin ".repeat(1170)),
            ("8 KiB of one letter", "a".repeat(8192)),
            ("8 KiB of letters", "b c d ".repeat(1365)),
            ("8 KiB of links", "https://t.co/x ".repeat(546)),
            ("8 KiB of handles", "@VeryLongHandleOfSomebody ".repeat(315)),
            ("one common word", self.vocabulary.word(50).to_owned()),
        ];
        for (name, text) in worst {
            report(&format!("match: {name}"), &usual, || {
                self.matched(&text);
                true
            });
        }
    }

    /// A claim as somebody else writes it: a third of its words left out, two swapped, others around.
    fn repeated(&mut self, place: usize) -> String {
        let mut words: Vec<&str> = self.said[place].split(' ').collect();
        words.retain(|_| self.inventor.below(3) > 0);
        if words.len() > 3 {
            words.swap(0, 2);
        }
        let around = self.vocabulary.text(&mut self.inventor, 6);
        format!("@someone {} {around} https://t.co/x", words.join(" "))
    }

    fn matched(&self, text: &str) -> Option<String> {
        let question = MatchQuery { text, language: "", limit: 10, threshold: 0.0 };
        let found = self.runtime.block_on(match_claims(&self.corpus, &self.everything, question));
        found.first().map(|found| self.corpus.match_texts(found.claim).text.to_owned())
    }
}
