//! Token 04, the one current ZEGO SDKs take (`zego.md` section 3). Opening and judging it is in `sealed_token`.

use super::envelope::{Version, pack_cbc, pack_gcm};
use super::json_text::{push_number, push_quoted};
use super::server_secret::{IssueError, ServerSecret, check_claims};

/// What a token 04 says. The payload is empty for an identity token, or [`Privileges::payload`].
///
/// [`Privileges::payload`]: super::privileges::Privileges::payload
#[derive(Clone, Copy, Debug)]
pub struct Claims04<'a> {
    /// Not 0.
    pub app_id: u32,
    /// 1 to 64 characters; must equal the id used at login.
    pub user_id: &'a str,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds, after `created`.
    pub expires: i64,
    /// Random.
    pub nonce: i32,
    /// Empty or a privilege text.
    pub payload: &'a str,
}

/// Issues a token sealed in AES-CBC, the form every ZEGO region understands. `iv`: 16 random bytes.
///
/// # Errors
/// [`IssueError`] as ZEGO's own generators refuse.
pub fn issue_cbc(secret: &ServerSecret, claims: &Claims04<'_>, iv: &[u8; 16]) -> Result<String, IssueError> {
    pack_cbc(Version::V04, secret, plaintext(claims)?.as_bytes(), claims.expires, iv)
}

/// Issues a token sealed in AES-GCM, the newer form. `nonce`: 12 random bytes, never repeated under one secret.
///
/// # Errors
/// [`IssueError`] as ZEGO's own generators refuse.
pub fn issue_gcm(secret: &ServerSecret, claims: &Claims04<'_>, nonce: &[u8; 12]) -> Result<String, IssueError> {
    pack_gcm(secret, plaintext(claims)?.as_bytes(), claims.expires, nonce)
}

/// The JSON inside, members in the order of the Go port.
fn plaintext(claims: &Claims04<'_>) -> Result<String, IssueError> {
    check_claims(claims.app_id, claims.user_id, claims.created, claims.expires)?;
    let mut json = String::with_capacity(128 + claims.user_id.len() + claims.payload.len() * 9 / 8);
    json.push_str("{\"app_id\":");
    push_number(&mut json, i64::from(claims.app_id));
    json.push_str(",\"user_id\":");
    push_quoted(&mut json, claims.user_id);
    json.push_str(",\"ctime\":");
    push_number(&mut json, claims.created);
    json.push_str(",\"expire\":");
    push_number(&mut json, claims.expires);
    json.push_str(",\"nonce\":");
    push_number(&mut json, i64::from(claims.nonce));
    json.push_str(",\"payload\":");
    push_quoted(&mut json, claims.payload);
    json.push('}');
    Ok(json)
}
