//! Which opening an event belongs to, vendors' rooms, and what lists show of a room.

use crate::app::App;
use crate::live::event::{Event, Provider, What};
use crate::live::fact;
use crate::live::room::{Origin, Room};
use crate::store::StoreError;
use crate::store::rooms::VendorTimes;

/// When a vendor's room is first compared with the vendor.
const FIRST_LOOK_SECONDS: i64 = 300;

/// Where an event belongs.
pub(super) struct Place {
    /// The room, when it is one of the event's provider and app.
    pub(super) room: Option<Room>,
    /// Another provider's or app's room has this id: it is not touched.
    pub(super) taken: bool,
    /// The opening.
    pub(super) opening_id: String,
}

/// Finds the opening by room and time; the vendor's own session stands for it where we know none.
pub(super) async fn place(app: &App, event: &Event) -> Result<Place, StoreError> {
    let (provider, of_app) = fact::home(event);
    let found = match &event.room_id {
        Some(room_id) => app.store.room(room_id, app.now()).await?,
        None => None,
    };
    let taken = found.as_ref().is_some_and(|room| !room.is_of(provider, of_app));
    let room = found.filter(|_| !taken);
    let ours = room.as_ref().and_then(|room| room.opening_at(fact::anchor(event)));
    let opening_id = ours.map_or_else(|| fact::vendor_opening(event), |opening| opening.opening_id.clone());
    Ok(Place { room, taken, opening_id })
}

/// Records a room that only the vendor has made known. Its creator gets no power from that: it has no owner.
pub(super) async fn record_vendor_room(app: &App, event: &Event, place: &Place) -> Result<(), StoreError> {
    let Some(room_id) = event.room_id.as_ref().filter(|_| !place.taken && makes_room_known(event)) else {
        return Ok(());
    };
    let expires = super::expiry(app, app.config.retention.rooms_days);
    let (provider, of_app) = fact::home(event);
    let fresh = Room::opened(room_id, provider, of_app, Origin::Vendor, place.opening_id.clone(), event.at);
    let mut known = match &place.room {
        Some(room) => room.clone(),
        None => match app.store.put_room(&fresh, expires, app.now()).await? {
            // Nobody of ours takes a lease in it, so it is armed here.
            None => return app.store.arm_room(room_id, &fresh.opening_id, app.now().plus_seconds(FIRST_LOOK_SECONDS)).await,
            Some(room) => room,
        },
    };
    // A vendor's room is its session that began last.
    for _ in 0..3 {
        let newer = known.opening_id != fresh.opening_id && known.opened_at < event.at;
        if known.origin != Origin::Vendor || !newer || app.store.reopen_room(&fresh, &known, expires).await? {
            return Ok(());
        }
        match app.store.room(room_id, app.now()).await? {
            Some(room) => known = room,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// True for events after which a room is known that was not.
pub(super) fn makes_room_known(event: &Event) -> bool {
    match &event.what {
        What::RoomBegan { .. } => true,
        What::MemberEntered { member, .. } => !member.robot && (event.provider == Provider::Trtc || !member.audience),
        What::StreamBegan { .. } => event.provider == Provider::Zego,
        _ => false,
    }
}

/// Each try that fails means that another's succeeded; so many at once is a storm, and the vendor shall come again.
const TRIES: usize = 40;

/// Reads the current opening as it is now and writes what lists show of it, again if someone else wrote in between.
pub async fn project(app: &App, room_id: &str) -> Result<(), StoreError> {
    let now = app.now();
    for _ in 0..TRIES {
        let Some((room, version)) = app.store.room_and_version(room_id, now).await? else { return Ok(()) };
        let (rows, _) = app.store.opening(&room.opening_id, now).await?;
        let times = VendorTimes {
            opened_at: rows.first_told().unwrap_or(room.opened_at),
            closed_at: rows.session_over().map(|end| end.told.at),
        };
        let vendor = (room.origin == Origin::Vendor).then_some(times);
        if app.store.project(&room, version, &rows.live_view(), vendor).await? {
            return Ok(());
        }
    }
    Err(StoreError::Busy(format!("room {room_id} is written by too many at once")))
}
