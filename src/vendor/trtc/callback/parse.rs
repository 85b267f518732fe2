//! From a proven body to an event, group by group (`tencent.md` section 9).

use super::{Signed, recording};
use crate::live::event::{Event, MemberRun, Provider, StreamRun, What};
use crate::live::time::UnixMs;
use crate::vendor::tencent_fields::{Fields, Missing, join_key};

/// When the callback was sent: differs between deliveries, so it is never part of a key. Group 7 has the second name.
pub(super) const SENT_AT: &[&str] = &["CallbackTs", "CallbackMsTs"];

/// What every group says alike.
pub(super) struct Head<'a> {
    pub(super) sdk_app_id: u32,
    pub(super) kind: i64,
    pub(super) info: Fields<'a>,
    /// As the client named it: numbers are decimal text.
    pub(super) room: Option<String>,
    /// In groups 1 and 2 the user; elsewhere the vendor's robot.
    pub(super) user: Option<String>,
    /// EventMsTs, else EventTs.
    pub(super) happened: Option<UnixMs>,
}

impl Head<'_> {
    pub(super) fn room(&self) -> Result<&str, Missing> {
        self.room.as_deref().ok_or(Missing("EventInfo.RoomId"))
    }

    fn user(&self) -> Result<&str, Missing> {
        self.user.as_deref().ok_or(Missing("EventInfo.UserId"))
    }

    pub(super) fn happened(&self) -> Result<UnixMs, Missing> {
        self.happened.ok_or(Missing("EventInfo.EventMsTs"))
    }

    /// The stream id as clients and CDN name it; audio and video of a user share one.
    pub(super) fn stream_id(&self, room: &str, user: &str, aux: bool) -> String {
        format!("{}_{room}_{user}_{}", self.sdk_app_id, if aux { "aux" } else { "main" })
    }
}

/// Reads a proven callback as an event of the app `sdk_app_id` (`tencent.md` section 9).
///
/// Never fails: a body that lacks what its kind needs is `What::Unreadable`, and a kind that is not known `What::UnknownKind`.
/// Moments are EventMsTs, else EventTs, else the time of sending.
pub fn parse(signed: &Signed, sdk_app_id: u32) -> Event {
    let mut event = Event {
        provider: Provider::Trtc,
        app: sdk_app_id.to_string(),
        kind: "trtc.unreadable".to_owned(),
        key: join_key(&["unreadable", &signed.hash]),
        at: UnixMs::default(),
        room_id: None,
        stream_id: None,
        user_id: None,
        record_id: None,
        relayed_from: None,
        what: What::UnknownKind,
    };
    let Some(body) = signed.fields() else {
        event.what = What::Unreadable { reason: "the body is not a JSON object".to_owned() };
        return event;
    };
    event.at = SENT_AT.iter().find_map(|name| body.optional_moment(name)).unwrap_or_default();
    // A half-read body must not leave its half behind in the event.
    let mut before = event.clone();
    match fill(&mut event, &mut before, body, sdk_app_id, &signed.hash) {
        Ok(()) => event,
        Err(missing) => Event { what: What::Unreadable { reason: missing.to_string() }, ..before },
    }
}

fn fill(event: &mut Event, before: &mut Event, body: Fields<'_>, sdk_app_id: u32, hash: &str) -> Result<(), Missing> {
    let (group, kind) = (body.whole("EventGroupId")?, body.whole("EventType")?);
    event.kind = format!("trtc.{group}.{kind}");
    event.key = join_key(&[&group.to_string(), &kind.to_string(), hash]);
    before.kind.clone_from(&event.kind);
    before.key.clone_from(&event.key);
    let info = body.object("EventInfo")?;
    let happened = ["EventMsTs", "EventTsMs", "EventTs"].into_iter().find_map(|name| info.optional_moment(name));
    let (room, user) = (info.optional_text("RoomId"), info.optional_text("UserId"));
    let head = Head { sdk_app_id, kind, info, room, user, happened };
    event.at = head.happened.unwrap_or(event.at);
    event.room_id.clone_from(&head.room);
    before.at = event.at;
    before.room_id.clone_from(&head.room);
    if let Some(at) = head.happened {
        event.key = key(group, &head, at);
    }
    match group {
        1 => room_event(event, &head),
        2 => media_event(event, &head),
        3 => recording::event(event, &head),
        4 | 7 | 8 => {
            let known = matches!(kind, 401 | 701 | 702 | 801..=804);
            event.what = if known { What::Noted } else { What::UnknownKind };
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Group, type, room, user and moment tell two events apart; a task id too, where there is one, since robots share names.
fn key(group: i64, head: &Head<'_>, at: UnixMs) -> String {
    let task = head.info.optional_text("TaskId").unwrap_or_default();
    let (room, user) = (head.room.as_deref().unwrap_or_default(), head.user.as_deref().unwrap_or_default());
    join_key(&[&group.to_string(), &head.kind.to_string(), room, user, &at.0.to_string(), &task])
}

fn room_event(event: &mut Event, head: &Head<'_>) -> Result<(), Missing> {
    if !(101..=105).contains(&head.kind) {
        return Ok(());
    }
    head.room()?;
    let at = head.happened()?;
    event.user_id.clone_from(&head.user);
    event.what = match head.kind {
        101 => What::RoomBegan { session: String::new(), creator: head.user.clone() },
        102 => What::RoomEnded { session: String::new(), reason: "dismissed".to_owned(), for_good: false },
        103 => What::MemberEntered { member: member(head, at)?, nickname: None },
        104 => What::MemberLeft { member: member(head, at)?, reason: leave_reason(head.info).to_owned() },
        _ => What::Noted,
    };
    Ok(())
}

fn member(head: &Head<'_>, at: UnixMs) -> Result<MemberRun, Missing> {
    Ok(MemberRun {
        user_id: head.user()?.to_owned(),
        session: String::new(),
        member_session: String::new(),
        audience: head.info.optional_whole("Role") == Some(21),
        robot: false,
        guard: at.0,
    })
}

/// An app that is killed (5) looks on Android like a timeout (2), so both get one word. 4 is the end of a cross-room call.
fn leave_reason(info: Fields<'_>) -> &'static str {
    match info.optional_whole("Reason") {
        Some(1 | 4) => "normal",
        Some(2 | 5) => "heartbeat_timeout",
        Some(3) => "kicked",
        _ => "unknown",
    }
}

/// 201 to 206: video, audio and auxiliary, each begins (odd) and ends (even).
fn media_event(event: &mut Event, head: &Head<'_>) -> Result<(), Missing> {
    let track = match head.kind {
        201 | 202 => "video",
        203 | 204 => "audio",
        205 | 206 => "aux",
        _ => return Ok(()),
    };
    let (room, user, at) = (head.room()?, head.user()?, head.happened()?);
    let stream_id = head.stream_id(room, user, track == "aux");
    event.user_id = Some(user.to_owned());
    event.stream_id = Some(stream_id.clone());
    let key = join_key(&[user, track]);
    let run = StreamRun { key, stream_id, session: String::new(), track: track.to_owned(), guard: at.0 };
    event.what = if head.kind % 2 == 1 { What::StreamBegan { run } } else { ended(run, head.info) };
    Ok(())
}

/// Only 0 is documented for a stop; other numbers are kept without a guess.
fn ended(run: StreamRun, info: Fields<'_>) -> What {
    let code = info.optional_text("Reason");
    let reason = if code.as_deref() == Some("0") { "client_end" } else { "unknown" }.to_owned();
    What::StreamEnded { run, began_at: None, reason, code }
}
