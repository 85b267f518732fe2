//! ZEGO's callbacks (`zego.md` section 5): verify the raw bytes, then parse them into one [`Event`].
//!
//! The signature covers only timestamp and nonce, never the body. So a verified callback proves that its sender has seen
//! one; the caller must also have an unguessable address, remember [`Signed::replay_triple`] for the window, and refuse the
//! same triple with another event.
//!
//! [`Event`]: crate::live::event::Event

use crate::secret::Secret;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use serde_json::{Map, Value};
use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;

mod body;
mod cloud;
mod fields;
mod files;
mod key;
mod parse;
#[cfg(test)]
mod tests;

pub use parse::parse;

/// Why a callback is not taken. Nothing of a key is ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Not a body in any form ZEGO sends, or without timestamp, nonce and signature.
    #[error("the callback is not signed: {detail}")]
    NotSigned {
        /// What is missing.
        detail: &'static str,
    },
    /// None of the secrets made the signature.
    #[error("the callback's signature is wrong; compare callback_secret with CallbackSecret in ZEGO's console")]
    BadSignature,
    /// Rightly signed, but outside the window.
    #[error("the callback was signed at {timestamp} and it is {now} (Unix seconds); check the clock of this machine")]
    Stale {
        /// Unix seconds.
        timestamp: i64,
        /// Unix seconds.
        now: i64,
    },
    /// Rightly signed, but for another app than its address.
    #[error("the callback is for another app than {wanted}; each app has its own address")]
    OtherApp {
        /// The app of the address.
        wanted: u32,
    },
}

impl Refused {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSigned { .. } => "not_signed",
            Self::BadSignature => "bad_signature",
            Self::Stale { .. } => "stale",
            Self::OtherApp { .. } => "other_app",
        }
    }
}

/// A callback whose signature holds. Only [`verify`] makes one.
#[derive(Clone, PartialEq)]
pub struct Signed {
    members: Map<String, Value>,
    app_id: u32,
    timestamp: i64,
    nonce: String,
    signature: String,
}

impl Signed {
    /// The app it is for.
    pub const fn app_id(&self) -> u32 {
        self.app_id
    }

    /// When it was signed, Unix seconds.
    pub const fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// What ZEGO sent, with numbers as they came (64-bit ids are exact).
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Timestamp, nonce and signature as one text that no other triple gives: the key of the replay memory, once hashed.
    pub fn replay_triple(&self) -> String {
        key::join(&[&self.timestamp.to_string(), &self.nonce, &self.signature])
    }
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signed(app {}, at {}, …)", self.app_id, self.timestamp)
    }
}

/// The signature of a callback (`zego.md` section 5.2): lower-case hex SHA-1 of secret, timestamp and nonce, sorted as bytes
/// and joined. `timestamp` is decimal Unix seconds. SHA-1 because ZEGO asks for it.
pub fn sign(secret: &Secret, timestamp: &str, nonce: &str) -> String {
    let mut parts = [secret.reveal(), timestamp.as_bytes(), nonce.as_bytes()];
    parts.sort_unstable();
    let mut sha1 = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| sha1.update(part));
    hex::encode(sha1.finish())
}

/// Verifies raw bytes (`zego.md` sections 5.1 and 5.2): JSON, percent-encoded JSON or a form; numbers or text for every
/// scalar. Any of `secrets` may have signed (empty ones never count); `app_id` is the app of the address; the signed moment
/// must lie within `window_seconds` of `now_seconds` (Unix), either way.
///
/// # Errors
/// [`Refused`], in the order not_signed, bad_signature, stale, other_app.
pub fn verify(
    body: &[u8],
    content_type: Option<&str>,
    secrets: &[&Secret],
    app_id: u32,
    now_seconds: i64,
    window_seconds: i64,
) -> Result<Signed, Refused> {
    let not_signed = |detail| Refused::NotSigned { detail };
    let members = body::read(body, content_type).ok_or(not_signed("the body is neither a JSON object nor a form"))?;
    let found = |name, detail| fields::scalar(&members, name).filter(|t| !t.is_empty()).ok_or(not_signed(detail));
    let timestamp_text = found("timestamp", "there is no timestamp")?;
    let nonce = found("nonce", "there is no nonce")?;
    let signature = found("signature", "there is no signature")?;
    let timestamp = seconds(&timestamp_text).ok_or(not_signed("the timestamp is not 8 to 13 digits"))?;
    let mut holds = Choice::from(0);
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        holds |= sign(secret, &timestamp_text, &nonce).as_bytes().ct_eq(signature.as_bytes());
    }
    if !bool::from(holds) {
        return Err(Refused::BadSignature);
    }
    if now_seconds.abs_diff(timestamp) > window_seconds.unsigned_abs() {
        return Err(Refused::Stale { timestamp, now: now_seconds });
    }
    let named = ["appid", "app_id", "AppId"].iter().find_map(|name| fields::scalar(&members, name));
    if named.as_deref() != Some(app_id.to_string().as_str()) {
        return Err(Refused::OtherApp { wanted: app_id });
    }
    Ok(Signed { members, app_id, timestamp, nonce, signature })
}

/// 8 to 13 digits, always read as seconds and never with a leading zero.
///
/// Joined text has no separators: digits may be moved between nonce and timestamp under the same signature. Read as
/// seconds without leading zeros, no two splits fall into one window, so a moved split is stale. Milliseconds or leading
/// zeros would let the same signature in twice, past the replay memory.
fn seconds(text: &str) -> Option<i64> {
    let plain = (8..=13).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
