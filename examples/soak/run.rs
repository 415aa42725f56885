//! Reloads under calls: what is done, and what must hold meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use claimd::live::Trigger;
use claimd::proto::v1::{
    ChangeKind, GetClaimRequest, GetCorpusRequest, ListClaimsRequest, SearchClaimsRequest, WatchCorpusRequest,
};
use claimd::source::{Source, load};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::support::{TestServer, defaults};

/// Callers that share the calls.
const CALLERS: u32 = 16;
/// Records of a page, for those who walk through all pages.
const PAGE: i32 = 500;
/// Longest time that anything may take.
const LIMIT: Duration = Duration::from_mins(1);

/// How much is done.
pub(crate) struct Plan {
    /// Loads, half of them good.
    pub(crate) reloads: u32,
    /// Claims that every good load brings.
    pub(crate) claims: u32,
    /// Calls that are begun in a second.
    pub(crate) calls_per_second: u32,
    /// Open streams of WatchCorpus.
    pub(crate) subscribers: u32,
    /// Shortest time between the beginnings of two loads.
    pub(crate) between: Duration,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Calls that were answered.
    pub(crate) calls: u64,
    /// Walks through all pages.
    pub(crate) walks: u64,
    /// Loads that came to be served.
    pub(crate) swaps: u64,
    /// Loads that failed.
    pub(crate) failed: u64,
    /// Loads that were refused because they had shrunk.
    pub(crate) shrunk: u64,
    /// How long it all took.
    pub(crate) seconds: f64,
}

/// The data that are loaded, in a file.
pub(crate) struct Data {
    path: PathBuf,
    stable: String,
}

impl Data {
    /// Data in this file.
    pub(crate) fn new(path: PathBuf, claims: u32) -> Self {
        let mut stable = String::new();
        for number in 0..claims {
            let time = format!("2020-01-{:02}T00:{:02}:00Z", 1 + number % 28, number % 60);
            writeln!(
                stable,
                r#"{{"claim":{{"name":"claims/s{number}","text":"Statement {number} about topic{} and place{}","language":"en","topics":["t{}"],"claimTime":{{"time":"{time}","precision":"MINUTE"}}}}}}"#,
                number % 97,
                number % 89,
                number % 7,
            )
            .expect("a string grows");
        }
        let data = Self { path, stable };
        data.write(0);
        data
    }

    /// Good at even steps: the stable claims, one that every version words anew, and one that only this version has. Else
    /// cut off in the middle of a record, or much smaller.
    fn write(&self, step: u32) {
        let own = format!(
            "{{\"claim\":{{\"name\":\"claims/changing\",\"text\":\"Wording {step}\"}}}}\n\
             {{\"claim\":{{\"name\":\"claims/v{step}\",\"text\":\"Version {step}\"}}}}\n"
        );
        let text = match step % 4 {
            0 | 2 => self.stable.clone() + &own,
            1 => self.stable[..self.stable.len() - 10].to_owned(),
            _ => own,
        };
        std::fs::write(&self.path, text).expect("the data are written");
    }

    /// Loads what is in the file; any error refuses it.
    pub(crate) fn load(path: PathBuf) -> Result<claimd::corpus::Corpus, claimd::corpus::LoadFailed> {
        load(&[Source::Path(path)], defaults(), true)
    }
}

/// Reloads `server`, which serves `data`, as planned, and panics when anything does not hold.
pub(crate) async fn run(server: Arc<TestServer>, data: Data, plan: Plan, mut each: impl FnMut(u32)) -> Outcome {
    let started = Instant::now();
    let (over, calls, walks) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let pace = Duration::from_secs(1) * CALLERS / plan.calls_per_second;
        callers.spawn(call(Arc::clone(&server), number, (plan.claims, pace), Arc::clone(&over), Arc::clone(&calls)));
    }
    for _ in 0..2 {
        callers.spawn(walk(Arc::clone(&server), plan.claims, Arc::clone(&over), Arc::clone(&walks)));
    }
    let (last_revision, last) = tokio::sync::watch::channel(String::new());
    let mut subscribers = JoinSet::new();
    for _ in 0..plan.subscribers {
        let stream = timeout(LIMIT, server.corpora().watch_corpus(WatchCorpusRequest::default())).await;
        let stream = stream.expect("in time").expect("a stream").into_inner();
        subscribers.spawn(subscribe(stream, plan.claims, last.clone()));
    }

    let mut outcome = Outcome::default();
    let mut beat = interval(plan.between);
    for step in 1..=plan.reloads {
        beat.tick().await;
        data.write(step);
        let path = data.path.clone();
        server.prepare(move || Data::load(path));
        let loaded = timeout(LIMIT, server.live.reload(Trigger::Call)).await.expect("a load ends");
        assert_eq!(loaded.is_ok(), step % 2 == 0, "load {step}: {:?}", loaded.err());
        each(step);
    }
    let counts = server.live.status().counts;
    (outcome.swaps, outcome.failed, outcome.shrunk) = (counts.changed, counts.failed, counts.shrunk);

    over.store(true, Ordering::Relaxed);
    while let Some(ended) = timeout(LIMIT, callers.join_next()).await.expect("callers end") {
        ended.expect("no call failed");
    }
    last_revision.send_replace(server.corpus().revision.clone());
    while let Some(ended) = timeout(LIMIT, subscribers.join_next()).await.expect("subscribers see the last revision") {
        assert_eq!(ended.expect("every change once"), outcome.swaps);
    }
    outcome.calls = calls.load(Ordering::Relaxed);
    outcome.walks = walks.load(Ordering::Relaxed);
    outcome.seconds = started.elapsed().as_secs_f64();
    outcome
}

