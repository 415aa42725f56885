//! A span around each call, and a line in the log at its end. Both last until the body of the answer has ended.
//!
//! The span is a child of the caller's, if its W3C trace context says so. The line says what came of the call: probes
//! that went well at debug, faults of the server at error, limits of the server at warn, everything else at info.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::body::Body;
use tower_service::Service;
use tracing::{Level, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::metrics::Received;
use super::observed::{End, Observed, ObservedBody, Observer};
use super::{Caller, Peer, RequestId};
use crate::rpc::{self, Blame};

/// Target of spans and lines, for the filters of the log.
const TARGET: &str = "claimd::call";

/// Beginning of the paths of the health service, which is called all the time and mostly of no interest.
const PROBES: &str = "/grpc.health.v1.Health/";

/// A service whose calls are traced.
#[derive(Clone)]
pub struct Traces<S> {
    inner: S,
}

impl<S> Traces<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S, B> Service<Request<Body>> for Traces<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: http_body::Body<Data = Bytes>,
{
    type Response = Response<ObservedBody<B, Traced>>;
    type Error = S::Error;
    type Future = Observed<S::Future, Traced>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let caller = Arc::<Caller>::default();
        request.extensions_mut().insert(Arc::clone(&caller));
        let traced = Traced::new(&request, caller);
        let response = traced.within(|| self.inner.call(request));
        Observed::new(response, traced)
    }
}

/// A call that is traced.
pub struct Traced {
    span: Span,
    began: Instant,
    uri: Uri,
    id: Option<RequestId>,
    peer: Option<Arc<Peer>>,
    caller: Arc<Caller>,
    received: Option<Arc<Received>>,
    /// Of the caller's trace, in hexadecimal.
    trace_id: Option<String>,
}

impl Traced {
    fn new(request: &Request<Body>, caller: Arc<Caller>) -> Self {
        let extensions = request.extensions();
        let id: Option<RequestId> = extensions.get().cloned();
        let method = method_of(request.uri());
        let request_id = id.as_ref().map(RequestId::as_str);
        let span = tracing::info_span!(
            target: TARGET, "call", otel.name = method, otel.kind = "server", otel.status_code = field::Empty, request_id
        );
        Self {
            trace_id: continue_trace(&span, request.headers()),
            span,
            began: Instant::now(),
            uri: request.uri().clone(),
            id,
            peer: extensions.get().cloned(),
            caller,
            received: extensions.get().cloned(),
        }
    }

    fn log(&self, level: Level, End { code, sent_bytes }: End) {
        macro_rules! log {
            ($level:ident) => {
                tracing::event!(
                    target: TARGET,
                    parent: None,
                    Level::$level,
                    method = method_of(&self.uri),
                    code = rpc::code_name(code),
                    milliseconds = self.milliseconds(),
                    received_bytes = self.received.as_ref().map_or(0, |received| received.bytes()),
                    sent_bytes,
                    peer = self.peer.as_ref().map(|peer| field::display(peer.address)),
                    principal = self.caller.name(),
                    request_id = self.id.as_ref().map(RequestId::as_str),
                    trace_id = self.trace_id.as_deref(),
                    "call"
                )
            };
        }
        match level {
            Level::ERROR => log!(ERROR),
            Level::WARN => log!(WARN),
            Level::INFO => log!(INFO),
            _ => log!(DEBUG),
        }
    }

    fn milliseconds(&self) -> f64 {
        let microseconds = u32::try_from(self.began.elapsed().as_micros()).unwrap_or(u32::MAX);
        f64::from(microseconds) / 1000.0
    }
}

impl Observer for Traced {
    fn within<T>(&self, step: impl FnOnce() -> T) -> T {
        self.span.in_scope(step)
    }

    fn ended(&mut self, mut end: End) {
        if let Some(received) = &self.received {
            end.code = received.settle(end.code);
        }
        let level = level(self.uri.path(), end.code);
        self.log(level, end);
        let span = std::mem::replace(&mut self.span, Span::none());
        if span.is_none() {
            return;
        }
        span.set_attribute("rpc.system", "grpc");
        span.set_attribute("rpc.grpc.status_code", i64::from(end.code as i32));
        if let Some(name) = self.caller.name() {
            span.set_attribute("enduser.id", name.to_owned());
        }
        if level == Level::ERROR {
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// How loud the end of a call is.
fn level(path: &str, code: tonic::Code) -> Level {
    match Blame::of(code) {
        Blame::Server => Level::ERROR,
        Blame::Limits => Level::WARN,
        Blame::Client if path.starts_with(PROBES) => Level::DEBUG,
        Blame::Client => Level::INFO,
    }
}

fn method_of(uri: &Uri) -> &str {
    uri.path().trim_start_matches('/')
}

/// Makes the span a child of the caller's; the id of the caller's trace.
fn continue_trace(span: &Span, headers: &HeaderMap) -> Option<String> {
    headers.get("traceparent")?;
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    let context = parent.span().span_context().clone();
    if !context.is_valid() {
        return None;
    }
    if !span.is_none() {
        // It fails where no traces are kept, which is most often.
        span.set_parent(parent).ok();
    }
    Some(context.trace_id().to_string())
}

/// The headers of a request, as the propagator reads them.
struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn probes_are_quiet_unless_they_fail_and_faults_of_the_server_loud() {
        let (check, get) = ("/grpc.health.v1.Health/Check", "/claimd.v1.ClaimService/GetClaim");
        assert_eq!(level(check, Code::Ok), Level::DEBUG);
        assert_eq!(level(check, Code::Internal), Level::ERROR);
        for code in [Code::Ok, Code::NotFound, Code::InvalidArgument, Code::Cancelled, Code::Unauthenticated] {
            assert_eq!(level(get, code), Level::INFO);
        }
        assert_eq!(level(get, Code::Unavailable), Level::WARN);
        assert_eq!(level(get, Code::DeadlineExceeded), Level::WARN);
        assert_eq!(level(get, Code::Internal), Level::ERROR);
    }
}
