use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use clap::{Args, FromArgMatches};
use futures_util::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::time::sleep;
use tonic::Status;

use super::*;
use crate::layer::tests::{ask_with, service};

fn config() -> CallConfig {
    let matches = CallConfig::augment_args(clap::Command::new("test")).get_matches_from(["test"]);
    CallConfig::from_arg_matches(&matches).unwrap()
}

/// Says that it was dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_what_its_client_says_up_to_the_longest_else_the_default() {
    let stuck = service(|_| std::future::pending());
    let mut layer = Deadlines::new(&config(), Arc::default(), stuck);
    for (timeout, seconds) in [(Some("250m"), 0.25), (None, 10.0), (Some("59S"), 59.0), (Some("61S"), 60.0)] {
        let began = Instant::now();
        let response = ask_with(&mut layer, "/any", timeout.map(|timeout| ("grpc-timeout", timeout))).await;
        assert_eq!(response.headers()["grpc-status"], "4");
        let took = began.elapsed().as_secs_f64();
        assert!((seconds..seconds + 0.01).contains(&took), "{timeout:?} took {took} s");
    }
    assert_eq!(layer.counts.late(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_work_ends_with_the_time_and_knew_how_much_it_had() {
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let stuck = service(move |request| {
        let guard = Dropped(Arc::clone(&flag));
        async move {
            let deadline = *request.extensions().get::<Deadline>().unwrap();
            assert_eq!(deadline.remaining(), Duration::from_secs(3));
            sleep(Duration::from_secs(100)).await;
            drop(guard);
            Response::default()
        }
    });
    let mut layer = Deadlines::new(&config(), Arc::default(), stuck);
    ask_with(&mut layer, "/any", Some(("grpc-timeout", "3S"))).await;
    assert!(dropped.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_time_does_no_work_and_a_wrong_timeout_is_refused() {
    let mut layer = Deadlines::new(&config(), Arc::default(), service(|_| async { panic!("it was called") }));
    let response = ask_with(&mut layer, "/any", Some(("grpc-timeout", "0n"))).await;
    assert_eq!(response.headers()["grpc-status"], "4");
    let response = ask_with(&mut layer, "/any", Some(("grpc-timeout", "soon"))).await;
    assert_eq!(response.headers()["grpc-status"], "3");
}

/// An answer of a frame a second.
fn ticking() -> Response<Body> {
    let frames = stream::unfold((), |()| async {
        sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, Status>(Frame::data(Bytes::from_static(b"tick"))), ()))
    });
    Response::new(Body::new(StreamBody::new(Box::pin(frames))))
}

#[tokio::test(start_paused = true)]
async fn the_time_covers_the_answer_and_streams_have_what_their_client_gives_them() {
    let mut layer = Deadlines::new(&config(), Arc::default(), service(|_| async { ticking() }));
    let watch = "/claimd.v1.CorpusService/WatchCorpus";
    for (path, timeout, frames) in [("/any", None, 9), (watch, Some("120S"), 119), ("/any", Some("2500m"), 2)] {
        let timeout = timeout.map(|timeout| ("grpc-timeout", timeout));
        let mut body = ask_with(&mut layer, path, timeout).await.into_body();
        let mut seen = 0;
        let trailers = loop {
            match body.frame().await.unwrap().unwrap().into_data() {
                Ok(_) => seen += 1,
                Err(trailers) => break trailers.into_trailers().unwrap(),
            }
        };
        assert_eq!(trailers["grpc-status"], "4");
        assert!((frames..=frames + 1).contains(&seen), "{path}: {seen}");
        assert!(body.frame().await.is_none());
    }
    let mut body = ask_with(&mut layer, watch, None).await.into_body();
    for _ in 0..1000 {
        assert!(body.frame().await.unwrap().unwrap().is_data(), "a stream without a timeout goes on");
    }
}
