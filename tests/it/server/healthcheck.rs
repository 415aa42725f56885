//! `claimd healthcheck` over TLS: whom it trusts, and whom it shows itself to be.

use std::fs;
use std::net::SocketAddr;
use std::process::{Command, Output};

use crate::server::tls::{Files, authority, issue};

/// What the program says of a server.
async fn check(address: SocketAddr, flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimd"));
    command.args(["healthcheck", "--address", &address.to_string(), "--timeout-seconds", "20"]).args(flags);
    // The server is in this process, and has to go on meanwhile.
    tokio::task::spawn_blocking(move || command.env_clear().output().unwrap()).await.unwrap()
}

fn assert_serving(output: &Output) {
    assert_eq!((output.status.code(), &*output.stdout), (Some(0), &b"SERVING\n"[..]), "{output:?}");
}

fn assert_not_reached(output: &Output, why: &str) {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("error: ") && said.contains(why), "{said}");
}

#[tokio::test]
async fn healthcheck_trusts_the_authority_it_is_given_for_the_name_it_is_given() {
    let files = Files::new();
    let server = files.start(&[]);
    let ca = files.text("ca.pem");
    assert_serving(&check(server.address, &["--tls-ca", &ca]).await);

    let wrong_name = check(server.address, &["--tls-ca", &ca, "--tls-name", "other.example"]).await;
    assert_not_reached(&wrong_name, "not valid for name");
    fs::write(files.path("other.pem"), authority().pem()).unwrap();
    assert_not_reached(
        &check(server.address, &["--tls-ca", &files.text("other.pem")]).await,
        "invalid peer certificate",
    );
    assert_not_reached(&check(server.address, &["--tls-ca", &files.text("none.pem")]).await, "none.pem");
    // Without encryption the server hangs up.
    assert_not_reached(&check(server.address, &[]).await, "");
}

#[tokio::test]
async fn healthcheck_shows_a_certificate_to_servers_that_want_one() {
    let files = Files::new();
    let ca = files.text("ca.pem");
    let server = files.start(&["--tls-client-ca", &ca]);
    for (name, by) in [("known", &files.authority), ("stranger", &authority())] {
        let (certificate, key) = issue(by, "probe.example");
        fs::write(files.path(&format!("{name}.pem")), certificate).unwrap();
        fs::write(files.path(&format!("{name}.key")), key).unwrap();
    }
    let showing = |certificate: &str, key: &str| {
        ["--tls-ca", &ca, "--tls-cert", &files.text(certificate), "--tls-key", &files.text(key)].map(str::to_owned)
    };
    let ask = async |flags: [String; 6]| check(server.address, &flags.each_ref().map(String::as_str)).await;
    assert_serving(&ask(showing("known.pem", "known.key")).await);
    assert_not_reached(&ask(showing("stranger.pem", "stranger.key")).await, "");
    assert_not_reached(&ask(showing("known.pem", "stranger.key")).await, "");
    assert_not_reached(&check(server.address, &["--tls-ca", &ca]).await, "");

    let half = check(server.address, &["--tls-ca", &ca, "--tls-cert", &files.text("known.pem")]).await;
    assert_eq!(half.status.code(), Some(2), "a certificate without its key: {half:?}");
    let unencrypted = check(server.address, &["--tls-name", "localhost"]).await;
    assert_eq!(unencrypted.status.code(), Some(2), "a name without an authority: {unencrypted:?}");
}
