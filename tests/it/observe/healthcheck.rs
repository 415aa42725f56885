//! `claimd healthcheck`, as a container runs it.

use super::program::{claimd, stderr, stdout};
use super::serving::Serving;

#[test]
fn healthcheck_exits_0_where_the_server_serves_and_1_where_it_does_not() {
    let serving = Serving::start(&[]);
    let check = |arguments: &[&str]| claimd(&["healthcheck"]).args(arguments).output().unwrap();
    let output = check(&["--address", &serving.address]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(stdout(&output), "SERVING\n");
    let output = check(&["--address", &serving.address, "--service", "claimd.v1.ClaimService"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = check(&["--address", &serving.address, "--service", "claimd.v1.Nothing"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    // A port that takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let output = check(&["--address", &address, "--timeout-seconds", "0.2"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(stderr(&output).contains("0.2"), "{output:?}");
    drop(silent);
    assert_eq!(check(&["--address", &address]).status.code(), Some(1));
    assert_eq!(check(&["--address", "nowhere"]).status.code(), Some(2));
}

#[test]
fn healthcheck_asks_over_a_unix_socket_too() {
    let folder = tempfile::TempDir::new().unwrap();
    let socket = format!("unix:{}", folder.path().join("claimd.sock").display());
    let free = ["serve", "--listen", &socket, "--admin-listen", "off", "--log-format", "json"];
    let mut serving = Serving::spawn(&mut claimd(&free));
    serving.logged("serving");
    let output = claimd(&["healthcheck", "--address", &socket]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
