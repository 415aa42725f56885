//! Generated clients.
//!
//! [`v1`] has the clients of all services with their messages, [`health`] the client of the health service. Responses
//! hold plain records ([`v1::Claim`], [`v1::Article`], [`v1::Actor`]).

/// Package `claimd.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod v1 {
    pub use crate::proto::v1::*;

    include!(concat!(env!("OUT_DIR"), "/client/claimd.v1.rs"));
}

/// Package `grpc.health.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod health {
    include!(concat!(env!("OUT_DIR"), "/client/grpc.health.v1.rs"));
}
