//! A corpus that calls share.

use std::ops::Deref;
use std::thread;

use crate::corpus::Corpus;

/// A corpus that calls share. When the last one lets go, it is taken apart on a thread of its own: a corpus is millions
/// of pieces of memory, and the call that happened to be the last one must not wait for them to be given back.
pub struct Served {
    /// Always there until the drop.
    corpus: Option<Box<Corpus>>,
}

impl From<Corpus> for Served {
    fn from(corpus: Corpus) -> Self {
        Self { corpus: Some(Box::new(corpus)) }
    }
}

impl Deref for Served {
    type Target = Corpus;

    fn deref(&self) -> &Corpus {
        self.corpus.as_ref().expect("it is there until the drop")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let corpus = self.corpus.take();
        // Where the system gives no thread, the corpus goes with the closure, here.
        thread::Builder::new().name("corpus-drop".to_owned()).spawn(move || drop(corpus)).ok();
    }
}
