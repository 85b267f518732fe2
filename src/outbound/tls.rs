//! Whom HTTPS trusts: the machine's roots, and those of the file that `KAIBO_EXTRA_CA` names, for a company's own proxy or a
//! private DynamoDB. It adds trust, never takes the check away.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use std::sync::OnceLock;

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
pub fn context() -> TlsContext {
    static EXTRA: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let mut trust = TrustStore::default();
    if let Some(pem) = EXTRA.get_or_init(|| read().ok().flatten()) {
        trust = trust.with_pem_certificate(pem.clone());
    }
    // Building fails for no input that exists; without a store of its own a context trusts the machine's roots.
    TlsContext::builder().with_trust_store(trust).build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_roots_is_refused() {
        assert!(!usable(b""));
        assert!(!usable(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
        assert!(!usable(b"-----BEGIN CERTIFICATE-----\n"));
    }
}
