//! Streams by id and of a room, and whether a room is live.

use super::outs::{PageOut, StreamOut, end_detail};
use crate::app::{App, streams};
use crate::http::ask::InPath;
use crate::http::language::Language;
use crate::live::caller::Reader;
use crate::live::fault::Fault;
use crate::live::room::RoomStatus;
use crate::live::time::{UnixMs, rfc3339_opt};
use axum::Json;
use axum::extract::State;
use serde::Serialize;

/// `GET /v1/streams/{stream_id}`.
pub async fn read(
    State(app): State<App>,
    _: Reader,
    language: Language,
    InPath(stream_id): InPath<String>,
) -> Result<Json<StreamOut>, Fault> {
    Ok(Json(StreamOut::new(streams::read_stream(&app, &stream_id).await?, language)))
}

/// `GET /v1/rooms/{room_id}/streams`.
pub async fn of_room(
    State(app): State<App>,
    _: Reader,
    language: Language,
    InPath(room_id): InPath<String>,
) -> Result<Json<PageOut<StreamOut>>, Fault> {
    let streams = streams::room_streams(&app, &room_id).await?;
    Ok(Json(PageOut::whole(streams.into_iter().map(|stream| StreamOut::new(stream, language)).collect())))
}

/// Answer of `GET /v1/rooms/{room_id}/live`.
#[derive(Debug, Serialize)]
pub struct LiveOut {
    live: bool,
    #[serde(serialize_with = "rfc3339_opt")]
    live_since: Option<UnixMs>,
    room_status: RoomStatus,
    end_reason: Option<String>,
    end_detail: Option<&'static str>,
    retry_after_seconds: u32,
}

/// `GET /v1/rooms/{room_id}/live`.
pub async fn live(
    State(app): State<App>,
    _: Reader,
    language: Language,
    InPath(room_id): InPath<String>,
) -> Result<Json<LiveOut>, Fault> {
    let (_, now) = streams::live_now(&app, &room_id).await?;
    Ok(Json(LiveOut {
        live: now.live,
        live_since: now.live_since,
        room_status: now.room_status,
        end_detail: end_detail(now.end_reason.as_deref(), language),
        end_reason: now.end_reason,
        retry_after_seconds: now.retry_after_seconds,
    }))
}
