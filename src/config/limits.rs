//! Limits: everything is bounded, and every bound has one name.

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::Misfit;

/// Defaults that a request gets when it does not say, each with the most that a request may ask for. Who lowers the
/// latter alone means the former too.
pub(super) const FOLLOWING: [(&str, &str); 5] = [
    ("default_page_size", "max_page_size"),
    ("default_matches", "max_matches"),
    ("default_network_nodes", "max_network_nodes"),
    ("default_quote_matches", "max_quote_matches"),
    ("default_deadline_seconds", "max_deadline_seconds"),
];

/// A bound that nothing passes at 0.
pub(super) fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

/// What a load takes in.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Load limits")]
pub struct LoadLimits {
    /// Most bytes of one line of a file, or of one element of a JSON list; a longer one is passed over and reported.
    /// JSON can take several times the room of the record it holds. As many bytes of JSON-LD are waited for where a review
    /// refers to an object further on, and as many of objects that were met are kept for references to them
    #[arg(long, env = "CLAIMD_MAX_LINE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 16 << 20)]
    pub max_line_bytes: usize,
    /// Most bytes of one encoded record; a larger one is left out and reported. A record has to fit an answer: keep it
    /// below --max-page-bytes
    #[arg(long, env = "CLAIMD_MAX_RECORD_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 3 << 20)]
    pub max_record_bytes: usize,
    /// Most bytes of a file that has to be read into memory as a whole, such as a database; a larger one is refused
    #[arg(long, env = "CLAIMD_MAX_DATABASE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 30)]
    pub max_database_bytes: usize,
    /// Most diagnostics that a load report keeps, what is worse before what is milder; all are counted
    #[arg(long, env = "CLAIMD_MAX_DIAGNOSTICS", value_name = "COUNT", default_value_t = 10_000)]
    pub max_diagnostics: usize,
}

