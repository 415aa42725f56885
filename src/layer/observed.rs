//! Calls watched to their end, which is the end of the answer's body and not its beginning.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Code;

use super::message_bytes::MessageBytes;
use crate::rpc;

/// Who is told about a call.
pub trait Observer {
    /// Does a step of the call's work.
    fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        step()
    }

    /// The call is over. Told once, whatever happens to it.
    fn ended(&mut self, end: End);
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// The code the client was sent, or that says why it was sent none.
    pub code: Code,
    /// Bytes of the messages sent.
    pub sent_bytes: u64,
}

/// A call until its end. One that is dropped was given up.
struct Call<O: Observer> {
    observer: O,
    code: Option<Code>,
    sent: MessageBytes,
    ended: bool,
}

impl<O: Observer> Call<O> {
    /// Ends the call with the code it has, or else with this.
    fn end(&mut self, otherwise: Code) {
        if !self.ended {
            self.ended = true;
            let code = self.code.unwrap_or(otherwise);
            self.observer.ended(End { code, sent_bytes: self.sent.total() });
        }
    }

    fn read_code(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(tonic::Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }

    /// Looks at what the client is about to be sent.
    fn pass<E>(&mut self, frame: Option<&Result<Frame<Bytes>, E>>) {
        match frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.sent.count(data);
                } else if let Some(trailers) = frame.trailers_ref() {
                    self.read_code(trailers);
                    self.end(rpc::UNSAID);
                }
            }
            Some(Err(_)) | None => self.end(rpc::UNSAID),
        }
    }
}

impl<O: Observer> Drop for Call<O> {
    fn drop(&mut self) {
        self.end(rpc::GIVEN_UP);
    }
}

pin_project! {
    /// A response to come that is watched.
    pub struct Observed<F, O: Observer> {
        #[pin]
        response: F,
        call: Option<Call<O>>,
    }
}

impl<F, O: Observer> Observed<F, O> {
    pub(super) fn new(response: F, observer: O) -> Self {
        Self { response, call: Some(Call { observer, code: None, sent: MessageBytes::default(), ended: false }) }
    }
}

impl<F, B, E, O> Future for Observed<F, O>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
    O: Observer,
{
    type Output = Result<Response<ObservedBody<B, O>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let call = this.call.as_ref().expect("a future is left alone after its end");
        let response = ready!(call.observer.within(|| this.response.poll(cx)))?;
        let mut call = this.call.take().expect("it was there");
        call.read_code(response.headers());
        if response.body().is_end_stream() {
            call.end(rpc::UNSAID);
        }
        Poll::Ready(Ok(response.map(|body| ObservedBody { body, call })))
    }
}

pin_project! {
    /// The body of a response that is watched.
    pub struct ObservedBody<B, O: Observer> {
        #[pin]
        body: B,
        call: Call<O>,
    }
}

impl<B, O> Body for ObservedBody<B, O>
where
    B: Body<Data = Bytes>,
    O: Observer,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.call.observer.within(|| this.body.poll_frame(cx)));
        this.call.pass(frame.as_ref());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use http_body_util::{BodyExt, Empty, StreamBody};
    use tokio_util::task::TaskTracker;

    use super::*;

    #[derive(Clone, Default)]
    struct Ends(Arc<Mutex<Vec<(Code, u64)>>>);

    impl Ends {
        fn take(&self) -> Vec<(Code, u64)> {
            std::mem::take(&mut *self.0.lock().unwrap())
        }
    }

    impl Observer for Ends {
        fn ended(&mut self, End { code, sent_bytes }: End) {
            self.0.lock().unwrap().push((code, sent_bytes));
        }
    }

    type Frames = VecDeque<Result<Frame<Bytes>, &'static str>>;

    fn trailers(status: &str) -> Frame<Bytes> {
        Frame::trailers([(tonic::Status::GRPC_STATUS, status.parse().unwrap())].into_iter().collect())
    }

    async fn body(ends: &Ends, frames: Frames) -> ObservedBody<impl Body<Data = Bytes, Error = &'static str>, Ends> {
        let stream = futures_util::stream::iter(frames);
        let response = std::future::ready(Ok::<_, ()>(Response::new(StreamBody::new(stream))));
        Observed::new(response, ends.clone()).await.unwrap().into_body()
    }

    #[tokio::test]
    async fn a_call_ends_once_with_the_code_of_its_trailers_and_with_them() {
        let ends = Ends::default();
        let message = Bytes::from_static(&[0, 0, 0, 0, 2, 7, 7]);
        let mut body = body(&ends, [Ok(Frame::data(message)), Ok(trailers("5"))].into()).await;
        body.frame().await.unwrap().unwrap();
        assert_eq!(ends.take(), []);
        body.frame().await.unwrap().unwrap();
        assert_eq!(ends.take(), [(Code::NotFound, 2)]);
        assert!(body.frame().await.is_none());
        drop(body);
        assert_eq!(ends.take(), []);
    }

    #[tokio::test]
    async fn an_error_in_the_headers_ends_the_call_before_the_client_has_it() {
        let ends = Ends::default();
        let response = Response::builder().header("grpc-status", "3").body(Empty::<Bytes>::new()).unwrap();
        let response = Observed::new(std::future::ready(Ok::<_, ()>(response)), ends.clone()).await.unwrap();
        assert_eq!(ends.take(), [(Code::InvalidArgument, 0)]);
        drop(response);
        assert_eq!(ends.take(), []);
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_was_cancelled_whether_in_the_handler_or_in_the_body() {
        let ends = Ends::default();
        drop(Observed::new(std::future::pending::<Result<Response<Empty<Bytes>>, ()>>(), ends.clone()));
        assert_eq!(ends.take(), [(Code::Cancelled, 0)]);
        drop(body(&ends, [Ok(trailers("0"))].into()).await);
        assert_eq!(ends.take(), [(Code::Cancelled, 0)]);
    }

    #[tokio::test]
    async fn a_call_that_never_says_its_code_is_unknown() {
        let ends = Ends::default();
        assert!(body(&ends, Frames::new()).await.frame().await.is_none());
        assert_eq!(ends.take(), [(Code::Unknown, 0)]);
        assert!(body(&ends, [Err("broken")].into()).await.frame().await.unwrap().is_err());
        assert_eq!(ends.take(), [(Code::Unknown, 0)]);
    }

    #[tokio::test]
    async fn a_call_whose_handler_panics_is_counted_too() {
        let ends = Ends::default();
        let panics =
            async { if true { panic!("as asked for") } else { Ok::<_, ()>(Response::new(Empty::<Bytes>::new())) } };
        let call = Observed::new(panics, ends.clone());
        TaskTracker::new().spawn(async move { call.await.is_ok() }).await.unwrap_err();
        assert_eq!(ends.take(), [(Code::Cancelled, 0)]);
    }
}