/// Calls of several kinds, at a pace. None may fail.
async fn call(
    server: Arc<TestServer>,
    number: u32,
    (claims, pace): (u32, Duration),
    over: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
) {
    let (mut client, mut corpora) = (server.claims(), server.corpora());
    let mut beat = interval(pace);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut turn = number.wrapping_mul(7919);
    while !over.load(Ordering::Relaxed) {
        beat.tick().await;
        turn = turn.wrapping_add(104_729);
        let failed = match turn % 20 {
            0 => client.list_claims(ListClaimsRequest { page_size: 20, ..Default::default() }).await.err(),
            1 => {
                let query = format!("topic{} statement", turn % 97);
                client.search_claims(SearchClaimsRequest { query, page_size: 5, ..Default::default() }).await.err()
            }
            2 => corpora.get_corpus(GetCorpusRequest {}).await.err(),
            _ => client.get_claim(GetClaimRequest { name: format!("claims/s{}", turn % claims) }).await.err(),
        };
        assert!(failed.is_none(), "a call failed: {failed:?}");
        calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// Walks through all pages again and again. Each walk meets every claim that stays, and none twice.
async fn walk(server: Arc<TestServer>, claims: u32, over: Arc<AtomicBool>, walks: Arc<AtomicU64>) {
    let mut client = server.claims();
    while !over.load(Ordering::Relaxed) {
        let (mut seen, mut page_token) = (BTreeSet::new(), String::new());
        loop {
            let request = ListClaimsRequest { page_size: PAGE, page_token, ..Default::default() };
            let page = client.list_claims(request).await.expect("a page").into_inner();
            for claim in page.claims {
                let name = claim.decode().expect("a claim").name;
                assert!(seen.insert(name.clone()), "{name} twice in one walk");
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let stable = (0..claims).filter(|number| seen.contains(&format!("claims/s{number}"))).count();
        assert_eq!(stable, claims as usize, "a walk misses claims");
        walks.fetch_add(1, Ordering::Relaxed);
    }
}

/// Keeps the set of versions by what the feed tells, and gives the number of swaps it was told of. A change that is told
/// twice, or not at all, does not fit the set.
async fn subscribe(
    mut stream: tonic::codec::Streaming<claimd::proto::v1::WatchCorpusResponse>,
    claims: u32,
    mut last: tokio::sync::watch::Receiver<String>,
) -> u64 {
    let mut versions = BTreeSet::from(["claims/v0".to_owned()]);
    let (mut swaps, mut known) = (0, None);
    // Which revision is the last is known when all is over.
    while known.as_ref() != Some(&*last.borrow_and_update()) {
        let message = tokio::select! {
            message = stream.message() => message.expect("the stream goes on").expect("the stream goes on"),
            _ = last.changed() => continue,
        };
        let mut kinds: BTreeMap<ChangeKind, u32> = BTreeMap::new();
        for change in &message.changes {
            *kinds.entry(change.kind()).or_default() += 1;
            match change.kind() {
                ChangeKind::Added => assert!(versions.insert(change.name.clone()), "{} added twice", change.name),
                ChangeKind::Removed => assert!(versions.remove(&change.name), "{} removed twice", change.name),
                ChangeKind::Changed => assert_eq!(change.name, "claims/changing"),
                kind => panic!("{kind:?} of {claims} claims"),
            }
        }
        if !message.changes.is_empty() {
            swaps += 1;
            assert_eq!(versions.len(), 1, "one version at a time");
            assert!(kinds.values().all(|count| *count == 1) && kinds.len() == 3, "{kinds:?}");
        }
        known = Some(message.revision);
    }
    swaps
}
