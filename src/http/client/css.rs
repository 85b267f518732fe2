//! Addresses of Tencent Cloud Streaming.

use super::{Credential, credential};
use crate::app::App;
use crate::app::credentials::css::{self, UrlsAsk};
use crate::http::ask::Ask;
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, chars};
use crate::live::fault::Fault;
use crate::live::time::{UnixMs, rfc3339};
use axum::extract::State;
use serde::Serialize;

/// Body of `POST /v1/css/urls`.
#[derive(Debug)]
pub struct UrlsIn {
    user_id: Option<String>,
    ask: UrlsAsk,
}

impl Read for UrlsIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let stream = chars(1, 128).only(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-', "[A-Za-z0-9_-]");
        let ask = UrlsAsk {
            name: fields.text("name", chars(1, 64)),
            stream_id: fields.need_text("stream_id", stream),
            ttl_seconds: fields.number("ttl_seconds", i64::MIN..=i64::MAX),
            expires_at: fields.moment("expires_at"),
        };
        if ask.ttl_seconds.is_some() && ask.expires_at.is_some() {
            let (zh, en) = ("ttl_seconds 与 expires_at 只能给一个", "give ttl_seconds or expires_at, not both");
            fields.refuse("expires_at", "unknown_value", zh, en);
        }
        Self { user_id: fields.named_user(), ask }
    }
}

/// Addresses to push to.
#[derive(Serialize)]
pub struct PushOut {
    rtmp: String,
    webrtc: String,
    srt: String,
}

/// Addresses to play from.
#[derive(Serialize)]
pub struct PlayOut {
    rtmp: String,
    flv: String,
    hls: String,
    webrtc: String,
}

/// Addresses of one stream.
#[derive(Serialize)]
pub struct UrlsOut {
    name: String,
    stream_id: String,
    user_id: String,
    push: Option<PushOut>,
    push_reason: Option<&'static str>,
    play: PlayOut,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `POST /v1/css/urls`.
pub async fn urls(State(app): State<App>, caller: Caller, Ask(body): Ask<UrlsIn>) -> Result<Credential<UrlsOut>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let stream_id = body.ask.stream_id.clone();
    let given = css::give(&app, &actor, body.ask).await?;
    let (push, push_reason) = match given.push {
        Ok(urls) => (Some(PushOut { rtmp: urls.rtmp, webrtc: urls.webrtc, srt: urls.srt }), None),
        Err(reason) => (None, Some(reason)),
    };
    let play = PlayOut { rtmp: given.play.rtmp, flv: given.play.flv, hls: given.play.hls, webrtc: given.play.webrtc };
    let expires_at = given.expires_at;
    Ok(credential(UrlsOut { name: given.name, stream_id, user_id: actor.user_id, push, push_reason, play, expires_at }))
}
