//! Presence: the heartbeat that keeps a place in a room and tells the phone what happened meanwhile, and leaving.
//!
//! A place is a lease. Whoever may publish holds one, and everyone where the room has a capacity; viewers elsewhere hold none,
//! so a crowd that watches writes nothing. A lease is renewed in its last third only.

use super::App;
use super::callbacks::expiry;
use super::rooms::{find_room, find_room_for};
use super::seats::{self, SeatView};
use crate::live::caller::Actor;
use crate::live::codes;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::room::{Room, RoomStatus};
use crate::live::time::UnixMs;
use crate::store::leases::LeaseAsk;

/// WeChat lets at most ten into a voip room.
const VOIP_CAPACITY: u32 = 10;

/// Publishers of a room without a capacity: their leases tell that it is not abandoned.
const PUBLISHERS: u32 = 100;

/// What a phone says it saw; never proof, never stored.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// User ids it sees inside.
    pub members: Vec<String>,
    /// The last code of its player.
    pub player_code: Option<String>,
    /// The last code of its pusher.
    pub pusher_code: Option<String>,
}

/// What a heartbeat learns.
#[derive(Clone, Debug)]
pub struct Beat {
    /// Until when the place is held; none where none is needed.
    pub lease_expires_at: Option<UnixMs>,
    /// Open or closed.
    pub room_status: RoomStatus,
    /// Someone publishes.
    pub live: bool,
    /// The caller was put out.
    pub removed: bool,
    /// Seats that concern the caller.
    pub seats: Vec<SeatView>,
    /// When to beat again; 0 after leaving.
    pub next_seconds: u32,
}

/// How many places count where this user takes one; none for a user who takes none.
pub fn places_for(room: &Room, user_id: &str) -> Option<u32> {
    let capacity = match room.provider {
        Provider::Voip => Some(room.capacity.unwrap_or(VOIP_CAPACITY).min(VOIP_CAPACITY)),
        _ => room.capacity,
    };
    capacity.or_else(|| room.may_publish(user_id).then_some(PUBLISHERS))
}

/// Takes a place for a user, or renews it in its last third. Answers until when it is held; none for a user who needs none.
pub async fn hold(app: &App, room: &Room, user_id: &str) -> Result<Option<UnixMs>, Fault> {
    let Some(capacity) = places_for(room, user_id) else { return Ok(None) };
    let now = app.now();
    let life = i64::from(app.config.policy.lease_seconds);
    let leases = app.store.leases(&room.opening_id, now).await?;
    let held = leases.iter().find(|(user, _)| user == user_id).map(|(_, until)| *until);
    if let Some(until) = held.filter(|until| (until.0 - now.0) * 3 > life * 1000) {
        return Ok(Some(until));
    }
    let until = now.plus_seconds(life);
    let ask = LeaseAsk {
        room_id: &room.room_id,
        opening_id: &room.opening_id,
        user_id,
        until,
        capacity,
        idle_at: now.plus_seconds(i64::from(app.config.policy.room_idle_seconds)),
        expires: expiry(app, app.config.retention.rooms_days),
    };
    if app.store.take_lease(ask, now).await? { Ok(Some(until)) } else { Err(room_full(capacity)) }
}

/// All places are held by living leases.
pub fn room_full(capacity: u32) -> Fault {
    Fault::new(
        "room_full",
        format!("房间已满（{capacity} 人）。有人离开或租约到期后可再试。"),
        format!("The room is full ({capacity}); try again when someone has left or a lease has run out."),
    )
}

/// One heartbeat.
pub async fn beat(app: &App, who: &Actor, room_id: &str, observed: &Observed) -> Result<Beat, Fault> {
    let room = find_room_for(app, room_id, &who.user_id).await?;
    note(&room, &who.user_id, observed);
    let removed = room.banned(&who.user_id);
    let inside = !removed && room.status == RoomStatus::Open;
    let lease_expires_at = if inside { hold(app, &room, &who.user_id).await? } else { None };
    let seats = seats::concerning(app, &room, &who.user_id).await?;
    let next_seconds = if inside { (app.config.policy.lease_seconds / 3).max(1) } else { 60 };
    Ok(Beat { lease_expires_at, room_status: room.status, live: room.live, removed, seats, next_seconds })
}

/// Leaves: gives the place back and ends the own seat. Leaving twice is not an error.
pub async fn leave(app: &App, who: &Actor, room_id: &str) -> Result<Beat, Fault> {
    let mut room = find_room(app, room_id).await?;
    give_back(app, &room, &who.user_id).await?;
    seats::end_seats_of(app, &room, &who.user_id).await?;
    room.seated.retain(|seat| seat.rsplit_once('-').is_none_or(|(user, _)| user != who.user_id));
    let seats = seats::concerning(app, &room, &who.user_id).await?;
    let removed = room.banned(&who.user_id);
    Ok(Beat { lease_expires_at: None, room_status: room.status, live: room.live, removed, seats, next_seconds: 0 })
}

/// Gives a user's place back where there is one; a viewer who has none writes nothing.
pub async fn give_back(app: &App, room: &Room, user_id: &str) -> Result<(), Fault> {
    let leases = app.store.leases(&room.opening_id, app.now()).await?;
    if leases.iter().any(|(user, _)| user == user_id) {
        app.store.end_lease(&room.opening_id, user_id).await?;
    }
    Ok(())
}

/// One log line for what the phone's component reported, in words.
fn note(room: &Room, user_id: &str, observed: &Observed) {
    for (component, code) in [("player", &observed.player_code), ("pusher", &observed.pusher_code)] {
        let Some(code) = code else { continue };
        let vendor = if room.provider == Provider::Voip { "wechat" } else { room.provider.word() };
        let says = codes::lookup(vendor, code).map_or("not in the dictionary", |entry| entry.title_en);
        let (room_id, members) = (room.room_id.as_str(), observed.members.len());
        tracing::info!(room_id, user_id, component, code = code.as_str(), members, live = room.live, "a phone reports: {says}");
    }
}
