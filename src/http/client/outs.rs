//! Rooms, streams and recordings as answers. A stored row is never sent as it is.

use super::seats::SeatOut;
use crate::app::recordings::RecordingView;
use crate::app::rooms::RoomView;
use crate::app::streams::StreamView;
use crate::http::language::Language;
use crate::live::end_reason;
use crate::live::event::Provider;
use crate::live::recording::{FileRow, RunRow, Status};
use crate::live::room::{Origin, Room, RoomStatus};
use crate::live::time::{UnixMs, rfc3339, rfc3339_opt};
use serde::Serialize;
use serde_json::Value;

/// App ids are numbers, css names are text.
pub fn app_value(provider: Provider, app: &str) -> Value {
    match provider {
        Provider::Zego | Provider::Trtc => app.parse::<u32>().map_or_else(|_| app.into(), Value::from),
        Provider::Css | Provider::Voip => app.into(),
    }
}

/// A room.
#[derive(Debug, Serialize)]
pub struct RoomOut {
    room_id: String,
    provider: Provider,
    app: Value,
    origin: Origin,
    status: RoomStatus,
    live: bool,
    #[serde(serialize_with = "rfc3339_opt")]
    live_since: Option<UnixMs>,
    #[serde(serialize_with = "rfc3339_opt")]
    last_live_at: Option<UnixMs>,
    title: Option<String>,
    info: Option<String>,
    owner_id: Option<String>,
    capacity: Option<u32>,
    record_id: Option<String>,
    opening_id: String,
    #[serde(serialize_with = "rfc3339")]
    opened_at: UnixMs,
    #[serde(serialize_with = "rfc3339_opt")]
    closed_at: Option<UnixMs>,
}

impl From<Room> for RoomOut {
    fn from(room: Room) -> Self {
        Self {
            record_id: room.record_id().map(str::to_owned),
            app: app_value(room.provider, &room.app),
            room_id: room.room_id,
            provider: room.provider,
            origin: room.origin,
            status: room.status,
            live: room.live,
            live_since: room.live_since,
            last_live_at: room.last_live_at,
            title: room.title,
            info: room.info,
            owner_id: room.owner_id,
            capacity: room.capacity,
            opening_id: room.opening_id,
            opened_at: room.opened_at,
            closed_at: room.closed_at,
        }
    }
}

/// A room with its current opening.
#[derive(Debug, Serialize)]
pub struct RoomWhole {
    /// The room.
    #[serde(flatten)]
    pub room: RoomOut,
    /// Who is inside, at most 100.
    pub members: Vec<MemberOut>,
    /// How many are inside.
    pub member_count: usize,
    /// Cohost places of this opening.
    pub seats: Vec<SeatOut>,
    /// Streams of this opening.
    pub streams: Vec<StreamOut>,
    /// Recordings of this opening.
    pub recordings: Vec<RecordingOut>,
}

/// Someone inside.
#[derive(Clone, Debug, Serialize)]
pub struct MemberOut {
    /// The user.
    pub user_id: String,
    /// The name shown.
    pub nickname: String,
    /// `host`, `cohost` or `viewer`.
    pub role: &'static str,
    /// `vendor` told so, or a `lease` is held.
    pub source: &'static str,
    /// Since when, where known.
    #[serde(serialize_with = "rfc3339_opt")]
    pub since: Option<UnixMs>,
    /// Until when the lease is held, where there is one.
    #[serde(serialize_with = "rfc3339_opt")]
    pub lease_expires_at: Option<UnixMs>,
}

/// Members as the vendor and the leases tell them, each user once.
pub fn members(view: &RoomView, now: UnixMs) -> Vec<MemberOut> {
    let role = |user: &str| {
        if view.room.owned_by(user) {
            "host"
        } else if view.room.may_publish(user) {
            "cohost"
        } else {
            "viewer"
        }
    };
    let mut members: Vec<MemberOut> = view
        .members
        .iter()
        .map(|present| MemberOut {
            user_id: present.user_id.clone(),
            nickname: present.nickname.clone().unwrap_or_else(|| present.user_id.clone()),
            role: role(&present.user_id),
            source: "vendor",
            since: Some(present.since),
            lease_expires_at: None,
        })
        .collect();
    for (user_id, until) in view.leases(now) {
        match members.iter_mut().find(|member| member.user_id == user_id) {
            Some(member) => member.lease_expires_at = Some(until),
            None => members.push(MemberOut {
                nickname: user_id.clone(),
                role: role(&user_id),
                user_id,
                source: "lease",
                since: None,
                lease_expires_at: Some(until),
            }),
        }
    }
    members
}

/// A stream.
#[derive(Debug, Serialize)]
pub struct StreamOut {
    stream_id: String,
    room_id: Option<String>,
    opening_id: String,
    provider: Provider,
    app: Value,
    user_id: Option<String>,
    record_id: Option<String>,
    status: &'static str,
    #[serde(serialize_with = "rfc3339_opt")]
    began_at: Option<UnixMs>,
    #[serde(serialize_with = "rfc3339_opt")]
    ended_at: Option<UnixMs>,
    end_reason: Option<String>,
    end_detail: Option<&'static str>,
    end_code: Option<String>,
    flagged: Option<&'static str>,
}

