//! The configuration document (design section 6) as types. Reading and judging it is in the submodules.

pub mod apps;
pub mod check;
pub mod demo;
pub mod keys;
pub mod load;
mod secrets_manager;
pub mod sections;
pub mod source;
pub mod split;

pub use apps::{Css, TencentApi, Trtc, WeChat, Zego};
use keys::Keys;
use serde::Deserialize;

/// The whole document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Refuses everything that is only for demos.
    pub production: bool,
    /// Address and language.
    pub server: Server,
    /// Where data lives.
    pub store: StoreConfig,
    /// Who may call.
    pub access: Access,
    /// The mini program.
    pub wechat: Option<WeChat>,
    /// ZEGO apps.
    pub zego: Vec<Zego>,
    /// Tencent RTC apps.
    pub trtc: Vec<Trtc>,
    /// Tencent Cloud Streaming domains.
    pub css: Vec<Css>,
    /// Keys of Tencent's cloud API.
    pub tencent_api: Option<TencentApi>,
    /// Callback rules.
    pub callbacks: Callbacks,
    /// Lifetimes, quotas, times.
    pub policy: Policy,
    /// How long things are kept.
    pub retention: Retention,
    /// Recording rules.
    pub recordings: Recordings,
    /// The whitelist.
    pub domains: Domains,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Socket address of `serve`.
    pub listen: String,
    /// The address phones and vendors use; empty: `http://{listen}`.
    pub public_url: String,
    /// `zh` or `en`.
    pub default_language: String,
    /// Origins of web pages that may call.
    pub allowed_origins: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".into(),
            public_url: String::new(),
            default_language: "zh".into(),
            allowed_origins: Vec::new(),
        }
    }
}

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// Table name.
    pub table: String,
    /// `embedded`, `memory`, `aws`, or a URL.
    pub endpoint: String,
    /// Folder of the embedded store.
    pub data_dir: String,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { table: "kaibo".into(), endpoint: "embedded".into(), data_dir: "./data".into() }
    }
}

/// `[access]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// Callers name themselves; demos and development only.
    pub open_identity: bool,
    /// Sign login sessions.
    pub session_keys: Option<Keys>,
    /// Life of a login session.
    pub session_hours: u32,
    /// Operator keys.
    pub operators: Vec<Operator>,
    /// The host app's own accounts.
    pub issuers: Vec<Issuer>,
}

impl Default for Access {
    fn default() -> Self {
        Self { open_identity: false, session_keys: None, session_hours: 12, operators: Vec::new(), issuers: Vec::new() }
    }
}

/// `[[access.operators]]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operator {
    /// For logs and the ledger.
    pub name: String,
    /// The key itself; hashed when read.
    pub key: Option<Keys>,
    /// Or its SHA-256 as hex (`kaibo config hash-key`).
    pub key_sha256: Option<Keys>,
    /// `read`, `inspect`, `issue`, `write`.
    pub scopes: Vec<String>,
}

/// `[[access.issuers]]`: whose JWTs are believed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Issuer {
    /// `iss`.
    pub issuer: String,
    /// `aud`, if demanded.
    pub audience: Option<String>,
    /// `HS256`, `ES256`, `RS256`.
    pub algorithms: Vec<String>,
    /// Key set address.
    pub jwks_url: Option<String>,
    /// Shared secret (HS256).
    pub secret: Option<Keys>,
    /// PEM public key (ES256, RS256).
    pub public_key: Option<Keys>,
}

/// `[callbacks]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callbacks {
    /// The unguessable last part of callback addresses.
    pub path_token: Option<Keys>,
    /// How far a ZEGO timestamp may be from now.
    pub zego_window_seconds: i64,
    /// How long after `t` a css callback is still applied.
    pub css_late_seconds: i64,
    /// `hosts` or `all`.
    pub audience: String,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self { path_token: None, zego_window_seconds: 600, css_late_seconds: 900, audience: "hosts".into() }
    }
}

