//! Waiting for what is bound to come, and no longer than a test may take.

use std::future::Future;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(1);

/// What comes within the limit.
pub(crate) async fn soon<T>(coming: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, coming).await.expect("it comes within a minute")
}

/// Waits until something holds that another task brings about.
pub(crate) async fn until(holds: impl Fn() -> bool) {
    soon(async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
