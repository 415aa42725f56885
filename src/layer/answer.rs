//! The answer of a layer that either turns a call away or lets it on.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;
use tonic::body::Body;

use crate::rpc::Refusal;

pin_project! {
    /// The answer of a layer that either turns a call away or lets it on.
    #[project = AnswerProjection]
    pub enum Answer<F> {
        /// The call was turned away.
        Refused { response: Option<Response<Body>> },
        /// The call went on.
        Asked { #[pin] future: F },
    }
}

impl<F> Answer<F> {
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self::Refused { response: Some(refusal.into_response()) }
    }

    pub(super) fn asked(future: F) -> Self {
        Self::Asked { future }
    }
}

impl<F> Future for Answer<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            AnswerProjection::Refused { response } => {
                Poll::Ready(Ok(response.take().expect("an answer is not asked for twice")))
            }
            AnswerProjection::Asked { future } => future.poll(cx),
        }
    }
}
