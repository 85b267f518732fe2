//! Public keys of JWT issuers, verified through ring (the `rsa` crate has an open advisory). RSA keys come as SPKI or PKCS#1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::pkcs8::DecodePublicKey;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

/// The algorithms that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Reads the word of a JWT header.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "HS256" => Some(Self::Hs256),
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

/// A public key.
#[derive(Clone, Debug)]
pub enum VerifyingKey {
    /// An uncompressed point of P-256.
    P256(Vec<u8>),
    /// An RSAPublicKey in DER.
    Rsa(Vec<u8>),
}

impl VerifyingKey {
    /// Reads a PEM public key; None when it is neither P-256 nor RSA of at least 2048 bits.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let pem = pem.trim().replace("\\n", "\n");
        if let Ok(key) = p256::PublicKey::from_public_key_pem(&pem) {
            return Some(Self::P256(key.to_sec1_bytes().into_vec()));
        }
        let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(body).ok()?;
        let key = rsa_of_spki(&der).unwrap_or(&der);
        let (modulus, _) = integer(sequence(key)?.0)?;
        (modulus.len() >= 256).then(|| Self::Rsa(key.to_vec()))
    }

    /// From the coordinates of a point.
    pub fn p256(x: &[u8], y: &[u8]) -> Option<Self> {
        let point = [&[4], x, y].concat();
        p256::PublicKey::from_sec1_bytes(&point).is_ok().then_some(Self::P256(point))
    }

    /// From modulus and exponent, big-endian; None for a modulus under 2048 bits.
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let first = modulus.iter().position(|byte| *byte != 0)?;
        let modulus = modulus.get(first..).filter(|modulus| modulus.len() >= 256)?;
        // INTEGERs are signed; a leading zero keeps them positive.
        let inside = [der(0x02, &[&[0], modulus].concat())?, der(0x02, &[&[0], exponent].concat())?].concat();
        der(0x30, &inside).map(Self::Rsa)
    }

    /// The one algorithm this key is for.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256(_) => Algorithm::Es256,
            Self::Rsa(_) => Algorithm::Rs256,
        }
    }

    /// True when the signature over the message is this key's.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            Self::Rsa(der) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature),
        }
        .is_ok()
    }
}

/// AlgorithmIdentifier of rsaEncryption: its object id and NULL.
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The RSAPublicKey inside a SubjectPublicKeyInfo.
fn rsa_of_spki(der: &[u8]) -> Option<&[u8]> {
    let (inside, _) = sequence(der)?;
    let (algorithm, rest) = sequence(inside)?;
    let (bits, _) = element(0x03, rest)?;
    let (unused, key) = bits.split_first()?;
    (algorithm == RSA && *unused == 0).then_some(key)
}

fn sequence(der: &[u8]) -> Option<(&[u8], &[u8])> {
    element(0x30, der)
}

/// An INTEGER without its leading zero.
fn integer(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (value, rest) = element(0x02, der)?;
    Some((value.strip_prefix(&[0]).unwrap_or(value), rest))
}

/// A DER element of less than 65536 bytes.
fn der(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    // 01 00 01 needs no leading zero, and DER allows none where the next bit is clear.
    let content = match content {
        [0, next, ..] if tag == 0x02 && next & 0x80 == 0 => content.get(1..)?,
        _ => content,
    };
    let length = u16::try_from(content.len()).ok()?;
    let head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        _ => [&[tag, 0x82], length.to_be_bytes().as_slice()].concat(),
    };
    Some([head, content.to_vec()].concat())
}

/// The content of a DER element with this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(*short), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(*rest.first()?) * 256 + usize::from(*rest.get(1)?), rest.get(2..)?),
        _ => return None,
    };
    (*first == tag).then(|| rest.split_at_checked(length))?
}
