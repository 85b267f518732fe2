//! Token 03, between the two generations that are in use; offered for completeness (`zego.md` section 3).
//! Opening and judging it is in `sealed_token`.

use super::envelope::{Version, pack_cbc};
use super::json_text::{push_number, push_quoted};
use super::privileges::push_map;
use super::server_secret::{IssueError, ServerSecret, check_claims};

/// What a token 03 says.
#[derive(Clone, Copy, Debug)]
pub struct Claims03<'a> {
    /// Not 0.
    pub app_id: u32,
    /// The room it is for.
    pub room_id: &'a str,
    /// 1 to 64 characters; must equal the id used at login.
    pub user_id: &'a str,
    /// May log in to the room.
    pub login: bool,
    /// May publish.
    pub publish: bool,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds, after `created`.
    pub expires: i64,
    /// Random.
    pub nonce: i64,
}

/// Issues a token sealed in AES-CBC. `iv`: 16 random bytes.
///
/// # Errors
/// [`IssueError`] as ZEGO's own generators refuse.
pub fn issue(secret: &ServerSecret, claims: &Claims03<'_>, iv: &[u8; 16]) -> Result<String, IssueError> {
    check_claims(claims.app_id, claims.user_id, claims.created, claims.expires)?;
    let mut json = String::with_capacity(192 + claims.user_id.len() + claims.room_id.len());
    json.push_str("{\"app_id\":");
    push_number(&mut json, i64::from(claims.app_id));
    json.push_str(",\"room_id\":");
    push_quoted(&mut json, claims.room_id);
    json.push_str(",\"user_id\":");
    push_quoted(&mut json, claims.user_id);
    push_map(&mut json, claims.login, claims.publish);
    json.push_str(",\"create_time\":");
    push_number(&mut json, claims.created);
    json.push_str(",\"expire_time\":");
    push_number(&mut json, claims.expires);
    json.push_str(",\"nonce\":");
    push_number(&mut json, claims.nonce);
    json.push('}');
    pack_cbc(Version::V03, secret, json.as_bytes(), claims.expires, iv)
}
