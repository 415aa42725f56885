//! What happens to every call around its handler: admission, the response, and what is recorded of both.
//!
//! [`Calls`] makes one [`Call`] of the head of each request. It is handed on through the steps of [`ADMISSION`] to the
//! handler, goes with the response to its last byte, and is recorded when it is dropped at the latest. Each step and each
//! record is a function over the call, in a file of its own.

mod access_log;
mod auth;
mod call;
mod concurrency;
mod counts;
mod deadline;
mod message_bytes;
mod metrics;
mod peer;
mod quota;
mod request_body;
mod request_id;
mod response;
mod response_memory;
mod trace;

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderName, Request};
use http_body::Body as HttpBody;

use self::call::Call;
use self::concurrency::ConcurrencyLimits;
use self::quota::Quotas;
use self::request_body::BufferRequest;
use self::response_memory::ResponseMemoryLimit;
use crate::config::{CallConfig, RequestLimits};
use crate::error::Error;
use crate::live::Live;
use crate::rpc::{Handlers, PhaseWatch};

pub use auth::{Access, Credentials, CredentialsError, TokenHash};
pub use counts::Counts;
pub use metrics::CallMetrics;
pub use peer::{Peer, PeerAddress};
pub use request_id::REQUEST_ID_HEADER;
pub use response::{CallBody, CallFuture};

/// Header of every response to a caller who may read: the revision of the corpus that it was answered from.
pub const REVISION_HEADER: HeaderName = HeaderName::from_static(crate::rpc::REVISION_HEADER);

/// One step of admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Authorize,
    PinCorpus,
    StartDeadline,
    CheckQuota,
    BufferRequest,
    TakePermit,
}

/// What a call goes through before its handler, in this order:
///
/// - authorization comes first: a caller who may not call takes nothing from those who may, and learns nothing;
/// - the corpus is pinned next, so that the responses of all later steps, and of handlers that panic, name its revision;
/// - the deadline starts before anything is waited for;
/// - a client over its quota gets RESOURCE_EXHAUSTED, whether or not the server is busy;
/// - a permit is taken only when the request is whole: a slow sender occupies no place.
///
/// Outside of these, the request id is chosen first, and every call is counted and logged whichever step ends it. The
/// permit is held, and the deadline runs, to the last byte of the response. A panic anywhere in between is INTERNAL.
const ADMISSION: [Step; 6] =
    [Step::Authorize, Step::PinCorpus, Step::StartDeadline, Step::CheckQuota, Step::BufferRequest, Step::TakePermit];

impl Step {
    fn run<B>(self, call: &mut Call, request: &mut BufferRequest<B>, cx: &mut Context<'_>) -> Poll<Result<(), Error>>
    where
        B: HttpBody<Data = bytes::Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
    {
        let (method, connection) = (call.method, Arc::clone(&call.connection));
        let Server { shared, quotas, concurrency, .. } = &*connection.server;
        match self {
            Self::Authorize => {
                let admitted =
                    shared.access.authorize(&connection.peer, &call.headers, &call.uri, method, &shared.counts);
                call.principal = Some(admitted?);
            }
            Self::PinCorpus => call.corpus = Some(shared.live.corpus()),
            Self::StartDeadline => call.deadline = deadline::start(shared, method, &call.headers, call.began)?,
            Self::CheckQuota => {
                if let Some(quotas) = quotas {
                    quotas.check(method, call.principal.as_ref(), connection.peer.address, &shared.counts)?;
                }
            }
            Self::BufferRequest => return request.poll(method, &call.received, cx),
            Self::TakePermit => call.permit = concurrency.take_permit(method, &shared.counts)?,
        }
        Poll::Ready(Ok(()))
    }
}

/// Admits a call, from the step that it has come to. Pending while the request is not whole.
fn admit<B>(call: &mut Call, request: &mut BufferRequest<B>, cx: &mut Context<'_>) -> Poll<Result<(), Error>>
where
    B: HttpBody<Data = bytes::Bytes, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    while let Some(step) = ADMISSION.get(call.steps_done) {
        std::task::ready!(step.run(call, request, cx))?;
        call.steps_done += 1;
    }
    Poll::Ready(Ok(()))
}

/// What calls need of the server.
pub struct Shared {
    /// The served corpus.
    pub live: Arc<Live>,
    /// Deadlines, and how many calls may be open.
    pub calls: CallConfig,
    /// Sizes of requests and responses.
    pub limits: RequestLimits,
    /// Who may call.
    pub access: Arc<Access>,
    /// The phase of the server's life.
    pub phases: PhaseWatch,
    /// Counts of calls that were refused.
    pub counts: Arc<Counts>,
    /// Metrics of all calls.
    pub metrics: Arc<CallMetrics>,
}

/// Answers the calls of a server. Clones share its limits.
#[derive(Clone)]
pub struct Calls(Arc<Server>);

struct Server {
    shared: Shared,
    handlers: Handlers,
    quotas: Option<Quotas>,
    concurrency: ConcurrencyLimits,
    response_memory: ResponseMemoryLimit,
}

/// What the calls of one connection share. Each connection has its own, so that calls on different cores do not wait for
/// one reference count.
struct Connection {
    server: Arc<Server>,
    peer: Peer,
}

impl Calls {
    /// Calls answered by these handlers.
    pub fn new(shared: Shared, handlers: Handlers) -> Self {
        let quotas = Quotas::new(shared.calls.quota);
        let concurrency = ConcurrencyLimits::new(&shared.calls);
        let response_memory = ResponseMemoryLimit::new(shared.calls.max_unsent_bytes, Arc::clone(&shared.counts));
        Self(Arc::new(Server { shared, handlers, quotas, concurrency, response_memory }))
    }

    /// The calls of a connection from this peer.
    pub fn of(&self, peer: Peer) -> ConnectionCalls {
        ConnectionCalls(Arc::new(Connection { server: Arc::clone(&self.0), peer }))
    }
}

/// Answers the calls of one connection.
pub struct ConnectionCalls(Arc<Connection>);

impl ConnectionCalls {
    /// Answers a call. As much of admission as does not wait is done before this returns, so that a call counts while its
    /// task waits for its turn.
    pub fn call<B>(&self, request: Request<B>) -> CallFuture<B>
    where
        B: HttpBody<Data = bytes::Bytes, Error: std::error::Error + Send + Sync + 'static> + Send + Unpin + 'static,
    {
        let (head, body) = request.into_parts();
        let call = Call::new(Arc::clone(&self.0), head);
        let request = BufferRequest::new(body, self.0.server.shared.limits.max_batch_request_bytes);
        CallFuture::begin(call, request)
    }
}
