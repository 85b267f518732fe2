//! A vendor that signs and sends: builds each kind of callback as ZEGO and Tencent do, for `kaibo trigger`, `kaibo seed` and
//! the tests. Pure but for `send.rs`: moments and nonces are arguments.

mod css;
pub mod kinds;
mod overrides;
pub mod send;
pub mod story;
mod trtc;
mod zego;

use crate::config::Config;
use crate::config::keys::Keys;
use crate::live::event::Provider;
use crate::live::time::UnixMs;
use crate::secret::Secret;
use kinds::Kind;
use serde_json::{Map, Value};

/// A callback ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The kind's word.
    pub kind: &'static str,
    /// Path of the address, path token included.
    pub path: String,
    /// Headers beside the length.
    pub headers: Vec<(&'static str, String)>,
    /// The raw bytes.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Prepared {
    /// The path holds the path token, the body a signature that is good for a while.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({}, {} bytes)", self.kind, self.body.len())
    }
}

/// What a callback is about. What is left out gets a value that fits the others.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The app: ZEGO app id, sdkappid or css name. By default the only one configured.
    pub app: Option<String>,
    /// The room; `1001` by default.
    pub room: Option<String>,
    /// The user; `host1` by default.
    pub user: Option<String>,
    /// The stream; `{room}_{user}` by default.
    pub stream: Option<String>,
    /// The record id that a css push carries.
    pub record: Option<String>,
    /// The vendor's own session: ZEGO's room session, css' sequence, the recording session or task.
    pub session: Option<String>,
    /// The file's id.
    pub file: Option<String>,
    /// The vendor's running number: stream_seq, user_update_seq, seq.
    pub seq: Option<u64>,
    /// A css stream relayed from this Tencent RTC app.
    pub relayed_from: Option<u32>,
    /// When it happened.
    pub at: UnixMs,
    /// When the thing that ends here had begun; a minute earlier by default.
    pub began_at: Option<UnixMs>,
    /// When it is signed.
    pub sent_at: UnixMs,
    /// What makes the signature of this delivery its own.
    pub nonce: u64,
    /// Members to put in or replace, `a.b=value`, before signing; `sign` and `signature` replace the signature itself.
    pub set: Vec<(String, String)>,
    /// A body of one's own instead of the built one; it is signed all the same.
    pub body: Option<Vec<u8>>,
}

impl Ask {
    /// About something that happens now.
    pub fn now(at: UnixMs) -> Self {
        Self { at, sent_at: at, ..Self::default() }
    }

    fn room(&self) -> &str {
        self.room.as_deref().unwrap_or("1001")
    }

    fn user(&self) -> &str {
        self.user.as_deref().unwrap_or("host1")
    }

    fn stream(&self) -> String {
        self.stream.clone().unwrap_or_else(|| format!("{}_{}", self.room(), self.user()))
    }

    fn began_at(&self) -> UnixMs {
        self.began_at.unwrap_or(self.at.plus_seconds(-60))
    }

    /// By default the hour: what begins and ends within it belongs together, and tomorrow's is another.
    fn session(&self) -> String {
        self.session.clone().unwrap_or_else(|| (6_085_791_336_856_000_000 + self.at.seconds() / 3600).to_string())
    }

    fn file(&self) -> String {
        self.file.clone().unwrap_or_else(|| format!("file-{}-{}", self.session(), self.seq.unwrap_or(1)))
    }
}

