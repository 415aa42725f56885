//! The peer of a connection: its address and its certificate.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The peer of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address.
    pub address: PeerAddress,
    /// Subjects of its certificate, if it showed one that a trusted authority signed: `uri:…`, `dns:…`, `email:…` and
    /// `cn:…`, in this order.
    pub identities: Option<Vec<String>>,
}

/// Address of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerAddress {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A Unix socket of this machine.
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
