//! Session keys at rest: AES-256-GCM, bound to their user, under a key derived from `wechat.session_key_key` or, without one,
//! from the session keys. The first valid key seals, all valid keys open.

use crate::config::Config;
use crate::live::time::UnixMs;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use serde::{Deserialize, Serialize};

/// What is kept of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// WeChat's id of the user.
    pub openid: String,
    /// The base64 text that code2Session gave.
    pub session_key: Secret,
}

#[derive(Serialize, Deserialize)]
struct Inside {
    openid: String,
    session_key: String,
}

/// Seals for a user; None when no key is configured and valid.
pub fn seal(config: &Config, user_id: &str, kept: &Kept, nonce: [u8; NONCE_LEN], now: UnixMs) -> Option<String> {
    let key =
        sealing_key(config.wechat.as_ref()?.session_key_key.as_ref().or(config.access.session_keys.as_ref())?.signing(now)?)?;
    let inside = Inside { openid: kept.openid.clone(), session_key: kept.session_key.reveal_text().to_owned() };
    let mut bytes = serde_json::to_vec(&inside).ok()?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(user_id), &mut bytes).ok()?;
    Some(STANDARD.encode([nonce.as_slice(), &bytes].concat()))
}

/// Opens what `seal` made for the same user.
pub fn open(config: &Config, user_id: &str, sealed: &str, now: UnixMs) -> Option<Kept> {
    let bytes = STANDARD.decode(sealed).ok()?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let keys = config.wechat.as_ref()?.session_key_key.as_ref().or(config.access.session_keys.as_ref())?;
    keys.valid(now).into_iter().find_map(|key| {
        let mut rest = rest.to_vec();
        let plain = sealing_key(key)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(user_id), &mut rest).ok()?;
        let inside: Inside = serde_json::from_slice(plain).ok()?;
        Some(Kept { openid: inside.openid, session_key: Secret::from(inside.session_key.as_str()) })
    })
}

/// Derived, so that a text of any length is a key and the signing of sessions shares nothing with it.
fn sealing_key(secret: &Secret) -> Option<LessSafeKey> {
    let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.reveal()), b"kaibo session_key at rest 1");
    UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        toml::from_str(&format!("[wechat]\napp_id = 'wx1'\n{text}")).unwrap()
    }

    fn kept() -> Kept {
        Kept { openid: "o1".into(), session_key: Secret::from("canarycanarycanarycana==") }
    }

    #[test]
    fn what_is_sealed_for_a_user_opens_for_that_user_only() {
        let config = config("session_key_key = 'k'");
        let sealed = seal(&config, "user_1", &kept(), [1; 12], UnixMs(0)).unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(open(&config, "user_1", &sealed, UnixMs(0)), Some(kept()));
        assert_eq!(open(&config, "user_2", &sealed, UnixMs(0)), None);
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(open(&config, "user_1", &STANDARD.encode(&bytes), UnixMs(0)), None);
            bytes[at] ^= 1;
        }
    }

    #[test]
    fn an_old_key_opens_while_it_is_valid() {
        let old = config("session_key_key = 'old'");
        let sealed = seal(&old, "user_1", &kept(), [1; 12], UnixMs(0)).unwrap();
        let both = config("session_key_key = ['new', { value = 'old', not_after = '2026-01-01T00:00:00Z' }]");
        assert_eq!(open(&both, "user_1", &sealed, UnixMs(0)), Some(kept()));
        assert_eq!(open(&both, "user_1", &sealed, UnixMs::parse_rfc3339("2026-01-01T00:00:00Z").unwrap()), None);
    }

    #[test]
    fn without_a_key_of_its_own_the_session_keys_serve() {
        let derived = config("[access]\nsession_keys = 's'");
        let sealed = seal(&derived, "user_1", &kept(), [1; 12], UnixMs(0)).unwrap();
        assert_eq!(open(&derived, "user_1", &sealed, UnixMs(0)), Some(kept()));
        assert_eq!(seal(&config(""), "user_1", &kept(), [1; 12], UnixMs(0)), None);
    }
}
