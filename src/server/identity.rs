//! Whom a certificate names.

use std::io;

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Whom a certificate names: its alternative names first, `uri:`, `dns:` and `email:`, then its common names, `cn:`.
pub(super) fn identities(certificate: &[u8]) -> io::Result<Vec<String>> {
    let unreadable = |_| io::Error::new(io::ErrorKind::InvalidData, "the client's certificate cannot be read");
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(unreadable)?;
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let alternatives = alternatives.iter().flat_map(|names| &names.value.general_names);
    let mut names: Vec<String> = alternatives.filter_map(alternative).collect();
    // A name of another kind, such as `cn:`, cannot be made: each stands behind its own kind.
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
    fn what_is_no_certificate_names_nobody() {
        assert!(identities(b"no certificate").is_err());
    }
}
