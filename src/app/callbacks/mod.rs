//! Bringing an event into effect. Each write is guarded, so that doing it twice, at once or in another order comes out the same.
//!
//! `room.rs` finds the opening and keeps vendors' rooms, `recording.rs` keeps what is recorded and ties it to rooms.

mod recording;
mod room;

pub use recording::tie_task;
pub use room::project as project_room;

use super::App;
use crate::live::event::{Event, What};
use crate::live::fact;
use crate::live::time::UnixMs;
use crate::store::StoreError;

/// Brings an event into effect; answers the recording it went to, if any.
pub async fn apply(app: &App, event: &Event) -> Result<Option<String>, StoreError> {
    match &event.what {
        What::Noted | What::UnknownKind | What::Unreadable { .. } => return Ok(None),
        What::Recording { .. } => return recording::keep(app, event).await,
        _ => {}
    }
    let place = room::place(app, event).await?;
    let expires = expiry(app, app.config.retention.rooms_days);
    for fact in fact::of_room(event, &place.opening_id) {
        app.store.apply(&fact, expires).await?;
    }
    room::record_vendor_room(app, event, &place).await?;
    let recording = recording::of_stream(app, event, &place).await?;
    if let Some(room_id) = &event.room_id {
        room::project(app, room_id).await?;
    }
    Ok(recording)
}

/// When something kept for so many days may go; 0 keeps it.
pub fn expiry(app: &App, days: u32) -> Option<UnixMs> {
    (days > 0).then(|| app.now().plus_seconds(i64::from(days) * 86_400))
}
