//! What a call costs over a bare tonic method that returns as many constant bytes.
//!
//! `cargo bench --bench rpc` starts claimd on 100,000 synthetic claims and the bare server beside it, in one process, and
//! lets `h2load` (Debian: nghttp2-client) ask each in turn. The ratio within a round is what counts: both share the
//! machine with the client, and the machine may be busy with other things. What a call takes of the processor is that of
//! this process alone, whatever the client takes. No log is written. `cargo test` does nothing here.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use claimd::config::{ListenAddress, LiveConfig, LoadLimits, RequestLimits, ServerConfig};
use claimd::live::Live;
use claimd::proto::Encoded;
use claimd::proto::v1::claim_service_server::{ClaimService, ClaimServiceServer};
use claimd::proto::v1::{self as pb, GetClaimRequest, ListClaimsRequest, ListClaimsResponse};
use claimd::query;
use claimd::server::Bound;
use claimd::source::{self, Source};
use clap::Parser;
use prost::Message;
use rustix::time::{ClockId, clock_gettime};
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CLAIMS: usize = 100_000;
const ROUNDS: usize = 5;
const CALLS: u32 = 60_000;

/// Every limit at its default.
#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    load: LoadLimits,
    #[command(flatten)]
    requests: RequestLimits,
    #[command(flatten)]
    server: ServerConfig,
    #[command(flatten)]
    live: LiveConfig,
}

/// Answers with bytes it was made with.
struct Bare {
    claim: Encoded<pb::Claim>,
    page: ListClaimsResponse,
}

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    let _entered = runtime.enter();
    let Defaults { load, requests, server, live } = Defaults::parse_from(["bench", "--listen", "127.0.0.1:0"]);
    let folder = tempfile::tempdir().expect("a folder for the data");
    let path = folder.path().join("claims.ndjson");
    std::fs::write(&path, synthetic()).expect("the data are written");
    let corpus = source::load(&[Source::Path(path)], load, true).expect("the data are loaded");

    let table = &corpus.claims.table;
    let claim = Encoded::from_bytes(table.full(table.id("claims/c4711").expect("the claim is there")));
    let newest = (table.len() - 50..table.len()).rev().map(|id| Encoded::from_bytes(table.full(id))).collect();
    let token = query::PageToken { fingerprint: 0, key: table.key(table.len() - 50) }.encode();
    let page = ListClaimsResponse { claims: newest, next_page_token: token, total_size: 100_000 };
    println!("GetClaim {} bytes, ListClaims {} bytes", claim.encoded_len(), page.encoded_len());

    let ours = Bound::new(server)
        .and_then(|bound| bound.listen(Arc::new(Live::new(corpus, live, None)), requests))
        .expect("a free port");
    let ListenAddress::Tcp(address) = ours.addresses()[0] else { unreachable!("it was told an IP address") };
    runtime.spawn(ours.run(std::future::pending()));
    let bare = serve_bare(Bare { claim, page });

    let get = GetClaimRequest { name: "claims/c4711".to_owned() }.encode_to_vec();
    for (method, request) in [("GetClaim", get), ("ListClaims", Vec::new())] {
        let file = folder.path().join(method);
        let mut framed = vec![0];
        framed.extend(u32::try_from(request.len()).expect("a small request").to_be_bytes());
        framed.extend(request);
        std::fs::write(&file, framed).expect("the request is written");
        let ask = |address: SocketAddr| Asked::at(address, method, &file);
        let mut rounds = Vec::new();
        for round in 0..=ROUNDS {
            let (ours, bare) = if round % 2 == 0 {
                let ours = ask(address);
                (ours, ask(bare))
            } else {
                let bare = ask(bare);
                (ask(address), bare)
            };
            // The first round warms both up.
            if round > 0 {
                rounds.push((ours, bare));
            }
        }
        let middle = |of: fn(&(Asked, Asked)) -> f64| median(rounds.iter().map(of).collect());
        println!(
            "{method}: {:.0} requests/s, {:.2} of the bare method; {:.1} µs of the processor a call, {:.2} of the bare \
             method's {:.1} (medians of {ROUNDS} rounds)",
            middle(|(ours, _)| ours.rate),
            middle(|(ours, bare)| ours.rate / bare.rate),
            middle(|(ours, _)| ours.microseconds),
            middle(|(ours, bare)| ours.microseconds / bare.microseconds),
            middle(|(_, bare)| bare.microseconds),
        );
    }
}

