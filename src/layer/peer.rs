//! Who is at the other end of a connection.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Who is at the other end of a connection. In the extensions of every request, as an `Arc`.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Where it calls from.
    pub address: PeerAddress,
    /// Whom its certificate names, if it showed one that was signed by an authority of ours: `uri:…`, `dns:…`, `email:…`
    /// and `cn:…`, in this order.
    pub identities: Option<Vec<String>>,
}

/// Where a peer calls from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerAddress {
    /// From this address.
    Tcp(SocketAddr),
    /// Through a Unix socket of this machine.
    Unix,
}

impl PeerAddress {
    /// True if the peer is a process of this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix => true,
        }
    }

    /// The IP address, where there is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip().to_canonical()),
            Self::Unix => None,
        }
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix => f.write_str("unix"),
        }
    }
}
