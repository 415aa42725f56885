//! Good clients: some that stay connected and ask at a pace, and newcomers.

use std::net::SocketAddr;
use std::time::Duration;

use claimd::proto::v1::claim_service_client::ClaimServiceClient;
use claimd::proto::v1::{GetClaimRequest, SearchClaimsRequest};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tonic::transport::{Channel, Endpoint};

use super::corpus::CLAIMS;

const CLIENTS: usize = 4;
/// Time between two calls of a client.
const PACE: Duration = Duration::from_millis(10);
/// Time between two newcomers.
const NEWCOMERS: Duration = Duration::from_millis(500);
/// Longest time that any of them waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// What good clients met with.
#[derive(Default)]
pub struct Good {
    /// How long each call took that was answered.
    pub waited: Vec<Duration>,
    /// What was said of the others.
    pub failed: Vec<String>,
    /// How long newcomers took to connect and be answered.
    newcomers: Vec<Duration>,
}

impl Good {
    pub fn p99(&self) -> Duration {
        let mut waited = self.waited.clone();
        waited.sort_unstable();
        waited.get(waited.len() * 99 / 100).copied().unwrap_or_default()
    }

    pub fn worst_newcomer(&self) -> Duration {
        self.newcomers.iter().max().copied().unwrap_or_default()
    }
}

/// Good clients for a while.
pub fn ask(address: SocketAddr, lasts: Duration) -> Good {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let end = Instant::now() + lasts;
        let mut asking = JoinSet::new();
        for number in 0..CLIENTS {
            asking.spawn(stay(address, number, end));
        }
        asking.spawn(come(address, end));
        let mut all = Good::default();
        for Good { waited, failed, newcomers } in asking.join_all().await {
            all.waited.extend(waited);
            all.failed.extend(failed);
            all.newcomers.extend(newcomers);
        }
        all
    })
}

async fn connect(address: SocketAddr) -> Result<ClaimServiceClient<Channel>, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    endpoint.connect().await.map(ClaimServiceClient::new)
}

/// One that stays connected.
async fn stay(address: SocketAddr, number: usize, end: Instant) -> Good {
    let mut client = connect(address).await.unwrap();
    let (mut good, mut turn) = (Good::default(), number * 7919);
    let mut beat = interval(PACE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < end {
        beat.tick().await;
        turn += 1;
        let began = Instant::now();
        match timeout(PATIENCE, call(&mut client, turn)).await {
            Ok(Ok(())) => good.waited.push(began.elapsed()),
            Ok(Err(status)) => good.failed.push(format!("{:?}: {}", status.code(), status.message())),
            Err(_) => good.failed.push("no answer".to_owned()),
        }
    }
    good
}

async fn call(client: &mut ClaimServiceClient<Channel>, turn: usize) -> Result<(), tonic::Status> {
    if turn.is_multiple_of(10) {
        let query = format!("topic{} statement", turn % 97);
        client.search_claims(SearchClaimsRequest { query, page_size: 5, ..Default::default() }).await?;
    } else {
        client.get_claim(GetClaimRequest { name: format!("claims/c{}", turn % CLAIMS) }).await?;
    }
    Ok(())
}

/// One after another, each over a connection of its own.
async fn come(address: SocketAddr, end: Instant) -> Good {
    let mut good = Good::default();
    let mut beat = interval(NEWCOMERS);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < end {
        beat.tick().await;
        let began = Instant::now();
        let asked = timeout(PATIENCE, async {
            let mut client = connect(address).await.map_err(|error| error.to_string())?;
            call(&mut client, 1).await.map_err(|status| status.to_string())
        });
        match asked.await {
            Ok(Ok(())) => good.newcomers.push(began.elapsed()),
            Ok(Err(error)) => good.failed.push(format!("a newcomer: {error}")),
            Err(_) => good.failed.push("a newcomer was not answered".to_owned()),
        }
    }
    good
}
