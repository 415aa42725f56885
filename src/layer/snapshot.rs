//! One corpus for the whole of a call, and the header that says which. Within the layer of access.
//!
//! The corpus is taken when the call comes in, so that a reload in the middle of it changes nothing, and the revision
//! in the header is always that of the answer. Whoever is only told what everybody is told is not told the revision: it
//! says when the content changes, and whether two servers have the same.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderName, HeaderValue, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::live::Live;
use crate::rpc::{Principal, Role};

/// Header of every response to those who may ask: the revision of the corpus that it was answered from.
pub const REVISION_HEADER: HeaderName = HeaderName::from_static(crate::rpc::REVISION_HEADER);

/// Puts the current corpus into each request.
#[derive(Clone)]
pub(super) struct SnapshotLayer {
    live: Arc<Live>,
}

impl SnapshotLayer {
    pub(super) fn new(live: Arc<Live>) -> Self {
        Self { live }
    }
}

impl<S> Layer<S> for SnapshotLayer {
    type Service = Snapshot<S>;

    fn layer(&self, inner: S) -> Snapshot<S> {
        Snapshot { live: Arc::clone(&self.live), inner }
    }
}

/// A service whose requests carry the corpus they are answered from.
#[derive(Clone)]
pub struct Snapshot<S> {
    live: Arc<Live>,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Snapshot<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Unpin,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = WithRevision<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let corpus = self.live.corpus();
        let may_know = request.extensions().get::<Principal>().is_some_and(|caller| caller.role >= Role::Reader);
        let revision = may_know.then(|| HeaderValue::from_str(&corpus.revision).expect("a revision is hexadecimal"));
        request.extensions_mut().insert(corpus);
        WithRevision { response: self.inner.call(request), revision }
    }
}

/// A response to come that gets the revision as a header, if there is one to tell.
pub struct WithRevision<F> {
    response: F,
    revision: Option<HeaderValue>,
}

impl<F, R, E> Future for WithRevision<F>
where
    F: Future<Output = Result<Response<R>, E>> + Unpin,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut response = ready!(Pin::new(&mut self.response).poll(cx))?;
        if let Some(revision) = self.revision.take() {
            // A method that answers from another corpus than the one the call came in on says so itself.
            response.headers_mut().entry(REVISION_HEADER).or_insert(revision);
        }
        Poll::Ready(Ok(response))
    }
}
