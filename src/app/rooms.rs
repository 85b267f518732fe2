//! Rooms: open, read, close.

use super::App;
use super::callbacks::expiry;
use super::chores::{Enforced, enforce};
use crate::live::caller::{Actor, Manager};
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::ids::{base62, digest, int31};
use crate::live::opening::{OpeningRows, Present, Stream};
use crate::live::room::{Audio, OPENINGS_KEPT, Opening, Origin, Room, RoomStatus, record_number, room_id_fault};
use crate::live::time::UnixMs;
use crate::observe;
use crate::store::chores::Errand;
use crate::store::item::{Item, Read};
use crate::store::leases::living;
use crate::store::recordings::Claim;

/// What a caller asks for when opening a room.
#[derive(Clone, Debug)]
pub struct OpenRoom {
    /// Who carries the media.
    pub provider: Provider,
    /// The vendor's app as text, already known to be configured.
    pub app: String,
    /// The id; made when absent.
    pub room_id: Option<String>,
    /// Shown in lists.
    pub title: Option<String>,
    /// The app's own text.
    pub info: Option<String>,
    /// How many may be inside.
    pub capacity: Option<u32>,
    /// Audio-only push.
    pub audio: Option<Audio>,
    /// The roomType, where an RTCRoom call opens it.
    pub kind: Option<String>,
    /// Reserve a record id.
    pub record: bool,
    /// The record id to use.
    pub record_id: Option<String>,
    /// The Idempotency-Key.
    pub idempotency_key: Option<String>,
}

/// A room with all of its current opening.
#[derive(Clone, Debug)]
pub struct RoomView {
    /// The room; its live fields and, for a vendor's room, its status are computed afresh.
    pub room: Room,
    /// Streams of the opening, newest first.
    pub streams: Vec<Stream>,
    /// Who is inside by the vendor's telling.
    pub members: Vec<Present>,
    /// Why the last stream ended, when none is live.
    pub end_reason: Option<String>,
    /// Seats and leases of the opening, as rows.
    pub others: Vec<Item>,
}

impl RoomView {
    /// The living leases, the soonest to end first.
    pub fn leases(&self, now: UnixMs) -> Vec<(String, UnixMs)> {
        self.others.iter().find(|row| row.map("leases").is_some()).map(|row| living(row, now)).unwrap_or_default()
    }
}

/// Opens a room, once however often asked; answers the room and whether this call opened it.
pub async fn open_room(app: &App, host: &Actor, ask: OpenRoom) -> Result<(Room, bool), Fault> {
    let asked_with = ask.idempotency_key.as_ref().map(|key| base62(&digest(&["open", &host.user_id, key]), 22));
    let room_id = match (&ask.room_id, &asked_with) {
        (Some(room_id), _) => room_id.clone(),
        (None, Some(hash)) => made_room_id(ask.provider, &digest(&[hash])),
        (None, None) => made_room_id(ask.provider, &random(app)),
    };
    if let Some(fault) = room_id_fault(ask.provider, &room_id) {
        return Err(fault);
    }
    if let Some(record_id) = &ask.record_id {
        may_bring_record_id(app, host, &ask, record_id).await?;
    }
    let now = app.now();
    for _ in 0..4 {
        let fresh = new_opening(app, host, &ask, &room_id, asked_with.clone(), now);
        let expires = expiry(app, app.config.retention.rooms_days);
        let Some(known) = app.store.put_room(&fresh, expires, now).await? else {
            return claim_record_id(app, host, fresh).await.map(|room| opened(app, room));
        };
        let same_key = known.asked_with.is_some() && known.asked_with == asked_with;
        if known.status == RoomStatus::Open && known.origin == Origin::Api || same_key {
            if !known.owned_by(&host.user_id) || !known.is_of(ask.provider, &ask.app) {
                return Err(room_taken(&room_id));
            }
            return claim_record_id(app, host, known).await.map(|room| (room, false));
        }
        if known.origin == Origin::Vendor && !known.is_of(ask.provider, &ask.app) {
            return Err(room_taken(&room_id));
        }
        if app.store.reopen_room(&reopening(&fresh, &known), &known, expires).await? {
            return claim_record_id(app, host, reopening(&fresh, &known)).await.map(|room| opened(app, room));
        }
    }
    Err(Fault::store_busy())
}

