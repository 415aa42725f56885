//! A serving process, the lines of its log, and connections to it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

use claimd::proto::v1::claim_service_client::ClaimServiceClient;
use serde_json::Value;
use tonic::transport::{Channel, Endpoint};

use super::http::{self, Answer};
use super::program::claimd;

/// A serving process. Ended with the test, however that ends.
pub(crate) struct Serving {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    /// Address of the gRPC port.
    pub(crate) address: String,
    /// Address of the admin port.
    pub(crate) admin: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Serving {
    /// Serves on free ports, once it is loaded.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let free = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format", "json"];
        let mut serving = Self::spawn(claimd(&free).args(flags));
        serving.admin = serving.address_of("admin port open");
        serving.address = serving.address_of("serving");
        serving
    }

    /// Starts a process, and waits for nothing.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, log, address: String::new(), admin: String::new() }
    }

    /// The address in the next line of the log that says this.
    pub(crate) fn address_of(&mut self, message: &str) -> String {
        self.logged(message)["address"].as_str().unwrap().to_owned()
    }

    /// The next line of the log that says this.
    pub(crate) fn logged(&mut self, message: &str) -> Value {
        self.next_line(|line| line["message"] == message)
    }

    /// The next line of the log that is so.
    pub(crate) fn next_line(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        for line in self.log.by_ref() {
            let line = line.unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap();
            if is_it(&entry) {
                return entry;
            }
            seen.push(line);
        }
        panic!("it was never logged, but {seen:#?}")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http::get(&self.admin, path)
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn claims(&self) -> ClaimServiceClient<Channel> {
        ClaimServiceClient::new(self.channel().await)
    }

    /// Each series with its value.
    pub(crate) fn metrics(&self) -> BTreeMap<String, f64> {
        let answer = self.get("/metrics");
        assert_eq!(answer.code, 200);
        let lines = answer.body.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                let (series, value) = line.rsplit_once(' ').unwrap();
                (series.to_owned(), value.parse().unwrap())
            })
            .collect()
    }

    /// Tells it to stop, and waits until it did.
    pub(crate) fn stop(&mut self) -> i32 {
        self.signal("TERM");
        self.child.wait().unwrap().code().unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}
