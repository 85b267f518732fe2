//! Login sessions: our own proof of who calls, after `wx.login`. Signed, not stored: `ks1.` payload `.` HMAC-SHA256, both
//! base64url, the payload `{"u": user id, "x": expiry in Unix seconds}`. The first valid key signs, all valid ones verify.

use crate::config::keys::Keys;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "ks1.";

#[derive(Serialize, Deserialize)]
struct Payload {
    u: String,
    x: i64,
}

/// True for a text of this form.
pub fn is_session(bearer: &str) -> bool {
    bearer.starts_with(PREFIX)
}

/// Makes a login session for a user. None when no session key is valid now.
pub fn issue(keys: Option<&Keys>, user_id: &str, expires_at: UnixMs, now: UnixMs) -> Option<String> {
    let key = keys?.signing(now)?;
    let payload = serde_json::to_vec(&Payload { u: user_id.to_owned(), x: expires_at.seconds() }).ok()?;
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(payload));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal()), text.as_bytes());
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

/// The user of a login session.
pub fn verify(keys: Option<&Keys>, session: &str, now: UnixMs) -> Result<String, Fault> {
    verified(keys, session, now).ok_or_else(|| {
        Fault::new("session_invalid", "登录凭证无效，请重新登录。", "The login session is not valid; log in again.")
    })?
}

fn verified(keys: Option<&Keys>, session: &str, now: UnixMs) -> Option<Result<String, Fault>> {
    let (text, tag) = session.rsplit_once('.')?;
    let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
    let signed = |key: &&crate::secret::Secret| {
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal()), text.as_bytes(), &tag).is_ok()
    };
    keys?.valid(now).iter().find(|key| signed(key))?;
    let payload: Payload = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?).ok()?;
    Some(if now < UnixMs::from_seconds(payload.x) { Ok(payload.u) } else { Err(expired()) })
}

pub(super) fn expired() -> Fault {
    Fault::new("session_expired", "登录已过期，请重新登录。", "The login has expired; log in again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn keys(text: &str) -> Keys {
        Keys::one(Secret::from(text))
    }

    #[test]
    fn a_session_proves_its_user_until_it_expires() {
        let keys = keys("k");
        let session = issue(Some(&keys), "user_1", UnixMs(10_000), UnixMs(0)).unwrap();
        assert_eq!(verify(Some(&keys), &session, UnixMs(9_999)).unwrap(), "user_1");
        assert_eq!(verify(Some(&keys), &session, UnixMs(10_000)).unwrap_err().code, "session_expired");
    }

    #[test]
    fn no_changed_bit_and_no_other_key_is_accepted() {
        let own = keys("k");
        let session = issue(Some(&own), "user_1", UnixMs(10_000), UnixMs(0)).unwrap();
        assert_eq!(verify(Some(&keys("other")), &session, UnixMs(0)).unwrap_err().code, "session_invalid");
        assert_eq!(verify(None, &session, UnixMs(0)).unwrap_err().code, "session_invalid");
        for at in 0..session.len() {
            for bit in 0..8 {
                let mut bytes = session.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                assert!(verify(Some(&own), &changed, UnixMs(0)).is_err(), "bit {bit} of character {at}");
            }
        }
    }
}
