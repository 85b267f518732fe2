//! The keys of Tencent tickets: an ECDSA pair from PEM (version 1) and the console's secret (version 2).
//!
//! Forms of PEM seen in the wild, and the two curves: vendor page section 1.5. Parsing is slow (it derives the public key);
//! do it once, at start. Errors name the remedy and never the key.

use super::document::has_control;
use super::pem::{Block, blocks};
use crate::secret::Secret;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::DecodePublicKey;
use ring::hmac;
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use std::fmt;

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM block of the right kind, or its content is damaged.
    #[error("the key is not readable PEM: give the whole text from BEGIN to END, as the console shows it")]
    PemUnreadable,
    /// The key is protected by a password.
    #[error("the private key is encrypted: remove its password first (openssl pkey -in key.pem)")]
    Encrypted,
    /// Not an elliptic key on one of the two curves.
    #[error("the key must be an EC key on prime256v1 or secp256k1")]
    CurveUnsupported,
    /// Private and public key are of two pairs.
    #[error("the public key does not belong to the private key: copy both from the same application")]
    DoNotMatch,
    /// The secret is empty.
    #[error("the secret key is empty: copy it from the console")]
    Empty,
    /// The account type could forge a line of the signed text.
    #[error("the account type must be printable text, as a rule 0")]
    AccountTypeUnfit,
}

impl KeyError {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::PemUnreadable => "key_pem_unreadable",
            Self::Encrypted => "key_encrypted",
            Self::CurveUnsupported => "key_curve_unsupported",
            Self::DoNotMatch => "keys_do_not_match",
            Self::Empty => "key_empty",
            Self::AccountTypeUnfit => "account_type_unfit",
        }
    }
}

/// The curve of an ECDSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256, what the console makes.
    Prime256v1,
    /// Found with the oldest applications.
    Secp256k1,
}

impl Curve {
    /// The curve whose object identifier stands in this DER.
    fn named_in(der: &[u8]) -> Option<Self> {
        const PRIME256V1: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        const SECP256K1: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];
        let holds = |oid: &[u8]| der.windows(oid.len()).any(|window| window == oid);
        if holds(PRIME256V1) { Some(Self::Prime256v1) } else { holds(SECP256K1).then_some(Self::Secp256k1) }
    }
}

/// Where ring draws the nonce of a P-256 signature. It is the caller's; ring takes no nonce that is ready, since one that is
/// used twice gives the key away.
pub type Nonces = Box<dyn SecureRandom + Send + Sync>;

enum Signer {
    /// ring signs P-256 about four times as fast as p256 does.
    P256(Box<EcdsaKeyPair>, Nonces),
    /// Nonces of RFC 6979, so no random source.
    K256(Box<k256::ecdsa::SigningKey>),
}

/// A private key for tickets of version 1, ready to sign; it knows its public half.
pub struct EcdsaKey {
    signer: Signer,
    public: EcdsaPublicKey,
    pub(super) account_type: String,
}

impl EcdsaKey {
    /// Reads a PEM private key: PKCS#8, SEC1, or SEC1 behind an `EC PARAMETERS` block; the curve is found out. `nonces` are
    /// for P-256 alone.
    pub fn from_pem(pem: &str, nonces: Nonces) -> Result<Self, KeyError> {
        let blocks = blocks(pem);
        let private =
            blocks.iter().find(|block| matches!(block.label.as_str(), "PRIVATE KEY" | "EC PRIVATE KEY")).ok_or_else(|| {
                match blocks.iter().any(|block| block.label == "ENCRYPTED PRIVATE KEY") {
                    true => KeyError::Encrypted,
                    false if blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")) => KeyError::CurveUnsupported,
                    false => KeyError::PemUnreadable,
                }
            })?;
        if private.der.is_empty() && pem.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        let parameters = blocks.iter().find(|block| block.label == "EC PARAMETERS");
        let curve = Curve::named_in(&private.der).or_else(|| Curve::named_in(&parameters?.der));
        match curve {
            Some(Curve::Prime256v1) => Self::p256(private, nonces),
            Some(Curve::Secp256k1) => Self::k256(private),
            // SEC1 need not name its curve; then its public half decides, or fails both ways.
            None if private.label == "EC PRIVATE KEY" => {
                Self::p256(private, nonces).or_else(|_| Self::k256(private)).map_err(|_| Self::why_unread(private))
            }
            None => Err(Self::why_unread(private)),
        }
    }

    /// Uses another TLS.account_type than "0" in the documents that this key signs.
    pub fn with_account_type(mut self, account_type: impl Into<String>) -> Result<Self, KeyError> {
        self.account_type = account_type.into();
        if has_control(&self.account_type) { Err(KeyError::AccountTypeUnfit) } else { Ok(self) }
    }

    /// The public half.
    pub fn public(&self) -> &EcdsaPublicKey {
        &self.public
    }

    /// Succeeds when the two keys are of one pair.
    pub fn belongs_to(&self, public: &EcdsaPublicKey) -> Result<(), KeyError> {
        if self.public == *public { Ok(()) } else { Err(KeyError::DoNotMatch) }
    }