/// WeChat limits how many voip rooms a mini program opens in a day; only a count of them shows how near that is.
fn opened(app: &App, room: Room) -> (Room, bool) {
    if room.provider == Provider::Voip {
        observe::count(app.now(), "voip_rooms", &[], &[&[]]);
    }
    (room, true)
}

fn room_taken(room_id: &str) -> Fault {
    Fault::new(
        "room_taken",
        format!("房间 {room_id} 正由他人开着，请换一个 room_id。"),
        format!("Room {room_id} is open and belongs to someone else; choose another room_id."),
    )
}

fn random(app: &App) -> [u8; 32] {
    let mut bytes = [0; 32];
    app.random.fill(&mut bytes);
    bytes
}

fn made_room_id(provider: Provider, bytes: &[u8; 32]) -> String {
    let [a, b, c, d, ..] = *bytes;
    match provider {
        Provider::Trtc => int31([a, b, c, d]).to_string(),
        _ => format!("r{}", base62(bytes, 11)),
    }
}

fn new_opening(app: &App, host: &Actor, ask: &OpenRoom, room_id: &str, asked_with: Option<String>, now: UnixMs) -> Room {
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = random(app);
    let opening_id = Opening::new_id(now, [a, b, c, d, e, f, g, h]);
    let record_id = ask.record_id.clone().or_else(|| ask.record.then(|| int31([i, j, k, l]).to_string()));
    Room {
        title: ask.title.clone(),
        info: ask.info.clone(),
        owner_id: Some(host.user_id.clone()),
        capacity: ask.capacity.or(app.config.policy.capacity),
        audio: ask.audio,
        kind: ask.kind.clone(),
        openings: vec![Opening { opening_id: opening_id.clone(), record_id }],
        asked_with,
        ..Room::opened(room_id, ask.provider, &ask.app, Origin::Api, opening_id, now)
    }
}

/// The same room opened again: earlier openings and bans come along when it is still the same owner's.
fn reopening(fresh: &Room, was: &Room) -> Room {
    let mut room = fresh.clone();
    if was.is_of(fresh.provider, &fresh.app) {
        let mut openings = was.openings.clone();
        openings.extend(fresh.openings.iter().cloned());
        let drop = openings.len().saturating_sub(OPENINGS_KEPT);
        room.openings = openings.split_off(drop);
    }
    if was.owner_id == fresh.owner_id {
        room.bans = was.bans.clone();
    }
    room
}

/// An operator may bring any record id; a phone only one that nobody has named.
async fn may_bring_record_id(app: &App, host: &Actor, ask: &OpenRoom, record_id: &str) -> Result<(), Fault> {
    let plain =
        (1..=64).contains(&record_id.len()) && record_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !plain {
        return Err(Fault::field(
            "record_id",
            "malformed",
            "record_id 须为 1 至 64 个字母、数字、_ 或 -",
            "record_id must be 1 to 64 letters, digits, _ or -",
        ));
    }
    if ask.provider == Provider::Trtc && record_number(record_id).is_none() {
        return Err(Fault::field(
            "record_id",
            "out_of_range",
            "trtc 的 record_id 须为 1 至 2147483647 的整数",
            "a trtc record_id must be a whole number from 1 to 2147483647",
        ));
    }
    let Some(head) = app.store.recording_head(record_id, app.now()).await? else { return Ok(()) };
    let mine = ask.room_id.is_some() && head.room_id == ask.room_id && head.owner_id.as_deref() == Some(&host.user_id);
    let free = head.opening_id.is_none() && !host.is_phone() && head.app.as_deref().is_none_or(|app| app == ask.app);
    if mine || free { Ok(()) } else { Err(record_id_taken(record_id)) }
}

fn record_id_taken(record_id: &str) -> Fault {
    Fault::new(
        "record_id_taken",
        format!("record_id {record_id} 已被使用，请换一个，或用 record: true 由我们分配。"),
        format!("record_id {record_id} is in use; bring another, or ask with record: true and one is made."),
    )
}

