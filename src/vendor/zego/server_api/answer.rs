//! Answers of ZEGO's server API: HTTP 200 with `Code`, `Message`, `RequestId`, `Data` (`zego.md` section 6).

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// A call that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// ZEGO's id of the call, for its support; worth a log field.
    pub request_id: String,
    data: Value,
}

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApiError {
    /// Not an answer as documented.
    #[error("ZEGO's answer is not the documented JSON: {detail}")]
    Unreadable {
        /// What is wrong with it.
        detail: &'static str,
    },
    /// ZEGO refused the call.
    #[error("ZEGO refused the call with code {code} ({message}); its request id is {request_id:?}")]
    Refused {
        /// ZEGO's code.
        code: i64,
        /// ZEGO's text, at most 200 characters.
        message: String,
        /// For ZEGO's support.
        request_id: String,
    },
    /// Not HTTP 200.
    #[error("ZEGO answered with HTTP status {status}")]
    Status {
        /// The status.
        status: u16,
    },
}

impl ApiError {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "zego_unreadable",
            Self::Refused { code: 100_000_004, .. } => "zego_clock",
            Self::Refused { code: 100_000_005, .. } => "zego_signature",
            Self::Refused { code: 104 | 5024 | 50001, .. } => "zego_room_unknown",
            Self::Refused { code: 50003, .. } => "zego_user_offline",
            Self::Refused { .. } => "zego_refused",
            Self::Status { .. } => "zego_status",
        }
    }

    /// True when the same call may succeed later: rate limits (206, 207; 30002 of ForbidRTCStream), busy mixers
    /// (110200190 to 110200194) and 5xx. Wait longer from try to try.
    pub const fn worth_a_retry(&self) -> bool {
        match self {
            Self::Unreadable { .. } => false,
            Self::Refused { code, .. } => matches!(code, 206 | 207 | 30002 | 110_200_190..=110_200_194),
            Self::Status { status } => *status >= 500,
        }
    }

    /// True when what was to be ended is already gone: no such room, or the user is offline.
    pub const fn already_gone(&self) -> bool {
        matches!(self, Self::Refused { code: 104 | 5024 | 50001 | 50003, .. })
    }
}

/// Reads an answer.
///
/// # Errors
/// [`ApiError`]; a `Code` other than 0 is `Refused`.
pub fn read_answer(status: u16, body: &[u8]) -> Result<Answer, ApiError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Wire {
        code: i64,
        #[serde(default)]
        message: Value,
        #[serde(default)]
        request_id: Value,
        #[serde(default)]
        data: Value,
    }
    if status != 200 {
        return Err(ApiError::Status { status });
    }
    let wire: Wire =
        serde_json::from_slice(body).map_err(|_| ApiError::Unreadable { detail: "no JSON object with a number Code" })?;
    let request_id = short(&wire.request_id);
    if wire.code != 0 {
        return Err(ApiError::Refused { code: wire.code, message: short(&wire.message), request_id });
    }
    Ok(Answer { request_id, data: wire.data })
}

/// Text of a member that is only shown to people.
fn short(value: &Value) -> String {
    text(value).chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A text, or a whole number as text; anything else is empty.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => String::new(),
    }
}

/// Head count of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomCount {
    /// The room.
    pub room_id: String,
    /// Everyone inside, administrators not counted apart.
    pub users: u64,
    /// Recording and censor robots.
    pub admins: u64,
}

/// A user in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSeen {
    /// The user.
    pub user_id: String,
    /// The name shown.
    pub user_name: String,
    /// LiveRoom: 1 anchor, 2 audience, 4 robot; no meaning with Express.
    pub role: i64,
}

/// One page of a room's users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPage {
    /// Who.
    pub users: Vec<UserSeen>,
    /// For the next page; empty at the end.
    pub marker: String,
}

/// A live stream of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSeen {
    /// The stream.
    pub stream_id: String,
    /// Who publishes it.
    pub user_id: String,
    /// The name shown.
    pub user_name: String,
    /// When it began, Unix milliseconds, if ZEGO says so.
    pub created_ms: Option<i64>,
}

impl Answer {
    /// Reads the answer to DescribeUserNum.
    ///
    /// # Errors
    /// [`ApiError::Unreadable`].
    pub fn user_counts(&self) -> Result<Vec<RoomCount>, ApiError> {
        let count = |item: &Value, name: &str| item.get(name).and_then(Value::as_u64).unwrap_or(0);
        self.list("UserCountList", "RoomId", |item, room_id| RoomCount {
            room_id,
            users: count(item, "UserCount"),
            admins: count(item, "AdminUserCount"),
        })
    }

    /// Reads the answer to DescribeUserList.
    ///
    /// # Errors
    /// [`ApiError::Unreadable`].
    pub fn user_page(&self) -> Result<UserPage, ApiError> {
        let users = self.list("UserList", "UserId", |item, user_id| UserSeen {
            user_id,
            user_name: member(item, "UserName"),
            role: item.get("UserRole").and_then(Value::as_i64).unwrap_or(0),
        })?;
        Ok(UserPage { users, marker: member(&self.data, "Marker") })
    }

    /// Reads the answer to DescribeSimpleStreamList.
    ///
    /// # Errors
    /// [`ApiError::Unreadable`].
    pub fn streams(&self) -> Result<Vec<StreamSeen>, ApiError> {
        self.list("StreamList", "StreamId", |item, stream_id| StreamSeen {
            stream_id,
            user_id: member(item, "UserId"),
            user_name: member(item, "UserName"),
            created_ms: item.get("CreateTime").and_then(Value::as_i64),
        })
    }

    /// A list of `Data`; a list left out or null is empty, an entry without its id is not an answer to trust.
    fn list<T>(&self, name: &str, id: &str, read: impl Fn(&Value, String) -> T) -> Result<Vec<T>, ApiError> {
        let items = match self.data.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(ApiError::Unreadable { detail: "a list in Data is not a list" }),
        };
        let entry = |item: &Value| match member(item, id) {
            found if found.is_empty() => Err(ApiError::Unreadable { detail: "an entry of a list has no id" }),
            found => Ok(read(item, found)),
        };
        items.iter().map(entry).collect()
    }
}

fn member(item: &Value, name: &str) -> String {
    item.get(name).map(text).unwrap_or_default()
}
