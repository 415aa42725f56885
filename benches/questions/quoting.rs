//! VerifyQuote of quotes that stand somewhere, and of texts made to be slow.

use claimd::query::{QuestionedQuote, Quote, verify};

use crate::asking::{ASKED, Asking, report};
use crate::spread::Spread;

impl Asking<'_> {
    pub(crate) fn quotes(&mut self) {
        let mut usual = Spread::default();
        for at in 0..ASKED {
            let words: Vec<&str> = self.written[at % self.written.len()].split(' ').collect();
            let start = self.inventor.below(words.len() - 15);
            let mut quote: Vec<&str> = words[start..start + 12].to_vec();
            // One in three stands there word for word, one is set otherwise, one has another word.
            match at % 3 {
                0 => {}
                1 => quote[5] = "—",
                _ => quote[5] = self.vocabulary.word(3000),
            }
            let quote = quote.join(" ");
            usual.time(|| self.verify(&quote));
        }
        println!("verify a quote of 12 words            {usual}");
        let common: String = (0..200).map(|at| self.vocabulary.word(at * 7 % 12).to_owned() + " ").collect();
        let worst = [
            ("8 KiB of one common word", "the ".repeat(2048)),
            ("8 KiB of one unknown word", "zzyzx ".repeat(1365)),
            ("common words only", common.clone()),
            ("8 KiB of common words", common.repeat(12).chars().take(8192).collect()),
            ("eight letters", "aaaaaaaa".to_owned()),
            ("eight signs", "!!!! ????".to_owned()),
            ("parts of common words", "the of … ".repeat(30)),
            ("8 KiB of one letter", "a".repeat(8192)),
            (
                "8 KiB of a real body",
                self.written.iter().take(30).cloned().collect::<String>().chars().take(8192).collect(),
            ),
        ];
        for (name, quote) in worst {
            report(&format!("verify: {name}"), &usual, || self.verify(&quote).is_some());
        }
    }

    fn verify(&self, quote: &str) -> Option<usize> {
        let quote = Quote::new(quote, 8 << 10, 32).ok()?;
        let question = QuestionedQuote { quote: &quote, speaker: "", articles: &[], limit: 10 };
        Some(self.runtime.block_on(verify(&self.corpus, question)).len())
    }
}
