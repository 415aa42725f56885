//! Encryption: the server's certificate, the authorities of clients, and what a client's certificate says.
//!
//! The files are read again when they change. A connection keeps what it was made with; the next one has the new.
//! A pair that does not fit, or a file that cannot be read, changes nothing and is told in the log.

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

use super::identity::identities;
use super::stream::BoxStream;
use crate::config::{ClientAuth, ConfigConflict, TlsConfig};

/// Why there can be no encryption.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or has nothing of what it should have.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it. Nothing of the file is repeated.
        problem: String,
    },
    /// Certificate and key do not fit, or cannot be used.
    #[error("certificate and key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
    /// The authorities cannot be used.
    #[error("the authorities of clients cannot be used: {0}")]
    Authorities(#[from] VerifierBuilderError),
}

/// The files that encryption is made of.
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

    /// What the files say now.
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

    /// What is wrong with the files now: with each, or else with the pair.
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

/// The one provider of cryptography, for this server and whatever else of the process encrypts.
fn provider() -> Arc<CryptoProvider> {
    // Another part of the process may have been first; there is one provider then, too.
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
        pem::Error::NoItemsFound => "holds nothing of the kind that is looked for, in PEM".to_owned(),
        // Others repeat lines of the file, which may be a key.
        _ => "is no PEM file".to_owned(),
    };
    TlsError::File { path: path.to_owned(), problem }
}

/// How connections are encrypted now.
pub(super) struct Tls(ArcSwap<ServerConfig>);

impl Tls {
    pub(super) fn new(config: ServerConfig) -> Self {
        Self(ArcSwap::from_pointee(config))
    }

    /// Later connections are encrypted so.
    pub(super) fn replace(&self, config: ServerConfig) {
        self.0.store(Arc::new(config));
    }

    /// Shakes hands: the encrypted stream, and whom the client's certificate names, if it showed one.
    pub(super) async fn accept(&self, stream: BoxStream) -> io::Result<(BoxStream, Option<Vec<String>>)> {
        let stream = TlsAcceptor::from(self.0.load_full()).accept(stream).await?;
        let (_, session) = stream.get_ref();
        let certificate = session.peer_certificates().and_then(|chain| chain.first());
        let names = certificate.map(|certificate| identities(certificate)).transpose()?;
        Ok((Box::new(stream), names))
    }
}
