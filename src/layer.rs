//! What happens to every call before and after its handler: one tower layer per file.

mod snapshot;

use std::sync::Arc;

use tower_layer::Layer;

use crate::live::Live;

pub use snapshot::{REVISION_HEADER, Snapshot};

/// The layers around `service`, outermost first.
pub fn stack<S>(live: Arc<Live>, service: S) -> Snapshot<S> {
    snapshot::SnapshotLayer::new(live).layer(service)
}
