//! Who makes a call, as far as that is known.

use std::sync::{Arc, OnceLock};

/// Who makes a call. Among the extensions of its request, as an `Arc`: outer layers put it there empty, and read at the
/// end of the call what the layer that finds out has said.
#[derive(Debug, Default)]
pub struct Caller(OnceLock<Arc<str>>);

impl Caller {
    /// Says who it is. The first one counts.
    pub fn is(&self, name: Arc<str>) {
        self.0.set(name).ok();
    }

    /// Who it is, if that was found out.
    pub fn name(&self) -> Option<&str> {
        self.0.get().map(|name| &**name)
    }
}
