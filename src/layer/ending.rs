//! Streams end when the server is about to end, with a status that tells their clients to connect again.
//!
//! Left alone they would go on for as long as their clients want, and be cut in the middle of a message.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body as HttpBody;
use tonic::body::Body;

use super::passage::{Passage, Polled, through};
use super::stage::Stage;
use crate::rpc::{Method, Phase, PhaseWatch, Refusal, reached};

/// Ends streams with the server.
#[derive(Clone)]
pub struct Ending {
    phases: PhaseWatch,
}

impl Ending {
    pub(super) fn new(phases: PhaseWatch) -> Self {
        Self { phases }
    }
}

impl Stage for Ending {
    /// How a stream sees the end of the server.
    type Kept = Option<PhaseWatch>;

    fn enter(&self, request: &mut Request<Body>) -> Result<Self::Kept, Refusal> {
        let is_stream = Method::find(request.uri().path()).is_some_and(|method| method.is_stream);
        Ok(is_stream.then(|| self.phases.clone()))
    }

    fn leave(phases: Self::Kept, answer: Response<Body>) -> Response<Body> {
        let Some(mut phases) = phases else { return answer };
        through(Closing(Box::pin(async move { reached(&mut phases, Phase::Closing).await })), answer)
    }
}

/// Done when the server is about to end.
struct Closing(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Passage for Closing {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        // Looked at first, and each frame is whole messages: a stream that always has more ends as well.
        if self.0.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Refusal::ShuttingDown));
        }
        body.poll_frame(cx).map(Ok)
    }
}
