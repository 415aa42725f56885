//! A corpus that changes while it is served: reloads, the change feed, exports.

mod bounds;
mod export;
mod export_revisions;
mod feed;
mod health;
mod process;
mod reload;
mod soak;
mod waiting;
