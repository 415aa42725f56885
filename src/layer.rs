//! What happens to every call before and after its handler: one tower layer per file.

mod answer;
mod arrival;
mod auth;
mod caller;
mod compression;
mod concurrency;
mod counts;
mod deadline;
mod ending;
mod foreign;
mod message_bytes;
mod metrics;
mod observed;
mod panic;
mod passage;
mod peer;
mod quota;
mod request_id;
mod snapshot;
mod stage;
mod trace;
mod unsent;

use std::sync::Arc;

use tonic::service::Routes;

use self::arrival::Arrival;
use self::compression::Compression;
use self::concurrency::Concurrency;
use self::deadline::Deadlines;
use self::ending::Ending;
use self::foreign::Reworded;
use self::metrics::Metrics;
use self::panic::Panics;
use self::quota::Quotas;
use self::request_id::Named;
use self::stage::{Stage, Staged};
use self::trace::Traces;
use self::unsent::Unsent;
use crate::config::{CallConfig, RequestLimits};
use crate::live::Live;
use crate::rpc::PhaseWatch;

pub use auth::{Access, Auth, Roster, RosterError, TokenHash};
pub use caller::Caller;
pub use counts::Counts;
pub use metrics::CallMetrics;
pub use peer::{Peer, PeerAddress};
pub use request_id::{REQUEST_ID_HEADER, RequestId};
pub use snapshot::{REVISION_HEADER, Snapshot};

/// What layers share with the rest of the server.
pub struct Shared {
    /// What calls are answered from.
    pub live: Arc<Live>,
    /// How long calls may take, and how many there may be.
    pub calls: CallConfig,
    /// What requests may ask for.
    pub limits: RequestLimits,
    /// Who may call.
    pub access: Arc<Access>,
    /// Where in its life the server is.
    pub phases: PhaseWatch,
    /// What layers did.
    pub counts: Arc<Counts>,
    /// How calls ended.
    pub metrics: Arc<CallMetrics>,
}

/// The services with every layer around them.
pub type Stack = Named<
    Metrics<
        Traces<
            Panics<
                Staged<
                    Auth,
                    Staged<Snapshot, Panics<Deadlines<Staged<Quotas, Arrival<Staged<Concurrency, Answers<Routes>>>>>>>,
                >,
            >,
        >,
    >,
>;

/// What looks at answers where they are made.
type Answers<S> = Staged<Unsent, Staged<Compression, Staged<Reworded, Staged<Ending, S>>>>;

/// The layers around `routes`. From the last line to the first is the way of a request:
///
/// - a call has its name before anything is said about it;
/// - every call is counted and logged, whatever layer ends it;
/// - a panic of any layer below is caught;
/// - who may not call takes nothing from those who may, and learns nothing;
/// - every other answer says which corpus was served when its call came, those that turn a call away too, and, since
///   panics are caught once more behind it, that of a handler that panicked;
/// - the time of a call begins before anything is waited for;
/// - who calls too often is told so, and not that the server is busy;
/// - a call takes a place when its request is whole, and no sooner;
/// - it counts for as long as its answer is compressed and sent;
/// - an answer takes room as it is sent, compressed if it is;
/// - errors get their words where they are made, so that the layers outside see them as the client does.
pub fn stack(shared: Shared, routes: Routes) -> Stack {
    let Shared { live, calls, limits, access, phases, counts, metrics } = shared;
    let stack = Ending::new(phases).around(routes);
    let stack = Reworded::new(limits).around(stack);
    let stack = Compression.around(stack);
    let stack = Unsent::new(calls.max_unsent_bytes, Arc::clone(&counts)).around(stack);
    let stack = Concurrency::new(&calls, Arc::clone(&counts)).around(stack);
    let stack = Arrival::new(limits.max_batch_request_bytes, stack);
    let stack = Quotas::new(calls.quota, Arc::clone(&counts)).around(stack);
    let stack = Deadlines::new(&calls, Arc::clone(&counts), stack);
    let stack = Panics::new(Arc::clone(&counts), stack);
    let stack = Snapshot::new(live).around(stack);
    let stack = Auth::new(access, Arc::clone(&counts)).around(stack);
    let stack = Panics::new(counts, stack);
    let stack = Traces::new(stack);
    let stack = Metrics::new(metrics, stack);
    Named::new(stack)
}

#[cfg(test)]
mod tests;
