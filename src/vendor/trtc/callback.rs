//! TRTC server callbacks (`tencent.md` section 9): proves who sent one, then reads it as one of our events.
//!
//! The sign covers the raw bytes of the body: they must come here as they were received, never parsed and written again.
//! It holds no time, so age refuses nothing; repeats are found by the event's key.

use crate::secret::Secret;
use crate::vendor::tencent_fields::{Fields, hash_bytes, hash_without};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use thiserror::Error;

mod parse;
mod recording;
#[cfg(test)]
mod tests;

pub use parse::parse;

/// Why a callback is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// No `Sign` header where a key asks for one, or no key to prove it with.
    #[error("the callback has no Sign header; set the callback key in the TRTC console and as trtc.callback_key")]
    NotSigned,
    /// Made with another key, or over other bytes.
    #[error("the callback's Sign does not match; compare the callback key of the TRTC console with trtc.callback_key")]
    BadSignature,
    /// From another SDKAppID than the address is for.
    #[error("the callback is from another SDKAppID than its address names; correct the address in the TRTC console")]
    OtherApp,
}

impl Refused {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "not_signed",
            Self::BadSignature => "bad_signature",
            Self::OtherApp => "other_app",
        }
    }
}

/// A callback that may be read: rightly signed, or taken unsigned where that is allowed.
#[derive(Clone)]
pub struct Signed {
    /// None when the body is no JSON object.
    fields: Option<Map<String, Value>>,
    hash: String,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signed(…)")
    }
}

/// Standard base64 of HMAC-SHA256 over the body, for a simulator and for [`verify`].
pub fn sign(key: &Secret, body: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal()), body))
}

/// Proves a callback over its raw bytes (`tencent.md` section 9). Headers are looked up by the caller, without regard to case.
///
/// Any of `keys` may have signed. With no keys and `accept_unsigned`, anything is taken that does not name another app.
///
/// # Errors
/// [`Refused`].
pub fn verify(
    body: &[u8],
    sign_header: Option<&str>,
    sdk_app_id_header: Option<&str>,
    keys: &[&Secret],
    accept_unsigned: bool,
    sdk_app_id: u32,
) -> Result<Signed, Refused> {
    if sdk_app_id_header.is_some_and(|named| named.trim() != sdk_app_id.to_string()) {
        return Err(Refused::OtherApp);
    }
    if keys.is_empty() {
        return if accept_unsigned { Ok(Signed::new(body)) } else { Err(Refused::NotSigned) };
    }
    let claimed = sign_header.map(str::trim).filter(|claimed| !claimed.is_empty()).ok_or(Refused::NotSigned)?;
    // Anyone can sign with an empty key.
    let made_by = |key: &&Secret| !key.is_empty() && bool::from(sign(key, body).as_bytes().ct_eq(claimed.as_bytes()));
    if keys.iter().any(made_by) { Ok(Signed::new(body)) } else { Err(Refused::BadSignature) }
}

impl Signed {
    fn new(body: &[u8]) -> Self {
        let fields: Option<Map<String, Value>> = serde_json::from_slice(body).ok();
        let hash = fields.as_ref().map_or_else(|| hash_bytes(body), |fields| hash_without(fields, parse::SENT_AT));
        Self { fields, hash }
    }

    fn fields(&self) -> Option<Fields<'_>> {
        self.fields.as_ref().map(Fields)
    }
}
