//! Limits on what a load takes in and on what a request may ask for.
//!
//! Each limit is one row: documentation, name, default, environment variable, unit, smallest value. The struct, its
//! [`Default`] and, with the feature `server`, the flag, the variable and the key of the configuration file are generated
//! from the row.

/// A struct of limits, all of them counts or bytes.
macro_rules! limits {
    (
        $(#[$meta:meta])*
        pub struct $name:ident under $heading:literal {
            $($(#[doc = $doc:literal])* $field:ident = $default:expr, $env:literal, $unit:literal, from $least:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "server", derive(clap::Args))]
        #[cfg_attr(feature = "server", command(next_help_heading = $heading))]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                #[cfg_attr(feature = "server", arg(
                    long,
                    env = $env,
                    value_name = $unit,
                    value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range($least..),
                    default_value_t = $default
                ))]
                pub $field: usize,
            )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

limits! {
    /// Limits on loading.
    pub struct LoadLimits under "Load limits" {
        /// Largest line of a file, or element of a JSON array, in bytes. A longer one is skipped and reported. JSON can be
        /// several times larger than the record it encodes. Also caps the bytes of JSON-LD that are buffered while a
        /// review refers to an object further on, and the bytes of objects that are kept for such references
        max_line_bytes = 16 << 20, "CLAIMD_MAX_LINE_BYTES", "BYTES", from 1;
        /// Largest encoded record, in bytes. A larger one is left out and reported. A record has to fit into a page: keep
        /// this at or below --max-page-bytes
        max_record_bytes = 3 << 20, "CLAIMD_MAX_RECORD_BYTES", "BYTES", from 1;
        /// Largest file that has to be read into memory as a whole, such as a database, in bytes. A larger one is refused
        max_database_bytes = 1 << 30, "CLAIMD_MAX_DATABASE_BYTES", "BYTES", from 1;
        /// Most diagnostics that a load report keeps, the most severe first. All are counted
        max_diagnostics = 10_000, "CLAIMD_MAX_DIAGNOSTICS", "COUNT", from 0;
    }
}

limits! {
    /// Limits on requests.
    pub struct RequestLimits under "Request limits" {
        /// Records per page when the request sets no page size
        default_page_size = 50, "CLAIMD_DEFAULT_PAGE_SIZE", "COUNT", from 1;
        /// Most records per page. A larger page size in a request is lowered to this
        max_page_size = 1000, "CLAIMD_MAX_PAGE_SIZE", "COUNT", from 1;
        /// Most bytes of the records of a page. A page ends before it exceeds this. Leaves a quarter of --max-response-bytes
        /// for the rest of the response
        max_page_bytes = 3 << 20, "CLAIMD_MAX_PAGE_BYTES", "BYTES", from 1;
        /// Most names in a batch request
        max_batch_size = 1000, "CLAIMD_MAX_BATCH_SIZE", "COUNT", from 1;
        /// Most values in a filter, nested filters included. Each costs a lookup and a union of posting lists
        max_filter_values = 1000, "CLAIMD_MAX_FILTER_VALUES", "COUNT", from 1;
        /// Most bytes of a full-text query
        max_query_bytes = 1 << 10, "CLAIMD_MAX_QUERY_BYTES", "BYTES", from 1;
        /// Most words of a full-text query. A repeated clause counts once, a word of a phrase each time it occurs. An
        /// ordinary text of 1 KiB has fewer words
        max_query_words = 128, "CLAIMD_MAX_QUERY_WORDS", "COUNT", from 1;
        /// Most terms of the index that the prefixes (word*) of a full-text query expand to, summed over all prefixes and
        /// fields. A query that expands to more is refused. The posting list of each term is read, and `a*` matches tens
        /// of thousands of terms in a large corpus
        max_query_expansions = 4_000, "CLAIMD_MAX_QUERY_EXPANSIONS", "COUNT", from 1;
        /// Most postings that the excluded words (-word) of a full-text query may have, as a multiple of the number of
        /// records. A query with more is refused. The default allows four words that occur in every record
        max_query_exclusions = 4, "CLAIMD_MAX_QUERY_EXCLUSIONS", "COUNT", from 1;
        /// Largest depth of a thread: relations between its first claim and any other
        max_thread_depth = 10, "CLAIMD_MAX_THREAD_DEPTH", "COUNT", from 1;
        /// Most claims of a thread
        max_thread_claims = 2000, "CLAIMD_MAX_THREAD_CLAIMS", "COUNT", from 1;
        /// Most buckets of an aggregation
        max_buckets = 10_000, "CLAIMD_MAX_BUCKETS", "COUNT", from 1;
        /// Most queries in one ResolveActors call. Each takes a few milliseconds over 100,000 actors
        max_resolve_queries = 100, "CLAIMD_MAX_RESOLVE_QUERIES", "COUNT", from 1;
        /// Most bytes of the text of a ResolveActors query. The longest names in registers have a few hundred letters
        max_resolve_text_bytes = 1 << 10, "CLAIMD_MAX_RESOLVE_TEXT_BYTES", "BYTES", from 1;
        /// Most countries, and most identifiers, of a ResolveActors query. They are compared with every candidate
        max_resolve_hints = 100, "CLAIMD_MAX_RESOLVE_HINTS", "COUNT", from 0;
        /// Most candidates per ResolveActors query. At most 40 names are compared, so a higher limit changes nothing
        max_resolve_candidates = 50, "CLAIMD_MAX_RESOLVE_CANDIDATES", "COUNT", from 1;
        /// Nodes of a network when the request sets no maximum
        default_network_nodes = 500, "CLAIMD_DEFAULT_NETWORK_NODES", "COUNT", from 1;
        /// Most nodes of a network. A request for more is refused. The number of edges can grow with the square of it
        max_network_nodes = 5000, "CLAIMD_MAX_NETWORK_NODES", "COUNT", from 1;
        /// Most time windows of a network. A request for more is refused. Each window is a network of its own
        max_network_windows = 1000, "CLAIMD_MAX_NETWORK_WINDOWS", "COUNT", from 1;
        /// Most bytes of the text of MatchClaims and of the quote of VerifyQuote. A long paragraph has 2 KiB
        max_text_bytes = 8 << 10, "CLAIMD_MAX_TEXT_BYTES", "BYTES", from 1;
        /// Most parts of a quote, separated by omission marks. Each part is searched for; no printed quote has more
        max_quote_parts = 32, "CLAIMD_MAX_QUOTE_PARTS", "COUNT", from 1;
        /// Candidates of MatchClaims when the request sets no limit
        default_matches = 10, "CLAIMD_DEFAULT_MATCHES", "COUNT", from 1;
        /// Most candidates of MatchClaims
        max_matches = 100, "CLAIMD_MAX_MATCHES", "COUNT", from 1;
        /// Most articles that a VerifyQuote call may name
        max_quote_articles = 1000, "CLAIMD_MAX_QUOTE_ARTICLES", "COUNT", from 1;
        /// Matches of VerifyQuote when the request sets no limit
        default_quote_matches = 10, "CLAIMD_DEFAULT_QUOTE_MATCHES", "COUNT", from 1;
        /// Most matches of VerifyQuote. A request for more is refused. A hundred of the longest fit into a response
        max_quote_matches = 100, "CLAIMD_MAX_QUOTE_MATCHES", "COUNT", from 1;
        /// Most bytes of a response. Most clients refuse more than 4 MiB
        max_response_bytes = 4 << 20, "CLAIMD_MAX_RESPONSE_BYTES", "BYTES", from 1;
        /// Most bytes of a request
        max_request_bytes = 64 << 10, "CLAIMD_MAX_REQUEST_BYTES", "BYTES", from 1;
        /// Most bytes of a batch request. A thousand names of full length take twice --max-request-bytes
        max_batch_request_bytes = 256 << 10, "CLAIMD_MAX_BATCH_REQUEST_BYTES", "BYTES", from 1;
    }
}
