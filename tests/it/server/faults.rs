//! Slow handlers and handlers that panic: admission, limits and metrics are as always, and each call counts once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimd::proto::v1::GetClaimRequest;
use claimd::rpc::{Interceptor, RawReply, Reply, code_name};
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use prost::Message;
use tonic::Code;

use crate::server::access::{credentials, entry};
use crate::server::client::{CHECK, Client, GET_CLAIM, GET_CORPUS, framed};
use crate::server::counted::Counted;
use crate::server::running::{Running, eventually};
use crate::support::{info, reason};

/// Header with the fault of a call.
const FAULT: &str = "x-fault";

/// Handlers of which every one in so many never answers.
fn slow_one_in(many: usize) -> Interceptor {
    let calls = AtomicUsize::new(0);
    Arc::new(move |_, reply| {
        let is_slow = calls.fetch_add(1, Ordering::Relaxed) % many == many - 1;
        if is_slow { Box::pin(std::future::pending()) } else { reply }
    })
}

/// Handlers with the fault in the header, and how many of them are stuck or were.
fn faulty() -> (Interceptor, Arc<AtomicUsize>) {
    let stuck = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&stuck);
    let intercept = move |headers: &HeaderMap, reply: Reply| -> Reply {
        let fault = headers.get(FAULT).map(|fault| fault.to_str().unwrap().to_owned());
        let stuck = Arc::clone(&counting);
        Box::pin(async move {
            match fault.as_deref() {
                Some("stuck") => {
                    stuck.fetch_add(1, Ordering::Relaxed);
                    std::future::pending().await
                }
                Some("panic") => panic!("a secret of the handler"),
                Some("panic-at-the-end") => Ok(reply.await?.map(|reply| {
                    let RawReply::Message(message) = reply else { panic!("the method is unary") };
                    let panic = stream::poll_fn(|_| panic!("a secret of the body"));
                    RawReply::Stream(Box::pin(stream::iter([Ok(message)]).chain(panic)))
                })),
                _ => reply.await,
            }
        })
    };
    (Arc::new(intercept), stuck)
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
async fn of_calls_of_which_one_in_a_hundred_is_slow_only_those_are_late_and_each_counts_once() {
    const CALLERS: usize = 50;
    const CALLS: usize = 20;
    let server = Running::start_intercepted(&["--default-deadline-seconds", "3"], slow_one_in(100));
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
async fn slow_calls_hold_their_permits_until_their_deadline_and_calls_beyond_the_limit_are_shed() {
    let (handlers, stuck) = faulty();
    let server = Running::start_intercepted(&["--max-in-flight", "10", "--default-deadline-seconds", "5"], handlers);
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
    assert_eq!(other.call(CHECK, &[], &[]).await.status().code(), Code::Ok, "health needs no permit");
    for call in open {
        let status = call.await.unwrap().unwrap().status();
        assert_eq!((status.code(), reason(&status)), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()));
    }
    // The permits are free after the deadlines.
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
    let (handlers, _) = faulty();
    let server = Running::start_intercepted(&["--max-in-flight", "1"], handlers);
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
        // The same connection goes on, and the permit of the call is free.
        assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok, "after {fault}");
    }
    let ended = [("OK", 4), ("INTERNAL", 3)].map(|(code, count)| (code.to_owned(), count)).into();
    assert_eq!(Counted::of(&server.calls), Counted::all(ended));
    assert_eq!((server.counts.panics(), server.counters.open()), (3, 1));
}

/// Each call would be refused by its own step of admission and by every later one.
#[tokio::test]
async fn the_first_step_of_admission_that_refuses_a_call_decides() {
    const OVER: (&str, &str) = ("grpc-timeout", "0S");
    let (handlers, stuck) = faulty();
    let file = credentials(&[entry("one", "reader", "one"), entry("two", "reader", "two")]);
    let mut flags = vec!["--auth-tokens", file.path().to_str().unwrap()];
    flags.extend(["--quota-per-second", "1", "--quota-burst", "2", "--max-in-flight", "1"]);
    let server = Running::start_intercepted(&flags, handlers);
    let (one, two) = (("authorization", "Bearer one"), ("authorization", "Bearer two"));
    let mut client = Client::connect(server.address).await;
    let held = client.open(GET_CORPUS, &[one, (FAULT, "stuck"), ("grpc-timeout", "60S")]).await.unwrap();
    let _held = tokio::spawn(held.finish(framed(0, &[])));
    eventually("a held permit", || stuck.load(Ordering::Relaxed) == 1).await;
    while client.call(GET_CORPUS, &[one], &[]).await.status().code() != Code::ResourceExhausted {}

    for (headers, expected, has_revision) in [
        (&[OVER][..], "CREDENTIALS_MISSING", false),
        (&[one, OVER], "DEADLINE_EXCEEDED", true),
        (&[one], "QUOTA_EXCEEDED", true),
        (&[two], "OVERLOADED", true),
    ] {
        let answer = client.call(GET_CORPUS, headers, &[]).await;
        assert_eq!(reason(&answer.status()), expected, "{headers:?}");
        assert_eq!(answer.headers.contains_key("claimd-revision"), has_revision, "{headers:?}");
    }
    // Requests whose messages never come: the quota is checked before they are waited for, and permits after.
    let unsent = client.open(GET_CORPUS, &[one]).await.unwrap().answer().await.unwrap();
    assert_eq!(reason(&unsent.status()), "QUOTA_EXCEEDED");
    let unsent = client.open(GET_CORPUS, &[two, ("grpc-timeout", "100m")]).await.unwrap().answer().await.unwrap();
    assert_eq!(reason(&unsent.status()), "DEADLINE_EXCEEDED");
}
