//! ZEGO credentials.

use super::{Credential, credential};
use crate::app::App;
use crate::app::credentials::zego::{self, Powers, TokenAsk, Version};
use crate::http::ask::{Ask, Params};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, Text, bytes, chars};
use crate::live::fault::Fault;
use crate::live::time::{UnixMs, rfc3339};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// `id_name` of the vendor's demo: any text, hashed as it is.
const ID_NAME: Text = bytes(1, 64);

/// Query of `GET /v1/zego/login-token`.
#[derive(Debug)]
pub struct LoginTokenIn {
    app_id: Option<u32>,
    id_name: Option<String>,
    json: bool,
    ttl_seconds: Option<i64>,
}

impl Read for LoginTokenIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            app_id: fields.app_id("app_id"),
            id_name: fields.text("id_name", ID_NAME).or_else(|| fields.text("user_id", ID_NAME)),
            json: fields.choice("format", &["text", "json"]) == Some("json"),
            ttl_seconds: fields.number("ttl_seconds", i64::MIN..=i64::MAX),
        }
    }
}

/// The token with what it says.
#[derive(Serialize)]
pub struct LoginTokenOut {
    token: String,
    app_id: u32,
    id_name: String,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `GET /v1/zego/login-token`: the exchange of the vendor's demo, whose page hands the whole body to `login`.
pub async fn login_token(State(app): State<App>, caller: Caller, Params(query): Params<LoginTokenIn>) -> Result<Response, Fault> {
    let actor = caller.acting_with(query.id_name.as_deref(), ID_NAME, "id_name")?;
    let ask = TokenAsk {
        version: Version::V01,
        app_id: query.app_id,
        room_id: None,
        powers: None,
        stream_ids: &[],
        ttl_seconds: query.ttl_seconds,
    };
    let given = zego::give(&app, &actor, &ask).await?;
    if !query.json {
        let mut answer = given.token.into_response();
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(answer);
    }
    let out = LoginTokenOut { token: given.token, app_id: given.app_id, id_name: actor.user_id, expires_at: given.expires_at };
    Ok(credential(out).into_response())
}

/// Body of `POST /v1/zego/tokens`.
#[derive(Debug)]
pub struct TokenIn {
    user_id: Option<String>,
    version: Option<Version>,
    app_id: Option<u32>,
    room_id: Option<String>,
    powers: Option<Powers>,
    stream_ids: Vec<String>,
    ttl_seconds: Option<i64>,
}

impl Read for TokenIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let version = Version::from_word(fields.need_choice("version", &Version::WORDS));
        let room_id = fields.text("room_id", chars(1, 127));
        if version == Some(Version::V03) && room_id.is_none() {
            fields.refuse("room_id", "missing", "03 版 token 须有 room_id", "a token 03 needs a room_id");
        }
        let stream = chars(1, 255).only(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-', "[A-Za-z0-9_-]");
        let powers = powers(fields);
        let stream_ids = fields.texts("stream_ids", 50, stream).unwrap_or_default();
        // A token that cannot carry what was asked would allow more than the caller meant to give away.
        if version == Some(Version::V01) && powers.is_some() {
            fields.refuse("privileges", "unknown_value", "01 版 token 不带权限", "a token 01 carries no privileges");
        }
        if matches!(version, Some(Version::V01 | Version::V03)) && !stream_ids.is_empty() {
            fields.refuse("stream_ids", "unknown_value", "只有 04 版 token 能限定流", "only a token 04 can name streams");
        }
        Self {
            user_id: fields.named_user(),
            version,
            app_id: fields.app_id("app_id"),
            room_id,
            powers,
            stream_ids,
            ttl_seconds: fields.number("ttl_seconds", i64::MIN..=i64::MAX),
        }
    }
}

fn powers(fields: &mut Fields<'_>) -> Option<Powers> {
    let words = fields.texts("privileges", 2, chars(1, 16))?;
    if let Some(at) = words.iter().position(|word| !matches!(word.as_str(), "login" | "publish")) {
        let (zh, en) = ("privileges 只能含 login 和 publish", "privileges may hold login and publish only");
        fields.refuse(&format!("privileges[{at}]"), "unknown_value", zh, en);
    }
    let has = |word: &str| words.iter().any(|w| w == word);
    Some(Powers { login: has("login"), publish: has("publish") })
}

/// The token with what it says.
#[derive(Serialize)]
pub struct TokenOut {
    token: String,
    version: &'static str,
    app_id: u32,
    user_id: String,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `POST /v1/zego/tokens`.
pub async fn token(State(app): State<App>, caller: Caller, Ask(body): Ask<TokenIn>) -> Result<Credential<TokenOut>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let version = body.version.ok_or_else(|| Fault::missing("version"))?;
    let ask = TokenAsk {
        version,
        app_id: body.app_id,
        room_id: body.room_id.as_deref(),
        powers: body.powers,
        stream_ids: &body.stream_ids,
        ttl_seconds: body.ttl_seconds,
    };
    let given = zego::give(&app, &actor, &ask).await?;
    Ok(credential(TokenOut {
        token: given.token,
        version: version.word(),
        app_id: given.app_id,
        user_id: actor.user_id,
        expires_at: given.expires_at,
    }))
}
