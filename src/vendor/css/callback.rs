//! css event callbacks (`tencent.md` section 8): proves who sent one, then reads it as one of our events.
//!
//! The sign covers a time only, not the body, so it can be replayed with any body until that time: whoever calls this
//! also needs a secret in the address, [`belongs`], and deduplication by the event's key.

use crate::secret::Secret;
use crate::vendor::tencent_fields::{Fields, hash_bytes, hash_without};
use md5::{Digest, Md5};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use thiserror::Error;

mod body;
mod end_reason;
mod parse;
mod recording;
#[cfg(test)]
mod tests;

pub use parse::parse;

/// A sign is good for ten minutes from its issue, so its `t` tells when the callback was sent.
const SIGN_LIFE_SECONDS: i64 = 600;

/// Why a callback is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// No `sign` and `t` where a key asks for them, or no key to prove them with.
    #[error("the callback is not signed; set the callback key in the css console and as css.callback_key")]
    NotSigned,
    /// Made with another key.
    #[error("the callback's sign does not match; compare the callback key of the css console with css.callback_key")]
    BadSignature,
    /// `t` is further past than `css_late_seconds` allows.
    #[error("the callback's t is too long past; an old callback may be replayed, or this machine's clock is wrong")]
    Stale,
    /// About another push domain or account.
    #[error("the callback is about another push domain or appid; list further domains in css.domains")]
    OtherApp,
}

impl Refused {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "not_signed",
            Self::BadSignature => "bad_signature",
            Self::Stale => "stale",
            Self::OtherApp => "other_app",
        }
    }
}

/// A callback that may be read: rightly signed, or taken unsigned where that is allowed.
#[derive(Clone)]
pub struct Signed {
    /// True when `t` was already past, within the time allowed.
    pub late: bool,
    fields: Map<String, Value>,
    /// What is wrong with the body as a whole, only possible for an unsigned one.
    problem: Option<&'static str>,
    sent_at_seconds: i64,
    hash: String,
}

impl std::fmt::Debug for Signed {
    /// The body holds push signatures, so it is never shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signed").field("late", &self.late).finish_non_exhaustive()
    }
}

/// Lower-case hex MD5 of key and the decimal text of `t`, for a simulator and for [`verify`]. MD5 because Tencent asks for it.
pub fn sign(key: &Secret, t: &str) -> String {
    let mut md5 = Md5::new();
    md5.update(key.reveal());
    md5.update(t);
    hex::encode(md5.finalize())
}

/// Proves a callback (`tencent.md` section 8). `body` is JSON, percent-encoded JSON or a form; `content_type` is only a hint.
///
/// Any of `keys` may have signed. With no keys and `accept_unsigned`, anything is taken. `now_seconds` in Unix seconds;
/// `t` equal to it is in time, up to `late_seconds` later is `late`.
///
/// # Errors
/// [`Refused`]; a signature is judged before its age.
pub fn verify(
    body: &[u8],
    content_type: Option<&str>,
    keys: &[&Secret],
    accept_unsigned: bool,
    now_seconds: i64,
    late_seconds: i64,
) -> Result<Signed, Refused> {
    let read = body::read(body, content_type);
    if keys.is_empty() {
        return if accept_unsigned { Ok(Signed::new(body, read, false)) } else { Err(Refused::NotSigned) };
    }
    let fields = read.ok_or(Refused::NotSigned)?;
    let text = |name| Fields(&fields).optional_text(name).ok_or(Refused::NotSigned);
    let (t, claimed) = (text("t")?, text("sign")?);
    // Anyone can sign with an empty key.
    let made_by = |key: &&Secret| !key.is_empty() && bool::from(sign(key, &t).as_bytes().ct_eq(claimed.as_bytes()));
    if !keys.iter().any(made_by) {
        return Err(Refused::BadSignature);
    }
    let expires: i64 = t.parse().map_err(|_| Refused::NotSigned)?;
    if now_seconds > expires.saturating_add(late_seconds) {
        return Err(Refused::Stale);
    }
    Ok(Signed::new(body, Some(fields), now_seconds > expires))
}

impl Signed {
    fn new(body: &[u8], read: Option<Map<String, Value>>, late: bool) -> Self {
        let problem = read.is_none().then_some("the body is neither a JSON object nor a form");
        let hash = read.as_ref().map_or_else(|| hash_bytes(body), |fields| hash_without(fields, &["t", "sign"]));
        let fields = read.unwrap_or_default();
        let sent_at_seconds = Fields(&fields).optional_whole("t").map_or(0, |t| t.saturating_sub(SIGN_LIFE_SECONDS).max(0));
        Self { late, fields, problem, sent_at_seconds, hash }
    }
}

/// True when the callback is about this css app: its push domain (`app` or `domain`) is the configured or a listed one, and
/// its `appid` is the configured one. What a body does not name, or what is configured as none or 0, is not compared.
/// When false, answer as for [`Refused::OtherApp`].
pub fn belongs(signed: &Signed, push_domain: &str, appid: Option<u64>, extra_domains: &[impl AsRef<str>]) -> bool {
    let fields = Fields(&signed.fields);
    let known = |domain: String| {
        domain.eq_ignore_ascii_case(push_domain) || extra_domains.iter().any(|other| domain.eq_ignore_ascii_case(other.as_ref()))
    };
    let domains_fit = ["app", "domain"].into_iter().filter_map(|name| fields.optional_text(name)).all(known);
    let appid_fits = match (appid.filter(|id| *id != 0), fields.optional_text("appid")) {
        (Some(ours), Some(theirs)) => theirs == ours.to_string(),
        _ => true,
    };
    domains_fit && appid_fits
}
