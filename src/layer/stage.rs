//! Most layers look at a call twice: at its request, which they may turn away, and at its answer. What they have in
//! common is here, so that each of them is only what it looks for.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tonic::body::Body;
use tower_service::Service;

use super::answer::Answer;
use crate::rpc::Refusal;

/// What a layer looks for in a call.
pub trait Stage: Clone {
    /// What is kept of the request until the answer is there, and dropped with a call that is given up.
    type Kept;

    /// Looks at a request, and may turn it away.
    fn enter(&self, request: &mut Request<Body>) -> Result<Self::Kept, Refusal>;

    /// Looks at the answer of a call that was let on.
    fn leave(_: Self::Kept, answer: Response<Body>) -> Response<Body> {
        answer
    }

    /// The layer around a service.
    fn around<S>(self, inner: S) -> Staged<Self, S> {
        Staged { stage: self, inner }
    }
}

/// A service whose calls pass a stage.
#[derive(Clone)]
pub struct Staged<G, S> {
    stage: G,
    inner: S,
}

impl<G, S> Service<Request<Body>> for Staged<G, S>
where
    G: Stage,
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer<Passing<G, S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match self.stage.enter(&mut request) {
            Ok(kept) => Answer::asked(Passing { future: self.inner.call(request), kept: Some(kept) }),
            Err(refusal) => Answer::refused(refusal),
        }
    }
}

pin_project! {
    /// An answer to come that passes a stage.
    pub struct Passing<G: Stage, F> {
        #[pin]
        future: F,
        kept: Option<G::Kept>,
    }
}

impl<G, F> Future for Passing<G, F>
where
    G: Stage,
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.future.poll(cx))?;
        Poll::Ready(Ok(G::leave(this.kept.take().expect("an answer is not asked for twice"), answer)))
    }
}
