//! Tencent RTC credentials.

use super::{Credential, credential};
use crate::app::App;
use crate::app::credentials::trtc::{self, MapKeyAsk, MapPowers, Room};
use crate::http::ask::Ask;
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, chars};
use crate::live::fault::Fault;
use crate::live::ticket::Role;
use crate::live::time::{UnixMs, rfc3339};
use axum::extract::State;
use serde::Serialize;

/// Body of `POST /v1/trtc/user-sig`.
#[derive(Debug)]
pub struct UserSigIn {
    user_id: Option<String>,
    sdk_app_id: Option<u32>,
    ttl_seconds: Option<i64>,
}

impl Read for UserSigIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            user_id: fields.named_user(),
            sdk_app_id: fields.app_id("sdk_app_id"),
            ttl_seconds: fields.number("ttl_seconds", i64::MIN..=i64::MAX),
        }
    }
}

/// The userSig with what it says.
#[derive(Serialize)]
pub struct UserSigOut {
    sdk_app_id: u32,
    user_id: String,
    user_sig: String,
    algorithm: &'static str,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `POST /v1/trtc/user-sig`.
pub async fn user_sig(
    State(app): State<App>,
    caller: Caller,
    Ask(body): Ask<UserSigIn>,
) -> Result<Credential<UserSigOut>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let given = trtc::give_user_sig(&app, &actor, body.sdk_app_id, body.ttl_seconds).await?;
    Ok(credential(UserSigOut {
        sdk_app_id: given.sdk_app_id,
        user_id: actor.user_id,
        user_sig: given.user_sig,
        algorithm: given.algorithm,
        expires_at: given.expires_at,
    }))
}

/// Body of `POST /v1/trtc/private-map-key`.
#[derive(Debug)]
pub struct MapKeyIn {
    user_id: Option<String>,
    sdk_app_id: Option<u32>,
    room: Option<Room>,
    powers: Option<MapPowers>,
    ttl_seconds: Option<i64>,
}

impl Read for MapKeyIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            user_id: fields.named_user(),
            sdk_app_id: fields.app_id("sdk_app_id"),
            room: room(fields),
            powers: powers(fields),
            ttl_seconds: fields.number("ttl_seconds", i64::MIN..=i64::MAX),
        }
    }
}

/// One of `room_id` and `room_name`: a numeric and a text room are two rooms, even if they read the same.
fn room(fields: &mut Fields<'_>) -> Option<Room> {
    if fields.raw("room_name").is_none() {
        let number = fields.need("room_id", |fields| fields.number("room_id", 1..=i64::from(u32::MAX)));
        return u32::try_from(number).ok().map(Room::Number);
    }
    if fields.raw("room_id").is_some() {
        fields.refuse("room_name", "unknown_value", "room_id 与 room_name 只能给一个", "give room_id or room_name, not both");
        return None;
    }
    let plain = chars(1, 64).only(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-', "[A-Za-z0-9_-]");
    let name = fields.need_text("room_name", plain);
    // Rooms of kaibo whose id is all digits are numeric; a text room of the same digits would borrow their rights.
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
        fields.refuse("room_name", "malformed", "全数字的房间请用 room_id", "a room of digits only goes into room_id");
    }
    Some(Room::Text(name))
}

/// One of `role` and `privileges`.
fn powers(fields: &mut Fields<'_>) -> Option<MapPowers> {
    if fields.raw("privileges").is_none() {
        return Role::from_word(fields.need_choice("role", &["host", "cohost", "viewer"])).map(MapPowers::Role);
    }
    if fields.raw("role").is_some() {
        fields.refuse("privileges", "unknown_value", "role 与 privileges 只能给一个", "give role or privileges, not both");
    }
    let bits = fields.need("privileges", |fields| fields.number("privileges", 1..=255));
    u32::try_from(bits).ok().map(MapPowers::Bits)
}

/// The privateMapKey with what it says.
#[derive(Serialize)]
pub struct MapKeyOut {
    private_map_key: String,
    privileges: u32,
    sdk_app_id: u32,
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `POST /v1/trtc/private-map-key`.
pub async fn private_map_key(
    State(app): State<App>,
    caller: Caller,
    Ask(body): Ask<MapKeyIn>,
) -> Result<Credential<MapKeyOut>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let room = body.room.ok_or_else(|| Fault::missing("room_id"))?;
    let powers = body.powers.ok_or_else(|| Fault::missing("role"))?;
    let (room_id, room_name) = match &room {
        Room::Number(number) => (Some(*number), None),
        Room::Text(name) => (None, Some(name.clone())),
    };
    let ask = MapKeyAsk { sdk_app_id: body.sdk_app_id, room, powers, ttl_seconds: body.ttl_seconds };
    let given = trtc::give_map_key(&app, &actor, ask).await?;
    Ok(credential(MapKeyOut {
        private_map_key: given.private_map_key,
        privileges: given.privileges,
        sdk_app_id: given.sdk_app_id,
        user_id: actor.user_id,
        room_id,
        room_name,
        expires_at: given.expires_at,
    }))
}
