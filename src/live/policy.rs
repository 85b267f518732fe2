//! Who may have which power for how long. Direct credential calls and tickets both ask here, and nothing else decides.

use super::caller::Actor;
use super::fault::{Fault, FieldFault};
use super::room::{Room, RoomStatus};
use super::ticket::Role;
use super::time::UnixMs;

/// Default and bounds of a credential's life, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When the caller does not ask.
    pub default: u32,
    /// The shortest.
    pub min: u32,
    /// The longest.
    pub max: u32,
}

impl Life {
    /// The life asked for as `ttl_seconds`, or the default; refused outside the bounds, never clipped: a client that believes
    /// in a longer life than it got fails in the middle of a broadcast.
    pub fn of(self, asked: Option<i64>) -> Result<u32, Fault> {
        match asked {
            None => Ok(self.default),
            Some(asked) => self.within(asked).ok_or_else(|| self.refused("ttl_seconds")),
        }
    }

    /// The life until a moment asked for as `expires_at`.
    pub fn until(self, now: UnixMs, expires_at: UnixMs) -> Result<u32, Fault> {
        let seconds = expires_at.seconds().saturating_sub(now.seconds());
        self.within(seconds).ok_or_else(|| self.refused("expires_at"))
    }

    fn within(self, seconds: i64) -> Option<u32> {
        u32::try_from(seconds).ok().filter(|life| (self.min..=self.max).contains(life))
    }

    fn refused(self, field: &str) -> Fault {
        let Self { min, max, .. } = self;
        let zh = format!("有效期须为 {min} 到 {max} 秒");
        let en = format!("the life must be {min} to {max} seconds");
        let fields = vec![FieldFault { field: field.into(), code: "out_of_range", zh: zh.clone(), en: en.clone() }];
        Fault { fields, ..Fault::new("ttl_out_of_range", format!("{zh}。"), format!("Refused: {en}.")) }
    }
}

/// How a user stands with a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The highest role the user may have.
    pub highest: Role,
    /// The room is known and closed.
    pub closed: bool,
}

impl Standing {
    /// By the room's own rules, which tickets follow always: the owner hosts, accepted seats are cohosts, everyone else
    /// watches; in a room we do not know everyone watches. A user who was put out has no standing.
    pub fn in_room(user_id: &str, room: Option<&Room>) -> Result<Self, Fault> {
        let Some(room) = room else { return Ok(Self { highest: Role::Viewer, closed: false }) };
        if room.banned(user_id) {
            return Err(banned());
        }
        let highest = match () {
            () if room.owned_by(user_id) => Role::Host,
            () if room.may_publish(user_id) => Role::Cohost,
            () => Role::Viewer,
        };
        Ok(Self { highest, closed: room.status == RoomStatus::Closed })
    }

    /// For a direct credential call: open identity and scope `issue` may ask any role, also where no room is known.
    /// Being put out counts for them too.
    pub fn direct(actor: &Actor, room: Option<&Room>) -> Result<Self, Fault> {
        let standing = Self::in_room(&actor.user_id, room)?;
        Ok(if actor.may_ask_any_role() { Self { highest: Role::Host, closed: false } } else { standing })
    }

    /// Refuses a role above the standing. Publishing into a closed room is a conflict, not a lack of rights.
    pub fn allows(self, role: Role) -> Result<(), Fault> {
        if rank(role) > rank(self.highest) {
            return Err(role_not_allowed());
        }
        if self.closed && role.publishes() {
            return Err(room_closed());
        }
        Ok(())
    }

    /// The highest role that is of use now.
    pub fn best(self) -> Role {
        if self.closed { Role::Viewer } else { self.highest }
    }
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Viewer => 0,
        Role::Cohost => 1,
        Role::Host => 2,
    }
}

/// The privilege bits that a role gets in a Tencent room (tencent.md section 3.2): all; enter and send and receive sound and
/// picture; enter and receive.
pub const fn trtc_privileges(role: Role) -> u32 {
    match role {
        Role::Host => 255,
        // Without the bit that creates rooms: a cohost joins one.
        Role::Cohost => 62,
        Role::Viewer => 42,
    }
}

/// The lowest role that may hold these privilege bits: creating the room is the host's, sending anything a cohost's;
/// everyone may enter and receive, the screen too.
pub const fn role_for_privileges(bits: u32) -> Role {
    match bits {
        _ if bits & 1 != 0 => Role::Host,
        _ if bits & !170 != 0 => Role::Cohost,
        _ => Role::Viewer,
    }
}

/// The stream a css user publishes in a room.
pub fn css_stream_id(room_id: &str, user_id: &str) -> String {
    format!("{room_id}_{user_id}")
}

/// Room and user of a css stream we named: css room ids hold no underscore.
pub fn css_stream_parts(stream_id: &str) -> Option<(&str, &str)> {
    stream_id.split_once('_').filter(|(room, user)| !room.is_empty() && !user.is_empty())
}

/// The user was put out of this room.
pub fn banned() -> Fault {
    Fault::new("banned", "您已被请出此房间。", "You were put out of this room.")
}

/// The room is closed.
pub fn room_closed() -> Fault {
    Fault::new("room_closed", "房间已关闭，请先重新开播。", "The room is closed; open it again first.")
}

/// Host and cohost are for the owner and accepted seats.
pub fn role_not_allowed() -> Fault {
    Fault::new(
        "role_not_allowed",
        "只有房主和已接受的连麦者可以推流。请先开播（POST /v1/rooms），或申请连麦。",
        "Only the room's owner and accepted seats may publish. Open the room first (POST /v1/rooms), or ask for a seat.",
    )
}

#[cfg(test)]
mod tests;
