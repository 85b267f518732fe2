//! The apps at the vendors and the mini program, as sections of the document.

use super::keys::Keys;
use serde::Deserialize;

/// `[wechat]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeChat {
    /// `wx` and 16 hex digits.
    pub app_id: String,
    /// For code2Session.
    pub app_secret: Option<Keys>,
    /// Encrypts stored session keys; derived from the first session key when left out.
    pub session_key_key: Option<Keys>,
    /// WeChat's API, or `simulated`.
    pub api_base: String,
    /// `local` or `wechat`.
    pub voip: String,
}

impl Default for WeChat {
    fn default() -> Self {
        Self {
            app_id: String::new(),
            app_secret: None,
            session_key_key: None,
            api_base: "https://api.weixin.qq.com".into(),
            voip: "local".into(),
        }
    }
}

/// `[[zego]]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zego {
    /// App id, a number.
    pub app_id: u32,
    /// AppKey (AppSign), for login token 01.
    pub app_key: Option<Keys>,
    /// ServerSecret, for tokens 03 and 04 and the server API.
    pub server_secret: Option<Keys>,
    /// CallbackSecret.
    pub callback_secret: Option<Keys>,
    /// The SDK's server address.
    pub server: Option<String>,
    /// The SDK's log address.
    pub log_url: Option<String>,
    /// Which token a ticket carries: `01`, `04`, `04-gcm`.
    pub token: Option<String>,
    /// ZEGO's server API.
    pub api_base: Option<String>,
}

/// `[[trtc]]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trtc {
    /// SDKAppID, a number.
    pub sdk_app_id: u32,
    /// HMAC key of v2.
    pub secret_key: Option<Keys>,
    /// PEM key of v1.
    pub private_key: Option<Keys>,
    /// PEM public key of v1.
    pub public_key: Option<Keys>,
    /// Account type of v1 tickets.
    pub account_type: Option<String>,
    /// Callback key.
    pub callback_key: Option<Keys>,
    /// Takes callbacks by path token alone.
    pub accept_unsigned: bool,
}

/// `[[css]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Css {
    /// The name used in addresses and JSON.
    pub name: String,
    /// Push domain.
    pub push_domain: String,
    /// Play domain.
    pub play_domain: String,
    /// AppName of the URLs.
    pub app_name: String,
    /// Push key.
    pub push_key: Option<Keys>,
    /// Backup push key.
    pub push_key_backup: Option<Keys>,
    /// Play key.
    pub play_key: Option<Keys>,
    /// Callback key.
    pub callback_key: Option<Keys>,
    /// Tencent account appid; 0: not checked.
    pub appid: u64,
    /// Further domains whose callbacks belong here.
    pub domains: Vec<String>,
    /// Takes callbacks by path token alone.
    pub accept_unsigned: bool,
}

impl Default for Css {
    fn default() -> Self {
        Self {
            name: "main".into(),
            push_domain: String::new(),
            play_domain: String::new(),
            app_name: "live".into(),
            push_key: None,
            push_key_backup: None,
            play_key: None,
            callback_key: None,
            appid: 0,
            domains: Vec::new(),
            accept_unsigned: false,
        }
    }
}

/// `[tencent_api]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TencentApi {
    /// SecretId. In a list, each stands with the SecretKey at its place.
    pub secret_id: Option<Keys>,
    /// SecretKey.
    pub secret_key: Option<Keys>,
    /// Region, e.g. `ap-guangzhou`.
    pub region: Option<String>,
    /// One base for both services, for tests and proxies.
    pub api_base: Option<String>,
}
