//! Rooms: open, list, read, close.

use super::outs::{MemberOut, PageOut, RecordingOut, RoomOut, RoomWhole, StreamOut, members};
use super::seats::seats_out;
use crate::app::chores::Enforced;
use crate::app::lists::{self, Part, RoomFilter};
use crate::app::rooms::{self, OpenRoom};
use crate::app::{App, kick, recordings, streams};
use crate::http::ask::{Ask, InPath, Params};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, USER_ID, chars};
use crate::http::language::Language;
use crate::live::caller::Reader;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::room::{Audio, Room, RoomStatus};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;

/// Providers by word.
pub const PROVIDERS: [&str; 4] = ["zego", "trtc", "css", "voip"];

/// Body of `POST /v1/rooms`.
#[derive(Debug)]
pub struct RoomIn {
    user_id: Option<String>,
    provider: Option<Provider>,
    app_id: Option<u32>,
    sdk_app_id: Option<u32>,
    name: Option<String>,
    title: Option<String>,
    room_id: Option<String>,
    info: Option<String>,
    capacity: Option<u32>,
    audio: Option<Audio>,
    record: bool,
    record_id: Option<String>,
}

impl Read for RoomIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            user_id: fields.named_user(),
            provider: Provider::from_word(fields.need_choice("provider", &PROVIDERS)),
            app_id: fields.app_id("app_id"),
            sdk_app_id: fields.app_id("sdk_app_id"),
            name: fields.text("name", chars(1, 64)),
            title: fields.text("title", chars(1, 128)),
            room_id: fields.text("room_id", chars(1, 127)),
            info: fields.text("info", chars(1, 1024)),
            capacity: fields.number("capacity", 1..=100).and_then(|n| u32::try_from(n).ok()),
            audio: match fields.choice("audio", &["push", "mp3"]) {
                Some("push") => Some(Audio::Push),
                Some(_) => Some(Audio::Mp3),
                None => None,
            },
            record: fields.flag("record").unwrap_or(false),
            record_id: fields.text("record_id", chars(1, 64)),
        }
    }
}

/// `POST /v1/rooms`: 201 the room, 200 when the same owner's is open already.
pub async fn open(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Ask(body): Ask<RoomIn>,
) -> Result<(StatusCode, Json<RoomOut>), Fault> {
    let host = caller.acting_as(body.user_id.as_deref())?;
    let provider = body.provider.ok_or_else(|| Fault::missing("provider"))?;
    let of_app = app.configured_app(provider, body.app_id, body.sdk_app_id, body.name.as_deref())?;
    let ask = OpenRoom {
        provider,
        app: of_app,
        room_id: body.room_id,
        title: body.title,
        info: body.info,
        capacity: body.capacity,
        audio: body.audio,
        kind: None,
        record: body.record,
        record_id: body.record_id,
        idempotency_key: idempotency_key(&headers)?,
    };
    let (room, opened) = rooms::open_room(&app, &host, ask).await?;
    Ok((if opened { StatusCode::CREATED } else { StatusCode::OK }, Json(room.into())))
}

/// The Idempotency-Key header: 1 to 255 visible characters.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(text) if (1..=255).contains(&text.len()) => Ok(Some(text.to_owned())),
        _ => Err(Fault::field(
            "Idempotency-Key",
            "malformed",
            "Idempotency-Key 须为 1 至 255 个可见字符",
            "Idempotency-Key must be 1 to 255 visible characters",
        )),
    }
}

/// Which part of a list a query asks for.
pub fn part(fields: &mut Fields<'_>) -> Part {
    Part {
        from: fields.moment("from"),
        to: fields.moment("to"),
        limit: fields.number("limit", 1..=100).and_then(|n| usize::try_from(n).ok()).unwrap_or(20),
        cursor: fields.text("cursor", chars(1, 1024)),
    }
}

/// Query of `GET /v1/rooms`.
#[derive(Debug)]
pub struct RoomsIn {
    filter: RoomFilter,
    mine: bool,
    part: Part,
}

impl Read for RoomsIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            filter: RoomFilter {
                status: match fields.choice("status", &["open", "closed"]) {
                    Some("open") => Some(RoomStatus::Open),
                    Some(_) => Some(RoomStatus::Closed),
                    None => None,
                },
                live: fields.flag("live"),
                provider: fields.choice("provider", &PROVIDERS).and_then(Provider::from_word),
                owner_id: None,
            },
            mine: fields.choice("owner", &["me"]).is_some(),
            part: part(fields),
        }
    }
}

