//! The response of a call: the future that makes it, and the body that sends it.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Extensions, HeaderMap, HeaderValue, Request, Response};
use http_body::{Body as HttpBody, Frame};
use tonic::{Code, Status};

use super::call::Call;
use super::request_body::BufferRequest;
use super::request_id::REQUEST_ID_HEADER;
use super::{REVISION_HEADER, admit};
use crate::error::Error;
use crate::rpc::{Group, Phase, RawReply, RawRequest, Reply, UNSAID, reached, with_request_id};

/// Content type of every response.
const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// The response to come of a call.
pub struct CallFuture<B> {
    /// Taken by the response.
    call: Option<Box<Call>>,
    state: State<B>,
}

enum State<B> {
    /// Not all of the request is there.
    Admission(Box<BufferRequest<B>>),
    /// The handler is at work.
    Handler(Reply),
    /// Refused, or past the deadline. The handler's work ended with it.
    Refused(Option<Status>),
}

impl<B> CallFuture<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
{
    /// Admits a call as far as that does not wait. Most requests are whole when their heads are read, so that most calls
    /// get their permits here, in the order of their arrival.
    pub(super) fn begin(mut call: Box<Call>, request: BufferRequest<B>) -> Self {
        // No waker is needed: the future is polled once more anyway.
        let mut cx = Context::from_waker(Waker::noop());
        let span = call.trace.span().clone();
        let state = span.in_scope(|| advance(&mut call, request, &mut cx));
        Self { call: Some(call), state }
    }
}

impl<B> State<B> {
    fn refused(status: Status) -> Self {
        Self::Refused(Some(status))
    }
}

/// Admits a call as far as that does not wait, and calls the handler of an admitted one.
fn advance<B>(call: &mut Call, mut request: BufferRequest<B>, cx: &mut Context<'_>) -> State<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
{
    let state = caught(|| match admit(call, &mut request, cx) {
        Poll::Pending => State::Admission(Box::new(request)),
        Poll::Ready(Ok(())) => start(call, request),
        Poll::Ready(Err(refusal)) => State::refused(refusal.into()),
    });
    state.unwrap_or_else(|Panicked| State::refused(panicked(call)))
}

fn start<B>(call: &mut Call, request: BufferRequest<B>) -> State<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
{
    let Some(method) = call.method else {
        return State::refused(Error::MethodUnknown { method: call.uri.path().to_owned() }.into());
    };
    let handlers = &call.connection.server.handlers;
    if method.takes_stream {
        let mut whole = Request::new(request.into_body(Arc::clone(&call.received)));
        *whole.uri_mut() = call.uri.clone();
        *whole.headers_mut() = std::mem::take(&mut call.headers);
        // The service has no use for the token.
        whole.headers_mut().remove(AUTHORIZATION);
        return State::Handler(handlers.call_streaming(whole));
    }
    let mut extensions = Extensions::new();
    match method.group {
        Group::Corpus => drop(extensions.insert(Arc::clone(call.corpus.as_ref().expect("the corpus is pinned")))),
        Group::Health => drop(extensions.insert(call.principal.clone().expect("the caller is authorized"))),
        Group::Reflection => {}
    }
    let request = RawRequest::new(&call.headers, request.into_message(), extensions);
    match request.map(|request| handlers.call(method, &call.headers, request)) {
        Ok(Some(reply)) => State::Handler(reply),
        Ok(None) => State::refused(Error::MethodUnknown { method: method.path.clone() }.into()),
        Err(status) => State::refused(status),
    }
}

impl<B> Future for CallFuture<B>
where
    B: HttpBody<Data = Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
{
    type Output = Result<Response<CallBody>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let call = this.call.as_mut().expect("a future is not polled after it was ready");
        let _entered = call.trace.span().clone().entered();
        loop {
            let polled = match &mut this.state {
                State::Admission(_) => {
                    let State::Admission(request) = std::mem::replace(&mut this.state, State::Refused(None)) else {
                        unreachable!("it was just looked at")
                    };
                    this.state = advance(call, *request, cx);
                    if !matches!(this.state, State::Admission(_)) {
                        continue;
                    }
                    Poll::Pending
                }
                State::Handler(reply) => match caught(|| reply.as_mut().poll(cx)) {
                    Ok(polled) => polled,
                    Err(Panicked) => Poll::Ready(Err(panicked(call))),
                },
                State::Refused(status) => Poll::Ready(Err(status.take().expect("a call is refused once"))),
            };
            let reply = match polled {
                Poll::Ready(reply) => reply,
                Poll::Pending => {
                    let Some(deadline) = &mut call.deadline else { return Poll::Pending };
                    let refusal = ready!(deadline.poll(cx));
                    call.server().shared.counts.add_late();
                    Err(refusal.into())
                }
            };
            // The work ends here, whether it is done, late or has panicked.
            this.state = State::Refused(None);
            let call = this.call.take().expect("the call was there just now");
            return Poll::Ready(Ok(respond(call, reply)));
        }
    }
}

