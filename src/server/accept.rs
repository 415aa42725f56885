//! Accepts connections up to a limit, and backs off when the system grants none.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rlimit::Resource;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use super::connection::{self, Context};
use super::listener::Listener;
use crate::rpc::{Phase, reached};

/// First and longest pause after accepting has failed. It fails at once for as long as files are short, and retrying
/// without a pause would take a whole core.
const PAUSES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_secs(1));

/// Accepts connections until the server closes, and serves each in a task of its own. A permit is taken before a
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
            Err(error) if is_peer_gone(&error) => {}
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

/// True if the peer closed the connection before it was accepted; the next one may be fine.
pub(super) fn is_peer_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, InvalidInput, NotConnected,
    };
    // Options of a socket whose peer is gone cannot be set, which is invalid input on some systems.
    let kinds = [ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, InvalidInput, NotConnected];
    kinds.contains(&error.kind())
}

/// Raises the limit of open files, and returns how many of the `wanted` connections it allows, each of which takes a
/// file. A fifth of the files is left for everything else.
pub(super) fn grant_connections(wanted: u32) -> usize {
    let granted =
        rlimit::increase_nofile_limit(u64::from(wanted).saturating_mul(2)).or_else(|_| Resource::NOFILE.get_soft());
    let most = granted.map_or(u64::MAX, |files| (files / 5 * 4).max(1));
    if most < u64::from(wanted) {
        tracing::warn!(wanted, connections = most, "the limit of open files is too low for all connections");
    }
    usize::try_from(most.min(wanted.into())).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_take_at_most_four_fifths_of_the_files() {
        let hard = Resource::NOFILE.get_hard().unwrap();
        let most = grant_connections(u32::MAX);
        assert!(most as u64 <= hard / 5 * 4);
        assert_eq!(grant_connections(1), 1);
    }
}
