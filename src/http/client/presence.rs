//! Heartbeat and leaving.

use super::rooms::NamedIn;
use super::seats::SeatOut;
use crate::app::App;
use crate::app::presence::{self, Beat, Observed};
use crate::http::ask::{Ask, InPath};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, Text, USER_ID, chars};
use crate::live::fault::Fault;
use crate::live::room::RoomStatus;
use crate::live::time::{UnixMs, rfc3339_opt};
use axum::Json;
use axum::extract::State;
use serde::Serialize;

/// Body of a heartbeat.
#[derive(Debug)]
pub struct HeartbeatIn {
    user_id: Option<String>,
    observed: Observed,
}

/// A code of a player or pusher, as components and SDKs write them.
const CODE: Text = chars(1, 48).only(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c), "[A-Za-z0-9._:-]");

impl Read for HeartbeatIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let observed = fields.object("observed", |seen| Observed {
            members: seen.texts("members", 200, USER_ID).unwrap_or_default(),
            player_code: seen.text("player_code", CODE),
            pusher_code: seen.text("pusher_code", CODE),
        });
        Self { user_id: fields.named_user(), observed: observed.unwrap_or_default() }
    }
}

/// Answer of both.
#[derive(Debug, Serialize)]
pub struct BeatOut {
    #[serde(serialize_with = "rfc3339_opt")]
    lease_expires_at: Option<UnixMs>,
    room_status: RoomStatus,
    live: bool,
    removed: bool,
    seats: Vec<SeatOut>,
    next_seconds: u32,
}

impl BeatOut {
    fn new(beat: Beat, room_id: &str) -> Self {
        Self {
            lease_expires_at: beat.lease_expires_at,
            room_status: beat.room_status,
            live: beat.live,
            removed: beat.removed,
            seats: beat.seats.into_iter().map(|seat| SeatOut::new(seat, room_id)).collect(),
            next_seconds: beat.next_seconds,
        }
    }
}

/// `POST /v1/rooms/{room_id}/heartbeat`.
pub async fn heartbeat(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<HeartbeatIn>,
) -> Result<Json<BeatOut>, Fault> {
    let who = caller.acting_as(body.user_id.as_deref())?;
    let beat = presence::beat(&app, &who, &room_id, &body.observed).await?;
    Ok(Json(BeatOut::new(beat, &room_id)))
}

/// `POST /v1/rooms/{room_id}/leave`.
pub async fn leave(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<NamedIn>,
) -> Result<Json<BeatOut>, Fault> {
    let who = caller.acting_as(body.user_id.as_deref())?;
    Ok(Json(BeatOut::new(presence::leave(&app, &who, &room_id).await?, &room_id)))
}
