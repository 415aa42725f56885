//! gRPC: the services over `api`, errors as statuses, and the methods of the server.

mod code;
mod deadline;
mod error;
mod health;
mod method;
mod phase;
mod principal;
mod service;
mod streams;

use std::sync::Arc;

use tonic::codec::CompressionEncoding;
use tonic::service::Routes;

use self::service::Service;
use crate::config::RequestLimits;
use crate::live::Live;
use crate::proto::v1::actor_service_server::ActorServiceServer;
use crate::proto::v1::article_service_server::ArticleServiceServer;
use crate::proto::v1::claim_service_server::ClaimServiceServer;
use crate::proto::v1::corpus_service_server::CorpusServiceServer;
use crate::proto::v1::discourse_service_server::DiscourseServiceServer;

pub use crate::error::Error as Refusal;
pub use code::{Blame, CODES, GIVEN_UP, UNSAID, code_name};
pub use deadline::Deadline;
pub use error::{Foreign, name_error, with_request_id};
pub use health::health;
pub use method::{Group, Method};
pub use phase::{Phase, PhaseWatch, reached};
pub use principal::{Principal, Role};

/// Header of every response: the revision of the corpus that it was answered from.
pub const REVISION_HEADER: &str = "claimd-revision";

/// Header of what health answers to those who may ask: what the last load came to. `ok`: it is served. `failed` or `shrunk`: it could not be
/// loaded, or had lost too many records, and the corpus before it is served on.
pub const LAST_LOAD_HEADER: &str = "claimd-last-load";

/// Every service of the package, ready to be routed to. Each call needs the corpus it is to be answered from among the
/// request's extensions, as an `Arc<Served>`.
pub fn routes(live: Arc<Live>, limits: RequestLimits) -> Routes {
    macro_rules! limited {
        ($server:ident, $service:expr) => {
            $server::new($service)
                .max_decoding_message_size(limits.max_batch_request_bytes)
                .max_encoding_message_size(limits.max_response_bytes)
                .accept_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Zstd)
        };
    }
    let service = Service { limits, live };
    let mut routes = Routes::builder();
    routes
        .add_service(limited!(ArticleServiceServer, service.clone()))
        .add_service(limited!(ActorServiceServer, service.clone()))
        .add_service(limited!(ClaimServiceServer, service.clone()))
        .add_service(limited!(DiscourseServiceServer, service.clone()))
        .add_service(limited!(CorpusServiceServer, service));
    routes.routes()
}

/// Names of the services, as health and reflection know them.
pub const SERVICES: [&str; 5] = [
    crate::proto::v1::article_service_server::SERVICE_NAME,
    crate::proto::v1::actor_service_server::SERVICE_NAME,
    crate::proto::v1::claim_service_server::SERVICE_NAME,
    crate::proto::v1::discourse_service_server::SERVICE_NAME,
    crate::proto::v1::corpus_service_server::SERVICE_NAME,
];
