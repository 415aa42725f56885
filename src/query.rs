//! Queries over one corpus: functions of a corpus and typed arguments, without transport.

mod aggregate;
mod calendar;
mod export;
mod filter;
mod list;
mod matching;
mod network;
mod resolve;
mod search;
mod thread;
mod tokens;
mod verify;
mod yield_budget;

pub use aggregate::{Aggregate, Bucket, MAX_KEYS, aggregate};
pub use export::{Batch, BatchLimits, export};
pub use filter::{Filter, Term};
pub use list::{FRAMING_BYTES, Listing, Order, Page, list};
pub use matching::{MatchQuery, claim_index, match_claims};
pub use network::{NetworkQuery, Window, networks};
pub use resolve::{ActorCandidate, ActorQuery, resolve};
pub use search::{
    ARTICLE_FIELDS, CLAIM_FIELDS, Field, Highlight, Hit, Hits, Plan, QueryFault, QueryLimits, article_highlights,
    claim_highlights, matching, search,
};
pub use thread::{Thread, ThreadEdge, ThreadQuery, thread};
pub use tokens::{PageToken, ResumeToken, SearchToken, TokenError, fingerprint};
pub use verify::{Agreement, QuestionedQuote, Quote, QuoteError, QuoteMatch, verify};
pub use yield_budget::YieldBudget;
