//! What happens to every call before and after its handler: one tower layer per file.

mod snapshot;

use std::sync::Arc;

use arc_swap::ArcSwap;
use tower_layer::Layer;

use crate::corpus::Corpus;

pub use snapshot::{REVISION_HEADER, Snapshot};

/// The layers around `service`, outermost first.
pub fn stack<S>(corpus: Arc<ArcSwap<Corpus>>, service: S) -> Snapshot<S> {
    snapshot::SnapshotLayer::new(corpus).layer(service)
}
