//! WeChat's own formats: login (code2Session), access tokens, the signature of voip rooms, the referer of
//! `wx.request`, and the answers that carry the server domain lists. Pure: every call is a path and a body to send,
//! and a parser for what comes back.
//!
//! The rules of a domain entry are the whitelist's business and live in `live/whitelist`, not here.
//! Encrypted user data and message push are not used by kaibo, so they are not here either.

pub mod code2session;
pub mod domain;
pub mod fault;
pub mod referer;
pub mod server_api;
pub mod session;
pub mod voip;

pub use fault::{Retry, WechatFault};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986 unreserved characters, so that `+`, `/` and `=` of base64 survive a query.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `name=value&...` with every value percent-encoded.
fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, QUERY_VALUE));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// One kind of the shared vectors.
    pub(super) fn vectors(kind: &str) -> Vec<Value> {
        let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/wechat-vectors.json")).expect("JSON");
        all[kind].as_array().expect("a list of cases").clone()
    }

    /// A vector's value as the text it stands for.
    pub(super) fn text(value: &Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    #[test]
    fn base64_survives_a_query() {
        assert_eq!(super::query(&[("a", "+/=="), ("b", "x y_-.~&语")]), "a=%2B%2F%3D%3D&b=x%20y_-.~%26%E8%AF%AD");
    }
}
