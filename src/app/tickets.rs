//! Tickets: filled in with the credential calls.

use crate::live::fault::Fault;

/// The user was put out of this room.
pub fn banned() -> Fault {
    Fault::new("banned", "您已被请出此房间。", "You were put out of this room.")
}
