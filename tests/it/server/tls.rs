//! Encryption: whose certificates are taken, and what happens when they change.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use claimd::server::ServerError;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tonic::Code;

use crate::server::access::{credentials, entry};
use crate::server::client::{Client, GET_CORPUS, RELOAD};
use crate::server::running::{Running, bind, eventually, soon};
use crate::support::reason;

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn authority() -> Authority {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, "authority");
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, and its key, as PEM.
pub(crate) fn issue(authority: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (parameters.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

/// Files of a server's secrets.
pub(crate) struct Files {
    folder: TempDir,
    pub(crate) authority: Authority,
}

impl Files {
    pub(crate) fn new() -> Self {
        let files = Self { folder: TempDir::new().unwrap(), authority: authority() };
        files.renew();
        fs::write(files.path("ca.pem"), files.authority.pem()).unwrap();
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as flags take it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Writes a new pair; its certificate.
    fn renew(&self) -> CertificateDer<'static> {
        let (certificate, key) = issue(&self.authority, "localhost");
        fs::write(self.path("key.pem"), key).unwrap();
        fs::write(self.path("cert.pem"), &certificate).unwrap();
        CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()
    }

    pub(crate) fn start(&self, more: &[&str]) -> Running {
        let [cert, key] = ["cert.pem", "key.pem"].map(|name| self.text(name));
        Running::start(&[&["--tls-cert", &cert, "--tls-key", &key, "--secrets-poll-seconds", "0.02"], more].concat())
    }

    /// Connects as somebody, or as nobody.
    async fn connect(
        &self,
        address: SocketAddr,
        who: Option<&(String, String)>,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let builder = ClientConfig::builder().with_root_certificates(roots);
        let mut config = match who {
            Some((certificate, key)) => builder
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
                    PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
                )
                .unwrap(),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    async fn client(&self, address: SocketAddr, who: Option<&(String, String)>) -> Client {
        Client::over(self.connect(address, who).await.unwrap()).await
    }

    /// The certificate that a new connection is shown.
    async fn shown(&self, address: SocketAddr) -> CertificateDer<'static> {
        let stream = self.connect(address, None).await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
    }
}

/// True if a connection of this kind gets an answer. With TLS 1.3 a client learns only with the first answer that its
/// certificate was refused.
async fn is_answered(files: &Files, address: SocketAddr, who: Option<&(String, String)>) -> bool {
    let Ok(stream) = files.connect(address, who).await else { return false };
    let Ok((send, connection)) = h2::client::handshake(stream).await else { return false };
    let mut client = Client { send, ended: tokio::spawn(connection) };
    let Ok(call) = client.open(GET_CORPUS, &[]).await else { return false };
    call.finish(crate::server::client::framed(0, &[])).await.is_ok_and(|answer| answer.status().code() == Code::Ok)
}

#[tokio::test]
async fn with_tls_nothing_is_answered_without_it() {
    let files = Files::new();
    let server = files.start(&[]);
    assert!(is_answered(&files, server.address, None).await);
    let mut plain = TcpStream::connect(server.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut plain, &crate::server::bytes::beginning(false)).await.unwrap();
    let mut all = Vec::new();
    soon("the end", tokio::io::AsyncReadExt::read_to_end(&mut plain, &mut all)).await.ok();
    eventually("a failed handshake", || server.counters.handshake_failures.get() == 1).await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_ends_in_time_and_hinders_nobody() {
    let files = Files::new();
    let server = files.start(&["--handshake-seconds", "0.3"]);
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert!(is_answered(&files, server.address, None).await);
    let read = soon("the end", tokio::io::AsyncReadExt::read(&mut silent, &mut [0])).await;
    assert_eq!(read.unwrap_or(0), 0);
}

#[tokio::test]
async fn certificates_of_clients_are_those_of_their_authority() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let ca = ca.to_str().unwrap();
    let known = issue(&files.authority, "desk.example");
    let stranger = issue(&authority(), "desk.example");

    let required = files.start(&["--tls-client-ca", ca]);
    assert!(!is_answered(&files, required.address, None).await);
    assert!(!is_answered(&files, required.address, Some(&stranger)).await);
    assert!(is_answered(&files, required.address, Some(&known)).await);

    let optional = files.start(&["--tls-client-ca", ca, "--tls-client-auth", "optional"]);
    assert!(!is_answered(&files, optional.address, Some(&stranger)).await);
    assert!(is_answered(&files, optional.address, Some(&known)).await);
    let mut nobody = files.client(optional.address, None).await;
    let status = nobody.call(GET_CORPUS, &[], &[]).await.status();
    assert_eq!((status.code(), reason(&status)), (Code::Unauthenticated, "CREDENTIALS_MISSING".to_owned()));
}

#[tokio::test]
async fn a_certificate_has_the_role_that_the_list_gives_it() {
    let files = Files::new();
    let ca = files.path("ca.pem");
    let listed = "[[certificate]]\nsubject = \"dns:reload.example\"\nname = \"reload\"\nrole = \"admin\"\n";
    let list = credentials(&[listed.to_owned(), entry("desk", "reader", "desk-1")]);
    let list = list.path().to_str().unwrap();
    let flags = ["--tls-client-ca", ca.to_str().unwrap(), "--tls-client-auth", "optional", "--auth-tokens", list];
    let server = files.start(&flags);
    let (reload, other) = (issue(&files.authority, "reload.example"), issue(&files.authority, "other.example"));

    let mut client = files.client(server.address, Some(&reload)).await;
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
    assert_ne!(client.call(RELOAD, &[], &[]).await.status().code(), Code::PermissionDenied);
    let as_desk = client.call(RELOAD, &[("authorization", "Bearer desk-1")], &[]).await.status();
    assert_eq!(as_desk.code(), Code::PermissionDenied, "a token goes before a certificate");

    let mut client = files.client(server.address, Some(&other)).await;
    assert_eq!(client.call(GET_CORPUS, &[], &[]).await.status().code(), Code::PermissionDenied);
    assert_eq!(server.counts.with_unlisted_certificate(), 1);
    let mut client = files.client(server.address, None).await;
    let by_token = client.call(GET_CORPUS, &[("authorization", "Bearer desk-1")], &[]).await;
    assert_eq!(by_token.status().code(), Code::Ok);
}

#[tokio::test]
async fn a_new_certificate_is_shown_to_new_connections_and_no_call_fails() {
    let files = Files::new();
    let server = files.start(&[]);
    let before = files.shown(server.address).await;
    let mut old = files.client(server.address, None).await;
    assert_eq!(old.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);

    let renewed = files.renew();
    assert_ne!(renewed, before);
    while server.counters.tls_reloads.get() == 0 {
        assert_eq!(old.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok);
        assert!(is_answered(&files, server.address, None).await);
    }
    // Between the writes of key and certificate the pair may have been looked at, and refused.
    eventually("the new pair", || server.counters.tls_reloads.get() >= 1).await;
    assert_eq!(files.shown(server.address).await, renewed);
    assert_eq!(old.call(GET_CORPUS, &[], &[]).await.status().code(), Code::Ok, "the old connection goes on");
}

#[tokio::test]
async fn a_pair_that_does_not_fit_changes_nothing() {
    let files = Files::new();
    let server = files.start(&[]);
    let before = files.shown(server.address).await;
    let (_, another_key) = issue(&files.authority, "localhost");
    for (broken, count) in [(another_key.as_str(), 1), ("no key", 2)] {
        fs::write(files.path("key.pem"), broken).unwrap();
        eventually("the failure", || server.counters.tls_reload_failures.get() >= count).await;
        assert_eq!(files.shown(server.address).await, before);
    }
    assert_eq!(server.counters.tls_reloads.get(), 0);
}

#[tokio::test]
async fn another_authority_of_clients_counts_for_new_connections() {
    let files = Files::new();
    let (ca, next) = (files.path("ca.pem"), authority());
    let server = files.start(&["--tls-client-ca", ca.to_str().unwrap()]);
    let (old, new) = (issue(&files.authority, "a.example"), issue(&next, "a.example"));
    assert!(is_answered(&files, server.address, Some(&old)).await);
    fs::write(&ca, next.pem()).unwrap();
    eventually("the authority", || server.counters.tls_reloads.get() == 1).await;
    assert!(is_answered(&files, server.address, Some(&new)).await);
    assert!(!is_answered(&files, server.address, Some(&old)).await);
}

#[test]
fn secrets_that_cannot_be_used_are_found_out_before_the_port_opens_and_are_not_repeated() {
    let files = Files::new();
    let bind_with = |cert: &Path, key: &Path| {
        let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
        bind(&["--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]).err().unwrap()
    };
    let (_, another_key) = issue(&files.authority, "localhost");
    fs::write(files.path("other.pem"), &another_key).unwrap();
    fs::write(files.path("torn.pem"), another_key.replace("-----END", "-----FIN")).unwrap();
    for key in ["other.pem", "torn.pem", "cert.pem", "none.pem"] {
        let problem = bind_with(&files.path("cert.pem"), &files.path(key));
        assert!(matches!(problem, ServerError::Tls(_)), "{problem}");
        let secret = another_key.lines().nth(1).unwrap();
        assert!(!format!("{problem} {problem:?}").contains(secret), "{problem:?}");
    }
    let problem = bind_with(&files.path("key.pem"), &files.path("key.pem"));
    assert!(problem.to_string().contains("key.pem: has no PEM section"), "{problem}");
}
