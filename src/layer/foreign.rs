//! What tonic refuses by itself gets our words: a reason on every error, and the codes that other gRPC servers have.
//!
//! tonic says OUT_OF_RANGE of messages that are too large, INTERNAL of bytes that are no message, and gives no details.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use http_body::{Body as HttpBody, Frame};
use tonic::body::Body;

use super::passage::{Passage, Polled, through};
use super::stage::Stage;
use crate::config::RequestLimits;
use crate::rpc::{Foreign, Group, Method, Refusal};

/// Which compressions are read; in answers to what is compressed by another.
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Makes every error one of ours.
#[derive(Clone)]
pub struct Reworded {
    limits: RequestLimits,
}

impl Reworded {
    pub(super) fn new(limits: RequestLimits) -> Self {
        Self { limits }
    }
}

/// What errors of a call are told with.
pub struct Asked {
    /// The path of a method that there is not.
    unknown: Option<String>,
    /// Its errors are part of its protocol.
    is_reflection: bool,
    limits: RequestLimits,
}

impl Stage for Reworded {
    type Kept = Asked;

    fn enter(&self, request: &mut Request<Body>) -> Result<Asked, Refusal> {
        let path = request.uri().path();
        let method = Method::find(path);
        // Named only where it is to be told.
        let unknown = method.is_none().then(|| path.to_owned());
        let is_reflection = method.is_some_and(|method| method.group == Group::Reflection);
        Ok(Asked { unknown, is_reflection, limits: self.limits })
    }

    fn leave(Asked { unknown, is_reflection, limits }: Asked, answer: Response<Body>) -> Response<Body> {
        if is_reflection {
            return answer;
        }
        let Some(foreign) = Foreign::find(answer.headers()) else {
            return through(Rewording { limit: limits.max_response_bytes }, answer);
        };
        // An answer that is nothing but an error: the request was not understood.
        let refusal = match (foreign, unknown) {
            (Foreign::TooLarge, _) => Refusal::RequestTooLarge { size: None, limit: limits.max_batch_request_bytes },
            (Foreign::Unknown, Some(method)) => Refusal::MethodUnknown { method },
            (Foreign::Unknown, None) => Refusal::EncodingUnknown,
            (Foreign::Broken, _) => Refusal::Malformed,
        };
        let mut reworded = refusal.into_response();
        if let Some(encodings) = answer.headers().get(ACCEPT_ENCODING) {
            reworded.headers_mut().insert(ACCEPT_ENCODING, encodings.clone());
        }
        reworded
    }
}

/// Puts the end of an answer into our words.
struct Rewording {
    limit: usize,
}

impl Passage for Rewording {
    fn next(&mut self, body: Pin<&mut Body>, cx: &mut Context<'_>) -> Poll<Result<Polled, Refusal>> {
        let foreign = |frame: &Frame<Bytes>| frame.trailers_ref().and_then(Foreign::find);
        body.poll_frame(cx).map(|polled| {
            match polled.as_ref().and_then(|frame| frame.as_ref().ok().and_then(foreign)) {
                None => Ok(polled),
                Some(Foreign::TooLarge) => Err(Refusal::ResponseTooLarge { size: None, limit: self.limit }),
                Some(Foreign::Unknown | Foreign::Broken) => {
                    Err(Refusal::Internal { cause: "the response could not be encoded" })
                }
            }
        })
    }
}