/// Claims of some 500 bytes, as the store of a busy desk has them.
fn synthetic() -> String {
    let mut data = String::new();
    for actor in 0..1000 {
        writeln!(
            data,
            r#"{{"actor":{{"name":"actors/a{actor}","displayName":"Actor {actor}","type":"ACTOR_TYPE_PERSON"}}}}"#
        )
        .expect("a string grows");
    }
    for claim in 0..CLAIMS {
        let (day, speaker, subject) = (claim % 28 + 1, claim % 1000, claim * 7 % 1000);
        let text = "said that the matter would be looked into and that nothing had been decided yet ".repeat(4);
        writeln!(
            data,
            r#"{{"claim":{{"name":"claims/c{claim}","text":"Actor {speaker} {text}","language":"en","kind":"CLAIM_KIND_ASSERTION","speakers":[{{"actor":"actors/a{speaker}","mention":"Actor {speaker}"}}],"subjects":[{{"actor":"actors/a{subject}"}}],"claimTime":{{"time":"2020-08-{day:02}T00:00:00Z","precision":"PRECISION_DAY"}},"topics":["topic {}"]}}}}"#,
            claim % 50
        )
        .expect("a string grows");
    }
    data
}

fn serve_bare(bare: Bare) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener for tokio");
    let address = listener.local_addr().expect("a bound listener has an address");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener for tokio");
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = tonic::transport::Server::builder().serve_with_incoming(ClaimServiceServer::new(bare), incoming);
    tokio::spawn(server);
    address
}

/// What came of asking a server many times.
struct Asked {
    /// Answers a second.
    rate: f64,
    /// What a call took of the processor.
    microseconds: f64,
}

impl Asked {
    fn at(address: SocketAddr, method: &str, request: &std::path::Path) -> Self {
        let before = on_processor();
        let output = Command::new("h2load")
            .args(["-n", &CALLS.to_string(), "-c", "8", "-m", "16", "-t", "1"])
            .args(["-H", "content-type: application/grpc", "-H", "te: trailers", "-d"])
            .arg(request)
            .arg(format!("http://{address}/claimd.v1.ClaimService/{method}"))
            .output()
            .expect("h2load is installed (Debian: nghttp2-client)");
        let took = on_processor().saturating_sub(before);
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.split(", ").find_map(|part| part.strip_suffix(" req/s"));
        let rate = rate.and_then(|rate| rate.parse().ok()).unwrap_or_else(|| panic!("h2load printed no rate: {text}"));
        Self { rate, microseconds: took.as_secs_f64() * 1e6 / f64::from(CALLS) }
    }
}

/// How long this process has been on processors.
fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tonic::async_trait]
impl ClaimService for Bare {
    async fn get_claim(&self, _: Request<GetClaimRequest>) -> Result<Response<Encoded<pb::Claim>>, Status> {
        Ok(Response::new(self.claim.clone()))
    }

    async fn list_claims(&self, _: Request<ListClaimsRequest>) -> Result<Response<ListClaimsResponse>, Status> {
        Ok(Response::new(self.page.clone()))
    }

    async fn batch_get_claims(
        &self,
        _: Request<pb::BatchGetClaimsRequest>,
    ) -> Result<Response<pb::BatchGetClaimsResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn search_claims(
        &self,
        _: Request<pb::SearchClaimsRequest>,
    ) -> Result<Response<pb::SearchClaimsResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn match_claims(
        &self,
        _: Request<pb::MatchClaimsRequest>,
    ) -> Result<Response<pb::MatchClaimsResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn verify_quote(
        &self,
        _: Request<pb::VerifyQuoteRequest>,
    ) -> Result<Response<pb::VerifyQuoteResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }
}
