//! WeChat's server calls that need an access token, as paths, bodies and parsers: the stable token itself, getvoipsign
//! and checksession (wechat.md sections 1 and 2). Paths and bodies that hold a token or secret are `Secret`.

use super::fault::{WechatFault, answer, filled};
use super::query;
use super::session::session_signature;
use crate::secret::Secret;
use serde_json::{Value, json};

/// Where the stable token is asked for (POST).
pub const STABLE_TOKEN_PATH: &str = "/cgi-bin/stable_token";

/// An access token and its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Up to 512 characters.
    pub token: Secret,
    /// Seconds from the answer on, at most 7200.
    pub expires_in_seconds: u32,
}

/// The JSON body of a stable-token call in normal mode, which does not void the token that others hold.
pub fn stable_token_body(app_id: &str, app_secret: &Secret) -> Secret {
    let body = json!({
        "grant_type": "client_credential", "appid": app_id, "secret": app_secret.reveal_text(), "force_refresh": false
    });
    Secret::new(body.to_string())
}

/// Reads a stable-token answer.
pub fn parse_stable_token(body: &[u8]) -> Result<AccessToken, WechatFault> {
    let object = answer(body)?;
    let seconds = object.get("expires_in").and_then(Value::as_u64).and_then(|s| u32::try_from(s).ok());
    Ok(AccessToken {
        token: Secret::from(filled(&object, "access_token")?),
        expires_in_seconds: seconds.ok_or(WechatFault::UNREADABLE)?,
    })
}

/// Path and query of getvoipsign (POST): WeChat signs a voip join itself, so no session key is needed.
pub fn getvoipsign_path(access_token: &Secret, openid: &str) -> Secret {
    let pairs = [("access_token", access_token.reveal_text()), ("openid", openid)];
    Secret::new(format!("/wxa/getvoipsign?{}", query(&pairs)))
}

/// The JSON body of getvoipsign; `time_stamp` in Unix seconds.
pub fn getvoipsign_body(group_id: &str, nonce: &str, time_stamp: i64) -> String {
    json!({ "group_id": group_id, "nonce": nonce, "timestamp": time_stamp }).to_string()
}

/// Reads WeChat's signature and passes its text on unchanged: it may carry a suffix after the 64 hex digits.
pub fn parse_getvoipsign(body: &[u8]) -> Result<String, WechatFault> {
    filled(&answer(body)?, "signature").map(str::to_owned)
}

/// Path and query of checksession (GET): asks WeChat whether the session key we hold is still the user's.
pub fn checksession_path(access_token: &Secret, openid: &str, session_key: &Secret) -> Secret {
    let signature = session_signature(session_key, b"");
    let pairs = [
        ("access_token", access_token.reveal_text()),
        ("openid", openid),
        ("signature", &signature),
        ("sig_method", "hmac_sha256"),
    ];
    Secret::new(format!("/wxa/checksession?{}", query(&pairs)))
}

/// Reads a checksession answer: true when the key is the user's, false when WeChat says the signature is wrong (87009).
pub fn parse_checksession(body: &[u8]) -> Result<bool, WechatFault> {
    match answer(body) {
        Ok(_) => Ok(true),
        Err(WechatFault { errcode: Some(87009), .. }) => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stable_token_is_asked_for_without_forcing() {
        let body = stable_token_body("wx1", &Secret::from("s\"1"));
        assert_eq!(
            body.reveal_text(),
            r#"{"grant_type":"client_credential","appid":"wx1","secret":"s\"1","force_refresh":false}"#
        );
        let token = parse_stable_token(br#"{"access_token":"T","expires_in":7200}"#).expect("a token");
        assert_eq!((token.token.reveal_text(), token.expires_in_seconds), ("T", 7200));
        assert_eq!(parse_stable_token(br#"{"errcode":40125}"#).expect_err("secret").word, "wechat_misconfigured");
        assert!(parse_stable_token(br#"{"access_token":"T","expires_in":-1}"#).is_err());
    }

    #[test]
    fn a_cloud_signature_passes_unchanged() {
        assert_eq!(getvoipsign_path(&Secret::from("T+"), "o_1").reveal_text(), "/wxa/getvoipsign?access_token=T%2B&openid=o_1");
        assert_eq!(getvoipsign_body("g", "n", 1_700_000_000), r#"{"group_id":"g","nonce":"n","timestamp":1700000000}"#);
        assert_eq!(parse_getvoipsign(br#"{"errcode":0,"signature":"ab12_cAm38Yw"}"#).as_deref(), Ok("ab12_cAm38Yw"));
        assert_eq!(parse_getvoipsign(br#"{"errcode":42001}"#).expect_err("stale").retry, super::super::Retry::NewAccessToken);
    }

    #[test]
    fn a_stale_session_key_is_no_fault() {
        assert_eq!(parse_checksession(br#"{"errcode":0,"errmsg":"ok"}"#), Ok(true));
        assert_eq!(parse_checksession(br#"{"errcode":87009}"#), Ok(false));
        assert!(parse_checksession(br#"{"errcode":40001}"#).is_err());
        let path = checksession_path(&Secret::from("T"), "o1", &Secret::from("R6vGCjgywejaandnKbHp9A=="));
        assert!(
            path.reveal_text().contains("signature=ed54fe9d6e7501079b2b8ccec896342ffa22415c10a8e8dead80eb05ceb94ed1&sig_method=")
        );
    }
}
