//! Whom HTTPS trusts: the machine's roots, or Amazon's alone where only AWS is called, and those of the file that
//! `KAIBO_EXTRA_CA` names, for a company's own proxy or a private DynamoDB. It adds trust, never takes the check away.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use std::sync::OnceLock;

/// Amazon Trust Services' roots.
const AMAZON: &[u8] = include_bytes!("amazon_roots.pem");

/// Whose certificates are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Whom the machine trusts.
    #[default]
    Machine,
    /// AWS's own endpoints and nobody else: five roots are read in no time, the machine's 140 cost a waking function milliseconds.
    Amazon,
}

impl Trust {
    /// For calls to AWS in a region. China's and the isolated regions are served from roots of others.
    pub fn of_region(region: Option<&str>) -> Self {
        match region {
            Some(region) if !region.starts_with("cn-") && !region.contains("-iso") => Self::Amazon,
            _ => Self::Machine,
        }
    }
}

/// Why the file is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtraCaError {
    /// It is not there.
    #[error("KAIBO_EXTRA_CA: the file cannot be read: {0}")]
    File(std::io::ErrorKind),
    /// It holds no certificate.
    #[error("KAIBO_EXTRA_CA: the file must hold certificates in PEM, each a root that may be trusted")]
    NoRoots,
}

/// Reads and checks the file; a program that starts says what is wrong with it.
pub fn check() -> Result<(), ExtraCaError> {
    read().map(|_| ())
}

fn read() -> Result<Option<Vec<u8>>, ExtraCaError> {
    let Some(path) = std::env::var_os("KAIBO_EXTRA_CA").filter(|path| !path.is_empty()) else { return Ok(None) };
    let pem = std::fs::read(path).map_err(|error| ExtraCaError::File(error.kind()))?;
    usable(&pem).then_some(Some(pem)).ok_or(ExtraCaError::NoRoots)
}

/// True when every certificate in it can be a root.
fn usable(pem: &[u8]) -> bool {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    let all = CertificateDer::pem_slice_iter(pem).all(|certificate| certificate.is_ok_and(|root| roots.add(root).is_ok()));
    all && !roots.is_empty()
}

/// What every client of ours is built with. A file that `check` refuses adds nothing.
pub fn context(trust: Trust) -> TlsContext {
    static EXTRA: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let mut roots = match trust {
        Trust::Machine => TrustStore::default(),
        Trust::Amazon => TrustStore::empty().with_pem_certificate(AMAZON),
    };
    if let Some(pem) = EXTRA.get_or_init(|| read().ok().flatten()) {
        roots = roots.with_pem_certificate(pem.clone());
    }
    // Building fails for no input that exists; without a store of its own a context trusts the machine's roots.
    TlsContext::builder().with_trust_store(roots).build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amazons_roots_are_the_published_ones() {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        assert!(usable(AMAZON));
        let found: Vec<String> = CertificateDer::pem_slice_iter(AMAZON)
            .map(|root| hex::encode(ring::digest::digest(&ring::digest::SHA256, &root.unwrap())))
            .collect();
        let published = [
            "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
            "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
            "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
            "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
            "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
        ];
        assert_eq!(found, published);
    }

    #[test]
    fn regions_that_amazons_roots_do_not_serve_are_left_to_the_machine() {
        for region in ["us-east-1", "ap-southeast-1", "us-gov-west-1"] {
            assert_eq!(Trust::of_region(Some(region)), Trust::Amazon, "{region}");
        }
        for region in [Some("cn-north-1"), Some("cn-northwest-1"), Some("us-iso-east-1"), Some("us-isob-east-1"), None] {
            assert_eq!(Trust::of_region(region), Trust::Machine, "{region:?}");
        }
    }

    #[test]
    fn a_file_without_roots_is_refused() {
        assert!(!usable(b""));
        assert!(!usable(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
        assert!(!usable(b"-----BEGIN CERTIFICATE-----\n"));
    }
}
