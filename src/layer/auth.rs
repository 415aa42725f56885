//! Who is calling, and may they?
//!
//! By a token, or by the certificate that the peer showed when it connected. A token goes first: who sends one means it.

mod denial;
mod roster;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use tonic::body::Body;

use self::denial::Denial;
use super::stage::Stage;
use super::{Caller, Counts, Peer};
use crate::config::AuthConfig;
use crate::rpc::{Group, Method, Principal, Refusal, Role};

pub use roster::{Roster, RosterError, TokenHash};

/// What a client without a name is called in errors.
const NOBODY: &str = "whoever is not on this machine";

/// Who may call.
pub struct Access {
    /// The list of those who may; nothing where there is none.
    roster: Option<ArcSwap<Roster>>,
    /// True if clients show certificates.
    has_certificates: bool,
    exempt_health: bool,
    exempt_reflection: bool,
}

impl Access {
    /// Reads the list, if the configuration names one.
    pub fn new(config: &AuthConfig, has_certificates: bool) -> Result<Self, RosterError> {
        let roster = config.auth_tokens.as_deref().map(Roster::read).transpose()?;
        Ok(Self {
            roster: roster.map(ArcSwap::from_pointee),
            has_certificates,
            exempt_health: config.auth_exempt_health,
            exempt_reflection: config.auth_exempt_reflection,
        })
    }

    /// Puts another list in the place of the one that there is.
    pub fn replace(&self, roster: Roster) {
        if let Some(current) = &self.roster {
            current.store(Arc::new(roster));
        }
    }

    fn is_open(&self) -> bool {
        self.roster.is_none() && !self.has_certificates
    }

    fn is_exempt(&self, method: Option<&Method>) -> bool {
        match method.map(|method| method.group) {
            Some(Group::Health) => self.exempt_health,
            Some(Group::Reflection) => self.exempt_reflection,
            Some(Group::Corpus) | None => false,
        }
    }

    /// Who is calling, if they may call this.
    fn admit(&self, peer: &Peer, headers: &HeaderMap, path: &str) -> Result<Principal, Denial> {
        let method = Method::find(path);
        let principal = if self.is_open() {
            let role = if peer.address.is_local() { Role::Admin } else { Role::Reader };
            Principal { name: None, role }
        } else {
            let known = self.principal(peer, headers);
            if self.is_exempt(method) {
                return Ok(known.unwrap_or(Principal { name: None, role: Role::Anybody }));
            }
            known?
        };
        let needed = if method.is_some_and(|method| method.needs_admin) { Role::Admin } else { Role::Reader };
        if principal.role < needed {
            let client = principal.name.as_deref().unwrap_or(NOBODY).to_owned();
            return Err(Denial::PermissionMissing { client });
        }
        Ok(principal)
    }

    fn principal(&self, peer: &Peer, headers: &HeaderMap) -> Result<Principal, Denial> {
        let roster = self.roster.as_ref().map(ArcSwap::load);
        if let Some(token) = bearer(headers)? {
            let known = roster.and_then(|roster| roster.by_token(token));
            return known.ok_or(Denial::TokenUnknown);
        }
        let Some(identities) = &peer.identities else { return Err(Denial::CredentialsMissing) };
        let first = identities.first().map_or("a certificate without a name", String::as_str);
        match roster {
            Some(roster) => {
                roster.by_identity(identities).ok_or_else(|| Denial::CertificateUnlisted { subject: first.to_owned() })
            }
            // Its authority vouches for it, and nobody says more.
            None => Ok(Principal { name: Some(first.into()), role: Role::Reader }),
        }
    }
}

/// The token of a request, if it has one.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Denial> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    let (scheme, token) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Denial::CredentialsMalformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") || values.next().is_some() {
        return Err(Denial::CredentialsMalformed);
    }
    Ok(Some(token))
}

/// Lets only those on who may call.
#[derive(Clone)]
pub struct Auth {
    access: Arc<Access>,
    counts: Arc<Counts>,
}

impl Auth {
    pub(super) fn new(access: Arc<Access>, counts: Arc<Counts>) -> Self {
        Self { access, counts }
    }
}

impl Stage for Auth {
    type Kept = ();

    fn enter(&self, request: &mut Request<Body>) -> Result<(), Refusal> {
        let admitted = match request.extensions().get::<Arc<Peer>>() {
            Some(peer) => self.access.admit(peer, request.headers(), request.uri().path()),
            // Nobody comes without a connection. If somebody does, they are nobody.
            None => Err(Denial::CredentialsMissing),
        };
        let principal = admitted.map_err(|denial| {
            denial.count(&self.counts);
            denial.refusal(request.uri().path())
        })?;
        // Handlers have no use for it, and what is not there cannot be told.
        request.headers_mut().remove(AUTHORIZATION);
        if let (Some(caller), Some(name)) = (request.extensions().get::<Arc<Caller>>(), &principal.name) {
            caller.is(Arc::clone(name));
        }
        request.extensions_mut().insert(principal);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
