//! code2Session: a page's login code becomes an openid and a session key (WeChat page "Mini-program login credential
//! check"; wechat.md section 1). A code works once: never send it again after any answer was received.

use super::fault::{WechatFault, answer, filled};
use super::query;
use crate::secret::Secret;

/// A user as WeChat knows them. The session key never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user within this mini program.
    pub openid: String,
    /// 16 bytes as 24 characters of base64; signatures use the text as it is.
    pub session_key: Secret,
    /// The user within the Open Platform account, where there is one.
    pub unionid: Option<String>,
}

/// Path and query to GET below the API's base address; a secret because it holds the app secret (wechat.md section 1).
pub fn path(app_id: &str, app_secret: &Secret, code: &str) -> Secret {
    let pairs =
        [("appid", app_id), ("secret", app_secret.reveal_text()), ("js_code", code), ("grant_type", "authorization_code")];
    Secret::new(format!("/sns/jscode2session?{}", query(&pairs)))
}

/// Reads the answer's body, whatever its status and content type said (wechat.md section 1). Good when `openid` and
/// `session_key` are non-empty text and errcode is absent or 0.
pub fn parse(body: &[u8]) -> Result<Login, WechatFault> {
    let object = answer(body)?;
    Ok(Login {
        openid: filled(&object, "openid")?.to_owned(),
        session_key: Secret::from(filled(&object, "session_key")?),
        unionid: filled(&object, "unionid").ok().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_percent_encoded_and_never_printed() {
        let path = path("wx1", &Secret::from("s&+"), "0a b/");
        assert_eq!(
            path.reveal_text(),
            "/sns/jscode2session?appid=wx1&secret=s%26%2B&js_code=0a%20b%2F&grant_type=authorization_code"
        );
        assert!(!format!("{path:?}").contains("%26"));
    }

    #[test]
    fn a_login_is_read_with_and_without_errcode() {
        let login = parse(br#"{"openid":"o1","session_key":"a2V5","unionid":"u1","errcode":0,"errmsg":""}"#).expect("a login");
        assert_eq!(
            (login.openid.as_str(), login.session_key.reveal_text(), login.unionid.as_deref()),
            ("o1", "a2V5", Some("u1"))
        );
        assert!(!format!("{login:?}").contains("a2V5"));
        assert_eq!(parse(br#"{"openid":"o1","session_key":"a2V5"}"#).expect("a login").unionid, None);
    }

    #[test]
    fn an_answer_without_key_or_with_an_errcode_is_a_fault() {
        assert_eq!(parse(br#"{"openid":"o1","session_key":""}"#).expect_err("no key").word, "wechat_error");
        assert_eq!(parse(br#"{"openid":"o1"}"#).expect_err("no key").errcode, None);
        assert_eq!(parse(br#"{"errcode":40163,"errmsg":"code been used"}"#).expect_err("used").word, "code_used");
        assert_eq!(parse(br#"{"errcode":-1,"openid":"o1","session_key":"a2V5"}"#).expect_err("busy").word, "wechat_busy");
    }
}
