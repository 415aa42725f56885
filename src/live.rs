//! What is served now, and how another corpus takes its place.
//!
//! Calls take the corpus once and keep it to their end; a swap changes what later calls take.

mod served;

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::corpus::Corpus;

pub use served::Served;

/// The corpus that is served.
pub struct Live {
    served: ArcSwap<Served>,
}

impl Live {
    /// Begins with a corpus.
    pub fn new(corpus: Corpus) -> Self {
        Self { served: ArcSwap::from_pointee(corpus.into()) }
    }

    /// The corpus that is served now.
    pub fn corpus(&self) -> Arc<Served> {
        self.served.load_full()
    }

    /// Puts another corpus in the place of the one that is served.
    pub fn swap(&self, corpus: Corpus) {
        self.served.store(Arc::new(corpus.into()));
    }
}
