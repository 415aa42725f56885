//! A span for each call, from its head to the end of its response, for tracing over OTLP.
//!
//! The span is a child of the caller's if the request has a W3C trace context. Its level is debug, so that a log at info
//! does not pay for it.

use http::{HeaderMap, HeaderName};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::Code;
use tracing::{Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::request_id::RequestId;
use crate::rpc::Blame;
use crate::telemetry::CALL_TARGET;

/// Header with the trace context of the caller.
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// The span of a call.
pub(super) struct Trace {
    /// Disabled where no span of calls is recorded.
    span: Span,
    /// Id of the caller's trace, in hexadecimal.
    id: Option<String>,
}

impl Trace {
    pub(super) fn begin(method: &str, request_id: &RequestId, headers: &HeaderMap) -> Self {
        let request_id = request_id.as_str();
        let span = tracing::debug_span!(
            target: CALL_TARGET, "call", otel.name = method, otel.kind = "server", otel.status_code = field::Empty, request_id
        );
        let id = continue_trace(&span, headers);
        Self { span, id }
    }

    /// The span, to be entered whenever the call is worked on.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Id of the caller's trace, in hexadecimal, if the request has one.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Closes the span with the status of its call.
    pub(super) fn end(&mut self, code: Code, principal: Option<&str>) {
        let span = std::mem::replace(&mut self.span, Span::none());
        if span.is_none() {
            return;
        }
        span.set_attribute("rpc.system", "grpc");
        span.set_attribute("rpc.grpc.status_code", i64::from(code as i32));
        if let Some(name) = principal {
            span.set_attribute("enduser.id", name.to_owned());
        }
        if Blame::of(code) == Blame::Server {
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// Makes the span a child of the caller's; the id of the caller's trace.
fn continue_trace(span: &Span, headers: &HeaderMap) -> Option<String> {
    headers.get(TRACE_PARENT)?;
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    let context = parent.span().span_context().clone();
    if !context.is_valid() {
        return None;
    }
    if !span.is_none() {
        // It fails where no traces are exported, which is the default.
        span.set_parent(parent).ok();
    }
    Some(context.trace_id().to_string())
}

/// The headers of a request for the propagator.
struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
