//! Authenticates the caller of a call, and authorizes it.
//!
//! A caller is known by a bearer token, or by the certificate that its peer showed in the TLS handshake. A token takes
//! precedence over a certificate.

mod credentials;

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};

use super::{Counts, Peer};
use crate::config::AuthConfig;
use crate::error::Error;
use crate::rpc::{Group, Method, Principal, Role};

pub use credentials::{Credentials, CredentialsError, TokenHash};

/// Name of an anonymous caller in errors. Local ones may call everything, so only remote ones are refused.
const ANONYMOUS: &str = "anonymous remote client";

/// Which callers may call which methods.
pub struct Access {
    /// The credentials of known callers, if a file of them is configured.
    credentials: Option<ArcSwap<Credentials>>,
    /// True if clients can show certificates.
    has_certificates: bool,
    exempt_health: bool,
    exempt_reflection: bool,
}

impl Access {
    /// Reads the file of credentials, if one is configured.
    pub fn new(config: &AuthConfig, has_certificates: bool) -> Result<Self, CredentialsError> {
        let credentials = config.auth_tokens.as_deref().map(Credentials::read).transpose()?;
        Ok(Self {
            credentials: credentials.map(ArcSwap::from_pointee),
            has_certificates,
            exempt_health: config.auth_exempt_health,
            exempt_reflection: config.auth_exempt_reflection,
        })
    }

    /// Replaces the credentials from the next call on.
    pub fn replace(&self, credentials: Credentials) {
        if let Some(current) = &self.credentials {
            current.store(Arc::new(credentials));
        }
    }

    /// True if callers need no credentials.
    fn is_open(&self) -> bool {
        self.credentials.is_none() && !self.has_certificates
    }

    fn is_exempt(&self, method: Option<&Method>) -> bool {
        match method.map(|method| method.group) {
            Some(Group::Health) => self.exempt_health,
            Some(Group::Reflection) => self.exempt_reflection,
            Some(Group::Corpus) | None => false,
        }
    }

    /// Authorizes a call: its principal. An error if the caller is unknown, or may not call the method.
    pub(super) fn authorize(
        &self,
        peer: &Peer,
        headers: &HeaderMap,
        uri: &Uri,
        method: Option<&Method>,
        counts: &Counts,
    ) -> Result<Principal, Error> {
        self.admit(peer, headers, method).map_err(|denial| {
            denial.count(counts);
            denial.error(uri.path())
        })
    }

    fn admit(&self, peer: &Peer, headers: &HeaderMap, method: Option<&Method>) -> Result<Principal, Denial> {
        let principal = if self.is_open() {
            let role = if peer.address.is_local() { Role::Admin } else { Role::Reader };
            Principal { name: None, role }
        } else {
            let known = self.principal(peer, headers);
            if self.is_exempt(method) {
                return Ok(known.unwrap_or(Principal { name: None, role: Role::Anonymous }));
            }
            known?
        };
        let needed = if method.is_some_and(|method| method.needs_admin) { Role::Admin } else { Role::Reader };
        if principal.role < needed {
            let client = principal.name.as_deref().unwrap_or(ANONYMOUS).to_owned();
            return Err(Denial::PermissionMissing { client });
        }
        Ok(principal)
    }

    fn principal(&self, peer: &Peer, headers: &HeaderMap) -> Result<Principal, Denial> {
        let credentials = self.credentials.as_ref().map(ArcSwap::load);
        if let Some(token) = bearer(headers)? {
            let known = credentials.and_then(|credentials| credentials.by_token(token));
            return known.ok_or(Denial::TokenUnknown);
        }
        let Some(identities) = &peer.identities else { return Err(Denial::CredentialsMissing) };
        let first = identities.first().map_or("a certificate without a name", String::as_str);
        match credentials {
            Some(credentials) => credentials
                .by_identity(identities)
                .ok_or_else(|| Denial::CertificateUnlisted { subject: first.to_owned() }),
            // Without a file of credentials, a certificate of a trusted authority is enough to read.
            None => Ok(Principal { name: Some(first.into()), role: Role::Reader }),
        }
    }
}

/// The bearer token of a request, if it has one.
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

/// Why a caller may not call. More precise than what the caller is told, for the operator's metrics.
#[derive(Debug, PartialEq, Eq)]
enum Denial {
    /// The caller sent no credentials.
    CredentialsMissing,
    /// The authorization header is not one bearer token.
    CredentialsMalformed,
    /// The token is not in the file.
    TokenUnknown,
    /// The certificate is not in the file.
    CertificateUnlisted {
        /// The first of its names.
        subject: String,
    },
    /// The caller is known, and its role does not include the method.
    PermissionMissing {
        /// Its name.
        client: String,
    },
}

impl Denial {
    fn count(&self, counts: &Counts) {
        match self {
            Self::CredentialsMissing => counts.add_without_credentials(),
            Self::CredentialsMalformed => counts.add_with_malformed_credentials(),
            Self::TokenUnknown => counts.add_with_unknown_token(),
            Self::CertificateUnlisted { .. } => counts.add_with_unlisted_certificate(),
            Self::PermissionMissing { .. } => counts.add_without_permission(),
        }
    }

    /// What the caller is told.
    fn error(self, path: &str) -> Error {
        match self {
            Self::CredentialsMissing => Error::CredentialsMissing,
            Self::CredentialsMalformed | Self::TokenUnknown => Error::CredentialsInvalid,
            Self::CertificateUnlisted { subject: client } | Self::PermissionMissing { client } => {
                Error::PermissionMissing { client, method: path.to_owned() }
            }
        }
    }
}

#[cfg(test)]
mod tests;
