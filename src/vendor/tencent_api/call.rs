//! The calls kaibo makes, and what each says.

use super::CallError;
use serde_json::{Value, json};

/// Users that one RemoveUser may name.
pub const MOST_REMOVED: usize = 10;

/// A TRTC room: number and text are two kinds that never mean the same room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room<'a> {
    /// 1 to 4294967295.
    Number(u32),
    /// Any other id.
    Text(&'a str),
}

impl<'a> Room<'a> {
    /// A room id of kaibo: digits only without a leading zero, 1 to 4294967295, is a number; all else text.
    pub fn from_id(id: &'a str) -> Self {
        let canonical = id.bytes().all(|b| b.is_ascii_digit()) && !id.starts_with('0');
        id.parse().ok().filter(|_| canonical).map_or(Self::Text(id), Self::Number)
    }

    fn value(self) -> Value {
        match self {
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
        }
    }
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call<'a> {
    /// Is a css stream live?
    DescribeLiveStreamState {
        /// The push domain.
        domain: &'a str,
        /// The path before the stream.
        app_name: &'a str,
        /// The stream.
        stream_name: &'a str,
    },
    /// Ends a css push; it may begin again.
    DropLiveStream {
        /// The push domain.
        domain: &'a str,
        /// The path before the stream.
        app_name: &'a str,
        /// The stream.
        stream_name: &'a str,
    },
    /// Throws up to [`MOST_REMOVED`] users out of a TRTC room; they may enter again.
    RemoveUsers {
        /// The app.
        sdk_app_id: u32,
        /// The room.
        room: Room<'a>,
        /// Who.
        user_ids: &'a [String],
    },
    /// Throws everyone out of a TRTC room.
    DismissRoom {
        /// The app.
        sdk_app_id: u32,
        /// The room.
        room: Room<'a>,
    },
    /// Does a TRTC recording task run?
    DescribeCloudRecording {
        /// The app.
        sdk_app_id: u32,
        /// The task, as CreateCloudRecording answered.
        task_id: &'a str,
    },
}

impl Call<'_> {
    /// Tencent's name of the call.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::DescribeLiveStreamState { .. } => "DescribeLiveStreamState",
            Self::DropLiveStream { .. } => "DropLiveStream",
            Self::RemoveUsers { room: Room::Number(_), .. } => "RemoveUser",
            Self::RemoveUsers { room: Room::Text(_), .. } => "RemoveUserByStrRoomId",
            Self::DismissRoom { room: Room::Number(_), .. } => "DismissRoom",
            Self::DismissRoom { room: Room::Text(_), .. } => "DismissRoomByStrRoomId",
            Self::DescribeCloudRecording { .. } => "DescribeCloudRecording",
        }
    }

    /// The product: `live` or `trtc`.
    pub const fn service(&self) -> &'static str {
        match self {
            Self::DescribeLiveStreamState { .. } | Self::DropLiveStream { .. } => "live",
            Self::RemoveUsers { .. } | Self::DismissRoom { .. } | Self::DescribeCloudRecording { .. } => "trtc",
        }
    }

    /// The version of the product's API.
    pub fn version(&self) -> &'static str {
        if self.service() == "live" { "2018-08-01" } else { "2019-07-22" }
    }

    /// Where the product is served, unless another base is configured.
    pub fn host(&self) -> &'static str {
        if self.service() == "live" { "live.tencentcloudapi.com" } else { "trtc.tencentcloudapi.com" }
    }

    pub(super) fn body(&self) -> Result<Value, CallError> {
        Ok(match *self {
            Self::DescribeLiveStreamState { domain, app_name, stream_name }
            | Self::DropLiveStream { domain, app_name, stream_name } => {
                json!({ "StreamName": stream_name, "DomainName": domain, "AppName": app_name })
            }
            Self::RemoveUsers { sdk_app_id, room, user_ids } => {
                if !(1..=MOST_REMOVED).contains(&user_ids.len()) {
                    return Err(CallError::UserCount { named: user_ids.len() });
                }
                json!({ "SdkAppId": sdk_app_id, "RoomId": room.value(), "UserIds": user_ids })
            }
            Self::DismissRoom { sdk_app_id, room } => json!({ "SdkAppId": sdk_app_id, "RoomId": room.value() }),
            Self::DescribeCloudRecording { sdk_app_id, task_id } => json!({ "SdkAppId": sdk_app_id, "TaskId": task_id }),
        })
    }
}
