//! TLS: the server's certificate, the authorities that sign client certificates, and the names in a client's certificate.
//!
//! The files are read again when they change. Open connections keep the configuration of their handshake. Files that are
//! invalid or cannot be read change nothing, and are logged.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier, danger::ClientCertVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::io::BoxStream;
use crate::config::{ClientAuth, ConfigConflict, TlsConfig};

/// Why TLS cannot be configured.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is not of its kind.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The problem. Repeats nothing of the file.
        problem: String,
    },
    /// Certificate and key do not match, or cannot be used.
    #[error("certificate and key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
    /// The authorities cannot be used.
    #[error("the authorities of clients cannot be used: {0}")]
    Authorities(#[from] VerifierBuilderError),
}

/// The files of certificates and keys.
#[derive(Clone, Debug)]
pub(super) struct TlsFiles {
    cert: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    client_auth: ClientAuth,
}

impl TlsFiles {
    /// The files, if the configuration names any.
    pub(super) fn of(config: &TlsConfig) -> Option<Self> {
        Some(Self {
            cert: config.tls_cert.clone()?,
            key: config.tls_key.clone()?,
            client_ca: config.tls_client_ca.clone(),
            client_auth: config.tls_client_auth,
        })
    }

    /// Their paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.cert, &self.key].into_iter().chain(&self.client_ca).map(PathBuf::as_path)
    }

    /// Reads the files.
    pub(super) fn read(&self) -> Result<ServerConfig, TlsError> {
        let provider = provider();
        let (certificates, key) = (certificates(&self.cert)?, self.key()?);
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
        let builder = match &self.client_ca {
            Some(path) => builder.with_client_cert_verifier(self.verifier(path, provider)?),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(certificates, key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }

    /// Problems of each file, or else of the pair.
    pub(super) fn conflicts(&self) -> Vec<ConfigConflict> {
        let cert = certificates(&self.cert).err().map(|error| ConfigConflict::new(&["tls_cert"], error));
        let key = self.key().err().map(|error| ConfigConflict::new(&["tls_key"], error));
        let client_ca = self.client_ca.as_ref().and_then(|path| self.verifier(path, provider()).err());
        let client_ca = client_ca.map(|error| ConfigConflict::new(&["tls_client_ca"], error));
        let mut conflicts: Vec<ConfigConflict> = [cert, key, client_ca].into_iter().flatten().collect();
        if conflicts.is_empty() {
            conflicts.extend(self.read().err().map(|error| ConfigConflict::new(&["tls_cert", "tls_key"], error)));
        }
        conflicts
    }

    fn key(&self) -> Result<PrivateKeyDer<'static>, TlsError> {
        PrivateKeyDer::from_pem_file(&self.key).map_err(|error| file_error(&self.key, &error))
    }

    fn verifier(&self, path: &Path, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(path)? {
            roots.add(certificate)?;
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = match self.client_auth {
            ClientAuth::Required => verifier,
            ClientAuth::Optional => verifier.allow_unauthenticated(),
        };
        Ok(verifier.build()?)
    }
}

/// The provider of cryptography of the process.
fn provider() -> Arc<CryptoProvider> {
    // It fails if another part of the process has installed one, which is used then.
    ring::default_provider().install_default().ok();
    Arc::clone(CryptoProvider::get_default().expect("a provider was installed above"))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(certificates) if certificates.is_empty() => Err(file_error(path, &pem::Error::NoItemsFound)),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(file_error(path, &error)),
    }
}

fn file_error(path: &Path, error: &pem::Error) -> TlsError {
    let problem = match error {
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => "has no PEM section of the expected kind".to_owned(),
        // Other errors repeat lines of the file, which may be a key.
        _ => "is not a valid PEM file".to_owned(),
    };
    TlsError::File { path: path.to_owned(), problem }
}

/// The current TLS configuration.
pub(super) struct Tls(ArcSwap<ServerConfig>);

impl Tls {
    pub(super) fn new(config: ServerConfig) -> Self {
        Self(ArcSwap::from_pointee(config))
    }

    /// Replaces the configuration of later connections.
    pub(super) fn replace(&self, config: ServerConfig) {
        self.0.store(Arc::new(config));
    }

    /// Does the handshake. Returns the encrypted stream, and the names in the client's certificate if it showed one.
    pub(super) async fn accept(&self, stream: BoxStream) -> io::Result<(BoxStream, Option<Vec<String>>)> {
        let stream = TlsAcceptor::from(self.0.load_full()).accept(stream).await?;
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(|chain| chain.first());
        let names = certificate.map(|certificate| identities(certificate)).transpose()?;
        Ok((Box::new(stream), names))
    }
}

/// The names in a certificate: its alternative names first, `uri:`, `dns:` and `email:`, then its common names, `cn:`.
fn identities(certificate: &[u8]) -> io::Result<Vec<String>> {
    let unreadable = |_| io::Error::new(io::ErrorKind::InvalidData, "the client's certificate cannot be read");
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(unreadable)?;
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let alternatives = alternatives.iter().flat_map(|names| &names.value.general_names);
    let mut names: Vec<String> = alternatives.filter_map(alternative).collect();
    // The prefix of its kind keeps one kind of name from passing for another.
    let common = certificate.subject().iter_common_name();
    names.extend(common.filter_map(|name| name.as_str().ok()).map(|name| format!("cn:{name}")));
    Ok(names)
}

fn alternative(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(uri) => Some(format!("uri:{uri}")),
        GeneralName::DNSName(name) => Some(format!("dns:{name}")),
        GeneralName::RFC822Name(name) => Some(format!("email:{name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    #[test]
    fn alternative_names_come_before_common_names() {
        let mut parameters = CertificateParams::new(vec!["desk.example".to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "The Desk");
        parameters.subject_alt_names.push(SanType::URI("spiffe://example/desk".try_into().unwrap()));
        let certificate = parameters.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let names = identities(certificate.der()).unwrap();
        assert_eq!(names[..2], ["dns:desk.example", "uri:spiffe://example/desk"]);
        assert!(names.contains(&"cn:The Desk".to_owned()), "{names:?}");
    }

    #[test]
    fn bytes_that_are_not_a_certificate_are_an_error() {
        assert!(identities(b"no certificate").is_err());
    }
}
