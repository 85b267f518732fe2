//! The server domain lists as WeChat itself tells them (wechat.md section 7): getwxadevinfo for the mini program's own
//! token, get_effective_domain and modify_domain for a third-party platform. kaibo only ever reads.
//!
//! What an entry must look like, and what is missing, is judged by `live/whitelist`.

use super::fault::{WechatFault, answer};
use super::query;
use crate::secret::Secret;
use serde_json::{Map, Value};

/// The body of getwxadevinfo for the server domains.
pub const GETWXADEVINFO_BODY: &str = r#"{"action":"getserverdomain"}"#;
/// The body of get_effective_domain; an empty one is refused with 44002.
pub const GET_EFFECTIVE_DOMAIN_BODY: &str = "{}";

/// The lists under WeChat's own names. tcp is in no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainLists {
    /// `wx.request`.
    pub requestdomain: Vec<String>,
    /// `wx.connectSocket`.
    pub wsrequestdomain: Vec<String>,
    /// `wx.uploadFile`.
    pub uploaddomain: Vec<String>,
    /// `wx.downloadFile`.
    pub downloaddomain: Vec<String>,
    /// UDP.
    pub udpdomain: Vec<String>,
    /// Business domains of web-view; `webviewdomain` in some answers.
    pub bizdomain: Vec<String>,
}

/// Path and query of getwxadevinfo (POST), for the mini program's own access token.
pub fn getwxadevinfo_path(access_token: &Secret) -> Secret {
    Secret::new(format!("/wxa/getwxadevinfo?{}", query(&[("access_token", access_token.reveal_text())])))
}

/// Path and query of get_effective_domain (POST), for an authorizer token with permission set 18.
pub fn get_effective_domain_path(access_token: &Secret) -> Secret {
    Secret::new(format!("/wxa/get_effective_domain?{}", query(&[("access_token", access_token.reveal_text())])))
}

/// Reads the answer of getwxadevinfo. Errcode 48001 means that this kind of token may not ask.
pub fn parse_getwxadevinfo(body: &[u8]) -> Result<DomainLists, WechatFault> {
    let object = answer(body)?;
    if FIELDS.iter().any(|name| object.contains_key(*name)) { lists(&object) } else { Err(WechatFault::UNREADABLE) }
}

/// Reads the answer of get_effective_domain: what phones really obey, all ways of configuring it taken together.
pub fn parse_effective_domain(body: &[u8]) -> Result<DomainLists, WechatFault> {
    match answer(body)?.get("effective_domain") {
        Some(Value::Object(effective)) => lists(effective),
        _ => Err(WechatFault::UNREADABLE),
    }
}

const FIELDS: [&str; 7] =
    ["requestdomain", "wsrequestdomain", "uploaddomain", "downloaddomain", "udpdomain", "bizdomain", "webviewdomain"];

fn lists(object: &Map<String, Value>) -> Result<DomainLists, WechatFault> {
    let mut bizdomain = list(object, "bizdomain")?;
    bizdomain.extend(list(object, "webviewdomain")?);
    Ok(DomainLists {
        requestdomain: list(object, "requestdomain")?,
        wsrequestdomain: list(object, "wsrequestdomain")?,
        uploaddomain: list(object, "uploaddomain")?,
        downloaddomain: list(object, "downloaddomain")?,
        udpdomain: list(object, "udpdomain")?,
        bizdomain,
    })
}

/// An absent list is an empty one: WeChat leaves out what was never set.
fn list(object: &Map<String, Value>, name: &str) -> Result<Vec<String>, WechatFault> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(WechatFault::UNREADABLE)).collect()
        }
        Some(_) => Err(WechatFault::UNREADABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_both_answers_are_read() {
        let own = br#"{"errcode":0,"errmsg":"ok","requestdomain":["https://a.example.com/"],"wsrequestdomain":["wss://a.example.com"]}"#;
        let lists = parse_getwxadevinfo(own).expect("lists");
        assert_eq!(lists.requestdomain, ["https://a.example.com/"]);
        assert_eq!((lists.wsrequestdomain.len(), lists.uploaddomain.len()), (1, 0));
        let effective = br#"{"errcode":0,"mp_domain":{"requestdomain":["https://no"]},"effective_domain":{"requestdomain":["https://yes.example.com"]}}"#;
        assert_eq!(parse_effective_domain(effective).expect("lists").requestdomain, ["https://yes.example.com"]);
    }

    #[test]
    fn a_token_without_the_right_is_told_what_to_do() {
        let fault = parse_getwxadevinfo(br#"{"errcode":48001}"#).expect_err("no right");
        assert!(fault.to_string().contains("paste the list"));
        for body in [&br#"{"errcode":0}"#[..], br#"{"requestdomain":"x"}"#, br#"{"requestdomain":[1]}"#] {
            assert!(parse_getwxadevinfo(body).is_err());
        }
        assert!(parse_effective_domain(br#"{"errcode":0}"#).is_err());
    }
}