/// What a request may ask for.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Request limits")]
pub struct RequestLimits {
    /// Records a page when the request does not say
    #[arg(long, env = "CLAIMD_DEFAULT_PAGE_SIZE", value_name = "COUNT", value_parser = positive(), default_value_t = 50)]
    pub default_page_size: usize,
    /// Most records a page; a request for more gets this many
    #[arg(long, env = "CLAIMD_MAX_PAGE_SIZE", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_page_size: usize,
    /// Most bytes a page; it ends before. Leaves a quarter of the answer's limit for what is beside the records
    #[arg(long, env = "CLAIMD_MAX_PAGE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 3 << 20)]
    pub max_page_bytes: usize,
    /// Most names in a batch
    #[arg(long, env = "CLAIMD_MAX_BATCH_SIZE", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_batch_size: usize,
    /// Most values in a filter, nested filters included. Each costs a lookup and the union of its records
    #[arg(long, env = "CLAIMD_MAX_FILTER_VALUES", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_filter_values: usize,
    /// Most bytes of a full-text query
    #[arg(long, env = "CLAIMD_MAX_QUERY_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 10)]
    pub max_query_bytes: usize,
    /// Most words of a full-text query. A part that is repeated counts once, a word of a phrase as often as it stands there.
    /// A text of 1 KiB has fewer; more are there to be slow
    #[arg(long, env = "CLAIMD_MAX_QUERY_WORDS", value_name = "COUNT", value_parser = positive(), default_value_t = 128)]
    pub max_query_words: usize,
    /// Most words of the corpus that the word* of a full-text query stand for, all together and counted in each field; a
    /// query for more is refused. The records of each are read, and `a*` has tens of thousands in a large corpus
    #[arg(long, env = "CLAIMD_MAX_QUERY_EXPANSIONS", value_name = "COUNT", value_parser = positive(), default_value_t = 4_000)]
    pub max_query_expansions: usize,
    /// Most times that each record of a corpus may be looked at, on average, for the words that a full-text query leaves
    /// out; a query for more is refused. Four words that stand everywhere; rare ones cost next to nothing
    #[arg(long, env = "CLAIMD_MAX_QUERY_EXCLUSIONS", value_name = "COUNT", value_parser = positive(), default_value_t = 4)]
    pub max_query_exclusions: usize,
    /// Most relations between the claim of a thread and the claims around it
    #[arg(long, env = "CLAIMD_MAX_THREAD_DEPTH", value_name = "COUNT", value_parser = positive(), default_value_t = 10)]
    pub max_thread_depth: usize,
    /// Most claims of a thread
    #[arg(long, env = "CLAIMD_MAX_THREAD_CLAIMS", value_name = "COUNT", value_parser = positive(), default_value_t = 2000)]
    pub max_thread_claims: usize,
    /// Most buckets of an aggregate
    #[arg(long, env = "CLAIMD_MAX_BUCKETS", value_name = "COUNT", value_parser = positive(), default_value_t = 10_000)]
    pub max_buckets: usize,
    /// Most names in question in one ResolveActors call. Each costs some milliseconds over 100,000 actors
    #[arg(long, env = "CLAIMD_MAX_RESOLVE_QUERIES", value_name = "COUNT", value_parser = positive(), default_value_t = 100)]
    pub max_resolve_queries: usize,
    /// Most bytes of a name in question. The longest names in registers have a few hundred letters
    #[arg(long, env = "CLAIMD_MAX_RESOLVE_TEXT_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 1 << 10)]
    pub max_resolve_text_bytes: usize,
    /// Most countries, and most identifiers, of a name in question. They are held against every actor that may be meant
    #[arg(long, env = "CLAIMD_MAX_RESOLVE_HINTS", value_name = "COUNT", default_value_t = 100)]
    pub max_resolve_hints: usize,
    /// Most actors that may be meant by one name. At most 40 names are compared, so more would bring nothing
    #[arg(long, env = "CLAIMD_MAX_RESOLVE_CANDIDATES", value_name = "COUNT", value_parser = positive(), default_value_t = 50)]
    pub max_resolve_candidates: usize,
    /// Nodes a network when the request does not say
    #[arg(long, env = "CLAIMD_DEFAULT_NETWORK_NODES", value_name = "COUNT", value_parser = positive(), default_value_t = 500)]
    pub default_network_nodes: usize,
    /// Most nodes a network; a request for more is refused. Each may be tied to each
    #[arg(long, env = "CLAIMD_MAX_NETWORK_NODES", value_name = "COUNT", value_parser = positive(), default_value_t = 5000)]
    pub max_network_nodes: usize,
    /// Most windows of a network; a request for more is refused. Each is a network of its own
    #[arg(long, env = "CLAIMD_MAX_NETWORK_WINDOWS", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_network_windows: usize,
    /// Most bytes of a text to match or of a quote to verify. A long paragraph has 2 KiB
    #[arg(long, env = "CLAIMD_MAX_TEXT_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 8 << 10)]
    pub max_text_bytes: usize,
    /// Most parts of a quote, between the places where it leaves words out. Each is looked for on its own; no printed quote
    /// has more
    #[arg(long, env = "CLAIMD_MAX_QUOTE_PARTS", value_name = "COUNT", value_parser = positive(), default_value_t = 32)]
    pub max_quote_parts: usize,
    /// Claims that match a text when the request does not say
    #[arg(long, env = "CLAIMD_DEFAULT_MATCHES", value_name = "COUNT", value_parser = positive(), default_value_t = 10)]
    pub default_matches: usize,
    /// Most claims that match a text
    #[arg(long, env = "CLAIMD_MAX_MATCHES", value_name = "COUNT", value_parser = positive(), default_value_t = 100)]
    pub max_matches: usize,
    /// Most articles that a quote is looked for in when they are named
    #[arg(long, env = "CLAIMD_MAX_QUOTE_ARTICLES", value_name = "COUNT", value_parser = positive(), default_value_t = 1000)]
    pub max_quote_articles: usize,
    /// Places a quote is found at when the request does not say
    #[arg(long, env = "CLAIMD_DEFAULT_QUOTE_MATCHES", value_name = "COUNT", value_parser = positive(), default_value_t = 10)]
    pub default_quote_matches: usize,
    /// Most places a quote is found at; a request for more is refused. A hundred of the longest fit an answer
    #[arg(long, env = "CLAIMD_MAX_QUOTE_MATCHES", value_name = "COUNT", value_parser = positive(), default_value_t = 100)]
    pub max_quote_matches: usize,
    /// Most bytes of an answer. Most clients refuse more than 4 MiB
    #[arg(long, env = "CLAIMD_MAX_RESPONSE_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 4 << 20)]
    pub max_response_bytes: usize,
    /// Most bytes of a request
    #[arg(long, env = "CLAIMD_MAX_REQUEST_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 64 << 10)]
    pub max_request_bytes: usize,
    /// Most bytes of a batch request: a thousand names of full length are twice the usual request
    #[arg(long, env = "CLAIMD_MAX_BATCH_REQUEST_BYTES", value_name = "BYTES", value_parser = positive(), default_value_t = 256 << 10)]
    pub max_batch_request_bytes: usize,
}

impl RequestLimits {
    /// Limits that are wrong together. A record has to fit a page, a page an answer, and a request the larger of the
    /// two limits on requests, which is the one the decoder knows.
    pub fn misfits(&self, load: &LoadLimits) -> Vec<Misfit> {
        let pairs = [
            (("default_page_size", self.default_page_size), ("max_page_size", self.max_page_size)),
            (("default_matches", self.default_matches), ("max_matches", self.max_matches)),
            (("default_network_nodes", self.default_network_nodes), ("max_network_nodes", self.max_network_nodes)),
            (("default_quote_matches", self.default_quote_matches), ("max_quote_matches", self.max_quote_matches)),
            (("max_record_bytes", load.max_record_bytes), ("max_page_bytes", self.max_page_bytes)),
            (("max_page_bytes", self.max_page_bytes), ("max_response_bytes", self.max_response_bytes)),
            (("max_request_bytes", self.max_request_bytes), ("max_batch_request_bytes", self.max_batch_request_bytes)),
            (("max_text_bytes", self.max_text_bytes), ("max_request_bytes", self.max_request_bytes)),
            (("max_query_bytes", self.max_query_bytes), ("max_request_bytes", self.max_request_bytes)),
        ];
        pairs.into_iter().filter_map(|(lower, upper)| Misfit::above(lower, upper)).collect()
    }
}
