//! What speaks for a claim being the one a query repeats: each feature is a name and a formula.

use crate::matching::comparison::Comparison;

/// One reason for or against a candidate.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    /// Its name in the weights file and in explanations.
    pub name: &'static str,
    /// What it measures, for people.
    pub meaning: &'static str,
    /// Its value for one comparison.
    pub value: fn(&Comparison<'_>) -> f32,
}

const fn feature(name: &'static str, meaning: &'static str, value: fn(&Comparison<'_>) -> f32) -> Feature {
    Feature { name, meaning, value }
}

/// All features, in the order of a feature vector. Those whose names begin with `query_` are learnt after the
/// ranking: they say how far it is to be trusted.
#[rustfmt::skip]
#[allow(clippy::redundant_closure_for_method_calls, reason = "a path to a method is not general enough in its lifetime")]
pub const FEATURES: &[Feature] = &[
    feature("head_search", "search score over texts and titles, as a share of the best", |c| c.candidate.head_share),
    feature("body_search", "search score over article bodies, as a share of the best", |c| c.candidate.body_share),
    feature("head_bm25", "words of the query in text and titles, saturated", |c| c.head_bm25()),
    feature("all_bm25", "words of the query in text, titles and bodies, saturated", |c| c.all_bm25()),
    feature("text_found", "share of the query found in the text", |c| c.query.share(c.text.found)),
    feature("head_found", "share of the query found in text and titles", |c| c.query.share(c.head_found())),
    feature("body_added", "share of the query found only in the body", |c| c.query.share(c.body.found & !c.head_found())),
    feature("head_confirmed", "share of the query found in the head and in the body", |c| c.query.share(c.body.found & c.head_found())),
    feature("lead_found", "share of the query found at the start of the body", |c| c.query.share(c.lead_found())),
    feature("text_covered", "share of the claim's text that is in the query", |c| c.text_covered()),
    feature("title_covered", "share of the titles that is in the query", |c| c.title_covered()),
    feature("related_found", "share of the query found in text and titles, in its own or related words", |c| c.alike.query),
    feature("related_covered", "share of text and titles that is in the query, in their own or related words", |c| c.alike.texts),
    feature("rarest_found", "rarity of the rarest word found, against the query's rarest", |c| c.rarest_found()),
    feature("rare_found", "weight of the three rarest words found, against the query's three", |c| c.rare_found()),
    feature("names_found", "share of the query's capitalised words found in the head", |c| c.names_found()),
    feature("numbers_found", "share of the query that is numbers found in the head", |c| c.numbers_found()),
    feature("text_run", "heaviest run of the query's words in the text", |c| c.text_run / c.query.scale()),
    feature("text_run_covered", "the same as a share of the text", |c| c.text_run / c.weights.text.max(1.0)),
    feature("title_run", "heaviest run of the query's words in a title", |c| c.title_run / c.query.scale()),
    feature("body_run", "heaviest run of the query's words in the body", |c| c.body_run / c.query.scale()),
    feature("best_run", "heaviest run of the query's words anywhere", |c| c.best_run() / c.query.scale()),
    feature("narrow_window", "heaviest 12 words of the body", |c| c.narrow_window / c.query.scale()),
    feature("wide_window", "heaviest 48 words of the body", |c| c.wide_window / c.query.scale()),
    feature("text_letters", "likeness of letters with the text", |c| c.query.grams.cosine(&c.text_grams)),
    feature("title_letters", "likeness of letters with the titles", |c| c.query.grams.cosine(&c.title_grams)),
    feature("terms_found", "number of words found in the head", |c| (c.head_found() & c.query.content).count_ones() as f32),
    feature("weight_found", "rarity of all words found in the head, logarithmic", |c| c.query.weigh(c.head_found()).ln_1p()),
    feature("text_weight", "how much the claim's text says, logarithmic", |c| c.weights.text.ln_1p()),
    feature("body_length", "words in the bodies, logarithmic", |c| (c.body.words as f32).ln_1p()),
    feature("speaker_named", "share of a speaker's name that is in the query", |c| c.speaker_named),
    feature("speaker_known", "number of claims its speaker made, logarithmic", |c| (c.speaker_claims as f32).ln_1p()),
    feature("author_found", "share of the query's signature found in the head", |c| c.author_found),
    feature("day_near", "claimed about the day the query carries", |c| c.day_near()),
    feature("day_earlier", "days claimed before the query was written, logarithmic", |c| c.day_earlier()),
    feature("day_later", "days claimed after the query was written, logarithmic", |c| c.day_later()),
    feature("query_weight", "of the query: how much it says of what the corpus knows, logarithmic", |c| c.query.weigh(c.query.known).ln_1p()),
    feature("query_repeated", "whether the query repeats the claim's text, and nothing else, word for word", |c| c.repeated()),
    feature("query_rival", "of the query: how well the best of the other candidates agrees", |_| 0.0),
];

impl Feature {
    /// Whether it is of the query as a whole: it does not rank, it says what the ranking is worth.
    pub fn is_of_query(&self) -> bool {
        self.name.starts_with("query_")
    }
}

/// How many features there are.
pub const COUNT: usize = FEATURES.len();

/// Place of `query_rival`, which is known once all candidates are compared.
pub const RIVAL: usize = COUNT - 1;

/// Values of all features, in order.
pub type FeatureVector = [f32; COUNT];

/// The feature vector of a comparison.
pub fn feature_vector(comparison: &Comparison<'_>) -> FeatureVector {
    let mut values = [0.0; COUNT];
    for (value, feature) in values.iter_mut().zip(FEATURES) {
        *value = (feature.value)(comparison);
    }
    values
}
