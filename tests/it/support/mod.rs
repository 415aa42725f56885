//! What the tests share: a real server behind a real connection, records to serve, and readers of errors.

mod corpus;
mod limits;
mod raw;
mod records;
mod server;
mod status;

pub(crate) use corpus::{corpus_of, demo, load_files, load_text};
pub(crate) use limits::defaults;
pub(crate) use raw::call_raw;
pub(crate) use records::{IntoRecord, actor, article, at, claim, evidence, ndjson, party, relation};
pub(crate) use server::{TestServer, live_config};
pub(crate) use status::{info, reason, retry, violated, violations};
