//! Encryption, and certificates of clients.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Encryption, and certificates of clients. The files are read again when they change; see
/// [`AuthConfig::secrets_poll_seconds`](super::AuthConfig).
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "TLS")]
pub struct TlsConfig {
    /// PEM file with the server's certificate and those between it and its authority. Default: no TLS. Unix sockets are
    /// never encrypted
    #[arg(long, env = "CLAIMD_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the key of the server's certificate
    #[arg(long, env = "CLAIMD_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// PEM file with the authorities whose certificates clients may show. Default: clients show none
    #[arg(long, env = "CLAIMD_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
    /// Whether clients have to show a certificate. Where they may call by a token as well, `optional`
    #[arg(long, env = "CLAIMD_TLS_CLIENT_AUTH", value_enum, default_value_t = ClientAuth::Required)]
    pub tls_client_auth: ClientAuth,
}

/// Whether clients have to show a certificate, where there are authorities for such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientAuth {
    /// Without one there is no connection.
    Required,
    /// Clients without one may call by a token.
    Optional,
}
