//! The questions of the API: a function for each method checks a request message, queries one corpus, and builds the
//! response message.
//!
//! Nothing here knows of transport: the gRPC services and programs that embed the library call the same functions. All
//! fail with [`Error::Invalid`] if fields of the request break their rules, with every such field; the response is the
//! same for equal corpora. Records in responses are [`Encoded`]: the stored bytes, which `decode` turns into messages.
//!
//! The async functions yield to the executor about every millisecond and stop when they are dropped. They need no
//! runtime of a certain kind.
//!
//! [`Encoded`]: crate::proto::Encoded
//! [`Error::Invalid`]: crate::error::Error::Invalid

mod corpus;
mod discourse;
mod filter;
mod matching;
mod network;
mod paging;
mod quotes;
mod records;
mod resolve;
mod search;

pub use corpus::describe;
#[cfg(feature = "server")]
pub(crate) use corpus::timestamp;
pub use discourse::{aggregate_claims, get_thread};
pub use filter::claim_filter;
pub use matching::match_claims;
pub use network::compute_network;
pub use quotes::verify_quote;
#[cfg(feature = "server")]
pub(crate) use records::check_size;
pub use records::{
    batch_get_actors, batch_get_articles, batch_get_claims, get_actor, get_article, get_claim, list_actors,
    list_articles, list_claims,
};
pub use resolve::resolve_actors;
pub use search::{search_articles, search_claims};
