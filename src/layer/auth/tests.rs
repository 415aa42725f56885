use http::HeaderValue;

use super::*;
use crate::layer::PeerAddress;

const GET: &str = "/claimd.v1.ClaimService/GetClaim";
const RELOAD: &str = "/claimd.v1.CorpusService/ReloadCorpus";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

fn credentials() -> Credentials {
    let token = |name: &str| {
        let hash = TokenHash::of(name);
        format!("[[token]]\nname = \"{name}\"\nrole = \"{name}\"\nhash = \"{hash}\"\n")
    };
    let mut text = token("reader") + &token("admin");
    text += "[[certificate]]\nsubject = \"dns:admin.example\"\nname = \"by-certificate\"\nrole = \"admin\"\n";
    text.parse().unwrap()
}

fn access(credentials: Option<Credentials>, has_certificates: bool) -> Access {
    Access {
        credentials: credentials.map(ArcSwap::from_pointee),
        has_certificates,
        exempt_health: true,
        exempt_reflection: false,
    }
}

fn remote(identities: Option<&[&str]>) -> Peer {
    let identities = identities.map(|names| names.iter().map(ToString::to_string).collect());
    Peer { address: PeerAddress::Tcp(([192, 0, 2, 1], 1).into()), identities }
}

fn with(authorization: &str) -> HeaderMap {
    HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap())])
}

#[test]
fn without_credentials_configured_all_callers_read_and_local_ones_reload() {
    let open = access(None, false);
    let (remote, none) = (remote(None), HeaderMap::new());
    assert_eq!(open.admit(&remote, &none, Method::find(GET)).unwrap(), Principal { name: None, role: Role::Reader });
    assert!(matches!(open.admit(&remote, &none, Method::find(RELOAD)), Err(Denial::PermissionMissing { .. })));
    for address in [PeerAddress::Unix, PeerAddress::Tcp(([127, 0, 0, 1], 1).into())] {
        let local = Peer { address, identities: None };
        assert!(open.admit(&local, &none, Method::find(RELOAD)).is_ok());
    }
}

#[test]
fn a_known_token_is_needed_and_its_role_counts() {
    let access = access(Some(credentials()), false);
    let remote = remote(None);
    let ask = |authorization: &str, path| access.admit(&remote, &with(authorization), Method::find(path));
    assert!(matches!(access.admit(&remote, &HeaderMap::new(), Method::find(GET)), Err(Denial::CredentialsMissing)));
    for unknown in ["Bearer nobody", "Bearer  reader", "Bearer reader "] {
        assert_eq!(ask(unknown, GET), Err(Denial::TokenUnknown), "{unknown}");
    }
    for malformed in ["Bearer", "Basic reader", "reader"] {
        assert_eq!(ask(malformed, GET), Err(Denial::CredentialsMalformed), "{malformed}");
    }
    assert_eq!(ask("Bearer reader", GET).unwrap().name.as_deref(), Some("reader"));
    assert_eq!(ask("bearer admin", RELOAD).unwrap().role, Role::Admin);
    assert!(matches!(ask("Bearer reader", RELOAD), Err(Denial::PermissionMissing { .. })));

    let mut two = with("Bearer reader");
    two.append(AUTHORIZATION, HeaderValue::from_static("Bearer admin"));
    assert!(matches!(access.admit(&remote, &two, Method::find(GET)), Err(Denial::CredentialsMalformed)));
    let local = Peer { address: PeerAddress::Unix, identities: None };
    let refused = access.admit(&local, &HeaderMap::new(), Method::find(GET));
    assert!(matches!(refused, Err(Denial::CredentialsMissing)), "being local is no credential where others are needed");
}

#[test]
fn certificates_count_where_there_is_no_token() {
    let access = access(Some(credentials()), true);
    let none = HeaderMap::new();
    let admin = remote(Some(&["cn:x", "dns:admin.example"]));
    assert_eq!(access.admit(&admin, &none, Method::find(RELOAD)).unwrap().name.as_deref(), Some("by-certificate"));
    assert_eq!(
        access.admit(&admin, &with("Bearer reader"), Method::find(GET)).unwrap().name.as_deref(),
        Some("reader")
    );
    assert!(matches!(access.admit(&admin, &with("Bearer x"), Method::find(GET)), Err(Denial::TokenUnknown)));
    let unlisted = remote(Some(&["dns:other.example"]));
    let unlisted = access.admit(&unlisted, &none, Method::find(GET));
    assert_eq!(unlisted, Err(Denial::CertificateUnlisted { subject: "dns:other.example".to_owned() }));
}

#[test]
fn without_a_file_of_credentials_a_certificate_may_read() {
    let access = access(None, true);
    let none = HeaderMap::new();
    let known = remote(Some(&["dns:a.example"]));
    let principal = access.admit(&known, &none, Method::find(GET)).unwrap();
    assert_eq!((principal.name.as_deref(), principal.role), (Some("dns:a.example"), Role::Reader));
    assert!(matches!(access.admit(&known, &none, Method::find(RELOAD)), Err(Denial::PermissionMissing { .. })));
    assert!(matches!(access.admit(&remote(None), &none, Method::find(GET)), Err(Denial::CredentialsMissing)));
    assert!(matches!(access.admit(&known, &with("Bearer x"), Method::find(GET)), Err(Denial::TokenUnknown)));
}

#[test]
fn health_is_exempt_by_default_and_reflection_if_configured() {
    let mut access = access(Some(credentials()), false);
    let (remote, none) = (remote(None), HeaderMap::new());
    let role = |headers: &HeaderMap| access.admit(&remote, headers, Method::find(CHECK)).unwrap().role;
    assert_eq!((role(&none), role(&with("Bearer x"))), (Role::Anonymous, Role::Anonymous));
    assert_eq!((role(&with("Bearer reader")), role(&with("Bearer admin"))), (Role::Reader, Role::Admin));
    assert!(matches!(access.admit(&remote, &none, Method::find(REFLECT)), Err(Denial::CredentialsMissing)));
    (access.exempt_health, access.exempt_reflection) = (false, true);
    assert!(matches!(access.admit(&remote, &none, Method::find(CHECK)), Err(Denial::CredentialsMissing)));
    assert!(access.admit(&remote, &none, Method::find(REFLECT)).is_ok());
    assert!(access.admit(&remote, &none, Method::find("/grpc.health.v1.Health/Unknown")).is_err());
}

#[test]
fn replaced_credentials_count_from_the_next_call_on() {
    let access = access(Some(credentials()), false);
    let remote = remote(None);
    let hash = TokenHash::of("fresh");
    let text = format!("[[token]]\nname = \"fresh\"\nrole = \"reader\"\nhash = \"{hash}\"\n");
    access.replace(text.parse().unwrap());
    assert!(access.admit(&remote, &with("Bearer reader"), Method::find(GET)).is_err());
    assert!(access.admit(&remote, &with("Bearer fresh"), Method::find(GET)).is_ok());
}
