//! A real server on a free port, and clients of it.

use std::net::SocketAddr;
use std::sync::Arc;

use claimd::config::{RequestLimits, ServerConfig};
use claimd::corpus::Corpus;
use claimd::live::{Live, Served};
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
    live: Arc<Live>,
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
        let live = Arc::new(Live::new(corpus));
        let listen = vec![SocketAddr::from(([127, 0, 0, 1], 0)).into()];
        let bound = Bound::new(ServerConfig { listen, ..defaults() }).unwrap();
        let server = bound.listen(Arc::clone(&live), limits).unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", server.addresses()[0])).unwrap();
        tokio::spawn(server.run(std::future::pending()));
        let channel = endpoint.connect().await.unwrap();
        Self { channel, live }
    }

    /// Puts another corpus in place, as a reload does.
    pub(crate) fn swap(&self, corpus: Corpus) {
        self.live.swap(corpus);
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
