//! Who may call, by tokens of a file.

use std::io::Write;

use claimd::server::{ServerError, TokenHash};
use tempfile::NamedTempFile;
use tonic::Code;

use crate::server::client::{CHECK, Client, GET_CORPUS, RELOAD};
use crate::server::running::{Running, bind, eventually};
use crate::support::{info, reason};

/// The entry of a token.
pub(crate) fn entry(name: &str, role: &str, token: &str) -> String {
    format!("[[token]]\nname = \"{name}\"\nrole = \"{role}\"\nhash = \"{}\"\n", TokenHash::of(token))
}

/// A list of those who may call.
pub(crate) fn credentials(entries: &[String]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(entries.concat().as_bytes()).unwrap();
    file
}

/// The code of a call with a token, and its reason.
async fn ask(client: &mut Client, path: &str, token: Option<&str>) -> (Code, Option<String>) {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = authorization.iter().map(|value| ("authorization", value.as_str())).collect();
    let answer = client.call(path, &headers, &[]).await;
    let status = answer.status();
    // What a method itself has to say is not looked at here.
    let refused = matches!(status.code(), Code::Unauthenticated | Code::PermissionDenied);
    (status.code(), refused.then(|| reason(&status)))
}

#[tokio::test]
async fn who_may_call_what() {
    let file = credentials(&[
        entry("desk", "reader", "desk-old"),
        entry("desk", "reader", "desk-new"),
        entry("ops", "admin", "ops-1"),
    ]);
    let server = Running::start(&["--auth-tokens", file.path().to_str().unwrap()]);
    let mut client = Client::connect(server.address).await;
    let unauthenticated = |why: &str| (Code::Unauthenticated, Some(why.to_owned()));
    for (path, token, expected) in [
        (GET_CORPUS, None, unauthenticated("CREDENTIALS_MISSING")),
        (GET_CORPUS, Some("desk"), unauthenticated("CREDENTIALS_INVALID")),
        (GET_CORPUS, Some("desk-old"), (Code::Ok, None)),
        (GET_CORPUS, Some("desk-new"), (Code::Ok, None)),
        (GET_CORPUS, Some("ops-1"), (Code::Ok, None)),
        (RELOAD, Some("desk-new"), (Code::PermissionDenied, Some("PERMISSION_MISSING".to_owned()))),
        ("/nothing.at.all/Here", None, unauthenticated("CREDENTIALS_MISSING")),
        (CHECK, None, (Code::Ok, None)),
        (CHECK, Some("nobody"), (Code::Ok, None)),
    ] {
        assert_eq!(ask(&mut client, path, token).await, expected, "{path} {token:?}");
    }
    let (code, refused) = ask(&mut client, RELOAD, Some("ops-1")).await;
    assert!(refused.is_none(), "{code:?}");
    let reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    assert_eq!(ask(&mut client, reflection, None).await, unauthenticated("CREDENTIALS_MISSING"));

    let denied = client.call(RELOAD, &[("authorization", "Bearer desk-new")], &[]).await.status();
    assert_eq!(info(&denied).metadata["client"], "desk");
    assert!(!format!("{denied:?}").contains("desk-new"), "no token is repeated");
}

