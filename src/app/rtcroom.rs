//! Tencent's RTCRoom calls on kaibo's durable rooms, so that published mini programs run unchanged (tencent.md section 6).
//! A member is a lease; whoever sends no heartbeat is out, and when the last one leaves the room closes. Everyone inside
//! publishes. Not copied from the reference: guessable ids, a full room that refuses whoever is inside, lists without order.

use super::App;
use super::callbacks::expiry;
use super::credentials::trtc::{Room as MapRoom, give_user_sig, sign_map_key};
use super::credentials::{Span, count};
use super::ledger::{self, Given};
use super::lists::{Part, RoomFilter, rooms};
use super::presence::room_full;
use super::rooms::{OpenRoom, find_room, open_room};
use super::tickets::banned;
use crate::config::{Lifetime, Trtc};
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::room_closed;
use crate::live::room::{Room, RoomStatus, numeric_room};
use crate::live::rtcroom::{GRACE_SECONDS, TICKET_SECONDS};
use crate::store::leases::{Holder, LeaseAsk, Place};

/// All that a privateMapKey can allow (tencent.md section 3.2).
const EVERYTHING: u32 = 255;

/// Open rooms looked at for one page: most are skipped only when an attacker made them.
const LOOKED_AT: usize = 1000;

/// What get_login_info tells.
pub struct Login {
    /// Which app.
    pub sdk_app_id: u32,
    /// The app's account type.
    pub account_type: String,
    /// The userSig.
    pub user_sig: String,
}

/// A room as listed.
pub struct Listed {
    /// Its id.
    pub room_id: String,
    /// Its roomInfo.
    pub info: String,
    /// Who made it.
    pub creator: String,
}

/// The userSig of a user.
pub async fn log_in(app: &App, who: &Actor) -> Result<Login, Fault> {
    let trtc = first_app(app)?;
    let life = life(app.config.policy.user_sig_seconds);
    let given = give_user_sig(app, who, Some(trtc.sdk_app_id), Some(i64::from(life))).await?;
    let account_type = trtc.account_type.clone().unwrap_or_else(|| "0".to_owned());
    Ok(Login { sdk_app_id: given.sdk_app_id, account_type, user_sig: given.user_sig })
}

/// Opens a room with its creator inside; answers the room and the creator's privateMapKey.
pub async fn create(app: &App, who: &Actor, info: String, kind: String, nickname: Option<&str>) -> Result<(Room, String), Fault> {
    let sdk_app_id = first_app(app)?.sdk_app_id;
    let ask = OpenRoom {
        provider: Provider::Trtc,
        app: sdk_app_id.to_string(),
        room_id: None,
        title: None,
        info: Some(info),
        capacity: Some(app.config.policy.rtcroom_members),
        audio: None,
        kind: Some(kind),
        record: false,
        record_id: None,
        idempotency_key: None,
    };
    let mut opened = open_room(app, who, ask.clone()).await;
    // Ids are random: another's room of the same id is bad luck, not an answer.
    if opened.as_ref().is_err_and(|fault| fault.code == "room_taken") {
        opened = open_room(app, who, ask).await;
    }
    let (room, _) = opened?;
    let key = admit(app, who, &room, nickname).await?;
    Ok((room, key))
}

/// Enters a room; answers the privateMapKey.
pub async fn enter(app: &App, who: &Actor, room_id: &str, nickname: Option<&str>) -> Result<String, Fault> {
    let room = open_here(app, room_id).await?;
    if room.banned(&who.user_id) {
        return Err(banned());
    }
    admit(app, who, &room, nickname).await
}

/// Leaves a room; leaving a room one is not in, or a closed one, is not an error. The last one to leave closes it.
pub async fn quit(app: &App, who: &Actor, room_id: &str) -> Result<(), Fault> {
    let room = find_here(app, room_id).await?;
    if room.status == RoomStatus::Closed {
        return Ok(());
    }
    let now = app.now();
    let Some(row) = app.store.end_lease(&room.opening_id, &who.user_id).await? else { return Ok(()) };
    // First nobody can come in any more, then the room closes: whoever enters meanwhile is told that it is closed.
    if app.store.end_leases(&room.opening_id, &row, now).await? {
        app.store.close_room(room_id, &room.opening_id, now).await?;
    }
    Ok(())
}

/// Keeps a member inside; says nothing about someone who is not. Written only in the last third of the lease.
pub async fn beat(app: &App, who: &Actor, room_id: &str) -> Result<(), Fault> {
    let room = open_here(app, room_id).await?;
    if room.banned(&who.user_id) {
        return Err(banned());
    }
    let now = app.now();
    let life = i64::from(app.config.policy.rtcroom_lease_seconds);
    let inside = holders(app, &room).await?;
    let Some(own) = inside.iter().find(|holder| holder.user_id == who.user_id) else { return Ok(()) };
    let left = own.until.0 - now.0;
    if left + GRACE_SECONDS * 1000 < 0 || left * 3 > life * 1000 {
        return Ok(());
    }
    match take(app, &room, &who.user_id, None).await? {
        Place::Over => Err(room_closed()),
        // Another was quicker to the place: it is not a member any more.
        Place::Held | Place::Full => Ok(()),
    }
}

