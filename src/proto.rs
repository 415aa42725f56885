//! Messages and services generated from `proto/`, and their descriptors.
//!
//! Records (`Article`, `Actor`, `Claim`, `Record`) are plain messages in [`v1`]. The messages of the services hold
//! `Encoded` records instead: the stored bytes, which are sent as they are.

#[cfg(feature = "embed")]
mod encoded;
mod timestamp;

#[cfg(feature = "embed")]
pub use encoded::Encoded;
pub use timestamp::Timestamp;

/// Package `claimd.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/records/claimd.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/records/claimd.v1.serde.rs"));
    #[cfg(feature = "embed")]
    include!(concat!(env!("OUT_DIR"), "/services/claimd.v1.rs"));
}

/// Package `grpc.health.v1`.
#[cfg(feature = "server")]
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod health {
    include!(concat!(env!("OUT_DIR"), "/services/grpc.health.v1.rs"));
}

/// An article as stored.
#[cfg(feature = "embed")]
pub type EncodedArticle = Encoded<v1::Article>;
/// An actor as stored.
#[cfg(feature = "embed")]
pub type EncodedActor = Encoded<v1::Actor>;
/// A claim as stored.
#[cfg(feature = "embed")]
pub type EncodedClaim = Encoded<v1::Claim>;
/// A record of any resource as stored.
#[cfg(feature = "embed")]
pub type EncodedRecord = Encoded<v1::Record>;

/// Descriptors of the package and of all it imports, with comments, as an encoded `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/claimd.descriptor.bin"));
