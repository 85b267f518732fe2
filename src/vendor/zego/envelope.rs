//! The sealed box of tokens 03 and 04 (`zego.md` section 3, binary layout): version, expiry, IV and ciphertext in base64.
//! AES-256-CBC with PKCS#7 is understood everywhere; AES-256-GCM is the newer form of 04, told by a trailing mode byte.
//!
//! CBC is not authenticated: the vendor's format leaves the outer expiry and the IV open to change, so a verifier has to
//! compare the members inside.

use super::fault::{Fault, standard_base64};
use super::server_secret::{IssueError, ServerSecret};
use aes::{Aes256Dec, Aes256Enc};
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// Token generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The older one, with the room inside.
    V03,
    /// The current one.
    V04,
}

impl Version {
    /// The two characters a token begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::V03 => "03",
            Self::V04 => "04",
        }
    }
}

/// How the box is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// AES-256-CBC, PKCS#7, 16-byte IV.
    Cbc,
    /// AES-256-GCM, 12-byte nonce, 16-byte tag after the ciphertext.
    Gcm,
}

/// Seals in CBC. `expires` in Unix seconds; `iv` 16 random bytes, fresh for each token.
///
/// # Errors
/// [`IssueError::TooLong`] above 65,519 bytes of plaintext.
pub fn pack_cbc(
    version: Version,
    secret: &ServerSecret,
    plaintext: &[u8],
    expires: i64,
    iv: &[u8; 16],
) -> Result<String, IssueError> {
    let padded = (plaintext.len() / 16 + 1) * 16;
    let mut packed = header(expires, iv, padded)?;
    let start = packed.len();
    packed.extend_from_slice(plaintext);
    packed.resize(start + padded, 0);
    let body = packed.get_mut(start..).ok_or(IssueError::TooLong)?;
    cbc::Encryptor::<Aes256Enc>::new(secret.reveal().into(), iv.into())
        .encrypt_padded::<Pkcs7>(body, plaintext.len())
        .map_err(|_| IssueError::TooLong)?;
    Ok(text(version, &packed))
}

/// Seals a 04 token in GCM, without associated data. `expires` in Unix seconds; `nonce` 12 random bytes, never repeated
/// under one secret.
///
/// # Errors
/// [`IssueError::TooLong`] above 65,519 bytes of plaintext.
pub fn pack_gcm(secret: &ServerSecret, plaintext: &[u8], expires: i64, nonce: &[u8; 12]) -> Result<String, IssueError> {
    let mut packed = header(expires, nonce, plaintext.len() + 16)?;
    let mut body = plaintext.to_vec();
    gcm_key(secret)
        .and_then(|key| key.seal_in_place_append_tag(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut body).ok())
        .ok_or(IssueError::TooLong)?;
    packed.extend_from_slice(&body);
    packed.push(1);
    Ok(text(Version::V04, &packed))
}

fn header(expires: i64, iv: &[u8], sealed: usize) -> Result<Vec<u8>, IssueError> {
    let iv_length = u16::try_from(iv.len()).map_err(|_| IssueError::TooLong)?;
    let sealed_length = u16::try_from(sealed).map_err(|_| IssueError::TooLong)?;
    let mut packed = Vec::with_capacity(13 + iv.len() + sealed);
    packed.extend_from_slice(&expires.to_be_bytes());
    packed.extend_from_slice(&iv_length.to_be_bytes());
    packed.extend_from_slice(iv);
    packed.extend_from_slice(&sealed_length.to_be_bytes());
    Ok(packed)
}

fn text(version: Version, packed: &[u8]) -> String {
    let mut token = String::with_capacity(2 + packed.len().div_ceil(3) * 4);
    token.push_str(version.prefix());
    STANDARD.encode_string(packed, &mut token);
    token
}

fn gcm_key(secret: &ServerSecret) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, secret.reveal()).ok().map(LessSafeKey::new)
}

/// A token taken apart, still sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Generation.
    pub version: Version,
    /// How it is sealed.
    pub mode: Mode,
    /// The outer expiry, Unix seconds; not authenticated.
    pub expires: i64,
    iv: Vec<u8>,
    sealed: Vec<u8>,
}

impl Envelope {
    /// Takes a token apart, in either mode and with any IV bytes (the Java port's are raw).
    ///
    /// # Errors
    /// Another version, base64 that is not the standard one, or lengths that do not fit.
    pub fn read(token: &str) -> Result<Self, Fault> {
        let version = match token.get(..2) {
            Some("03") => Version::V03,
            Some("04") => Version::V04,
            found => {
                let found = found.unwrap_or(token).escape_debug().to_string();
                return Err(Fault::UnsupportedVersion { found, known: "03, 04" });
            }
        };
        let packed = standard_base64(token.get(2..).unwrap_or_default())?;
        let misfit = Fault::Malformed { field: "token", detail: "the lengths inside the token do not fit its size" };
        let envelope = Self::unpack(version, &packed).ok_or(misfit)?;
        if version == Version::V03 && envelope.mode == Mode::Gcm {
            return Err(Fault::Malformed { field: "mode", detail: "a token 03 is never sealed in GCM" });
        }
        Ok(envelope)
    }

    fn unpack(version: Version, packed: &[u8]) -> Option<Self> {
        let (expires, rest) = packed.split_first_chunk::<8>()?;
        let (iv, rest) = counted(rest)?;
        let (sealed, rest) = counted(rest)?;
        let mode = match rest {
            [] | [0] => Mode::Cbc,
            [1] => Mode::Gcm,
            _ => return None,
        };
        let fits = match mode {
            Mode::Cbc => iv.len() == 16 && !sealed.is_empty() && sealed.len() % 16 == 0,
            Mode::Gcm => iv.len() == 12 && sealed.len() >= 16,
        };
        let expires = i64::from_be_bytes(*expires);
        fits.then(|| Self { version, mode, expires, iv: iv.to_vec(), sealed: sealed.to_vec() })
    }

    /// Opens it; `None` when the secret is another or, as far as the mode can tell, a bit was changed.
    pub fn open(&self, secret: &ServerSecret) -> Option<Vec<u8>> {
        match self.mode {
            Mode::Cbc => {
                let iv: &[u8; 16] = self.iv.as_slice().try_into().ok()?;
                cbc::Decryptor::<Aes256Dec>::new(secret.reveal().into(), iv.into()).decrypt_padded_vec::<Pkcs7>(&self.sealed).ok()
            }
            Mode::Gcm => {
                let nonce = Nonce::try_assume_unique_for_key(&self.iv).ok()?;
                let mut body = self.sealed.clone();
                let length = gcm_key(secret)?.open_in_place(nonce, Aad::empty(), &mut body).ok()?.len();
                body.truncate(length);
                Some(body)
            }
        }
    }
}

/// A big-endian 16-bit length, then so many bytes.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
