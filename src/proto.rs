//! The contract: messages and services generated from `proto/`, and their descriptors.
//!
//! Records (`Article`, `Actor`, `Claim`, `Record`) are plain messages in [`v1`]. In the services' messages an
//! [`Encoded`] record stands in their place: the bytes as they are stored.

mod encoded;
mod timestamp;

pub use encoded::Encoded;
pub use timestamp::Timestamp;

/// Package `claimd.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/records/claimd.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/records/claimd.v1.serde.rs"));
    include!(concat!(env!("OUT_DIR"), "/services/claimd.v1.rs"));
}

/// Package `grpc.health.v1`.
#[allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
pub mod health {
    include!(concat!(env!("OUT_DIR"), "/services/grpc.health.v1.rs"));
}

/// An article as stored.
pub type EncodedArticle = Encoded<v1::Article>;
/// An actor as stored.
pub type EncodedActor = Encoded<v1::Actor>;
/// A claim as stored.
pub type EncodedClaim = Encoded<v1::Claim>;
/// A record of any resource as stored.
pub type EncodedRecord = Encoded<v1::Record>;

/// Descriptors of the package and of all it imports, with comments, as an encoded `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/claimd.descriptor.bin"));
