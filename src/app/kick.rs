//! Putting someone out of a room: a ban that every room-bound credential reads, and the vendor asked where it can be.

use super::App;
use super::chores::{Enforced, enforce};
use super::presence::give_back;
use super::rooms::{RoomView, find_room, read_room};
use super::seats::end_seats_of;
use crate::live::caller::Manager;
use crate::live::fault::Fault;
use crate::live::room::RoomStatus;
use crate::store::chores::Errand;
use crate::store::seats::MOST_ON_ROOM;

/// Puts a user out; doing it again asks the vendor again.
pub async fn kick(app: &App, by: &Manager, room_id: &str, user_id: &str) -> Result<(RoomView, Enforced), Fault> {
    let room = find_room(app, room_id).await?;
    if !by.runs(&room) {
        return Err(Fault::new(
            "role_not_allowed",
            "只有房主或有 write 权限的运营密钥可以请人出去。",
            "Only the host, or an operator key with scope write, may put someone out.",
        ));
    }
    if room.owned_by(user_id) {
        return Err(Fault::new(
            "role_not_allowed",
            "不能把房主请出自己的房间；如需结束请关闭房间。",
            "The host cannot be put out of its own room; close the room instead.",
        ));
    }
    let seats = app.store.seats_of(&room.opening_id, user_id, app.now()).await?;
    let placed = seats.into_iter().map(|seat| seat.seat_id).filter(|id| room.seated.contains(id)).collect();
    if app.store.ban(room_id, user_id, placed).await?.is_none() {
        return Err(bans_full());
    }
    end_seats_of(app, &room, user_id).await?;
    give_back(app, &room, user_id).await?;
    let view = read_room(app, room_id).await?;
    let enforced = match view.room.status {
        RoomStatus::Open => enforce(app, &view.room, Errand::Kick { user_id: user_id.to_owned() }, &view.streams).await?,
        RoomStatus::Closed => Enforced::NextLogin,
    };
    Ok((view, enforced))
}

fn bans_full() -> Fault {
    Fault::new(
        "bans_full",
        format!("一个房间最多请出 {MOST_ON_ROOM} 人；请换一个房间号重新开播。"),
        format!("A room can keep {MOST_ON_ROOM} users out; open another room."),
    )
}
