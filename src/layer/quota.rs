//! Caps the calls per second of each client, where the operator sets a quota.
//!
//! A client is a principal by its name, and an anonymous one its address: an IPv4 address, or a /64 network of IPv6, of
//! which every subscriber has one.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Counts;
use super::peer::PeerAddress;
use crate::config::QuotaConfig;
use crate::error::Error;
use crate::rpc::{Group, Method, Principal};

/// Number of calls after which clients that have not called lately are removed, so that memory is bounded by the clients
/// of a while and not of all time.
const REMOVE_AFTER: u32 = 1 << 14;

/// The quotas of all clients.
pub(super) struct Quotas {
    clients: DefaultKeyedRateLimiter<Client>,
    clock: DefaultClock,
    calls: AtomicU32,
}

/// Whose calls are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Client {
    Named(Arc<str>),
    At(IpAddr),
    Local,
}

impl Client {
    fn of(principal: Option<&Principal>, address: PeerAddress) -> Self {
        if let Some(Principal { name: Some(name), .. }) = principal {
            return Self::Named(Arc::clone(name));
        }
        match address.ip() {
            Some(IpAddr::V6(address)) => Self::At(network(address).into()),
            Some(address) => Self::At(address),
            None => Self::Local,
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::At(address) => address.fmt(f),
            Self::Local => f.write_str("unix"),
        }
    }
}

fn network(address: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)
}

impl Quotas {
    /// Nothing if there is no quota.
    pub(super) fn new(config: QuotaConfig) -> Option<Self> {
        let per_second = config.quota_per_second?;
        let quota = Quota::per_second(per_second).allow_burst(config.quota_burst.unwrap_or(per_second));
        Some(Self { clients: RateLimiter::dashmap(quota), clock: DefaultClock::default(), calls: AtomicU32::new(0) })
    }

    /// Counts a call against the quota of its client. An error if the quota is used up. Health is exempt.
    pub(super) fn check(
        &self,
        method: Option<&Method>,
        principal: Option<&Principal>,
        address: PeerAddress,
        counts: &Counts,
    ) -> Result<(), Error> {
        if method.is_some_and(|method| method.group == Group::Health) {
            return Ok(());
        }
        self.count(&Client::of(principal, address)).inspect_err(|_| counts.add_over_quota())
    }

    fn count(&self, client: &Client) -> Result<(), Error> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % REMOVE_AFTER == REMOVE_AFTER - 1 {
            self.clients.retain_recent();
            self.clients.shrink_to_fit();
        }
        self.clients.check_key(client).map_err(|not_until| {
            let retry = not_until.wait_time_from(self.clock.now());
            Error::QuotaExceeded { client: client.to_string(), retry }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::rpc::Role;

    #[test]
    fn each_client_has_its_own_burst_and_names_go_before_addresses() {
        let config = QuotaConfig { quota_per_second: NonZeroU32::new(1), quota_burst: NonZeroU32::new(2) };
        let quotas = Quotas::new(config).unwrap();
        for (ip, name, admitted) in [
            ("192.0.2.1", None, true),
            ("192.0.2.1", None, true),
            ("192.0.2.1", None, false),
            ("192.0.2.2", None, true),
            ("192.0.2.1", Some("desk"), true),
            ("192.0.2.2", Some("desk"), true),
            ("192.0.2.3", Some("desk"), false),
            ("2001:db8::1", None, true),
            ("2001:db8::2", None, true),
            ("2001:db8::3", None, false),
            ("2001:db8:0:1::3", None, true),
        ] {
            let address = PeerAddress::Tcp((ip.parse::<IpAddr>().unwrap(), 1).into());
            let principal = Principal { name: name.map(Into::into), role: Role::Reader };
            let checked = quotas.count(&Client::of(Some(&principal), address));
            assert_eq!(checked.is_ok(), admitted, "{ip} {name:?}");
        }
    }
}
