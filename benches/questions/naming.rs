//! ResolveActors of names with a typo, and of texts that are slow to resolve.

use claimd::query::{ActorQuery, resolve};

use crate::asking::{ASKED, Asking, report};
use crate::spread::Spread;

impl Asking<'_> {
    pub(crate) fn names(&mut self) {
        let (mut usual, mut right) = (Spread::default(), 0);
        for _ in 0..ASKED {
            let place = self.inventor.below(self.names.len());
            let text = self.inventor.typo(&self.names[place]);
            let found = usual.time(|| self.resolved(&text));
            right += usize::from(found == Some(format!("actors/a{place}")));
        }
        println!("resolve a name with a typo            {usual}, {right} of {ASKED} found first");
        let long = "Maria John Mohammed Alexander Peter ".repeat(28);
        let worst = [
            ("1 KiB of common names", long),
            ("1 KiB of one letter", "a".repeat(1024)),
            ("1 KiB of letters", "a b c d ".repeat(128)),
            ("1 KiB of Chinese", "王李张".repeat(113)),
            ("a given name", "Maria".to_owned()),
        ];
        for (name, text) in worst {
            report(&format!("resolve: {name}"), &usual, || {
                self.resolved(&text);
                true
            });
        }
    }

    fn resolved(&self, text: &str) -> Option<String> {
        let query = ActorQuery { text: text.to_owned(), ..ActorQuery::default() };
        let found = self.runtime.block_on(resolve(&self.corpus, &query, 5, 0.0));
        found.first().map(|best| self.corpus.actors.table.name(best.id).to_owned())
    }
}
