//! Handlers that are slow, or panic: everything around them is as it is, and counts each call once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use claimd::proto::v1::GetClaimRequest;
use claimd::rpc::code_name;
use futures_util::{StreamExt, stream};
use prost::Message;
use tonic::Code;
use tonic::service::Routes;

use crate::server::client::{CHECK, Client, GET_CLAIM, GET_CORPUS, framed};
use crate::server::counted::Counted;
use crate::server::running::{Running, eventually};
use crate::support::{info, reason};

/// Header that says what goes wrong with a call.
const FAULT: &str = "x-fault";

/// Puts this in the place of each handler.
fn around<F, A>(handle: F) -> impl FnOnce(Routes) -> Routes + Send + 'static
where
    F: Fn(Request, Next) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    |routes| Routes::from(routes.into_axum_router().layer(from_fn(handle)))
}

/// Handlers of which every one in so many never answers.
fn slow_one_in(many: usize) -> impl FnOnce(Routes) -> Routes + Send + 'static {
    let calls = Arc::new(AtomicUsize::new(0));
    around(move |request, next: Next| {
        let is_slow = calls.fetch_add(1, Ordering::Relaxed) % many == many - 1;
        async move { if is_slow { std::future::pending().await } else { next.run(request).await } }
    })
}

/// Handlers that do what the header says, and how many of them are stuck or were.
fn as_told() -> (impl FnOnce(Routes) -> Routes + Send + 'static, Arc<AtomicUsize>) {
    let stuck = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&stuck);
    let handle = move |request: Request, next: Next| {
        let fault = request.headers().get(FAULT).map(|fault| fault.to_str().unwrap().to_owned());
        let stuck = Arc::clone(&counting);
        async move {
            match fault.as_deref() {
                Some("stuck") => {
                    stuck.fetch_add(1, Ordering::Relaxed);
                    std::future::pending().await
                }
                Some("panic") => panic!("a secret of the handler"),
                Some("panic-at-the-end") => next.run(request).await.map(|body| {
                    let panic = stream::poll_fn(|_| panic!("a secret of the body"));
                    Body::from_stream(body.into_data_stream().chain(panic))
                }),
                _ => next.run(request).await,
            }
        }
    };
    (around(handle), stuck)
}

/// Asks for a claim that is there, one that is not, and what cannot be asked for, in turn; how often came which code.
async fn ask_in_turn(mut client: Client, calls: usize) -> BTreeMap<String, u64> {
    let mut codes = BTreeMap::new();
    for name in ["claims/tiktok-denies-data-transfer", "claims/nobody-said-it", "nothing"].iter().cycle().take(calls) {
        let message = GetClaimRequest { name: (*name).to_owned() }.encode_to_vec();
        let code = client.call(GET_CLAIM, &[], &message).await.status().code();
        *codes.entry(code_name(code).to_owned()).or_default() += 1;
    }
    codes
}

#[tokio::test]
async fn where_one_call_in_a_hundred_is_slow_those_alone_are_late_and_each_call_counts_once() {
    const CALLERS: usize = 50;
    const CALLS: usize = 20;
    let server = Running::start_around(&["--default-deadline-seconds", "3"], slow_one_in(100));
    let mut asking = Vec::new();
    for _ in 0..CALLERS {
        asking.push(tokio::spawn(ask_in_turn(Client::connect(server.address).await, CALLS)));
    }
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for asked in asking {
        for (code, count) in asked.await.unwrap() {
            *codes.entry(code).or_default() += count;
        }
    }
    assert_eq!(codes.values().sum::<u64>(), (CALLERS * CALLS) as u64);
    assert_eq!(codes["DEADLINE_EXCEEDED"], 10, "{codes:?}");
    assert_eq!(codes.keys().collect::<Vec<_>>(), ["DEADLINE_EXCEEDED", "INVALID_ARGUMENT", "NOT_FOUND", "OK"]);
    assert_eq!(Counted::of(&server.calls), Counted::all(codes));
    assert_eq!((server.counts.late(), server.counts.shed()), (10, 0));
}

#[tokio::test]
async fn slow_calls_hold_their_places_until_their_deadline_and_what_is_beyond_is_turned_away() {
    let (handlers, stuck) = as_told();
    let server = Running::start_around(&["--max-in-flight", "10", "--default-deadline-seconds", "5"], handlers);
    let mut slow = Client::connect(server.address).await;
    let mut open = Vec::new();
    for _ in 0..10 {
        let call = slow.open(GET_CORPUS, &[(FAULT, "stuck")]).await.unwrap();
        open.push(tokio::spawn(call.finish(framed(0, &[]))));
    }
    eventually("ten slow calls", || stuck.load(Ordering::Relaxed) == 10).await;
    let mut other = Client::connect(server.address).await;
    for _ in 0..100 {
        let status = other.call(GET_CORPUS, &[], &[]).await.status();
        assert_eq!((status.code(), reason(&status)), (Code::Unavailable, "OVERLOADED".to_owned()));
    }
    assert_eq!(other.call(CHECK, &[], &[]).await.status().code(), Code::Ok, "health is told all the same");
    for call in open {
        let status = call.await.unwrap().unwrap().status();
        assert_eq!((status.code(), reason(&status)), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
    }
    // With the deadlines the places are free.
    for _ in 0..20 {
        assert_eq!(other.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    }
    let ended = [("OK", 21), ("DEADLINE_EXCEEDED", 10), ("UNAVAILABLE", 100)];
    let ended = ended.map(|(code, count)| (code.to_owned(), count)).into();
    assert_eq!(Counted::of(&server.calls), Counted::all(ended));
    assert_eq!((server.counts.late(), server.counts.shed()), (10, 100));
}

#[tokio::test]
async fn a_handler_that_panics_ends_its_call_alone_and_counts_once_as_internal() {
    let (handlers, _) = as_told();
    let server = Running::start_around(&["--max-in-flight", "1"], handlers);
    let mut client = Client::connect(server.address).await;
    let revision = client.call(GET_CORPUS, &[], &[]).await.headers.get("claimd-revision").cloned();
    assert!(revision.is_some());
    for (fault, has_begun) in [("panic", false), ("panic-at-the-end", true), ("panic", false)] {
        let answer = client.call(GET_CORPUS, &[(FAULT, fault)], &[]).await;
        let status = answer.status();
        assert_eq!((status.code(), reason(&status)), (Code::Internal, "INTERNAL".to_owned()), "{fault}");
        assert_eq!(answer.data.is_empty(), !has_begun, "{fault}");
        assert_eq!(answer.headers.get("claimd-revision"), revision.as_ref(), "{fault}: {answer:?}");
        assert!(info(&status).metadata.is_empty() && !format!("{answer:?}").contains("secret"), "{answer:?}");
        // The same connection goes on, and the place of the call is free.
        assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok, "after {fault}");
    }
    let ended = [("OK", 4), ("INTERNAL", 3)].map(|(code, count)| (code.to_owned(), count)).into();
    assert_eq!(Counted::of(&server.calls), Counted::all(ended));
    assert_eq!((server.counts.panics(), server.counters.open()), (3, 1));
}
