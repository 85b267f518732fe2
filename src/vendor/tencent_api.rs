//! Calls of Tencent Cloud's API that kaibo makes, signed with TC3-HMAC-SHA256 (Tencent Cloud, "Signature v3"), and their
//! answers read. Sending is not done here.
//!
//! Live: version 2018-08-01. TRTC: version 2019-07-22. Both take a POST of JSON to `/`.

use crate::live::time::UnixMs;
use crate::secret::Secret;
use ring::{digest, hmac};
use thiserror::Error;

mod answer;
mod call;
#[cfg(test)]
mod tests;

pub use answer::{ApiError, CloudFile, RecordingState, Response, StreamState, read_answer, recording_state, stream_state};
pub use call::{Call, MOST_REMOVED, Room};

/// Signed as it is sent, so it is written in one place.
const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Who calls, and in which region (`ap-guangzhou` and the like; TRTC asks for one, Live does not).
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// SecretId.
    pub secret_id: &'a str,
    /// SecretKey.
    pub secret_key: &'a Secret,
    /// Region, or empty.
    pub region: &'a str,
}

/// Why a call is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// No user, or more than one call takes.
    #[error("one call names 1 to {MOST_REMOVED} users, not {named}; split it")]
    UserCount {
        /// Named.
        named: usize,
    },
    /// The configured base address cannot be one.
    #[error("tencent_api.api_base must be https:// (or http:// on this machine) and a host, without a path")]
    Base,
}

impl CallError {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UserCount { .. } => "tencent_user_count",
            Self::Base => "tencent_api_base_invalid",
        }
    }
}

/// One POST to send as it stands. Its headers hold a signature that is good for five minutes, so it has no Debug.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Absolute address.
    pub url: String,
    /// All headers that Tencent asks for; `host` is among them, because it is signed.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// Builds and signs a call (Tencent Cloud, "Signature v3"). `base` replaces the vendor's own address for both products, e.g.
/// `http://127.0.0.1:9000`; `timestamp` in Unix seconds, good for five minutes either way.
///
/// # Errors
/// [`CallError`] for a base that is no address, and for a call that Tencent would refuse whole.
pub fn request(call: &Call<'_>, account: Account<'_>, base: Option<&str>, timestamp: i64) -> Result<Request, CallError> {
    let (scheme, host) = match base {
        Some(base) => split_base(base)?,
        None => ("https", call.host()),
    };
    let body = call.body()?.to_string();
    let authorization = authorization(account.secret_id, account.secret_key, call.service(), host, &body, timestamp);
    let mut headers = vec![
        ("content-type", CONTENT_TYPE.to_owned()),
        ("host", host.to_owned()),
        ("x-tc-action", call.action().to_owned()),
        ("x-tc-version", call.version().to_owned()),
        ("x-tc-timestamp", timestamp.to_string()),
        ("authorization", authorization),
    ];
    if !account.region.is_empty() {
        headers.push(("x-tc-region", account.region.to_owned()));
    }
    Ok(Request { url: format!("{scheme}://{host}/"), headers, body })
}

fn split_base(base: &str) -> Result<(&str, &str), CallError> {
    let (scheme, rest) = base.split_once("://").ok_or(CallError::Base)?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    if matches!(scheme, "http" | "https") && !host.is_empty() && plain { Ok((scheme, host)) } else { Err(CallError::Base) }
}

/// The `Authorization` header of a JSON POST to `/` (Tencent Cloud, "Signature v3"). Content type and host are signed besides
/// the body; `service` is the product's name, the first part of its host; `timestamp` in Unix seconds, its day in UTC.
pub fn authorization(secret_id: &str, secret_key: &Secret, service: &str, host: &str, body: &str, timestamp: i64) -> String {
    let day = UnixMs::from_seconds(timestamp).rfc3339();
    let day = day.get(..10).unwrap_or_default();
    let asked = format!("POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\ncontent-type;host\n{}", sha256(body));
    let scope = format!("{day}/{service}/tc3_request");
    let text = format!("TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{}", sha256(&asked));
    let mut first = b"TC3".to_vec();
    first.extend_from_slice(secret_key.reveal());
    let key = [day, service, "tc3_request"].into_iter().fold(first, |key, part| hmac(&key, part));
    let signature = hex::encode(hmac(&key, &text));
    format!("TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}")
}

fn sha256(text: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}
