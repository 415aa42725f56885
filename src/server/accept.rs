//! Accepting connections: never more than may be open, never busy with failing.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use super::connection::{self, Context};
use super::listener::Listener;
use crate::rpc::{Phase, reached};

/// First and longest pause after the system gave no connection. It says so at once for as long as files are short, and
/// asking on would take a whole core.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_secs(1));

/// Accepts connections until the port is to be closed, and serves each in a task of its own. A permit is taken before a
/// connection is accepted, and held until it ends.
pub(super) async fn run(listener: Listener, permits: Arc<Semaphore>, context: Arc<Context>, connections: TaskTracker) {
    let mut phases = context.phases.clone();
    let mut pause = PAUSES.0;
    let closing = reached(&mut phases, Phase::Closing);
    tokio::pin!(closing);
    loop {
        let next = async {
            let permit = permit(&permits, &context).await;
            (listener.accept(context.config.keepalive_seconds).await, permit)
        };
        let (accepted, permit) = tokio::select! {
            next = next => next,
            () = &mut closing => return,
        };
        match accepted {
            Ok((stream, address)) => {
                pause = PAUSES.0;
                context.counters.accepted.add();
                let context = Arc::clone(&context);
                connections.spawn(async move {
                    connection::run(stream, address, &context).await;
                    context.counters.ended.add();
                    drop(permit);
                });
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                context.counters.accept_errors.add();
                tracing::warn!(%error, pause_ms = pause.as_millis(), "cannot accept a connection");
                drop(permit);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = &mut closing => return,
                }
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }
}

async fn permit(permits: &Arc<Semaphore>, context: &Context) -> OwnedSemaphorePermit {
    if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        return permit;
    }
    context.counters.full.add();
    Arc::clone(permits).acquire_owned().await.expect("the semaphore is never closed")
}

/// True if a connection was gone before it was accepted; the next may be in order.
pub(super) fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, InvalidInput, NotConnected,
    };
    // Options of a socket whose peer is gone cannot be set, which is told as invalid input on some systems.
    let kinds = [ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, InvalidInput, NotConnected];
    kinds.contains(&error.kind())
}
