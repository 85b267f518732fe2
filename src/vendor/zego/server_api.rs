//! ZEGO's server API (`zego.md` section 6): signed addresses and bodies for the calls that kaibo makes.
//! Sending is not done here. The parameters are not signed, so the address goes over HTTPS only and into no log.

use crate::secret::Secret;
use md5::{Digest, Md5};
use serde_json::Value;
use subtle::ConstantTimeEq;
use thiserror::Error;

mod answer;
#[cfg(test)]
mod tests;

pub use answer::{Answer, ApiError, RoomCount, StreamSeen, UserPage, UserSeen, read_answer};

/// Where the calls below are served, unless the app is configured for a region.
pub const DEFAULT_BASE: &str = "https://rtc-api.zego.im";

/// Users that one KickoutUser may name.
pub const MOST_KICKED: usize = 5;
/// Rooms that one DescribeUserNum may name.
pub const MOST_ROOMS: usize = 10;

/// Lower-case hex MD5 of app id, nonce, ServerSecret and timestamp joined. `nonce`: 16 hex characters of 8 random bytes, new
/// for each call; `timestamp` in Unix seconds, good for 10 minutes either way. MD5 because ZEGO asks for it.
pub fn signature(app_id: u32, nonce: &str, secret: &Secret, timestamp: i64) -> String {
    let mut md5 = Md5::new();
    md5.update(app_id.to_string());
    md5.update(nonce);
    md5.update(secret.reveal());
    md5.update(timestamp.to_string());
    hex::encode(md5.finalize())
}

/// The same check on the other side, for a simulator; in constant time.
pub fn signature_holds(claimed: &str, app_id: u32, nonce: &str, secret: &Secret, timestamp: i64) -> bool {
    signature(app_id, nonce, secret, timestamp).as_bytes().ct_eq(claimed.as_bytes()).into()
}

/// Why a call is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// More rooms or users than one call takes.
    #[error("one call names {most} at most, not {named}; split it")]
    TooManyNamed {
        /// Named.
        named: usize,
        /// Allowed.
        most: usize,
    },
}

impl CallError {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        "zego_too_many_named"
    }
}

/// The calls kaibo makes.
#[derive(Clone, Debug, PartialEq)]
pub enum Call<'a> {
    /// Head count of up to [`MOST_ROOMS`] rooms; an unknown room counts 0. 10 a second per app.
    DescribeUserNum {
        /// The rooms.
        room_ids: &'a [String],
    },
    /// Who is in a room, 200 at a time. 1 a second per room.
    DescribeUserList {
        /// The room.
        room_id: &'a str,
        /// From the page before; empty for the first.
        marker: &'a str,
    },
    /// Which streams are live. One in 10 s per room.
    DescribeSimpleStreamList {
        /// The room.
        room_id: &'a str,
    },
    /// Throws out up to [`MOST_KICKED`] users; succeeds for absent ones too. 50 a second.
    KickoutUser {
        /// The room.
        room_id: &'a str,
        /// Who.
        user_ids: &'a [String],
        /// Shown to them; may be empty.
        reason: &'a str,
    },
    /// Ends a room and asks for the room_close callback. **1 a second**.
    CloseRoom {
        /// The room.
        room_id: &'a str,
        /// Shown to those inside; may be empty.
        reason: &'a str,
    },
    /// Stops a push for real. 20 a second.
    ForbidRtcStream {
        /// The stream.
        stream_id: &'a str,
        /// Rises from call to call for one stream; Unix milliseconds will do.
        sequence: u64,
    },
    /// Announces that a stream is gone; the push itself goes on. 10 a second.
    DeleteStream {
        /// The room.
        room_id: &'a str,
        /// Who publishes it.
        user_id: &'a str,
        /// The stream.
        stream_id: &'a str,
    },
    /// Starts or updates a mix; the body is made by [`Mix::start_mix`](super::mix::Mix::start_mix).
    StartMix {
        /// JSON body.
        body: &'a Value,
    },
    /// Stops a mix; the body is made by [`Mix::stop_mix`](super::mix::Mix::stop_mix).
    StopMix {
        /// JSON body.
        body: &'a Value,
    },
}