/// `[policy]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// ZEGO token 01.
    pub zego_login_seconds: Lifetime,
    /// ZEGO tokens 03 and 04.
    pub zego_token_seconds: Lifetime,
    /// userSig.
    pub user_sig_seconds: Lifetime,
    /// privateMapKey.
    pub private_map_key_seconds: Lifetime,
    /// css URLs.
    pub css_url_seconds: Lifetime,
    /// Issue quotas.
    pub quota: Quota,
    /// `log`, `table`, `off`.
    pub ledger: String,
    /// Default capacity of a room; none: no limit.
    pub capacity: Option<u32>,
    /// Cohost seats of a room.
    pub seats_per_room: u32,
    /// Life of a lease.
    pub lease_seconds: u32,
    /// When a request or invitation times out.
    pub seat_timeout_seconds: u32,
    /// When an abandoned room closes.
    pub room_idle_seconds: u32,
    /// RTCRoom calls: whoever sends no heartbeat for so long is out.
    pub rtcroom_lease_seconds: u32,
    /// RTCRoom calls: how many may be in a room.
    pub rtcroom_members: u32,
    /// RTCRoom calls: `standard` takes every user id that kaibo takes, `reference` what Tencent's old backend took.
    pub rtcroom_user_ids: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            zego_login_seconds: Lifetime { default: 1800, min: 60, max: 86_400 },
            zego_token_seconds: Lifetime { default: 3600, min: 60, max: 86_400 },
            user_sig_seconds: Lifetime { default: 86_400, min: 60, max: 604_800 },
            private_map_key_seconds: Lifetime { default: 21_600, min: 60, max: 86_400 },
            css_url_seconds: Lifetime { default: 86_400, min: 60, max: 604_800 },
            quota: Quota::default(),
            ledger: "log".into(),
            capacity: None,
            seats_per_room: 8,
            lease_seconds: 60,
            seat_timeout_seconds: 60,
            room_idle_seconds: 3600,
            rtcroom_lease_seconds: 20,
            rtcroom_members: 4,
            rtcroom_user_ids: "standard".into(),
        }
    }
}

/// Default and bounds of a lifetime, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetime {
    /// When the caller does not ask.
    pub default: u32,
    /// The shortest.
    pub min: u32,
    /// The longest.
    pub max: u32,
}

/// `[policy.quota]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// Credentials per user and minute.
    pub per_user_per_minute: Option<u32>,
    /// Credentials per room and minute.
    pub per_room_per_minute: Option<u32>,
}

/// `[retention]`, in days; 0 keeps.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Inbox.
    pub inbox_days: u32,
    /// Ledger.
    pub ledger_days: u32,
    /// Rooms, openings, streams.
    pub rooms_days: u32,
    /// Recordings.
    pub recordings_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { inbox_days: 14, ledger_days: 180, rooms_days: 90, recordings_days: 0 }
    }
}

/// `[recordings]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recordings {
    /// Hosts files may come from; empty: any.
    pub hosts: Vec<String>,
}

/// `[domains]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Domains {
    /// Profiles of the clients in use.
    pub profiles: Vec<String>,
    /// What the console holds.
    pub configured: DomainLists,
    /// What must be there beyond the profiles.
    pub required: DomainLists,
}

/// The lists of the WeChat console.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DomainLists {
    /// wx.request.
    pub requestdomain: Vec<String>,
    /// wx.connectSocket.
    pub wsrequestdomain: Vec<String>,
    /// wx.uploadFile.
    pub uploaddomain: Vec<String>,
    /// wx.downloadFile.
    pub downloaddomain: Vec<String>,
}

impl Config {
    /// The address that phones and vendors use, without a slash at its end.
    pub fn public_url(&self) -> String {
        let url = self.server.public_url.trim_end_matches('/');
        if url.is_empty() { format!("http://{}", self.server.listen) } else { url.to_owned() }
    }

    /// The ZEGO app of an id.
    pub fn zego_app(&self, app_id: u32) -> Option<&Zego> {
        self.zego.iter().find(|app| app.app_id == app_id)
    }

    /// The Tencent RTC app of an id.
    pub fn trtc_app(&self, sdk_app_id: u32) -> Option<&Trtc> {
        self.trtc.iter().find(|app| app.sdk_app_id == sdk_app_id)
    }

    /// The css domain pair of a name.
    pub fn css_app(&self, name: &str) -> Option<&Css> {
        self.css.iter().find(|app| app.name == name)
    }
}
