//! A server as the flags say, and what it counts.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use claimd::config::{ListenAddress, RequestLimits, ServerConfig};
use claimd::corpus::Corpus;
use claimd::layer::{CallMetrics, Counts};
use claimd::live::Live;
use claimd::rpc::{Interceptor, PhaseWatch};
use claimd::server::{Bound, Counters, ServerError};
use clap::Parser;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{defaults, demo};

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    server: ServerConfig,
    #[command(flatten)]
    limits: RequestLimits,
}

/// A server that runs until it is told to stop, or its runtime ends.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) counters: Arc<Counters>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) calls: Arc<CallMetrics>,
    pub(crate) phases: PhaseWatch,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<bool, ServerError>>,
}

/// Takes the addresses that the flags name.
pub(crate) fn bind(flags: &[&str]) -> Result<(Bound, RequestLimits), ServerError> {
    let Flags { server, limits } = Flags::parse_from(["test"].iter().chain(flags));
    Ok((Bound::new(server)?, limits))
}

impl Running {
    /// Serves the demo corpus on a free port.
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::serve(demo(), flags)
    }

    /// Serves a corpus on a free port, and on whatever else the flags say.
    pub(crate) fn serve(corpus: Corpus, flags: &[&str]) -> Self {
        Self::serve_with(corpus, flags, None)
    }

    /// Serves the demo corpus with an interceptor before every handler.
    pub(crate) fn start_intercepted(flags: &[&str], interceptor: Interceptor) -> Self {
        Self::serve_with(demo(), flags, Some(interceptor))
    }

    fn serve_with(corpus: Corpus, flags: &[&str], interceptor: Option<Interceptor>) -> Self {
        let flags: Vec<&str> = ["--listen", "127.0.0.1:0"].iter().chain(flags).copied().collect();
        let (bound, limits) = bind(&flags).unwrap();
        let mut server =
            bound.listen(Arc::new(Live::new(corpus, defaults(), Some(Box::new(|| Ok(demo()))))), limits).unwrap();
        if let Some(interceptor) = interceptor {
            server = server.intercept(interceptor);
        }
        let ListenAddress::Tcp(address) = server.addresses()[0] else { panic!("the first is a TCP address") };
        let (counters, counts, phases) = (server.counters(), server.counts(), server.phases());
        let calls = server.handle().calls;
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async {
            stopped.await.ok();
        }));
        Self { address, counters, counts, calls, phases, stop, ended }
    }

    /// Tells it to stop. What comes of it is true if every call ended by itself.
    pub(crate) fn stop(self) -> impl Future<Output = bool> {
        self.stop.send(()).unwrap();
        async { self.ended.await.unwrap().unwrap() }
    }
}

/// Waits until something holds, looking every few milliseconds; fails when it never does.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let looking = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(what, looking).await;
}

/// Waits for what has to come within seconds, however slow the machine.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.unwrap_or_else(|_| panic!("{what} never came"))
}