#[tokio::test]
async fn the_revision_and_the_last_load_are_told_to_those_who_may_ask_and_to_nobody_else() {
    const NOTHING: &str = "/nothing.at.all/Here";
    const OVER: (&str, &str) = ("grpc-timeout", "0S");
    let file = credentials(&[entry("desk", "reader", "desk-1")]);
    let server = Running::start(&["--auth-tokens", file.path().to_str().unwrap()]);
    let mut client = Client::connect(server.address).await;
    let known = ("authorization", "Bearer desk-1");
    let unknown = ("authorization", "Bearer desk-2");
    for (path, headers, code, is_told) in [
        (GET_CORPUS, &[known][..], Code::Ok, true),
        (NOTHING, &[known], Code::Unimplemented, true),
        (GET_CORPUS, &[known, OVER], Code::DeadlineExceeded, true),
        (GET_CORPUS, &[known, ("grpc-timeout", "soon")], Code::InvalidArgument, true),
        (CHECK, &[known], Code::Ok, true),
        (RELOAD, &[known], Code::PermissionDenied, false),
        (GET_CORPUS, &[unknown], Code::Unauthenticated, false),
        (GET_CORPUS, &[OVER], Code::Unauthenticated, false),
        (NOTHING, &[], Code::Unauthenticated, false),
        (CHECK, &[unknown], Code::Ok, false),
        (CHECK, &[OVER], Code::DeadlineExceeded, false),
    ] {
        let answer = client.call(path, headers, &[]).await;
        let told = answer.headers.contains_key("claimd-revision");
        assert_eq!((answer.status().code(), told), (code, is_told), "{path} {headers:?}");
        let told = answer.headers.contains_key("claimd-last-load");
        assert_eq!(told, is_told && path == CHECK, "{path} {headers:?}");
    }
}

#[tokio::test]
async fn what_is_exempt_is_for_the_operator_to_say() {
    let file = credentials(&[entry("desk", "reader", "desk-1")]);
    let flags = ["--auth-exempt-health", "false", "--auth-exempt-reflection", "true"];
    let server = Running::start(&[&["--auth-tokens", file.path().to_str().unwrap()][..], &flags].concat());
    let mut client = Client::connect(server.address).await;
    assert_eq!(ask(&mut client, CHECK, None).await.0, Code::Unauthenticated);
    let reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    assert_ne!(ask(&mut client, reflection, None).await.0, Code::Unauthenticated);
}

#[tokio::test]
async fn a_changed_list_counts_without_a_restart_and_a_broken_one_changes_nothing() {
    let file = credentials(&[entry("desk", "reader", "first")]);
    let path = file.path().to_str().unwrap();
    let server = Running::start(&["--auth-tokens", path, "--secrets-poll-seconds", "0.02"]);
    let mut client = Client::connect(server.address).await;
    assert_eq!(ask(&mut client, GET_CORPUS, Some("first")).await.0, Code::Ok);

    std::fs::write(path, entry("desk", "reader", "first") + &entry("desk", "reader", "second")).unwrap();
    eventually("the list", || server.counters.credentials_reloads.get() >= 1).await;
    assert_eq!(ask(&mut client, GET_CORPUS, Some("first")).await.0, Code::Ok);
    assert_eq!(ask(&mut client, GET_CORPUS, Some("second")).await.0, Code::Ok);

    std::fs::write(path, "no list at all").unwrap();
    eventually("the failure", || server.counters.credentials_reload_failures.get() >= 1).await;
    assert_eq!(ask(&mut client, GET_CORPUS, Some("second")).await.0, Code::Ok);

    let reloads = server.counters.credentials_reloads.get();
    std::fs::write(path, entry("desk", "reader", "second")).unwrap();
    eventually("the list", || server.counters.credentials_reloads.get() > reloads).await;
    assert_eq!(ask(&mut client, GET_CORPUS, Some("first")).await.0, Code::Unauthenticated, "it was revoked");
}

#[test]
fn a_list_that_cannot_be_used_and_an_open_door_are_found_out_before_the_port_opens() {
    let problem = |flags: &[&str]| bind(flags).err().unwrap();
    let local = ["--listen", "127.0.0.1:0"];
    let missing = problem(&[&local[..], &["--auth-tokens", "/nowhere/tokens.toml"]].concat());
    assert!(matches!(missing, ServerError::Credentials(_)) && missing.to_string().contains("/nowhere/tokens.toml"));
    let open = problem(&["--listen", "0.0.0.0:0"]);
    assert!(matches!(&open, ServerError::Insecure(_)) && open.to_string().contains("--insecure"), "{open}");
    assert!(bind(&["--listen", "0.0.0.0:0", "--insecure"]).is_ok());
}
