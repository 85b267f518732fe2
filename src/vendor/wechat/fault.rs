//! WeChat's errcodes as faults with kaibo's words (wechat.md section 1; code2Session, stable token, getvoipsign).
//!
//! WeChat answers errors with status 200, so only the body decides. Its `errmsg` is dropped: it may repeat what was sent.

use serde_json::{Map, Value};

/// What a second try can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Nothing: settings or rights must change.
    Never,
    /// A code is spent: only a new `wx.login` helps.
    NewLogin,
    /// Once more after a short pause.
    Once,
    /// Later, after so many seconds.
    After(u32),
    /// With a fresh access token.
    NewAccessToken,
}

/// WeChat refused, or answered something that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct WechatFault {
    /// WeChat's number; `None` when the answer could not be read.
    pub errcode: Option<i64>,
    /// kaibo's stable word: `code_invalid`, `code_used`, `wechat_busy`, `wechat_rate_limited`, `user_blocked`,
    /// `wechat_misconfigured` or `wechat_error`.
    pub word: &'static str,
    /// What helps.
    pub retry: Retry,
    /// One sentence to act on.
    pub sentence: &'static str,
}

impl WechatFault {
    /// The fault of an errcode other than 0.
    pub fn of(errcode: i64) -> Self {
        let (word, retry, sentence) = match errcode {
            -1 => ("wechat_busy", Retry::Once, "WeChat is busy; try again in a moment"),
            40029 => (
                "code_invalid",
                Retry::NewLogin,
                "WeChat does not know this code or it is older than 5 minutes; call wx.login again",
            ),
            40163 => ("code_used", Retry::NewLogin, "this code was already used; a code works once, call wx.login again"),
            // 45009 and 40164 are from WeChat's general code table.
            45011 => ("wechat_rate_limited", Retry::After(60), "WeChat refuses more logins of this user for a minute"),
            45009 => ("wechat_rate_limited", Retry::After(3600), "the app's daily quota at WeChat is used up"),
            40226 => ("user_blocked", Retry::Never, "WeChat blocks logins of this user as high risk"),
            40013 => ("wechat_misconfigured", Retry::Never, "WeChat does not know this app id; check wechat.app_id"),
            40125 | 41004 => ("wechat_misconfigured", Retry::Never, "WeChat refuses the app secret; check wechat.app_secret"),
            40164 => (
                "wechat_misconfigured",
                Retry::Never,
                "this server's address is not in the IP list of the WeChat console; add it there",
            ),
            48001 => (
                "wechat_misconfigured",
                Retry::Never,
                "this access token may not read that; paste the list, or use a third-party platform's authorizer token",
            ),
            40001 | 40014 | 42001 => ("wechat_error", Retry::NewAccessToken, "WeChat refuses the access token; fetch a new one"),
            _ => ("wechat_error", Retry::Never, "WeChat refused; look the errcode up with `kaibo explain`"),
        };
        Self { errcode: Some(errcode), word, retry, sentence }
    }

    /// The answer is not what WeChat documents.
    pub(super) const UNREADABLE: Self =
        Self { errcode: None, word: "wechat_error", retry: Retry::Never, sentence: "WeChat's answer could not be read" };
}

/// An answer's JSON object with errcode absent or 0; any other errcode is a fault.
pub(super) fn answer(body: &[u8]) -> Result<Map<String, Value>, WechatFault> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return Err(WechatFault::UNREADABLE) };
    match object.get("errcode") {
        None | Some(Value::Null) => Ok(object),
        Some(code) => match code.as_i64() {
            Some(0) => Ok(object),
            Some(code) => Err(WechatFault::of(code)),
            None => Err(WechatFault::UNREADABLE),
        },
    }
}

/// A member that is non-empty text.
pub(super) fn filled<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, WechatFault> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(WechatFault::UNREADABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_errcodes_has_kaibos_words() {
        let words = [
            (-1, "wechat_busy"),
            (40029, "code_invalid"),
            (40163, "code_used"),
            (45011, "wechat_rate_limited"),
            (40226, "user_blocked"),
            (40013, "wechat_misconfigured"),
            (40125, "wechat_misconfigured"),
            (99999, "wechat_error"),
        ];
        for (code, word) in words {
            assert_eq!((WechatFault::of(code).word, WechatFault::of(code).errcode), (word, Some(code)));
        }
        assert_eq!(WechatFault::of(45011).retry, Retry::After(60));
        assert_eq!(WechatFault::of(40029).retry, Retry::NewLogin);
    }

    #[test]
    fn an_answer_that_is_no_object_or_has_a_strange_errcode_is_unreadable() {
        for body in [&b""[..], b"[]", b"<html>", b"{\"errcode\":\"no\"}", b"\xff"] {
            assert_eq!(answer(body), Err(WechatFault::UNREADABLE));
        }
        assert!(answer(b"{\"errcode\":0}").is_ok());
    }
}
