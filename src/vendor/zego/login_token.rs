//! ZEGO login token, version 01 (`zego.md` section 2): MD5 over app id, key, user, nonce and expiry, wrapped in base64.
//! MD5 because ZEGO asks for it; do not reuse it for anything of ours.

use super::app_key::AppKey;
use super::fault::{Fault, Verdict, Warning, expiry_fault, standard_base64};
use super::json_text::{push_number, push_quoted};
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use serde_json::Value;
use subtle::ConstantTimeEq;

#[cfg(test)]
mod tests;

/// The nonce of a token: 16 lower-case hex characters of 8 random bytes.
///
/// Always this length: the hashed text has no separators, so with nonces of varying length the token of one user would
/// also be the token of another (`zego.md` section 2, vector `login-shift-01`).
pub fn nonce_from(random: [u8; 8]) -> String {
    let mut digits = [0; 16];
    // 8 bytes are 16 digits, always.
    let _ = hex::encode_to_slice(random, &mut digits);
    std::str::from_utf8(&digits).unwrap_or_default().to_owned()
}

/// Issues a token (`zego.md` section 2, steps 4 to 7). `expires` in Unix seconds; `id_name` byte for byte what the client
/// logs in with; `nonce` from [`nonce_from`]. The caller refuses app id 0, an empty `id_name` and a life out of range.
pub fn login_token(key: &AppKey, app_id: u32, id_name: &str, nonce: &str, expires: i64) -> String {
    let hash = hash(key, app_id, id_name, nonce, expires);
    let mut json = String::with_capacity(96 + nonce.len());
    json.push_str("{\"ver\":1,\"hash\":\"");
    json.push_str(std::str::from_utf8(&hash).unwrap_or_default());
    json.push_str("\",\"nonce\":");
    push_quoted(&mut json, nonce);
    json.push_str(",\"expired\":");
    push_number(&mut json, expires);
    json.push('}');
    STANDARD.encode(json)
}

/// Lower-case hex MD5 of the joined text.
fn hash(key: &AppKey, app_id: u32, id_name: &str, nonce: &str, expires: i64) -> [u8; 32] {
    let mut number = itoa::Buffer::new();
    let mut md5 = Md5::new_with_prefix(number.format(app_id));
    for text in [key.reveal(), id_name, nonce, number.format(expires)] {
        md5.update(text);
    }
    let mut hex_digits = [0; 32];
    // 16 bytes are 32 digits, always.
    let _ = hex::encode_to_slice(md5.finalize(), &mut hex_digits);
    hex_digits
}

/// What a version-01 token says of itself. It names neither app nor user: those are only in the hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginToken {
    /// Always 1.
    pub ver: i64,
    /// 32 hex digits.
    pub hash: String,
    /// Free text.
    pub nonce: String,
    /// Unix seconds.
    pub expired: i64,
}

/// Judges a version-01 token as ZEGO would (`zego.md` section 2). Any of `keys` may have made it, so that a key can be
/// changed; `now` in Unix seconds. The second of expiry counts as expired.
///
/// A wrong hash is one fault and ends the judgement: the other members are then not proven by anything.
/// Nonces of 13 and 32 characters (ZEGO's PHP and Java samples) are warnings, any other length than 16 a fault.
pub fn verify_login_token(token: &str, keys: &[&AppKey], app_id: u32, id_name: &str, now: i64) -> Verdict<LoginToken> {
    let said = match read(token) {
        Ok(said) => said,
        Err(fault) => return Verdict::unread(fault),
    };
    let mut warnings = Vec::new();
    if matches!(said.nonce.len(), 13 | 32) {
        warnings.push(Warning::NonceLength { length: said.nonce.len() });
    }
    let faults = judge(&said, keys, app_id, id_name, now).into_iter().collect();
    Verdict { decoded: Some(said), faults, warnings }
}

fn judge(said: &LoginToken, keys: &[&AppKey], app_id: u32, id_name: &str, now: i64) -> Option<Fault> {
    if said.ver != 1 {
        return Some(Fault::UnsupportedVersion { found: said.ver.to_string(), known: "1" });
    }
    if !matches!(said.nonce.len(), 13 | 16 | 32) {
        return Some(Fault::Malformed { field: "nonce", detail: "the nonce must have 16 characters" });
    }
    if keys.is_empty() {
        return Some(Fault::KeyUnknown);
    }
    let made_with = |key: &&AppKey| {
        let want = hash(key, app_id, id_name, &said.nonce, said.expired);
        bool::from(want.as_slice().ct_eq(said.hash.as_bytes()))
    };
    if !keys.iter().any(made_with) {
        let detail = "the hash differs: compare app id, app key and the exact user id used at login";
        return Some(Fault::BadSignature { field: "hash", detail });
    }
    expiry_fault(said.expired, now, false)
}

/// Reads the members; any member order and white space, unknown members allowed.
fn read(token: &str) -> Result<LoginToken, Fault> {
    let bytes = standard_base64(token)?;
    let json: Value = serde_json::from_slice(&bytes)
        .map_err(|_| Fault::Malformed { field: "token", detail: "the token is not base64 of a JSON object" })?;
    let wrong = |field, detail| Fault::Malformed { field, detail };
    let number = |field, detail| json.get(field).and_then(Value::as_i64).ok_or(wrong(field, detail));
    let text = |field, detail| json.get(field).and_then(Value::as_str).map(str::to_owned).ok_or(wrong(field, detail));
    Ok(LoginToken {
        ver: number("ver", "ver is missing or not a whole JSON number")?,
        hash: text("hash", "hash is missing or not a JSON string")?,
        nonce: text("nonce", "nonce is missing or not a JSON string")?,
        expired: number("expired", "expired is missing or not a whole JSON number")?,
    })
}
