//! The program: what it does when files are short, at the second signal, and with tokens.

use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::net::TcpStream;
use tonic::Code;

use crate::server::client::{Client, GET_CORPUS};
use crate::server::running::soon;

/// A serving process; ends with the test, however that ends.
struct Program {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    address: SocketAddr,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Program {
    /// Runs the program after what the shell says, until it serves.
    fn start(before: &str, flags: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_claimd");
        let script = format!("{before}; exec \"$0\" serve --listen 127.0.0.1:0 --log-format json \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, program]).args(flags).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let entry: Value = serde_json::from_str(&log.next().unwrap().unwrap()).unwrap();
            if entry["message"] == "serving" {
                break entry["address"].as_str().unwrap().parse().unwrap();
            }
        };
        Self { child, log, address }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Processor time used so far.
    fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, after_name) = stat.rsplit_once(')').unwrap();
        let after_name: Vec<&str> = after_name.split_whitespace().collect();
        // User and system time, in hundredths of a second.
        let ticks: u64 = after_name[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }
}

// On several threads: the test waits for a process while its client has to go on.
#[tokio::test(flavor = "multi_thread")]
async fn short_of_files_the_server_waits_without_work_and_answers_again() {
    let program = Program::start("ulimit -n 64", &["--handshake-seconds", "1"]);
    let mut crowd = Vec::new();
    for _ in 0..200 {
        crowd.push(TcpStream::connect(program.address).await.unwrap());
    }
    let before = program.processor_time();
    // Behind all of the crowd, which has to be sent away first, in four rounds.
    let mut client = soon("a connection", Client::connect(program.address)).await;
    let answer =
        client.open(GET_CORPUS, &[]).await.unwrap().finish(crate::server::client::framed(0, &[])).await.unwrap();
    assert_eq!(answer.status().code(), Code::Ok);
    let used = program.processor_time().saturating_sub(before);
    assert!(used < Duration::from_secs(1), "{used:?} of a processor while there was nothing to do");
    drop(crowd);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_program_at_once() {
    let mut program = Program::start(":", &["--drain-seconds", "60"]);
    let mut client = Client::connect(program.address).await;
    let _hung = client.open(GET_CORPUS, &[]).await.unwrap();
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    program.signal("TERM");
    let stopping = program.log.any(|line| line.unwrap().contains("\"stopping\""));
    assert!(stopping);
    let began = Instant::now();
    program.signal("INT");
    assert_eq!(program.child.wait().unwrap().code(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_program_makes_lets_its_client_in() {
    let made = Command::new(env!("CARGO_BIN_EXE_claimd")).args(["token", "desk", "--role", "admin"]).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let shown = String::from_utf8(made.stderr).unwrap();
    let token = shown.lines().find(|line| line.starts_with("claimd_")).unwrap();
    assert_eq!(token.len(), "claimd_".len() + 43, "256 random bits");
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), &made.stdout).unwrap();
    assert!(!String::from_utf8(made.stdout).unwrap().contains(token));

    let program = Program::start(":", &["--auth-tokens", list.path().to_str().unwrap()]);
    let mut client = Client::connect(program.address).await;
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Unauthenticated);
    let authorization = format!("Bearer {token}");
    let answer = client.call(GET_CORPUS, &[("authorization", &authorization)], &[]).await;
    assert_eq!(answer.status().code(), Code::Ok);
}

#[test]
fn a_wrong_name_or_role_makes_no_token_and_an_open_door_no_server() {
    for arguments in [
        &["token", "no name"][..],
        &["token", "desk", "--role", "writer"],
        &["serve", "--listen", "0.0.0.0:0"],
        &["serve", "--auth-tokens", "/nowhere/tokens.toml"],
        &["serve", "--tls-cert", "/nowhere/cert.pem"],
        &["serve", "--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_claimd")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}