/// Why a stream ended, in the reader's language.
pub fn end_detail(word: Option<&str>, language: Language) -> Option<&'static str> {
    let (zh, en) = end_reason::sentence(word?)?;
    Some(language.pick(zh, en))
}

impl StreamOut {
    /// With the reason of its end in the reader's language.
    pub fn new(view: StreamView, language: Language) -> Self {
        let stream = view.stream;
        Self {
            end_detail: end_detail(stream.end_reason.as_deref(), language),
            flagged: view.flagged,
            app: app_value(stream.provider, &stream.app),
            stream_id: stream.stream_id,
            room_id: view.room_id,
            opening_id: view.opening_id,
            provider: stream.provider,
            user_id: stream.user_id,
            record_id: stream.record_id,
            status: if stream.live { "live" } else { "ended" },
            began_at: stream.began_at,
            ended_at: stream.ended_at,
            end_reason: stream.end_reason,
            end_code: stream.end_code,
        }
    }
}

/// A recording.
#[derive(Debug, Serialize)]
pub struct RecordingOut {
    record_id: String,
    room_id: Option<String>,
    opening_id: Option<String>,
    owner_id: Option<String>,
    status: &'static str,
    reason: Option<String>,
    alarm: Option<String>,
    #[serde(serialize_with = "rfc3339")]
    created_at: UnixMs,
    sessions: Vec<SessionOut>,
    files: Vec<FileOut>,
}

#[derive(Debug, Serialize)]
struct SessionOut {
    kind: String,
    id: String,
    stream_id: Option<String>,
    task_id: Option<String>,
    status: &'static str,
    #[serde(serialize_with = "rfc3339_opt")]
    began_at: Option<UnixMs>,
    #[serde(serialize_with = "rfc3339_opt")]
    ended_at: Option<UnixMs>,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct FileOut {
    file_id: String,
    format: String,
    url: Option<String>,
    #[serde(serialize_with = "rfc3339_opt")]
    start_at: Option<UnixMs>,
    #[serde(serialize_with = "rfc3339_opt")]
    end_at: Option<UnixMs>,
    duration_seconds: Option<f64>,
    size_bytes: Option<i64>,
    stream_id: Option<String>,
    user_id: Option<String>,
    flagged: Option<&'static str>,
}

impl RecordingOut {
    /// With files of hosts that were not named flagged; no names, no flags.
    pub fn new(view: RecordingView, hosts: &[String]) -> Self {
        Self {
            record_id: view.head.record_id,
            room_id: view.head.room_id,
            opening_id: view.head.opening_id,
            owner_id: view.head.owner_id,
            status: view.status.word(),
            reason: view.reason,
            alarm: view.head.alarm,
            created_at: view.head.created_at,
            sessions: view.sessions.into_iter().map(session).collect(),
            files: view.files.into_iter().map(|file| file_out(file, hosts)).collect(),
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == self.status)
    }
}

fn session(run: RunRow) -> SessionOut {
    let over = run.fail.as_ref().or(run.end.as_ref());
    let status = match (&run.fail, &run.end) {
        (Some(_), _) => "failed",
        (None, Some(_)) => "ended",
        (None, None) => "running",
    };
    SessionOut {
        status,
        began_at: run.begin.as_ref().map(|begin| begin.at),
        ended_at: over.map(|end| end.told.at),
        reason: over.map(|end| end.reason.clone()).filter(|reason| !reason.is_empty()),
        kind: run.kind,
        id: run.id,
        stream_id: run.stream_id,
        task_id: run.task_id,
    }
}

fn file_out(file: FileRow, hosts: &[String]) -> FileOut {
    let host = file.url.as_deref().and_then(|url| url.parse::<http::Uri>().ok()).and_then(|uri| uri.host().map(str::to_owned));
    let foreign =
        !hosts.is_empty() && file.url.is_some() && !host.is_some_and(|host| hosts.iter().any(|h| h.eq_ignore_ascii_case(&host)));
    FileOut {
        flagged: foreign.then_some("host_not_listed"),
        file_id: file.file_id,
        format: file.format,
        url: file.url,
        start_at: file.start_at,
        end_at: file.end_at,
        duration_seconds: file.duration_seconds,
        size_bytes: file.size_bytes,
        stream_id: file.stream_id,
        user_id: file.user_id,
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct PageOut<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// Null at the end.
    pub next_cursor: Option<String>,
}

impl<T> PageOut<T> {
    /// From a page of the use case.
    pub fn new<U>(page: crate::app::lists::Page<U>, out: impl FnMut(U) -> T) -> Self {
        Self { items: page.items.into_iter().map(out).collect(), next_cursor: page.next_cursor }
    }

    /// All there is.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
