//! A real server on a free port, and clients of it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use claimd::config::{LiveConfig, RequestLimits, ServerConfig};
use claimd::corpus::{Corpus, LoadFailed, LoadReport};
use claimd::live::{Live, Served, Trigger};
use claimd::proto::v1::actor_service_client::ActorServiceClient;
use claimd::proto::v1::article_service_client::ArticleServiceClient;
use claimd::proto::v1::claim_service_client::ClaimServiceClient;
use claimd::proto::v1::corpus_service_client::CorpusServiceClient;
use claimd::proto::v1::discourse_service_client::DiscourseServiceClient;
use claimd::server::Bound;
use tonic::transport::{Channel, Endpoint};

use super::{corpus_of, defaults, demo};

/// Most bytes of an answer that the clients take: above what the server sends, so that its own limits are what is tested.
const CLIENT_LIMIT: usize = 64 << 20;

/// A server that runs until its runtime ends.
pub(crate) struct TestServer {
    pub(crate) channel: Channel,
    pub(crate) live: Arc<Live>,
    next: Arc<Mutex<Next>>,
}

/// What the next load does.
type Next = Option<Box<dyn FnOnce() -> Result<Corpus, LoadFailed> + Send>>;

/// Every default, but that a load may bring as little as it likes.
pub(crate) fn live_config() -> LiveConfig {
    let mut config: LiveConfig = defaults();
    config.reload.min_keep_ratio = 0.;
    config
}

/// A corpus that changes by these rules, and what its next load does.
fn live(corpus: Corpus, config: LiveConfig) -> (Arc<Live>, Arc<Mutex<Next>>) {
    let next: Arc<Mutex<Next>> = Arc::default();
    let coming = Arc::clone(&next);
    let loader = move || {
        // Not held during the load, which may take as long as a test likes.
        let next = coming.lock().unwrap().take();
        let nothing = LoadFailed { reason: "there is nothing".to_owned(), report: LoadReport::default() };
        next.map_or(Err(nothing), |load| load())
    };
    (Arc::new(Live::new(corpus, config, Some(Box::new(loader)))), next)
}

macro_rules! clients {
    ($($name:ident $client:ident)+) => {
        $(pub(crate) fn $name(&self) -> $client<Channel> {
            $client::new(self.channel.clone()).max_decoding_message_size(CLIENT_LIMIT)
        })+
    };
}

impl TestServer {
    /// Serves the demo corpus.
    pub(crate) async fn demo() -> Self {
        Self::start(demo(), defaults()).await
    }

    /// Serves the records of a corpus file.
    pub(crate) async fn of(text: &str) -> Self {
        Self::start(corpus_of(text), defaults()).await
    }

    /// Serves a corpus under these limits.
    pub(crate) async fn start(corpus: Corpus, limits: RequestLimits) -> Self {
        let (live, next) = live(corpus, live_config());
        Self::of_live(live, limits, next).await
    }

    /// Serves a corpus that changes by these rules.
    pub(crate) async fn with(corpus: Corpus, limits: RequestLimits, config: LiveConfig) -> Self {
        let (live, next) = live(corpus, config);
        Self::of_live(live, limits, next).await
    }

    /// Serves what cannot be loaded again.
    pub(crate) async fn fixed(corpus: Corpus) -> Self {
        Self::of_live(Arc::new(Live::new(corpus, defaults(), None)), defaults(), Arc::default()).await
    }

    async fn of_live(live: Arc<Live>, limits: RequestLimits, next: Arc<Mutex<Next>>) -> Self {
        let listen = vec![SocketAddr::from(([127, 0, 0, 1], 0)).into()];
        let mut config = ServerConfig { listen, ..defaults() };
        // On a busy machine, a test that reads a stream later must not be taken for a client that never reads.
        config.connections.write_seconds = Duration::from_mins(10);
        let bound = Bound::new(config).unwrap();
        let server = bound.listen(Arc::clone(&live), limits).unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", server.addresses()[0])).unwrap();
        tokio::spawn(server.run(std::future::pending()));
        let channel = endpoint.connect().await.unwrap();
        Self { channel, live, next }
    }

    /// Says what the next load does.
    pub(crate) fn prepare(&self, load: impl FnOnce() -> Result<Corpus, LoadFailed> + Send + 'static) {
        *self.next.lock().unwrap() = Some(Box::new(load));
    }

    /// Loads another corpus, and waits until it is served.
    pub(crate) async fn swap(&self, corpus: Corpus) {
        self.prepare(move || Ok(corpus));
        self.live.reload(Trigger::Call).await.unwrap();
    }

    /// The corpus that is served now.
    pub(crate) fn corpus(&self) -> Arc<Served> {
        self.live.corpus()
    }

    clients! {
        articles ArticleServiceClient
        actors ActorServiceClient
        claims ClaimServiceClient
        discourse DiscourseServiceClient
        corpora CorpusServiceClient
    }
}