/// Open rooms with someone inside, newest first. `kind` must equal the room's; empty takes all.
pub async fn list(app: &App, index: usize, count: usize, kind: &str) -> Result<Vec<Listed>, Fault> {
    let of_app = first_app(app)?.sdk_app_id.to_string();
    let filter = RoomFilter { status: Some(RoomStatus::Open), provider: Some(Provider::Trtc), ..RoomFilter::default() };
    let mut part = Part { limit: 100, ..Part::default() };
    let mut found = Vec::new();
    for _ in 0..LOOKED_AT / part.limit {
        let page = rooms(app, &filter, part.clone()).await?;
        let fits = |room: &&Room| room.app == of_app && room.kind.as_ref().is_some_and(|own| kind.is_empty() || own == kind);
        let fitting: Vec<&Room> = page.items.iter().filter(fits).collect();
        let openings: Vec<&str> = fitting.iter().map(|room| room.opening_id.as_str()).collect();
        let inside = app.store.holders(&openings).await?;
        let now = app.now();
        let lived_in = |room: &&&Room| inside.get(&room.opening_id).is_some_and(|all| all.iter().any(|h| h.until > now));
        found.extend(fitting.iter().filter(lived_in).map(|room| Listed {
            room_id: room.room_id.clone(),
            info: room.info.clone().unwrap_or_default(),
            creator: room.owner_id.clone().unwrap_or_default(),
        }));
        match page.next_cursor {
            Some(cursor) if found.len() < index.saturating_add(count) => part.cursor = Some(cursor),
            _ => break,
        }
    }
    Ok(found.into_iter().skip(index).take(count).collect())
}

/// Who is inside: user id and nickname.
pub async fn members(app: &App, room_id: &str) -> Result<Vec<(String, String)>, Fault> {
    let room = open_here(app, room_id).await?;
    let now = app.now();
    let mut inside = holders(app, &room).await?;
    inside.retain(|holder| holder.until > now);
    inside.sort_by(|a, b| a.user_id.cmp(&b.user_id));
    Ok(inside.into_iter().map(|h| (h.user_id.clone(), h.nickname.unwrap_or(h.user_id))).collect())
}

/// The app of these calls, which name none: the first in the document.
fn first_app(app: &App) -> Result<&Trtc, Fault> {
    match app.config.trtc.first() {
        Some(first) => Ok(first),
        None => app.which_trtc(None),
    }
}

/// A room that these calls made; kaibo's other rooms follow rules that these calls do not know.
async fn find_here(app: &App, room_id: &str) -> Result<Room, Fault> {
    if numeric_room(room_id).is_none() {
        return Err(unknown());
    }
    let room = find_room(app, room_id).await?;
    let here = room.is_rtcroom() && room.is_of(Provider::Trtc, &first_app(app)?.sdk_app_id.to_string());
    if here { Ok(room) } else { Err(unknown()) }
}

fn unknown() -> Fault {
    Fault::new("room_unknown", "没有这个房间。", "There is no such room.")
}

async fn open_here(app: &App, room_id: &str) -> Result<Room, Fault> {
    let room = find_here(app, room_id).await?;
    if room.status == RoomStatus::Open { Ok(room) } else { Err(room_closed()) }
}

async fn holders(app: &App, room: &Room) -> Result<Vec<Holder>, Fault> {
    let mut inside = app.store.holders(&[&room.opening_id]).await?;
    Ok(inside.remove(&room.opening_id).unwrap_or_default())
}

/// Takes a place and signs.
async fn admit(app: &App, who: &Actor, room: &Room, nickname: Option<&str>) -> Result<String, Fault> {
    match take(app, room, &who.user_id, Some(nickname.unwrap_or(&who.user_id))).await? {
        Place::Held => {}
        Place::Full => return Err(room_full(places(app, room))),
        Place::Over => return Err(room_closed()),
    }
    count(app, &who.user_id, Some(&room.room_id)).await?;
    let signer = app.trtc_signer(room.app.parse().ok())?;
    let span = Span { from: app.now(), life: life(app.config.policy.private_map_key_seconds) };
    let number = numeric_room(&room.room_id).ok_or_else(unknown)?;
    let (text, key) = sign_map_key(signer, &who.user_id, &MapRoom::Number(number), EVERYTHING, span)?;
    let given = Given {
        kind: "private-map-key",
        provider: Provider::Trtc,
        app: room.app.clone(),
        actor: who,
        room_id: Some(&room.room_id),
        powers: EVERYTHING.to_string(),
        key,
        issued_at: span.from,
        expires_at: span.end(),
    };
    ledger::keep(app, &given).await?;
    Ok(text)
}

async fn take(app: &App, room: &Room, user_id: &str, nickname: Option<&str>) -> Result<Place, Fault> {
    let now = app.now();
    let life = i64::from(app.config.policy.rtcroom_lease_seconds);
    let ask = LeaseAsk {
        room_id: &room.room_id,
        opening_id: &room.opening_id,
        user_id,
        until: now.plus_seconds(life),
        capacity: places(app, room),
        idle_at: now.plus_seconds(life + GRACE_SECONDS),
        expires: expiry(app, app.config.retention.rooms_days),
    };
    Ok(app.store.take_place(ask, nickname, now).await?)
}

fn places(app: &App, room: &Room) -> u32 {
    room.capacity.unwrap_or(app.config.policy.rtcroom_members)
}

/// An hour, as the reference, where the policy allows it.
fn life(bounds: Lifetime) -> u32 {
    TICKET_SECONDS.max(bounds.min).min(bounds.max)
}