impl Call<'_> {
    /// ZEGO's name of the call.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::DescribeUserNum { .. } => "DescribeUserNum",
            Self::DescribeUserList { .. } => "DescribeUserList",
            Self::DescribeSimpleStreamList { .. } => "DescribeSimpleStreamList",
            Self::KickoutUser { .. } => "KickoutUser",
            Self::CloseRoom { .. } => "CloseRoom",
            Self::ForbidRtcStream { .. } => "ForbidRTCStream",
            Self::DeleteStream { .. } => "DeleteStream",
            Self::StartMix { .. } => "StartMix",
            Self::StopMix { .. } => "StopMix",
        }
    }

    /// Path and query, signed, and the JSON body of a POST (no body: GET). `nonce` and `timestamp` as for [`signature`].
    ///
    /// # Errors
    /// [`CallError`] when the call names more rooms or users than ZEGO takes.
    pub fn request(
        &self,
        app_id: u32,
        secret: &Secret,
        nonce: &str,
        timestamp: i64,
    ) -> Result<(String, Option<String>), CallError> {
        self.check()?;
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("/?"), 2);
        query.append_pair("Action", self.action());
        query.append_pair("AppId", &app_id.to_string());
        query.append_pair("SignatureNonce", nonce);
        query.append_pair("Timestamp", &timestamp.to_string());
        query.append_pair("Signature", &signature(app_id, nonce, secret, timestamp));
        query.append_pair("SignatureVersion", "2.0");
        let body = self.append(&mut query);
        // A space must be %20 to be safe for every reader of a query; a real plus is already %2B.
        Ok((query.finish().replace('+', "%20"), body))
    }

    const fn check(&self) -> Result<(), CallError> {
        let (named, most) = match self {
            Self::DescribeUserNum { room_ids } => (room_ids.len(), MOST_ROOMS),
            Self::KickoutUser { user_ids, .. } => (user_ids.len(), MOST_KICKED),
            _ => return Ok(()),
        };
        if named > most { Err(CallError::TooManyNamed { named, most }) } else { Ok(()) }
    }

    fn append(&self, query: &mut form_urlencoded::Serializer<'_, String>) -> Option<String> {
        match self {
            Self::DescribeUserNum { room_ids } => {
                room_ids.iter().for_each(|id| pair(query, "RoomId[]", id));
            }
            Self::DescribeUserList { room_id, marker } => {
                pair(query, "RoomId", room_id);
                pair(query, "Limit", "200");
                optional(query, "Marker", marker);
            }
            Self::DescribeSimpleStreamList { room_id } => pair(query, "RoomId", room_id),
            Self::KickoutUser { room_id, user_ids, reason } => {
                pair(query, "RoomId", room_id);
                user_ids.iter().for_each(|id| pair(query, "UserId[]", id));
                optional(query, "CustomReason", reason);
            }
            Self::CloseRoom { room_id, reason } => {
                pair(query, "RoomId", room_id);
                pair(query, "RoomCloseCallback", "true");
                optional(query, "CustomReason", reason);
            }
            Self::ForbidRtcStream { stream_id, sequence } => {
                pair(query, "StreamId", stream_id);
                pair(query, "Sequence", &sequence.to_string());
            }
            Self::DeleteStream { room_id, user_id, stream_id } => {
                pair(query, "RoomId", room_id);
                pair(query, "UserId", user_id);
                pair(query, "StreamId", stream_id);
            }
            Self::StartMix { body } | Self::StopMix { body } => return Some(body.to_string()),
        }
        None
    }
}

fn pair(query: &mut form_urlencoded::Serializer<'_, String>, name: &str, value: &str) {
    query.append_pair(name, value);
}

fn optional(query: &mut form_urlencoded::Serializer<'_, String>, name: &str, value: &str) {
    if !value.is_empty() {
        query.append_pair(name, value);
    }
}
