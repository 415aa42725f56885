//! One corpus for the whole of a call, and the header that says which. Within the layer of access.
//!
//! The corpus is taken when the call comes in, so that a reload in the middle of it changes nothing, and the revision
//! in the header is always that of the answer. Whoever is only told what everybody is told is not told the revision: it
//! says when the content changes, and whether two servers have the same.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Request, Response};
use tonic::body::Body;

use super::stage::Stage;
use crate::live::Live;
use crate::rpc::{Principal, Refusal};

/// Header of every response to those who may ask: the revision of the corpus that it was answered from.
pub const REVISION_HEADER: HeaderName = HeaderName::from_static(crate::rpc::REVISION_HEADER);

/// Puts the current corpus into each request.
#[derive(Clone)]
pub struct Snapshot {
    live: Arc<Live>,
}

impl Snapshot {
    pub(super) fn new(live: Arc<Live>) -> Self {
        Self { live }
    }
}

impl Stage for Snapshot {
    /// The revision, if the caller may know it.
    type Kept = Option<HeaderValue>;

    fn enter(&self, request: &mut Request<Body>) -> Result<Self::Kept, Refusal> {
        let corpus = self.live.corpus();
        let revision = Principal::may_read(request.extensions())
            .then(|| HeaderValue::from_str(&corpus.revision).expect("a revision is hexadecimal"));
        request.extensions_mut().insert(corpus);
        Ok(revision)
    }

    fn leave(revision: Self::Kept, mut answer: Response<Body>) -> Response<Body> {
        if let Some(revision) = revision {
            // A method that answers from another corpus than the one the call came in on says so itself.
            answer.headers_mut().entry(REVISION_HEADER).or_insert(revision);
        }
        answer
    }
}