    /// Signs with SHA-256 and hands the signature (ASN.1 DER) on; false when there were no nonces.
    pub(super) fn sign(&self, message: &[u8], then: impl FnOnce(&[u8])) -> bool {
        match &self.signer {
            Signer::P256(pair, nonces) => pair.sign(&**nonces, message).map(|signature| then(signature.as_ref())).is_ok(),
            Signer::K256(key) => {
                let signed: Result<k256::ecdsa::Signature, _> = key.try_sign(message);
                signed.map(|signature| then(signature.to_der().as_bytes())).is_ok()
            }
        }
    }

    /// A damaged block and a curve of somebody else need different remedies.
    fn why_unread(block: &Block) -> KeyError {
        // Long enough for a key and a DER SEQUENCE: whole, then, but not for us.
        match block.der.as_slice() {
            [0x30, ..] if block.der.len() > 32 => KeyError::CurveUnsupported,
            _ => KeyError::PemUnreadable,
        }
    }

    fn p256(block: &Block, nonces: Nonces) -> Result<Self, KeyError> {
        let secret = p256::SecretKey::from_der(&block.der).map_err(|_| KeyError::PemUnreadable)?;
        let public = secret.public_key();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            &secret.to_bytes(),
            public.to_sec1_point(false).as_bytes(),
            &*nonces,
        )
        .map_err(|_| KeyError::PemUnreadable)?;
        Ok(Self::new(Signer::P256(Box::new(pair), nonces), EcdsaPublicKey(Verifier::P256(public.into()))))
    }

    fn k256(block: &Block) -> Result<Self, KeyError> {
        let secret = k256::SecretKey::from_der(&block.der).map_err(|_| KeyError::PemUnreadable)?;
        let public = EcdsaPublicKey(Verifier::K256(secret.public_key().into()));
        Ok(Self::new(Signer::K256(Box::new(secret.into())), public))
    }

    fn new(signer: Signer, public: EcdsaPublicKey) -> Self {
        Self { signer, public, account_type: "0".to_owned() }
    }
}

impl fmt::Debug for EcdsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcdsaKey({:?}, …)", self.public.curve())
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Verifier {
    P256(p256::ecdsa::VerifyingKey),
    K256(k256::ecdsa::VerifyingKey),
}

/// A public key for tickets of version 1.
#[derive(Clone, PartialEq, Eq)]
pub struct EcdsaPublicKey(Verifier);

impl EcdsaPublicKey {
    /// Reads a PEM public key (SPKI, `BEGIN PUBLIC KEY`); the curve is found out.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let blocks = blocks(pem);
        let block = blocks.iter().find(|block| block.label == "PUBLIC KEY").ok_or(KeyError::PemUnreadable)?;
        let verifier = match Curve::named_in(&block.der) {
            Some(Curve::Prime256v1) => p256::ecdsa::VerifyingKey::from_public_key_der(&block.der).map(Verifier::P256),
            Some(Curve::Secp256k1) => k256::ecdsa::VerifyingKey::from_public_key_der(&block.der).map(Verifier::K256),
            None => return Err(EcdsaKey::why_unread(block)),
        };
        verifier.map(Self).map_err(|_| KeyError::PemUnreadable)
    }

    /// The curve that this key is on.
    pub fn curve(&self) -> Curve {
        match self.0 {
            Verifier::P256(_) => Curve::Prime256v1,
            Verifier::K256(_) => Curve::Secp256k1,
        }
    }

    /// True when this key's owner signed the message (SHA-256, ASN.1 DER); S may be in either half, as OpenSSL makes it.
    pub fn verifies(&self, message: &[u8], der: &[u8]) -> bool {
        match &self.0 {
            Verifier::P256(key) => {
                p256::ecdsa::Signature::from_der(der).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            // k256 refuses a high S unless it is brought down first.
            Verifier::K256(key) => {
                k256::ecdsa::Signature::from_der(der).is_ok_and(|signature| key.verify(message, &signature.normalize_s()).is_ok())
            }
        }
    }
}

impl fmt::Debug for EcdsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcdsaPublicKey({:?})", self.curve())
    }
}

/// The console's secret for tickets of version 2, keyed once. It is used as text: its hex is not decoded.
#[derive(Clone)]
pub struct HmacKey(pub(super) hmac::Key);

impl HmacKey {
    /// Keys HMAC-SHA256 with the secret's UTF-8 bytes (vendor page section 2.1); space around it is a copying slip.
    pub fn new(secret: &Secret) -> Result<Self, KeyError> {
        match secret.reveal().trim_ascii() {
            [] => Err(KeyError::Empty),
            bytes => Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))),
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(…)")
    }
}

/// What an application signs its tickets with.
#[derive(Debug)]
pub enum TicketKey {
    /// Version 1, applications from before August 2019.
    Ecdsa(EcdsaKey),
    /// Version 2.
    Hmac(HmacKey),
}

impl TicketKey {
    /// The algorithm in words: "ecdsa-sha256" or "hmac-sha256".
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ecdsa(_) => "ecdsa-sha256",
            Self::Hmac(_) => "hmac-sha256",
        }
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
