//! gRPC: the handlers over `api`, messages and errors on the wire, and the methods of the server.

mod code;
mod codec;
mod compression;
mod error;
mod handlers;
mod health;
mod method;
mod phase;
mod principal;
mod reflection;
mod service;
mod streams;

pub use code::{Blame, CODES, GIVEN_UP, UNSAID, code_name};
pub use codec::{PREFIX_BYTES, RawReply, RawRequest};
pub use error::with_request_id;
pub use handlers::{Handlers, Interceptor, Reply};
pub use method::{Group, Method};
pub use phase::{Phase, PhaseWatch, reached};
pub use principal::{Principal, Role};

/// Header of every response to a caller who may read: the revision of the corpus that it was answered from.
pub const REVISION_HEADER: &str = "claimd-revision";
