//! Reloads under calls, in short. `cargo run --release --example soak` is the long one.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{TestServer, defaults};

#[path = "../../../examples/soak/run.rs"]
mod run;

mod support {
    pub(super) use crate::support::{TestServer, defaults};
}

#[tokio::test(flavor = "multi_thread")]
async fn reloads_good_and_bad_fail_no_call_skip_no_record_and_lose_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.ndjson");
    let data = run::Data::new(path.clone(), 1200);
    let server = TestServer::with(run::Data::load(path).unwrap(), defaults(), defaults()).await;
    let between = Duration::from_millis(100);
    let plan = run::Plan { reloads: 20, claims: 1200, calls_per_second: 200, subscribers: 3, between };
    let outcome = run::run(Arc::new(server), data, plan, |_| {}).await;
    assert_eq!((outcome.swaps, outcome.failed, outcome.shrunk), (10, 5, 5), "{outcome:?}");
    assert!(outcome.calls > 0 && outcome.walks > 0, "{outcome:?}");
}
