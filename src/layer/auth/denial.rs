//! Why a call is not for its caller to make.

use crate::layer::Counts;
use crate::rpc::Refusal;

/// Why a call is not for its caller to make. Finer than what the caller is told, for whoever watches the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Denial {
    /// Nothing says who is calling.
    CredentialsMissing,
    /// What should say who is calling is not one token.
    CredentialsMalformed,
    /// Nobody is listed with the token.
    TokenUnknown,
    /// Nobody is listed with the certificate.
    CertificateUnlisted {
        /// The first of its names.
        subject: String,
    },
    /// Whoever calls is known, and may not.
    PermissionMissing {
        /// Its name.
        client: String,
    },
}

impl Denial {
    pub(super) fn count(&self, counts: &Counts) {
        match self {
            Self::CredentialsMissing => counts.add_without_credentials(),
            Self::CredentialsMalformed => counts.add_with_malformed_credentials(),
            Self::TokenUnknown => counts.add_with_unknown_token(),
            Self::CertificateUnlisted { .. } => counts.add_with_unlisted_certificate(),
            Self::PermissionMissing { .. } => counts.add_without_permission(),
        }
    }

    /// What the caller of this method is told.
    pub(super) fn refusal(self, path: &str) -> Refusal {
        match self {
            Self::CredentialsMissing => Refusal::CredentialsMissing,
            Self::CredentialsMalformed | Self::TokenUnknown => Refusal::CredentialsInvalid,
            Self::CertificateUnlisted { subject: client } | Self::PermissionMissing { client } => {
                Refusal::PermissionMissing { client, method: path.to_owned() }
            }
        }
    }
}
