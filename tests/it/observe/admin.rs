//! The admin port, from a load that is still going on to the end.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::TcpListener;
use std::process::Command;

use tempfile::TempDir;

use super::calls::{CLAIM, get};
use super::http::{self, put};
use super::program::{claimd, file, stderr};
use super::serving::Serving;
use crate::support::{claim, ndjson};

#[test]
fn it_answers_during_the_load_and_says_ready_when_it_is_over() {
    // A pipe that nobody has written to yet: the load waits for it.
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("corpus.ndjson");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let flags = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format", "json"];
    let mut serving = Serving::spawn(claimd(&flags).arg("--data").arg(&pipe));
    serving.admin = serving.address_of("admin port open");

    assert_eq!(serving.get("/livez").code, 200);
    let ready = serving.get("/readyz");
    assert_eq!((ready.code, ready.body.as_str()), (503, "loading\n"));
    let metrics = serving.metrics();
    assert!(metrics["claimd_ready"] == 0.0 && !metrics.contains_key("claimd_corpus_memory_bytes"));

    let mut writer = OpenOptions::new().write(true).open(&pipe).unwrap();
    writer.write_all(ndjson([&claim("one") as _]).as_bytes()).unwrap();
    drop(writer);
    serving.address = serving.address_of("serving");
    while serving.get("/readyz").code != 200 {
        std::thread::yield_now();
    }
    assert!(serving.metrics()["claimd_ready"] == 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_stopping_while_open_connections_are_waited_for() {
    let serving = Serving::start(&["--drain-delay-seconds", "20", "--drain-seconds", "60"]);
    let mut claims = serving.claims().await;
    claims.get_claim(get(CLAIM)).await.unwrap();
    assert_eq!(serving.get("/readyz").code, 200, "it has answered a call");
    serving.signal("TERM");
    let mut ready = serving.get("/readyz");
    while ready.code == 200 {
        ready = serving.get("/readyz");
    }
    assert_eq!((ready.code, ready.body.as_str()), (503, "stopping\n"));
    assert_eq!(serving.get("/livez").code, 200, "it is alive until it is gone");
    claims.get_claim(get(CLAIM)).await.unwrap();
}

#[test]
fn version_and_configuration_are_shown_and_secrets_are_not() {
    let config = file("max_page_size = 77\notlp_headers = \"authorization=Bearer top-secret\"\n");
    let serving =
        Serving::start(&["--config", config.path().to_str().unwrap(), "--otlp-endpoint", "http://127.0.0.1:1"]);
    let version: serde_json::Value = serde_json::from_str(&serving.get("/version").body).unwrap();
    assert_eq!((&version["name"], &version["version"]), (&"claimd".into(), &env!("CARGO_PKG_VERSION").into()));
    assert_eq!(version["revision"].as_str().unwrap(), crate::support::demo().revision);

    let shown = serving.get("/config");
    assert_eq!(shown.code, 200);
    assert!(shown.headers.contains("content-type: application/toml"), "{shown:?}");
    assert!(shown.body.contains("max_page_size = 77  # file "), "{}", shown.body);
    assert!(shown.body.contains("# otlp_headers is set and not shown  # file "), "{}", shown.body);
    for path in ["/config", "/version", "/metrics", "/log"] {
        assert!(!serving.get(path).body.contains("top-secret"), "{path}");
    }
    assert_eq!(serving.get("/nothing").code, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_told_to_say_more_or_less_while_the_server_runs() {
    let mut serving = Serving::start(&["--log", "claimd::cli=info,warn"]);
    // Logged nowhere, since nothing below warn is.
    serving.claims().await.get_claim(get("claims/before")).await.unwrap_err();
    let answer = put(&serving.admin, "/log", "claimd::call=info,warn");
    assert_eq!(answer.code, 200, "{answer:?}");
    assert_eq!(serving.get("/log").body, answer.body);
    serving.claims().await.get_claim(get(CLAIM)).await.unwrap();
    let line = serving.next_line(|line| line["target"] == "claimd::call");
    assert_eq!(line["code"], "OK", "the call before was not logged: {line}");

    for refused in ["claimd=loud", "", " "] {
        assert_eq!(put(&serving.admin, "/log", refused).code, 400, "{refused:?}");
    }
    assert_eq!(put(&serving.admin, "/log", &"x".repeat(5000)).code, 413);
    assert_eq!(serving.get("/log").body, answer.body, "what is refused changes nothing");
    assert_eq!(put(&serving.admin, "/livez", "").code, 405);
}

#[test]
fn a_taken_admin_port_is_an_error_before_the_load() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = claimd(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let log = stderr(&output);
    assert!(log.contains(&format!("cannot open the admin port on {address}")) && !log.contains("loaded"), "{log}");
}

#[test]
fn off_opens_no_admin_port() {
    for off in ["off", "none"] {
        let flags = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", off, "--log-format", "json"];
        let mut serving = Serving::spawn(&mut claimd(&flags));
        serving.next_line(|line| {
            assert_ne!(line["message"], "admin port open");
            line["message"] == "serving"
        });
    }
}

#[test]
fn from_another_address_of_this_machine_nothing_is_changed() {
    // Only where the machine has an address that is not its loopback.
    let Some(address) = outer_address() else {
        println!("skipped: this machine has no address but its loopback");
        return;
    };
    let any = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "0.0.0.0:0", "--log-format", "json"];
    let mut serving = Serving::spawn(&mut claimd(&any));
    let open = serving.address_of("admin port open");
    let address = format!("{address}:{}", open.rsplit_once(':').unwrap().1);
    assert_eq!(http::get(&address, "/livez").code, 200);
    let refused = put(&address, "/log", "debug");
    assert_eq!((refused.code, refused.body.as_str()), (403, "only from this machine\n"));
    assert_eq!(http::get(&address, "/log").body, "info\n");
}

/// The address that packets to other machines would have. None is sent.
fn outer_address() -> Option<String> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}
