//! Rules on single records: names, spans, times, URLs, ratings, checks, and merging two records of one name.

mod check;
mod finding;
mod language;
mod merge;
mod name;
mod network;
mod rating;
mod record_op;
mod span;
mod time;
mod url;

pub use check::{MAX_CONTEXT, check_record};
pub use finding::{Code, Finding, Findings, MAX_SHOWN, Places, Severity, cut, quoted};
pub use language::{is_country, is_language, is_language_range, matches_language, usual_case};
pub use merge::merge_record;
pub use name::{InvalidName, Resource, check_name, each_name, record_name};
pub use network::{Network, NetworkEdge, NetworkNode};
pub use rating::{RatingBasis, read_rating};
pub use record_op::RecordOp;
pub use span::{InvalidSpan, QUOTE_JOINT, byte_ranges, code_point_spans, joined};
pub use time::{TimeKey, all_in_range, is_in_range};
pub use url::{canonical_url, is_home_page, url_host, urls_in};