/// Makes the head of the response, and hands the call over to its body.
fn respond(mut call: Box<Call>, reply: Result<tonic::Response<RawReply>, Status>) -> Response<CallBody> {
    let (mut headers, source) = match reply {
        Ok(response) => {
            let (metadata, reply, _) = response.into_parts();
            (metadata.into_headers(), Some(Source::of(reply)))
        }
        Err(status) => {
            let code = status.code();
            let status = with_request_id(&status, call.request_id.as_str());
            let mut headers = HeaderMap::new();
            status.add_header(&mut headers).expect("texts of statuses are encoded for headers");
            call.end(code);
            (headers, None)
        }
    };
    headers.reserve(3);
    headers.insert(CONTENT_TYPE, GRPC);
    if let Some(revision) = call.revision() {
        // A method that answered from another corpus than the pinned one has set the header itself.
        headers.entry(REVISION_HEADER).or_insert(revision);
    }
    // A body that is read slowly, or a stream that stays open over reloads, must not keep an old corpus in memory.
    call.corpus = None;
    headers.insert(REQUEST_ID_HEADER, call.request_id.value());
    let is_stream = source.is_some() && call.method.is_some_and(|method| method.is_stream);
    let shutdown = is_stream.then(|| StreamShutdown::of(&call));
    let mut response = Response::new(CallBody { call, source, shutdown });
    *response.headers_mut() = headers;
    response
}

/// The body of a response. The call ends with it.
pub struct CallBody {
    call: Box<Call>,
    /// Nothing once the body has ended.
    source: Option<Source>,
    shutdown: Option<StreamShutdown>,
}

/// Where the frames of a body come from.
enum Source {
    /// One message; nothing once it was sent.
    Message(Option<Bytes>),
    Stream(Pin<Box<dyn futures_util::Stream<Item = Result<Bytes, Status>> + Send>>),
    Http(tonic::body::Body),
}

impl Source {
    fn of(reply: RawReply) -> Self {
        match reply {
            RawReply::Message(message) => Self::Message(Some(message)),
            RawReply::Stream(messages) => Self::Stream(messages),
            RawReply::Http(body) => Self::Http(body),
        }
    }

    /// The next frame, or the status that the body ends with.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Frame<Bytes>, End>> {
        Poll::Ready(match self {
            Self::Message(message) => message.take().map(Frame::data).ok_or(End::Complete),
            Self::Stream(messages) => match ready!(messages.as_mut().poll_next(cx)) {
                Some(message) => message.map(Frame::data).map_err(End::Failed),
                None => Err(End::Complete),
            },
            Self::Http(body) => match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => Ok(frame),
                Some(Err(error)) => Err(End::Broken(error)),
                None => Err(End::Unsaid),
            },
        })
    }
}

/// How a body ends.
enum End {
    /// With OK.
    Complete,
    /// With this status.
    Failed(Status),
    /// Without a status, and the transport is told why.
    Broken(Status),
    /// Without a status.
    Unsaid,
}

