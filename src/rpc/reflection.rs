//! `grpc.reflection`: the descriptors of all services, in version 1 and 1alpha.

use tonic::service::Routes;
use tonic_reflection::server::{Builder, Error};

use crate::proto;

/// The reflection services of both versions.
pub(super) fn routes() -> Result<Routes, Error> {
    Ok(Routes::new(builder().build_v1()?).add_service(builder().build_v1alpha()?).prepare())
}

fn builder() -> Builder<'static> {
    Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        // Each version describes both, since a client asks only one of them.
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
}
