//! Streams by id, and whether a room is live.

use super::App;
use super::chores::publisher;
use super::rooms::{RoomView, find_room};
use crate::live::fault::Fault;
use crate::live::opening::Stream;
use crate::live::policy::room_closed;
use crate::live::room::{Origin, Room, RoomStatus};
use crate::live::time::UnixMs;
use crate::store::item::Item;
use crate::store::seats::read_seat;

/// A stream and where it belongs.
#[derive(Clone, Debug)]
pub struct StreamView {
    /// The stream.
    pub stream: Stream,
    /// Its room, if known.
    pub room_id: Option<String>,
    /// Its opening.
    pub opening_id: String,
    /// What is odd about it: `no_seat`, its publisher has no right to be on stage.
    pub flagged: Option<&'static str>,
}

/// The streams of a room with all of its current opening.
pub fn of_view(view: &RoomView) -> Vec<StreamView> {
    let told = |stream: &Stream| StreamView {
        stream: stream.clone(),
        room_id: Some(view.room.room_id.clone()),
        opening_id: view.room.opening_id.clone(),
        flagged: flag(&view.room, stream, &view.others),
    };
    view.streams.iter().map(told).collect()
}

/// Only streams of rooms opened through our API are judged: a live one by who sits now, an ended one by who ever sat.
fn flag(room: &Room, stream: &Stream, others: &[Item]) -> Option<&'static str> {
    let user = publisher(room, stream)?;
    let sat = || others.iter().filter_map(read_seat).any(|seat| seat.user_id == user && seat.accepted_at.is_some());
    let rightly = room.may_publish(user) || (!stream.live && sat());
    (room.origin == Origin::Api && !rightly).then_some("no_seat")
}

/// The latest publication of a stream id.
pub async fn read_stream(app: &App, stream_id: &str) -> Result<StreamView, Fault> {
    let now = app.now();
    let (runs, _) = app.store.at_stream(stream_id, now).await?;
    let at = runs.into_iter().max_by_key(|run| run.begin).ok_or_else(stream_unknown)?;
    let (rows, others) = app.store.opening(&at.opening_id, now).await?;
    let room = match &at.room_id {
        Some(room_id) => app.store.room(room_id, now).await?,
        None => None,
    };
    let superseded = room.as_ref().filter(|room| room.opening_id != at.opening_id).map(|room| room.opened_at);
    let of_id =
        rows.streams(superseded).into_iter().filter(|s| s.stream_id == stream_id && s.provider == at.provider && s.app == at.app);
    let stream = of_id.max_by_key(|stream| stream.began_at).ok_or_else(stream_unknown)?;
    let room = room.filter(|room| room.opening_id == at.opening_id);
    let flagged = room.and_then(|room| flag(&room, &stream, &others));
    Ok(StreamView { stream, room_id: at.room_id, opening_id: at.opening_id, flagged })
}

fn stream_unknown() -> Fault {
    Fault::new(
        "stream_unknown",
        "没有这条流的记录。请检查 stream_id，并确认厂商回调已配置。",
        "No such stream is recorded. Check stream_id, and that the vendor's callbacks are set up.",
    )
}

/// Whether a room is live, for the page that sees a black screen.
#[derive(Clone, Debug)]
pub struct LiveNow {
    /// Someone publishes.
    pub live: bool,
    /// Since when.
    pub live_since: Option<UnixMs>,
    /// Open or closed.
    pub room_status: RoomStatus,
    /// Why the last stream ended.
    pub end_reason: Option<String>,
    /// When to ask again.
    pub retry_after_seconds: u32,
}

/// One read of the room and one query of its opening.
pub async fn live_now(app: &App, room_id: &str) -> Result<(Room, LiveNow), Fault> {
    let view = super::rooms::watch_room(app, room_id).await?;
    let room = view.room;
    let retry_after_seconds = match (room.status, room.live) {
        (RoomStatus::Closed, _) => 60,
        (RoomStatus::Open, true) => 2,
        (RoomStatus::Open, false) => 5,
    };
    let now = LiveNow {
        live: room.live,
        live_since: room.live_since,
        room_status: room.status,
        end_reason: view.end_reason,
        retry_after_seconds,
    };
    Ok((room, now))
}

/// The streams of a room's current opening.
pub async fn room_streams(app: &App, room_id: &str) -> Result<Vec<StreamView>, Fault> {
    Ok(of_view(&super::rooms::read_room(app, room_id).await?))
}

/// Checks that a room is there and open.
pub async fn open_room_or_fault(app: &App, room_id: &str) -> Result<Room, Fault> {
    let room = find_room(app, room_id).await?;
    match room.status {
        RoomStatus::Open => Ok(room),
        RoomStatus::Closed => Err(room_closed()),
    }
}
