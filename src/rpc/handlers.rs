//! The handler of each method, found by the method's index.
//!
//! One line for each method stands in [`Handlers::new`]. Reflection alone goes through the server that tonic generated: it
//! takes streams of requests, and its errors are part of its protocol.

use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::service::Routes;
use tonic::{Code, Response, Status};
use tower_service::Service as _;

use super::codec::{MessageLimits, RawReply, RawRequest};
use super::service::Service;
use super::{Method, PhaseWatch, health, reflection};
use crate::config::RequestLimits;
use crate::live::Live;
use crate::proto::health::health_server::{self, Health};
use crate::proto::v1::actor_service_server::{self, ActorService};
use crate::proto::v1::article_service_server::{self, ArticleService};
use crate::proto::v1::claim_service_server::{self, ClaimService};
use crate::proto::v1::corpus_service_server::{self, CorpusService};
use crate::proto::v1::discourse_service_server::{self, DiscourseService};

/// A response to come.
pub type Reply = Pin<Box<dyn Future<Output = Result<Response<RawReply>, Status>> + Send>>;

/// Stands between admission and the handlers: gets the headers of a request and the handler's reply, which has not been
/// polled, and returns the reply to send. For tests of slow and of panicking handlers.
pub type Interceptor = Arc<dyn Fn(&HeaderMap, Reply) -> Reply + Send + Sync>;

type Handler = Box<dyn Fn(RawRequest) -> Reply + Send + Sync>;

/// The handlers of all methods.
pub struct Handlers {
    by_method: Vec<Option<Handler>>,
    reflection: Routes,
    interceptor: Option<Interceptor>,
}

/// Adds a handler for each method of a service: `unary` methods, then those that answer with a stream.
macro_rules! add {
    ($handlers:ident, $limits:expr, $name:path, $service:ident, unary [$($unary:literal $one:ident),*], stream [$($stream:literal $many:ident),*]) => {
        let limits = $limits;
        $(
            let shared = Arc::clone(&$service);
            $handlers.add($name, $unary, Box::new(move |request| {
                let service = Arc::clone(&shared);
                Box::pin(async move {
                    let (request, encoder) = request.decode(limits)?;
                    encoder.unary(service.$one(request).await?)
                })
            }));
        )*
        $(
            let shared = Arc::clone(&$service);
            $handlers.add($name, $stream, Box::new(move |request| {
                let service = Arc::clone(&shared);
                Box::pin(async move {
                    let (request, encoder) = request.decode(limits)?;
                    Ok(encoder.stream(service.$many(request).await?))
                })
            }));
        )*
    };
}

impl Handlers {
    /// The handlers. Requests to the corpus need the corpus that they are answered from among their extensions, as an
    /// `Arc<Served>`; requests to health need the caller's [`Principal`](super::Principal).
    pub fn new(
        live: &Arc<Live>,
        phases: PhaseWatch,
        limits: RequestLimits,
    ) -> Result<Self, tonic_reflection::server::Error> {
        let by_method = Method::all().iter().map(|_| None).collect();
        let mut handlers = Self { by_method, reflection: reflection::routes()?, interceptor: None };
        let sizes = MessageLimits { request: limits.max_batch_request_bytes, response: limits.max_response_bytes };
        let service = Arc::new(Service { limits, live: Arc::clone(live) });
        add!(handlers, sizes, article_service_server::SERVICE_NAME, service, unary [
            "GetArticle" get_article, "BatchGetArticles" batch_get_articles, "ListArticles" list_articles,
            "SearchArticles" search_articles
        ], stream []);
        add!(handlers, sizes, actor_service_server::SERVICE_NAME, service, unary [
            "GetActor" get_actor, "BatchGetActors" batch_get_actors, "ListActors" list_actors,
            "ResolveActors" resolve_actors
        ], stream []);
        add!(handlers, sizes, claim_service_server::SERVICE_NAME, service, unary [
            "GetClaim" get_claim, "BatchGetClaims" batch_get_claims, "ListClaims" list_claims,
            "SearchClaims" search_claims, "MatchClaims" match_claims, "VerifyQuote" verify_quote
        ], stream []);
        add!(handlers, sizes, discourse_service_server::SERVICE_NAME, service, unary [
            "GetThread" get_thread, "AggregateClaims" aggregate_claims, "ComputeNetwork" compute_network
        ], stream []);
        add!(handlers, sizes, corpus_service_server::SERVICE_NAME, service, unary [
            "GetCorpus" get_corpus, "ReloadCorpus" reload_corpus
        ], stream ["ExportRecords" export_records, "WatchCorpus" watch_corpus]);
        let health = Arc::new(health::Service { phases, live: Arc::clone(live) });
        let sizes = MessageLimits { request: health::MAX_REQUEST_BYTES, ..sizes };
        add!(handlers, sizes, health_server::SERVICE_NAME, health, unary [
            "Check" check, "List" list
        ], stream ["Watch" watch]);
        Ok(handlers)
    }

    fn add(&mut self, service: &str, method: &str, handler: Handler) {
        let method = Method::find(&format!("/{service}/{method}")).expect("the descriptors have the method");
        self.by_method[method.index] = Some(handler);
    }

    /// Puts an interceptor before every handler.
    pub fn intercept(&mut self, interceptor: Interceptor) {
        self.interceptor = Some(interceptor);
    }

    /// Calls the handler of a method whose request is one message. Nothing if there is none: such a method takes a stream.
    pub fn call(&self, method: &Method, headers: &HeaderMap, request: RawRequest) -> Option<Reply> {
        let reply = self.by_method[method.index].as_ref()?(request);
        Some(self.intercepted(headers, reply))
    }

    /// Calls a method that takes a stream of requests.
    pub fn call_streaming(&self, request: http::Request<Body>) -> Reply {
        let headers = request.headers().clone();
        let response = self.reflection.clone().call(request);
        let reply = Box::pin(async {
            let Ok(response) = response.await;
            match Status::from_header_map(response.headers()) {
                Some(status) if status.code() != Code::Ok => Err(status),
                _ => {
                    let (head, body) = response.into_parts();
                    let metadata = MetadataMap::from_headers(head.headers);
                    Ok(Response::from_parts(metadata, RawReply::Http(body), head.extensions))
                }
            }
        });
        self.intercepted(&headers, reply)
    }

    fn intercepted(&self, headers: &HeaderMap, reply: Reply) -> Reply {
        match &self.interceptor {
            Some(interceptor) => interceptor(headers, reply),
            None => reply,
        }
    }
}
