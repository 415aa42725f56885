//! What happens to every call before and after its handler: one tower layer per file.

mod peer;
mod snapshot;

use std::sync::Arc;

use tonic::service::Routes;
use tower_layer::Layer;

use crate::live::Live;

pub use peer::{Peer, PeerAddress};
pub use snapshot::{REVISION_HEADER, Snapshot};

/// The services with every layer around them.
pub type Stack = Snapshot<Routes>;

/// The layers around `routes`, outermost first.
pub fn stack(live: Arc<Live>, routes: Routes) -> Stack {
    snapshot::SnapshotLayer::new(live).layer(routes)
}
