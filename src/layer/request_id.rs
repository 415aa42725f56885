//! A name for each call, by which a client and an operator find it in each other's logs.
//!
//! The client's own if it gives one that is short and plain; else one of ours, which sorts by time. It is sent back in a
//! header, stands in the log, and in the details of errors that are sent instead of an answer. An error in the middle
//! of a stream has it in the header alone.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use pin_project_lite::pin_project;
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;
use uuid::Uuid;

use crate::rpc;

/// Header of the name of a call, in requests and in responses.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Most bytes of a name. A trace id has 32, and some prefix it.
const MAX_BYTES: usize = 128;

/// The name of a call. Among the extensions of its request.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The one the client gave, if it will do, else one of ours.
    fn of(given: Option<&HeaderValue>) -> Self {
        if let Some(given) = given.filter(|given| is_plain(given.as_bytes())) {
            return Self(given.clone());
        }
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        let mut name = HeaderValue::from_str(text).expect("hexadecimal digits and hyphens");
        // No secret, but never sent again: header compression remembers what is not sensitive, in the place of headers
        // that are.
        name.set_sensitive(true);
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("letters, digits and a few signs")
    }
}

fn is_plain(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=MAX_BYTES).contains(&name.len()) && name.iter().all(is_plain)
}

/// A service whose calls have names.
#[derive(Clone)]
pub struct Named<S> {
    inner: S,
}

impl<S> Named<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B> Service<Request<Body>> for Named<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: http_body::Body<Data = Bytes, Error = Status> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = WithRequestId<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let id = RequestId::of(request.headers().get(REQUEST_ID_HEADER));
        request.extensions_mut().insert(id.clone());
        WithRequestId { response: self.inner.call(request), id }
    }
}

pin_project! {
    /// A response to come that gets the call's name.
    pub struct WithRequestId<F> {
        #[pin]
        response: F,
        id: RequestId,
    }
}

impl<F, B, E> Future for WithRequestId<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: http_body::Body<Data = Bytes, Error = Status> + Send + 'static,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.response.poll(cx))?;
        rpc::name_error(response.headers_mut(), this.id.as_str());
        response.headers_mut().insert(REQUEST_ID_HEADER, this.id.0.clone());
        Poll::Ready(Ok(response.map(Body::new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_of_1_to_128_bytes_is_kept_and_any_other_replaced() {
        let longest = "x".repeat(MAX_BYTES);
        for kept in ["a", "A.b_c-9", &longest] {
            assert_eq!(RequestId::of(Some(&kept.parse().unwrap())).as_str(), kept);
        }
        let too_long = "x".repeat(MAX_BYTES + 1);
        for replaced in ["", " ", "a b", "a/b", "a\"b", "a;b", &too_long] {
            let id = RequestId::of(Some(&replaced.parse().unwrap()));
            assert!(Uuid::try_parse(id.as_str()).is_ok(), "{replaced:?} became {id:?}");
        }
        let foreign = HeaderValue::from_bytes("ü".as_bytes()).unwrap();
        assert!(Uuid::try_parse(RequestId::of(Some(&foreign)).as_str()).is_ok());
        assert_ne!(RequestId::of(None).as_str(), RequestId::of(None).as_str());
    }
}
