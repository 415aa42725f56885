//! Rules on single records: what can be told from a record alone, before anything else is known.

mod actor;
mod article;
mod claim;
mod field;
mod finding;
mod fold;
mod language;
mod name;
mod network;
mod places;
mod precision;
mod rating;
mod record;
mod references;
mod repeat;
mod shown;
mod span;
mod time;
mod unite;
mod url;

pub use finding::{Code, Finding, Findings, Severity};
pub use fold::{Folded, Word, fold, is_mark, is_quote_mark, words};
pub use language::{is_country, is_language, is_language_range, matches_language, usual_case};
pub use name::{NameError, Resource, check_name};
pub use network::{Network, NetworkEdge, NetworkNode};
pub use places::Places;
pub use rating::{RatingBasis, read_rating};
pub use record::{check_record, record_name};
pub use references::each_name;
pub use repeat::Repeat;
pub use shown::{MAX_SHOWN, cut, quoted};
pub use span::{SpanError, byte_ranges, code_point_spans, joined};
pub use time::TimeKey;
pub use unite::unite;
pub use url::canonical_url;

/// Stands between the parts of a quote whose spans do not touch.
pub const QUOTE_JOINT: &str = " … ";
/// Most code points of an evidence's `prefix` and `suffix`.
pub const MAX_CONTEXT: usize = 32;
