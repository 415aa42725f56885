//! So many calls a second from each client and no more, where the operator says so.
//!
//! Clients are told apart by their names, and where they have none by their addresses: one of IPv4, or a network of
//! IPv6, of which every subscriber has one to themselves.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::Request;
use tonic::body::Body;

use super::stage::Stage;
use super::{Counts, Peer};
use crate::config::QuotaConfig;
use crate::rpc::{Group, Method, Principal, Refusal};

/// Calls after which clients that have not called lately are forgotten, so that memory is bounded by the clients of a
/// while and not of all time.
const FORGET_AFTER: u32 = 1 << 14;

/// So many calls a second from each client.
#[derive(Clone)]
pub struct Quotas {
    limits: Option<Arc<Limits>>,
    counts: Arc<Counts>,
}

struct Limits {
    clients: DefaultKeyedRateLimiter<Client>,
    clock: DefaultClock,
    calls: AtomicU32,
}

/// Whose calls are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Client {
    Named(Arc<str>),
    At(IpAddr),
    ThisMachine,
}

impl Client {
    fn of(request: &Request<Body>) -> Self {
        if let Some(Principal { name: Some(name), .. }) = request.extensions().get() {
            return Self::Named(Arc::clone(name));
        }
        match request.extensions().get::<Arc<Peer>>().and_then(|peer| peer.address.ip()) {
            Some(IpAddr::V6(address)) => Self::At(network(address).into()),
            Some(address) => Self::At(address),
            None => Self::ThisMachine,
        }
    }
}

impl std::fmt::Display for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::At(address) => address.fmt(f),
            Self::ThisMachine => f.write_str("unix"),
        }
    }
}

fn network(address: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)
}

impl Limits {
    fn check(&self, client: &Client) -> Result<(), Refusal> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.clients.retain_recent();
            self.clients.shrink_to_fit();
        }
        self.clients.check_key(client).map_err(|not_until| {
            let retry = not_until.wait_time_from(self.clock.now());
            Refusal::QuotaExceeded { client: client.to_string(), retry }
        })
    }
}

impl Quotas {
    pub(super) fn new(config: QuotaConfig, counts: Arc<Counts>) -> Self {
        let limits = config.quota_per_second.map(|per_second| {
            let quota = Quota::per_second(per_second).allow_burst(config.quota_burst.unwrap_or(per_second));
            let clients = RateLimiter::dashmap(quota);
            Arc::new(Limits { clients, clock: DefaultClock::default(), calls: AtomicU32::new(0) })
        });
        Self { limits, counts }
    }

    fn check(&self, request: &Request<Body>) -> Result<(), Refusal> {
        let Some(limits) = &self.limits else { return Ok(()) };
        let method = Method::find(request.uri().path());
        if method.is_some_and(|method| method.group == Group::Health) {
            return Ok(());
        }
        limits.check(&Client::of(request))
    }
}

impl Stage for Quotas {
    type Kept = ();

    fn enter(&self, request: &mut Request<Body>) -> Result<(), Refusal> {
        self.check(request).inspect_err(|_| self.counts.add_over_quota())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use http::Response;
    use tower_service::Service;

    use super::*;
    use crate::layer::PeerAddress;
    use crate::layer::tests::service;
    use crate::rpc::Role;

    fn request(ip: &str, name: Option<&str>) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        let address = PeerAddress::Tcp((ip.parse::<IpAddr>().unwrap(), 1).into());
        request.extensions_mut().insert(Arc::new(Peer { address, identities: None }));
        request.extensions_mut().insert(Principal { name: name.map(Into::into), role: Role::Reader });
        request
    }

    #[tokio::test]
    async fn each_client_has_its_own_burst_and_names_go_before_addresses() {
        // One call in the year that the test does not take.
        let quota_per_second = NonZeroU32::new(1);
        let config = QuotaConfig { quota_per_second, quota_burst: NonZeroU32::new(2) };
        let inner = service(|_| async { Response::default() });
        let mut layer = Quotas::new(config, Arc::default()).around(inner);
        let mut ask = async |ip: &str, name: Option<&str>| {
            let response = layer.call(request(ip, name)).await.unwrap();
            response.headers().get("grpc-status").map(|code| code.to_str().unwrap().to_owned())
        };
        for (ip, name, code) in [
            ("192.0.2.1", None, None),
            ("192.0.2.1", None, None),
            ("192.0.2.1", None, Some("8")),
            ("192.0.2.2", None, None),
            ("192.0.2.1", Some("desk"), None),
            ("192.0.2.2", Some("desk"), None),
            ("192.0.2.3", Some("desk"), Some("8")),
            ("2001:db8::1", None, None),
            ("2001:db8::2", None, None),
            ("2001:db8::3", None, Some("8")),
            ("2001:db8:0:1::3", None, None),
        ] {
            assert_eq!(ask(ip, name).await.as_deref(), code, "{ip} {name:?}");
        }
    }
}
