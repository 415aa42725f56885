//! One call: everything that is known of it, from its head to its end.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri};
use tokio::time::Instant;
use tonic::Code;

use super::access_log::{self, Line};
use super::concurrency::Permit;
use super::deadline::Deadline;
use super::message_bytes::MessageBytes;
use super::request_body::Received;
use super::request_id::RequestId;
use super::trace::Trace;
use super::{Connection, Server};
use crate::live::Served;
use crate::rpc::{GIVEN_UP, Method, Principal};

/// One call, from its head to its end. Made once; steps of admission add what they find out.
pub(super) struct Call {
    pub(super) connection: Arc<Connection>,
    /// Nothing if the path names no method.
    pub(super) method: Option<&'static Method>,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) request_id: RequestId,
    pub(super) began: Instant,
    /// Number of steps of admission that the call has passed.
    pub(super) steps_done: usize,
    /// The caller, once authorized.
    pub(super) principal: Option<Principal>,
    /// The corpus of the time when the call came, until the head of the response is made: a reload meanwhile changes
    /// nothing for the call.
    pub(super) corpus: Option<Arc<Served>>,
    pub(super) deadline: Option<Deadline>,
    /// Held until the response has ended.
    pub(super) permit: Option<Permit>,
    pub(super) received: Arc<Received>,
    pub(super) sent: MessageBytes,
    pub(super) trace: Trace,
    has_ended: bool,
}

impl Call {
    pub(super) fn new(connection: Arc<Connection>, head: Parts) -> Box<Self> {
        let Parts { uri, headers, .. } = head;
        let method = Method::find(uri.path());
        let request_id = RequestId::of(&headers);
        let trace = Trace::begin(method_name(method, &uri), &request_id, &headers);
        connection.server.shared.metrics.begin(method);
        Box::new(Self {
            connection,
            method,
            uri,
            headers,
            request_id,
            began: Instant::now(),
            steps_done: 0,
            principal: None,
            corpus: None,
            deadline: None,
            permit: None,
            received: Arc::default(),
            sent: MessageBytes::default(),
            trace,
            has_ended: false,
        })
    }

    pub(super) fn server(&self) -> &Server {
        &self.connection.server
    }

    /// Full name of the method without the leading slash; of an unknown method, what the path has in its place.
    pub(super) fn method_name(&self) -> &str {
        method_name(self.method, &self.uri)
    }

    /// Revision of the pinned corpus, if the caller may read. Others are not told: it shows when the content changes, and
    /// whether two servers have the same.
    pub(super) fn revision(&self) -> Option<HeaderValue> {
        let corpus = self.corpus.as_ref().filter(|_| self.principal.as_ref().is_some_and(Principal::may_read))?;
        Some(HeaderValue::from_str(&corpus.revision).expect("a revision is hexadecimal"))
    }

    /// Records the end of the call; only the first end counts. `code` is the status that was sent, or that says why none
    /// was.
    pub(super) fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        self.permit = None;
        // Half a request looks like a malformed one.
        let code = if self.received.is_broken_off() { GIVEN_UP } else { code };
        let took = self.began.elapsed();
        let (sent_bytes, received_bytes) = (self.sent.total(), self.received.bytes());
        let principal = self.principal.as_ref().and_then(|principal| principal.name.as_deref());
        access_log::write(&Line {
            path: self.uri.path(),
            method: self.method_name(),
            code,
            took,
            received_bytes,
            sent_bytes,
            peer: self.connection.peer.address,
            principal,
            request_id: self.request_id.as_str(),
            trace_id: self.trace.id(),
        });
        self.trace.end(code, principal);
        self.connection.server.shared.metrics.end(self.method, code, took, sent_bytes, received_bytes);
    }
}

impl Drop for Call {
    /// A call that is dropped before its response has ended was given up by its client, or by a server that is stopping.
    fn drop(&mut self) {
        self.end(GIVEN_UP);
    }
}

fn method_name<'n>(method: Option<&'static Method>, uri: &'n Uri) -> &'n str {
    method.map_or_else(|| uri.path().trim_start_matches('/'), Method::name)
}
