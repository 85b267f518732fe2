//! privateMapKey: Tencent's permission to enter one room with certain powers; a userSig with a userbuf inside.
//!
//! Needed by every user of an application once advanced permission control is on. Source: vendor page section 3.

use super::document::{Claims, SignError, ticket};
use super::keys::TicketKey;
use super::userbuf::{Privileges, Room, layout};

/// A privateMapKey for one user and one room, in the form of a userSig.
///
/// `now_seconds` is the Unix time of issue, `expire_seconds` the life from then on; one clock reading serves both places that
/// hold it. Whether text rooms are offered on version 1, where Tencent's servers are not known to take them, is the caller's
/// decision. Fails with `user_id_unfit`, `room_unfit` or `signing_failed`. Vendor page sections 3.1 and 3.2.
pub fn private_map_key(
    key: &TicketKey,
    sdk_app_id: u32,
    user_id: &str,
    room: &Room,
    privileges: Privileges,
    now_seconds: i64,
    expire_seconds: u32,
) -> Result<String, SignError> {
    if !(1..=usize::from(u16::MAX)).contains(&user_id.len()) {
        return Err(SignError::UserIdUnfit);
    }
    let issued = now_seconds.max(0).unsigned_abs();
    // The field has 32 bits and every port lets it wrap.
    let expires = issued.wrapping_add(expire_seconds.into()) as u32;
    let userbuf = layout(user_id, sdk_app_id, room, expires, privileges, 0).ok_or(SignError::RoomUnfit)?;
    ticket(key, &Claims { sdk_app_id, user_id, issued, life_seconds: expire_seconds, userbuf: Some(&userbuf) })
}

#[cfg(test)]
#[path = "private_map_key_tests.rs"]
mod tests;