/// `GET /v1/rooms`.
pub async fn list(
    State(app): State<App>,
    reader: Reader,
    Params(mut ask): Params<RoomsIn>,
) -> Result<Json<PageOut<RoomOut>>, Fault> {
    if ask.mine {
        let me = reader.user_id().ok_or_else(|| Fault::missing("user_id"))?;
        ask.filter.owner_id = Some(me.to_owned());
    }
    let page = lists::rooms(&app, &ask.filter, ask.part).await?;
    Ok(Json(PageOut::new(page, RoomOut::from)))
}

/// `GET /v1/rooms/{room_id}`.
pub async fn read(
    State(app): State<App>,
    reader: Reader,
    language: Language,
    InPath(room_id): InPath<String>,
) -> Result<Json<RoomWhole>, Fault> {
    let view = rooms::read_room(&app, &room_id).await?;
    let members = members(&view, app.now());
    let recordings = match recordings::read_recording(&app, &reader, view.room.recording_id()).await {
        Ok(recording) => vec![RecordingOut::new(recording, &app.config.recordings.hosts)],
        Err(_) => Vec::new(),
    };
    let streams = streams::of_view(&view).into_iter().map(|stream| StreamOut::new(stream, language));
    Ok(Json(RoomWhole {
        streams: streams.collect(),
        member_count: members.len(),
        members: members.into_iter().take(100).collect(),
        seats: seats_out(&view, app.now()),
        recordings,
        room: view.room.into(),
    }))
}

/// Query of `GET /v1/rooms/{room_id}/members`.
#[derive(Debug)]
pub struct MembersIn {
    limit: usize,
    after: usize,
}

impl Read for MembersIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let small = |number: Option<i64>| number.and_then(|n| usize::try_from(n).ok());
        Self {
            limit: small(fields.number("limit", 1..=100)).unwrap_or(100),
            after: small(fields.number("cursor", 0..=1_000_000)).unwrap_or(0),
        }
    }
}

/// `GET /v1/rooms/{room_id}/members`.
pub async fn members_page(
    State(app): State<App>,
    _: Reader,
    InPath(room_id): InPath<String>,
    Params(ask): Params<MembersIn>,
) -> Result<Json<PageOut<MemberOut>>, Fault> {
    let view = rooms::read_room(&app, &room_id).await?;
    let all = members(&view, app.now());
    let next = ask.after + ask.limit;
    let next_cursor = (next < all.len()).then(|| next.to_string());
    Ok(Json(PageOut { items: all.into_iter().skip(ask.after).take(ask.limit).collect(), next_cursor }))
}

/// A body that names the user who acts, or nothing.
#[derive(Debug)]
pub struct NamedIn {
    /// The user.
    pub user_id: Option<String>,
}

impl Read for NamedIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { user_id: fields.named_user() }
    }
}

/// `POST /v1/rooms/{room_id}/close`.
pub async fn close(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<NamedIn>,
) -> Result<Json<EnforcedOut>, Fault> {
    let by = caller.manager(body.user_id.as_deref())?;
    let (view, how) = rooms::close_room(&app, &by, &room_id).await?;
    enforced(view.room, how)
}

/// A room with how far the vendor carries it out: `next_login`, or `vendor_pending` when the vendor will be asked.
pub fn enforced(room: Room, how: Enforced) -> Result<Json<EnforcedOut>, Fault> {
    Ok(Json(EnforcedOut { room: room.into(), enforced: how.word() }))
}

/// Answer of close and kick.
#[derive(Debug, Serialize)]
pub struct EnforcedOut {
    #[serde(flatten)]
    room: RoomOut,
    enforced: &'static str,
}

/// Body of `POST /v1/rooms/{room_id}/kick`: the user to put out, never the one who acts.
#[derive(Debug)]
pub struct KickIn {
    user_id: String,
}

impl Read for KickIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { user_id: fields.need_text("user_id", USER_ID) }
    }
}

/// `POST /v1/rooms/{room_id}/kick`.
pub async fn put_out(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<KickIn>,
) -> Result<Json<EnforcedOut>, Fault> {
    let by = caller.manager(None)?;
    let (view, how) = kick::kick(&app, &by, &room_id, &body.user_id).await?;
    enforced(view.room, how)
}