/// Claims the opening's record id; a repeat mends a claim that a crash left out.
async fn claim_record_id(app: &App, host: &Actor, room: Room) -> Result<Room, Fault> {
    let Some(opening) = room.openings.iter().find(|o| o.opening_id == room.opening_id) else { return Ok(room) };
    let Some(record_id) = opening.record_id.clone() else { return Ok(room) };
    let claim = Claim { room: &room, opening, expires: expiry(app, app.config.retention.recordings_days) };
    let claimed = if host.is_phone() {
        app.store.claim_fresh(&record_id, claim, app.now()).await?
    } else {
        app.store.claim_any(&record_id, claim, app.now()).await?
    };
    if claimed {
        return Ok(room);
    }
    // Another opening was quicker by a hair. Without its record id this opening is not what was asked for.
    app.store.close_room(&room.room_id, &room.opening_id, app.now()).await?;
    Err(record_id_taken(&record_id))
}

/// A room as kept, or 404.
pub async fn find_room(app: &App, room_id: &str) -> Result<Room, Fault> {
    app.store.room(room_id, app.now()).await?.ok_or_else(|| {
        Fault::new(
            "room_unknown",
            "没有这个房间。请检查 room_id，或先用 POST /v1/rooms 开播。",
            "There is no such room. Check room_id, or open it first with POST /v1/rooms.",
        )
    })
}

/// A room as kept, or 404; for someone who only watches, as it was within the last second.
pub async fn find_room_for(app: &App, room_id: &str, user_id: &str) -> Result<Room, Fault> {
    match app.store.room_recently(room_id, app.now()).await? {
        Some(room) if !room.may_publish(user_id) => Ok(room),
        _ => find_room(app, room_id).await,
    }
}

/// A room and what is live in it as they were within the last second: for the pages of a crowd whose screen went black at once.
pub async fn watch_room(app: &App, room_id: &str) -> Result<RoomView, Fault> {
    let now = app.now();
    let room = match app.store.room_recently(room_id, now).await? {
        Some(room) => room,
        None => find_room(app, room_id).await?,
    };
    let rows = app.store.opening_recently(&room.opening_id, now).await?;
    Ok(view(room, &rows, Vec::new()))
}

/// A room with all of its current opening, computed from what was told.
pub async fn read_room(app: &App, room_id: &str) -> Result<RoomView, Fault> {
    let room = find_room(app, room_id).await?;
    let (rows, others) = app.store.opening(&room.opening_id, app.now()).await?;
    Ok(view(room, &rows, others))
}

fn view(mut room: Room, rows: &OpeningRows, others: Vec<Item>) -> RoomView {
    let live = rows.live_view();
    (room.live, room.live_since, room.last_live_at) = (live.live, live.live_since, live.last_live_at);
    if room.origin == Origin::Vendor {
        room.opened_at = rows.first_told().unwrap_or(room.opened_at);
        let over = rows.session_over().map(|end| end.told.at);
        room.closed_at = over.or(room.closed_at);
        room.status = if over.is_some() { RoomStatus::Closed } else { room.status };
    }
    RoomView { room, streams: rows.streams(None), members: rows.members(), end_reason: live.end_reason, others }
}

/// Closes a room, and leaves ending the vendor's to the jobs; closing a closed room is not an error.
pub async fn close_room(app: &App, by: &Manager, room_id: &str) -> Result<(RoomView, Enforced), Fault> {
    let room = find_room(app, room_id).await?;
    if !by.runs(&room) {
        return Err(Fault::new(
            "role_not_allowed",
            "只有房主或有 write 权限的运营密钥可以关闭房间。",
            "Only the room's owner, or an operator key with scope write, may close it.",
        ));
    }
    app.store.close_room(room_id, &room.opening_id, app.now()).await?;
    let view = read_room(app, room_id).await?;
    let enforced = enforce(app, &view.room, Errand::Close, &view.streams).await?;
    Ok((view, enforced))
}
