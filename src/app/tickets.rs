//! Tickets: all that a client needs to enter one room once. The room's rules hold for everyone here, whoever asks: the owner
//! hosts, accepted seats are cohosts, everyone else watches.

mod sections;

use super::App;
use super::callbacks::expiry;
use super::credentials::count;
use super::streams::open_room_or_fault;
use crate::live::caller::Actor;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::policy::Standing;
use crate::live::room::Room;
use crate::live::ticket::{Role, Ticket, record_id_value, refresh_after};
use crate::store::leases::LeaseAsk;

pub use crate::live::policy::banned;

/// WeChat lets at most ten into a voip room.
pub(super) const VOIP_CAPACITY: u32 = 10;

/// Publishers of a room without a capacity: their leases tell that it is not abandoned.
pub(super) const PUBLISHERS: u32 = 100;

/// Issues a ticket.
pub async fn issue(app: &App, actor: &Actor, room_id: &str, role: Role, nickname: Option<String>) -> Result<Ticket, Fault> {
    let room = open_room_or_fault(app, room_id).await?;
    Standing::in_room(&actor.user_id, Some(&room))?.allows(role)?;
    take_place(app, &room, &actor.user_id, role).await?;
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

/// The place of a publisher, and of everyone where places are counted. A viewer of a room without a capacity takes none.
async fn take_place(app: &App, room: &Room, user_id: &str, role: Role) -> Result<(), Fault> {
    let capacity = match (room.provider, room.capacity) {
        (Provider::Voip, capacity) => Some(capacity.unwrap_or(VOIP_CAPACITY).min(VOIP_CAPACITY)),
        (_, capacity) => capacity.or(role.publishes().then_some(PUBLISHERS)),
    };
    let Some(capacity) = capacity else { return Ok(()) };
    let now = app.now();
    let policy = &app.config.policy;
    let ask = LeaseAsk {
        room_id: &room.room_id,
        opening_id: &room.opening_id,
        user_id,
        until: now.plus_seconds(i64::from(policy.lease_seconds)),
        capacity,
        idle_at: now.plus_seconds(i64::from(policy.room_idle_seconds)),
        expires: expiry(app, app.config.retention.rooms_days),
    };
    if app.store.take_lease(ask, now).await? { Ok(()) } else { Err(room_full(capacity)) }
}

/// As many are inside as may be.
pub(super) fn room_full(capacity: u32) -> Fault {
    Fault::new(
        "room_full",
        format!("房间已满（{capacity} 人）。有人离开或租约到期后可再试。"),
        format!("The room is full ({capacity}); try again when someone has left or a lease has run out."),
    )
}
