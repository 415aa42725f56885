//! A corpus that is asked, and what it holds.

use claimd::corpus::Corpus;
use roaring::RoaringBitmap;
use tokio::runtime::Runtime;

use crate::invented::Inventor;
use crate::spread::Spread;
use crate::texts::Vocabulary;

/// How often a usual question is asked, each time with other words, and how often each of the worst.
pub(crate) const ASKED: usize = 300;
pub(crate) const ASKED_WORST: usize = 5;
/// What a question may take more than a usual one of its kind.
const MOST_TIMES: f64 = 50.0;

/// A corpus, and the texts and names that questions are made of.
pub(crate) struct Asking<'v> {
    pub(crate) corpus: Corpus,
    /// All claims.
    pub(crate) everything: RoaringBitmap,
    pub(crate) runtime: Runtime,
    pub(crate) inventor: Inventor,
    pub(crate) vocabulary: &'v Vocabulary,
    /// What some claims say.
    pub(crate) said: Vec<String>,
    /// What stands in some articles.
    pub(crate) written: Vec<String>,
    /// Names of actors, in the order of their resource names.
    pub(crate) names: Vec<String>,
}

/// Asks a question that was made to be slow, and prints what it takes against a usual one. It says false if it is refused.
pub(crate) fn report(name: &str, usual: &Spread, mut ask: impl FnMut() -> bool) {
    let mut worst = Spread::default();
    let mut is_answered = true;
    for _ in 0..ASKED_WORST {
        is_answered = worst.time(&mut ask);
    }
    let times = worst.against(usual);
    let judgement = match (is_answered, times > MOST_TIMES) {
        (false, _) => "  refused",
        (true, true) => "  TOO MUCH",
        (true, false) => "",
    };
    println!("  {name:<52} {:>10.2?}  {times:>7.2} times a usual one{judgement}", worst.percentile(50));
}
