//! What the vendors tell us, as one closed type. `vendor/*/callback.rs` makes it, `app/take_callback.rs` applies it,
//! the inbox keeps it (so an event can be applied again without the vendor's body or signature).
//!
//! Plain data only. Every event is about the vendor's own session, and says so in `session`.

use super::time::UnixMs;
use serde::{Deserialize, Serialize};

/// Who carries the media of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// ZEGO LiveRoom or Express.
    Zego,
    /// Tencent RTC, also webrtc-room.
    Trtc,
    /// Tencent Cloud Streaming (云直播).
    Css,
    /// WeChat voip-room.
    Voip,
}

impl Provider {
    /// The word used in JSON, table keys and addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Zego => "zego",
            Self::Trtc => "trtc",
            Self::Css => "css",
            Self::Voip => "voip",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Zego, Self::Trtc, Self::Css, Self::Voip].into_iter().find(|p| p.word() == word)
    }
}

/// One verified callback, parsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app as text: app id, sdkappid, or the configured css name.
    pub app: String,
    /// The vendor's own word for the kind, prefixed: `zego.stream_create`, `css.100`, `trtc.1.103`.
    pub kind: String,
    /// Same for every delivery of one event and different for different events: business ids only,
    /// never `t`, sign, nonce or the time of sending.
    pub key: String,
    /// When it happened, by the vendor's clock.
    pub at: UnixMs,
    /// The room it names, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
    /// The stream it names, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// The user it names, if any (never a recording robot).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The record id it carries, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// For a Tencent stream relayed to css: the sdkappid inside `stream_param`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relayed_from: Option<String>,
    /// What it says.
    pub what: What,
}

/// What an event says. Guards order two events about the same thing: the larger is the newer fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// A vendor's room session began.
    RoomBegan {
        /// The vendor's room session (ZEGO room_session_id); empty where the vendor has none (TRTC).
        session: String,
        /// The user who made it. Never proof of host power.
        creator: Option<String>,
    },
    /// A vendor's room session ended.
    RoomEnded {
        /// As in `RoomBegan`.
        session: String,
        /// In words: `normal`, `heartbeat_timeout`, `network`, `kicked`, `dismissed`, `unknown`.
        reason: String,
        /// True when the session can never live again (ZEGO); false where only earlier things end (TRTC).
        for_good: bool,
    },
    /// A user entered a vendor's room.
    MemberEntered {
        /// Who, in which session.
        member: MemberRun,
        /// The name shown, if the vendor sends one.
        nickname: Option<String>,
    },
    /// A user left a vendor's room.
    MemberLeft {
        /// Who, in which session.
        member: MemberRun,
        /// In words: `normal`, `heartbeat_timeout`, `network`, `kicked`, `token_expired`, `unknown`.
        reason: String,
    },
    /// A stream began; `Event::at` is when.
    StreamBegan {
        /// Which publication.
        run: StreamRun,
    },
    /// A stream ended; `Event::at` is when.
    StreamEnded {
        /// Which publication.
        run: StreamRun,
        /// When it had begun, where the vendor says so.
        began_at: Option<UnixMs>,
        /// In words, one of `END_REASONS`.
        reason: String,
        /// The vendor's number as text.
        code: Option<String>,
    },
    /// Something about what is kept of a broadcast.
    Recording {
        /// What ran, if the event is about a run.
        run: Option<RecordingRun>,
        /// Files that are there now.
        files: Vec<FileReady>,
        /// The event carries a warning an operator must see, e.g. `spare_store`, `upload_failed`.
        alarm: Option<String>,
    },
    /// Understood, with nothing to keep beyond the inbox entry (mixes, snapshots, progress).
    Noted,
    /// Rightly signed, but of a kind this version does not know.
    UnknownKind,
    /// Rightly signed, but the body is not what the vendor documents; the sentence says what is wrong.
    Unreadable {
        /// What was wrong, naming the field.
        reason: String,
    },
}

/// One publication of a stream on the vendor's side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamRun {
    /// The vendor's identity of it, unique within app and room: ZEGO `{room_session}/{stream_id}`,
    /// css `{stream_id}/{sequence}`, TRTC `{user}/{track}`.
    pub key: String,
    /// The stream id as clients and CDN name it (TRTC: `{sdkappid}_{room}_{user}_main` or `_aux`).
    pub stream_id: String,
    /// The vendor's room session, empty where there is none.
    pub session: String,
    /// `main`, `aux`, `audio` or `video` for TRTC, else `main`.
    pub track: String,
    /// ZEGO stream_seq; TRTC EventMsTs; css 0 (a push begins once and ends once).
    pub guard: i64,
}

/// One stay of a user in a vendor's room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberRun {
    /// The user.
    pub user_id: String,
    /// The vendor's room session, empty where there is none.
    pub session: String,
    /// The vendor's session of this user (ZEGO session_id), empty where there is none.
    pub member_session: String,
    /// True for someone who only watches (ZEGO role other than 1, TRTC role 21).
    pub audience: bool,
    /// True for recording and censor robots (ZEGO role 4): never counted.
    pub robot: bool,
    /// ZEGO user_update_seq; TRTC EventMsTs.
    pub guard: i64,
}

/// One run of recording on the vendor's side: it begins, ends or fails, each once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingRun {
    /// `session` (css recording session) or `task` (TRTC and ZEGO cloud recording).
    pub kind: String,
    /// The vendor's id of it.
    pub id: String,
    /// The task it belongs to, where that is another id.
    pub task_id: Option<String>,
    /// What happened.
    pub phase: RunPhase,
    /// The vendor's reason in words, e.g. `no_stream`, `kicked`, `failover`.
    pub reason: Option<String>,
}

/// What happened to a recording run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPhase {
    /// It runs.
    Began,
    /// It ended as it should.
    Ended,
    /// The vendor says it failed.
    Failed,
    /// It goes on; nothing begins or ends.
    Progress,
}

/// One file of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileReady {
    /// The vendor's opaque id.
    pub file_id: String,
    /// Lower case: `mp4`, `hls`, `flv`, `aac`, `mp3`; empty when unknown.
    pub format: String,
    /// Where it can be played; only http or https.
    pub url: Option<String>,
    /// First moment of content.
    pub start_at: Option<UnixMs>,
    /// Last moment of content.
    pub end_at: Option<UnixMs>,
    /// Length of content.
    pub duration_seconds: Option<f64>,
    /// Size.
    pub size_bytes: Option<u64>,
    /// The stream it was made from.
    pub stream_id: Option<String>,
    /// The user whose media it holds; absent for mixed recordings.
    pub user_id: Option<String>,
}

/// The words a stream's end is told in.
pub const END_REASONS: &[&str] = &[
    "client_end",
    "network",
    "heartbeat_timeout",
    "replaced",
    "kicked",
    "forced_stop",
    "auth_failed",
    "account",
    "limit",
    "room_ended",
    "member_left",
    "superseded",
    "internal",
    "unknown",
];
