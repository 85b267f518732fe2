//! Rooms that are due: a stream whose end was never told is found out from the vendor, an abandoned room is closed.
//!
//! A room's owner may have vanished, and a vendor's callback may be lost. So no room is left to itself: whoever takes a publisher's
//! lease arms the room, and rooms that nobody ever entered are found by the time they were opened.

use super::{AT_ONCE, Done};
use crate::app::App;
use crate::app::callbacks::project_room;
use crate::app::lists::{Part, RoomFilter, rooms};
use crate::live::event::Provider;
use crate::live::fact::gone_by_vendor;
use crate::live::opening::OpeningRows;
use crate::live::room::{Origin, Room, RoomStatus};
use crate::live::rtcroom::GRACE_SECONDS;
use crate::live::time::UnixMs;
use crate::store::StoreError;
use crate::store::item::{Item, Read};
use crate::store::leases::living;

/// A live room is compared with the vendor this often.
const COMPARE_SECONDS: i64 = 300;

/// How far back rooms are looked for that nobody entered: a schedule may miss runs.
const MISSED_SECONDS: i64 = 1800;

pub(super) async fn look_after(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let now = app.now();
    for key in app.store.due("idle", now, AT_ONCE).await? {
        let Some(row) = app.store.get(&key, true).await? else { continue };
        let (Some(room_id), Some(opening_id)) = (row.string("room_id"), row.string("opening_id")) else { continue };
        let current = app.store.room(&room_id, now).await?.filter(|room| room.opening_id == opening_id);
        let next = match current {
            Some(room) => look_at(app, &room, done).await?,
            None => None,
        };
        app.store.rearm(&key, row.text(crate::store::keys::DUE_SK).unwrap_or_default(), next).await?;
    }
    never_entered(app, done).await
}

/// Rooms opened one idle time ago in which nobody ever took a place.
async fn never_entered(app: &App, done: &mut Done) -> Result<(), StoreError> {
    let idle = i64::from(app.config.policy.room_idle_seconds);
    let to = app.now().plus_seconds(-idle);
    let filter = RoomFilter { status: Some(RoomStatus::Open), ..RoomFilter::default() };
    let mut part = Part { from: Some(to.plus_seconds(-MISSED_SECONDS)), to: Some(to), limit: 100, cursor: None };
    loop {
        let page = rooms(app, &filter, part.clone()).await.map_err(|fault| StoreError::Busy(fault.en))?;
        for room in page.items.iter().filter(|room| room.origin == Origin::Api) {
            let entered = app.store.get(&crate::store::keys::leases(&room.opening_id), true).await?.is_some();
            if !entered && let Some(at) = look_at(app, room, done).await? {
                app.store.arm_room(&room.room_id, &room.opening_id, at).await?;
            }
        }
        match page.next_cursor {
            Some(cursor) => part.cursor = Some(cursor),
            None => return Ok(()),
        }
    }
}

/// Looks at one room; answers when to look again, if ever.
async fn look_at(app: &App, room: &Room, done: &mut Done) -> Result<Option<UnixMs>, StoreError> {
    let now = app.now();
    if room.status == RoomStatus::Closed {
        return Ok(None);
    }
    let (mut rows, others) = app.store.opening(&room.opening_id, now).await?;
    if compare(app, room, &rows, done).await? {
        rows = app.store.opening(&room.opening_id, now).await?.0;
        project_room(app, &room.room_id).await?;
    }
    if rows.live_view().live {
        return Ok(Some(now.plus_seconds(COMPARE_SECONDS)));
    }
    if room.origin == Origin::Vendor && rows.session_over().is_some() {
        return Ok(None);
    }
    if room.is_rtcroom() {
        return close_when_left(app, room, &others, done).await;
    }
    let held =
        others.iter().flat_map(|row| living(row, now)).filter(|(user, _)| room.may_publish(user)).map(|(_, until)| until).max();
    let idle = i64::from(app.config.policy.room_idle_seconds);
    let quiet_since = [Some(room.opened_at), rows.last_told(), held].into_iter().flatten().max().unwrap_or(now);
    let due = quiet_since.plus_seconds(idle);
    if due > now {
        return Ok(Some(due));
    }
    if people_inside(app, room).await {
        return Ok(Some(now.plus_seconds(COMPARE_SECONDS)));
    }
    app.store.close_room(&room.room_id, &room.opening_id, now).await?;
    tracing::info!(room_id = room.room_id, "an abandoned room was closed");
    done.closed += 1;
    Ok(None)
}

/// A room of the RTCRoom calls closes when nobody is inside any more; a heartbeat that is a little late still counts.
async fn close_when_left(app: &App, room: &Room, others: &[Item], done: &mut Done) -> Result<Option<UnixMs>, StoreError> {
    let life = i64::from(app.config.policy.rtcroom_lease_seconds);
    let (now, late) = (app.now(), app.now().plus_seconds(-GRACE_SECONDS));
    let row = others.iter().find(|row| row.map("leases").is_some());
    let held = row.and_then(|row| living(row, late).last().map(|(_, until)| *until));
    // The creator's place is taken a moment after the room is opened.
    if let Some(until) = held.or(Some(room.opened_at.plus_seconds(life)).filter(|until| row.is_none() && *until > late)) {
        return Ok(Some(until.plus_seconds(GRACE_SECONDS)));
    }
    if let Some(row) = row
        && !app.store.end_leases(&room.opening_id, row, late).await?
    {
        return Ok(Some(now.plus_seconds(life)));
    }
    app.store.close_room(&room.room_id, &room.opening_id, now).await?;
    done.closed += 1;
    Ok(None)
}

/// The vendor is asked first where a key exists; without one the leases and callbacks have spoken.
async fn people_inside(app: &App, room: &Room) -> bool {
    if room.provider != Provider::Zego {
        return false;
    }
    match app.zego_people(&room.app, &room.room_id).await {
        Ok(people) => people > 0,
        Err(crate::app::vendors::AskError::NoKey) => false,
        Err(error) => {
            tracing::warn!(error = %error, "ZEGO was asked who is in a room");
            // A silent vendor is no proof that a room is empty; look again at the next comparison.
            matches!(error, crate::app::vendors::AskError::Silent(_))
        }
    }
}

/// Ends streams that the vendor no longer knows; answers whether any was.
async fn compare(app: &App, room: &Room, rows: &OpeningRows, done: &mut Done) -> Result<bool, StoreError> {
    let seen_live: Vec<_> = rows.streams.iter().filter(|row| rows.is_live(row)).collect();
    if seen_live.is_empty() {
        return Ok(false);
    }
    let zego = if room.provider == Provider::Zego { app.zego_streams(&room.app, &room.room_id).await.ok() } else { None };
    let mut ended = false;
    for row in seen_live {
        let gone = match row.provider {
            Provider::Zego => zego.as_ref().is_some_and(|live| !live.contains(&row.stream_id)),
            Provider::Css => matches!(app.css_stream_is_live(&row.app, &row.stream_id).await, Ok(false)),
            _ => false,
        };
        // A stream that began a moment ago may not have reached the vendor's list yet.
        let young = row.begin.as_ref().is_some_and(|begin| begin.at.plus_seconds(60) > app.now());
        if !gone || young {
            continue;
        }
        let Some(fact) = gone_by_vendor(&room.opening_id, row, app.now()) else { continue };
        ended |= app.store.apply(&fact, crate::app::callbacks::expiry(app, app.config.retention.rooms_days)).await?;
        done.repaired += 1;
        tracing::info!(room_id = room.room_id, stream_id = row.stream_id, "a stream whose end was never told is over");
    }
    Ok(ended)
}
