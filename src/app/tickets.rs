//! Tickets: all that a client needs to enter one room once. The room's rules hold for everyone here, whoever asks: the owner
//! hosts, accepted seats are cohosts, everyone else watches.

mod sections;

use super::App;
use super::credentials::count;
use super::presence::hold;
use super::rooms::{find_room, find_room_for};
use crate::live::caller::Actor;
use crate::live::fault::Fault;
use crate::live::policy::{Standing, room_closed};
use crate::live::room::RoomStatus;
use crate::live::ticket::{Role, Ticket, record_id_value, refresh_after};

pub use crate::live::policy::banned;

/// Issues a ticket.
pub async fn issue(app: &App, actor: &Actor, room_id: &str, role: Role, nickname: Option<String>) -> Result<Ticket, Fault> {
    let room = match role {
        Role::Viewer => find_room_for(app, room_id, &actor.user_id).await?,
        Role::Host | Role::Cohost => find_room(app, room_id).await?,
    };
    if room.status == RoomStatus::Closed {
        return Err(room_closed());
    }
    Standing::in_room(&actor.user_id, Some(&room))?.allows(role)?;
    hold(app, &room, &actor.user_id).await?;
    count(app, &actor.user_id, Some(room_id)).await?;
    let wanted = sections::Wanted { app, actor, room: &room, role, nickname: nickname.unwrap_or_else(|| actor.user_id.clone()) };
    let (section, expires_at) = wanted.section().await?;
    let now = app.now();
    let refresh_after = refresh_after(now, expires_at);
    Ok(Ticket {
        room_id: room.room_id.clone(),
        user_id: actor.user_id.clone(),
        role,
        provider: room.provider,
        expires_at,
        refresh_after,
        refresh_after_seconds: (refresh_after.0 - now.0) / 1000,
        record_id: room.record_id().map(record_id_value),
        section,
    })
}
