//! What health says of the last load.

use std::sync::mpsc::channel;

use claimd::live::Trigger;
use claimd::proto::health::health_check_response::ServingStatus;
use claimd::proto::health::health_client::HealthClient;
use claimd::proto::health::{HealthCheckRequest, HealthListRequest};

use super::reload::corpus;
use super::waiting::soon;
use crate::support::{TestServer, defaults, live_config, load_text};

/// What a check says: the status, and in its header the last load and the revision that is served.
async fn checked(server: &TestServer) -> (ServingStatus, String, String) {
    let answer = HealthClient::new(server.channel.clone()).check(HealthCheckRequest::default()).await.unwrap();
    let header = |name: &str| answer.metadata().get(name).unwrap().to_str().unwrap().to_owned();
    (answer.get_ref().status(), header("claimd-last-load"), header("claimd-revision"))
}

fn serving(last_load: &str, revision: &str) -> (ServingStatus, String, String) {
    (ServingStatus::Serving, last_load.to_owned(), revision.to_owned())
}

#[tokio::test]
async fn health_says_what_the_last_load_came_to_and_serves_on() {
    let mut config = live_config();
    config.reload.min_keep_ratio = 0.5;
    let many = || {
        load_text(
            &["a", "b", "c"].map(|id| format!("{{\"claim\":{{\"name\":\"claims/{id}\",\"text\":\"t\"}}}}\n")).concat(),
        )
    };
    let server = TestServer::with(many().unwrap(), defaults(), config).await;
    let revision = server.corpus().revision.clone();
    assert_eq!(checked(&server).await, serving("ok", &revision));

    server.prepare(|| load_text("not a record\n"));
    server.live.reload(Trigger::Signal).await.err().unwrap();
    assert_eq!(checked(&server).await, serving("failed", &revision));

    server.prepare(|| load_text(""));
    server.live.reload(Trigger::Files).await.err().unwrap();
    assert_eq!(checked(&server).await, serving("failed", &revision), "an empty load is one that failed");

    server.prepare(|| Ok(corpus("only")));
    server.live.reload(Trigger::Call).await.err().unwrap();
    assert_eq!(checked(&server).await, serving("shrunk", &revision));
    let all = HealthClient::new(server.channel.clone()).list(HealthListRequest {}).await.unwrap();
    assert_eq!(all.metadata().get("claimd-last-load").unwrap(), "shrunk");
    let watch = HealthClient::new(server.channel.clone()).watch(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(watch.metadata().get("claimd-last-load").unwrap(), "shrunk");

    server.prepare(many);
    server.live.reload(Trigger::Call).await.unwrap();
    assert_eq!(checked(&server).await, serving("ok", &revision));
}

#[tokio::test]
async fn while_a_load_is_running_health_says_what_the_one_before_came_to() {
    let server = TestServer::start(corpus("old"), defaults()).await;
    server.prepare(|| load_text(""));
    server.live.reload(Trigger::Call).await.err().unwrap();
    let ((tell, begun), (go_on, gate)) = (channel(), channel::<()>());
    server.prepare(move || {
        tell.send(()).unwrap();
        gate.recv().unwrap();
        Ok(corpus("new"))
    });
    let live = server.live.clone();
    let running = tokio::spawn(async move { live.reload(Trigger::Call).await.map(drop) });
    soon(async {
        while begun.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(checked(&server).await.1, "failed");
    go_on.send(()).unwrap();
    soon(running).await.unwrap().unwrap();
    assert_eq!(checked(&server).await.1, "ok");
}