impl From<Error> for End {
    fn from(refusal: Error) -> Self {
        Self::Failed(refusal.into())
    }
}

impl CallBody {
    /// The next frame: not past the deadline, not past the shutdown of the server, and within the memory of responses.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Frame<Bytes>, End>> {
        let Self { call, source, shutdown } = self;
        let source = source.as_mut().expect("the body has not ended");
        if let Some(refusal) = call.deadline.as_ref().and_then(super::deadline::Deadline::passed) {
            call.server().shared.counts.add_late();
            return Poll::Ready(Err(refusal.into()));
        }
        // Asked before the stream, which may always have another message.
        if shutdown.as_mut().is_some_and(|shutdown| shutdown.has_come(cx)) {
            return Poll::Ready(Err(Error::ShuttingDown.into()));
        }
        match source.poll(cx) {
            Poll::Ready(frame) => {
                let limit = &call.server().response_memory;
                Poll::Ready(frame.and_then(|frame| Ok(limit.admit_frame(frame)?)))
            }
            Poll::Pending => {
                let Some(deadline) = &mut call.deadline else { return Poll::Pending };
                let refusal = ready!(deadline.poll(cx));
                call.server().shared.counts.add_late();
                Poll::Ready(Err(refusal.into()))
            }
        }
    }

    /// Ends the body with a status in its trailers.
    fn finish(&mut self, status: &Status) -> Frame<Bytes> {
        let mut trailers = HeaderMap::new();
        status.add_header(&mut trailers).expect("texts of statuses are encoded for headers");
        self.end(status.code());
        Frame::trailers(trailers)
    }

    fn end(&mut self, code: Code) {
        self.call.end(code);
        self.source = None;
    }
}

impl HttpBody for CallBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.source.is_none() {
            return Poll::Ready(None);
        }
        let _entered = this.call.trace.span().clone().entered();
        let frame = match caught(|| this.next(cx)) {
            Ok(polled) => ready!(polled),
            Err(Panicked) => Err(End::Failed(panicked(&this.call))),
        };
        Poll::Ready(match frame {
            Ok(frame) => {
                if let Some(data) = frame.data_ref() {
                    this.call.sent.count(data);
                } else if let Some(trailers) = frame.trailers_ref() {
                    let code = trailers.get(Status::GRPC_STATUS).map(|code| Code::from_bytes(code.as_bytes()));
                    this.end(code.unwrap_or(UNSAID));
                }
                Some(Ok(frame))
            }
            Err(End::Complete) => Some(Ok(this.finish(&Status::ok("")))),
            Err(End::Failed(status)) => Some(Ok(this.finish(&status))),
            Err(End::Broken(error)) => {
                this.end(UNSAID);
                Some(Err(error))
            }
            Err(End::Unsaid) => {
                this.end(UNSAID);
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_none()
    }
}

/// Ends a stream when the server is about to stop, with a status that tells its client to connect again. Otherwise it
/// would go on for as long as its client wants, and be cut in the middle of a message.
struct StreamShutdown(Pin<Box<dyn Future<Output = ()> + Send>>);

impl StreamShutdown {
    fn of(call: &Call) -> Self {
        let mut phases = call.server().shared.phases.clone();
        Self(Box::pin(async move { reached(&mut phases, Phase::Closing).await }))
    }

    fn has_come(&mut self, cx: &mut Context<'_>) -> bool {
        self.0.as_mut().poll(cx).is_ready()
    }
}

/// A panic in a call.
struct Panicked;

/// Runs a step of a call, so that a panic ends that call alone. What the step leaves behind is dropped and not used again.
fn caught<T>(step: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|_| Panicked)
}

/// The status of a call that panicked. Says nothing of the panic, which the panic hook has written.
fn panicked(call: &Call) -> Status {
    call.server().shared.counts.add_panic();
    tracing::error!(method = call.method_name(), request_id = call.request_id.as_str(), "a call panicked");
    Error::Panicked.into()
}