/// Why a callback could not be built. Each has a stable word and one sentence to act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorError {
    /// No such kind.
    #[error("there is no kind {0:?}; kaibo trigger --list shows them all")]
    KindUnknown(String),
    /// No app of that vendor.
    #[error("no {0} app is configured; add one to the configuration file")]
    AppMissing(&'static str),
    /// Several apps and none named.
    #[error("several {0} apps are configured; say which with --app")]
    AppRequired(&'static str),
    /// Not one of those configured.
    #[error("the {0} app {1:?} is not configured")]
    AppUnknown(&'static str, String),
    /// Nothing to sign with.
    #[error("the {0} app has no callback key that is valid now; set it, or accept_unsigned for a demo")]
    KeyMissing(&'static str),
    /// No address to send to.
    #[error("callbacks.path_token is not set, so there is no callback address")]
    PathTokenMissing,
    /// `--body` is no JSON object.
    #[error("the body must be a JSON object so that it can be signed")]
    BodyMalformed,
    /// `--set` without an equals sign, or into something that is no object.
    #[error("--set takes name=value, and dots only lead into objects: {0:?}")]
    SetMalformed(String),
}

impl SimulatorError {
    /// The stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KindUnknown(_) => "kind_unknown",
            Self::AppMissing(_) => "app_missing",
            Self::AppRequired(_) => "app_required",
            Self::AppUnknown(..) => "app_unknown",
            Self::KeyMissing(_) => "key_missing",
            Self::PathTokenMissing => "path_token_missing",
            Self::BodyMalformed => "body_malformed",
            Self::SetMalformed(_) => "set_malformed",
        }
    }
}

/// Builds and signs a callback of a kind, for one of the configured apps.
pub fn prepare(config: &Config, word: &str, ask: &Ask) -> Result<Prepared, SimulatorError> {
    let kind = kinds::find(word).ok_or_else(|| SimulatorError::KindUnknown(word.to_owned()))?;
    let token = signing(&config.callbacks.path_token, ask.sent_at).ok_or(SimulatorError::PathTokenMissing)?;
    let (app, headers, body) = match kind.provider {
        Provider::Zego => zego::prepare(config, kind, ask)?,
        Provider::Css => css::prepare(config, kind, ask)?,
        Provider::Trtc | Provider::Voip => trtc::prepare(config, kind, ask)?,
    };
    let path = format!("/callbacks/{}/{app}/{}", kind.provider.word(), token.reveal_text());
    Ok(Prepared { kind: kind.word, path, headers, body })
}

/// The app's part of the address, the headers, and the raw bytes.
type Parts = (String, Vec<(&'static str, String)>, Vec<u8>);

fn signing(keys: &Option<Keys>, now: UnixMs) -> Option<&Secret> {
    keys.as_ref().and_then(|keys| keys.signing(now))
}

/// The key to sign with; none where the app takes callbacks unsigned.
fn key<'a>(
    keys: &'a Option<Keys>,
    unsigned: bool,
    ask: &Ask,
    vendor: &'static str,
) -> Result<Option<&'a Secret>, SimulatorError> {
    match signing(keys, ask.sent_at) {
        Some(key) => Ok(Some(key)),
        None if unsigned => Ok(None),
        None => Err(SimulatorError::KeyMissing(vendor)),
    }
}

/// The app that is asked for, or the only one.
fn app<'a, App>(
    apps: &'a [App],
    ask: &Ask,
    vendor: &'static str,
    name: impl Fn(&App) -> String,
) -> Result<&'a App, SimulatorError> {
    match (&ask.app, apps) {
        (_, []) => Err(SimulatorError::AppMissing(vendor)),
        (Some(wanted), _) => {
            apps.iter().find(|app| name(app) == *wanted).ok_or_else(|| SimulatorError::AppUnknown(vendor, wanted.clone()))
        }
        (None, [only]) => Ok(only),
        (None, _) => Err(SimulatorError::AppRequired(vendor)),
    }
}

/// The built members, or those of `--body`, with `--set` put in.
fn members(ask: &Ask, built: impl FnOnce() -> Value) -> Result<Map<String, Value>, SimulatorError> {
    let value = match &ask.body {
        Some(body) => serde_json::from_slice(body).map_err(|_| SimulatorError::BodyMalformed)?,
        None => built(),
    };
    let Value::Object(mut members) = value else { return Err(SimulatorError::BodyMalformed) };
    overrides::put_in(&mut members, &ask.set)?;
    Ok(members)
}

fn kind_number(kind: &Kind) -> i64 {
    kind.vendor.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests;
