//! The services, one file each: a request becomes a query, its result a response.
//!
//! Every handler has the same shape: take the corpus and the request, check every field, ask, build the response from
//! stored bytes. Request messages stop here.

mod actors;
mod articles;
mod claims;
mod code;
mod corpus;
mod deadline;
mod discourse;
mod error;
mod filter;
mod health;
mod matching;
mod method;
mod network;
mod paging;
mod phase;
mod principal;
mod quotes;
mod records;
mod resolving;
mod searching;

use std::sync::Arc;

use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::{Request, Status};

use crate::config::RequestLimits;
use crate::error::Error;
use crate::live::{Live, Served};
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
    let mut routes = Routes::builder();
    routes
        .add_service(limited!(ArticleServiceServer, articles::Service { limits }))
        .add_service(limited!(ActorServiceServer, actors::Service { limits }))
        .add_service(limited!(ClaimServiceServer, claims::Service { limits }))
        .add_service(limited!(DiscourseServiceServer, discourse::Service { limits }))
        .add_service(limited!(CorpusServiceServer, corpus::Service { limits, live }));
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

/// The corpus a call is answered from, and the request, if it is not larger than `limit` bytes.
fn accept<T: Message>(mut request: Request<T>, limit: usize) -> Result<(Arc<Served>, T), Status> {
    let corpus = request.extensions_mut().remove().ok_or(Error::Internal { cause: "no corpus in the request" })?;
    let request = request.into_inner();
    let size = request.encoded_len();
    if size > limit {
        return Err(Error::RequestTooLarge { size: Some(size), limit }.into());
    }
    Ok((corpus, request))
}
