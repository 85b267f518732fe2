//! From a verified callback to one [`Event`] (`zego.md` sections 5.3 to 5.5). Never fails: what cannot be read is told as
//! such, so that the vendor gets its 200 and the inbox an entry.

use super::fields::{Fields, Unread, scalar};
use super::{Signed, cloud, files, key};
use crate::live::event::{Event, MemberRun, Provider, StreamRun, What};
use crate::live::time::UnixMs;

/// What one event tells, before it has its kind and key.
pub(super) struct Told {
    /// The ids that make the key.
    pub(super) ids: Vec<String>,
    /// When it happened, if a member says so.
    pub(super) at: Option<UnixMs>,
    pub(super) room_id: Option<String>,
    pub(super) stream_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) what: What,
}

/// Parses a verified callback (`zego.md` section 5.4). Unknown kinds and unreadable bodies are events too.
pub fn parse(signed: &Signed) -> Event {
    let fields = Fields(&signed.members);
    let (kind, told) = read(fields);
    let app = signed.app_id.to_string();
    let signed_at = UnixMs::from_seconds(signed.timestamp);
    match told {
        Ok(told) => {
            let ids: Vec<&str> = told.ids.iter().map(String::as_str).collect();
            let key = match ids.is_empty() {
                true => key::content_key(&kind, &app, &signed.members),
                false => key::event_key(&kind, &app, &ids),
            };
            let at = told.at.unwrap_or(signed_at);
            event(kind, app, key, at, told)
        }
        Err(Unread(reason)) => {
            let key = key::content_key(&kind, &app, &signed.members);
            event(kind, app, key, signed_at, bare(fields, What::Unreadable { reason }))
        }
    }
}

fn event(kind: String, app: String, key: String, at: UnixMs, told: Told) -> Event {
    Event {
        provider: Provider::Zego,
        app,
        kind,
        key,
        at,
        room_id: told.room_id,
        stream_id: told.stream_id,
        user_id: told.user_id,
        record_id: None,
        relayed_from: None,
        what: told.what,
    }
}

fn read(fields: Fields<'_>) -> (String, Result<Told, Unread>) {
    let Some(name) = fields.text("event") else {
        return read_unnamed(fields);
    };
    let told = match name.as_str() {
        "room_create" => room_create(fields),
        "room_close" => room_close(fields),
        "room_login" | "room_logout" => member(fields, name == "room_login"),
        "stream_create" | "stream_close" => stream(fields, name == "stream_create"),
        "mix_start" | "mix_stop" => mix(fields),
        "record" => files::record(fields),
        noted if is_noted(noted) => Ok(bare(fields, What::Noted)),
        _ => Ok(bare(fields, What::UnknownKind)),
    };
    (format!("zego.{}", plain_word(&name)), told)
}

/// Cloud recording events have a type instead of a name.
fn read_unnamed(fields: Fields<'_>) -> (String, Result<Told, Unread>) {
    if scalar(fields.0, "event_type").is_none() {
        return ("zego.unnamed".to_owned(), Err(Unread("event is missing".to_owned())));
    }
    match fields.count("event_type") {
        Ok(number) => (format!("zego.cloud_recording.{number}"), cloud::cloud(fields, number)),
        Err(unread) => ("zego.cloud_recording".to_owned(), Err(unread)),
    }
}

/// Documented, with nothing for us to keep; their ids differ, so their key is their content.
fn is_noted(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["transcode", "compose", "procedure", "censor_"].iter().any(|start| name.starts_with(start))
}

/// The vendor's word, fit for a key and a page.
fn plain_word(name: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    name.chars().take(64).map(fit).collect()
}

/// An event of which only the names of things are kept.
fn bare(fields: Fields<'_>, what: What) -> Told {
    Told {
        ids: Vec::new(),
        at: None,
        room_id: fields.some_id(&["room_id", "channel_id"]),
        stream_id: fields.some_id(&["stream_id", "stream_alias"]),
        user_id: None,
        what,
    }
}

fn room_create(fields: Fields<'_>) -> Result<Told, Unread> {
    let (room_id, session) = (fields.id(&["room_id"])?, fields.session("room_session_id")?);
    let creator = fields.some_id(&["id_name"]);
    Ok(Told {
        ids: vec![room_id.clone(), session.clone()],
        at: fields.moment("room_create_time"),
        room_id: Some(room_id),
        stream_id: None,
        user_id: creator.clone(),
        what: What::RoomBegan { session, creator },
    })
}

fn room_close(fields: Fields<'_>) -> Result<Told, Unread> {
    let (room_id, session) = (fields.id(&["room_id"])?, fields.session("room_session_id")?);
    let reason = match fields.code("close_reason") {
        Some(0) => "normal",
        Some(1) => "heartbeat_timeout",
        Some(2) => "network",
        Some(3) => "kicked",
        _ => "unknown",
    };
    Ok(Told {
        ids: vec![room_id.clone(), session.clone()],
        at: fields.moment("room_close_time"),
        room_id: Some(room_id),
        stream_id: None,
        user_id: None,
        what: What::RoomEnded { session, reason: reason.to_owned(), for_good: true },
    })
}

fn member(fields: Fields<'_>, entered: bool) -> Result<Told, Unread> {
    let room_id = fields.id(&["room_id"])?;
    let role = fields.code("user_role");
    let member = MemberRun {
        user_id: fields.id(&["user_account"])?,
        session: fields.session("room_seq")?,
        member_session: fields.id(&["session_id"])?,
        // Express leaves the role out for everyone but robots: then nobody is taken for a mere viewer.
        audience: role.is_some_and(|role| role != 1),
        robot: role == Some(4),
        guard: fields.count("user_update_seq")?,
    };
    let reason = match fields.code("reason") {
        Some(0) => "normal",
        Some(1) => "heartbeat_timeout",
        Some(2) => "network",
        Some(3) => "kicked",
        Some(4) => "token_expired",
        _ => "unknown",
    };
    let guard = member.guard.to_string();
    let nickname = fields.text("user_nickname").map(|name| name.chars().take(256).collect());
    Ok(Told {
        ids: vec![member.session.clone(), member.user_id.clone(), member.member_session.clone(), guard],
        at: fields.moment(if entered { "login_time" } else { "logout_time" }),
        room_id: Some(room_id),
        stream_id: None,
        user_id: (!member.robot).then(|| member.user_id.clone()),
        what: match entered {
            true => What::MemberEntered { member, nickname },
            false => What::MemberLeft { member, reason: reason.to_owned() },
        },
    })
}

fn stream(fields: Fields<'_>, began: bool) -> Result<Told, Unread> {
    let room_id = fields.id(&["room_id", "channel_id"])?;
    let session = fields.session("room_session_id")?;
    let stream_id = fields.id(&["stream_id", "stream_alias"])?;
    let guard = fields.count("stream_seq")?;
    let key = format!("{session}/{stream_id}");
    let ids = vec![session.clone(), stream_id.clone(), guard.to_string()];
    let run = StreamRun { key, stream_id: stream_id.clone(), session, track: "main".to_owned(), guard };
    let began_at = fields.moment("create_time_ms").or_else(|| fields.moment("create_time"));
    let (at, what) = if began {
        (began_at, What::StreamBegan { run })
    } else {
        let (reason, code) = (close_reason(fields.code("type")).to_owned(), fields.some_id(&["type"]));
        (fields.moment("destroy_timemillis"), What::StreamEnded { run, began_at, reason, code })
    };
    let user_id = fields.some_id(&["user_id", "publish_id"]);
    Ok(Told { ids, at, room_id: Some(room_id), stream_id: Some(stream_id), user_id, what })
}

fn close_reason(code: Option<i64>) -> &'static str {
    match code {
        Some(0) => "client_end",
        Some(1) => "heartbeat_timeout",
        Some(2) => "replaced",
        Some(3) => "kicked",
        Some(4) => "network",
        Some(5) => "room_ended",
        Some(100) => "forced_stop",
        _ => "unknown",
    }
}

fn mix(fields: Fields<'_>) -> Result<Told, Unread> {
    let (task_id, sequence) = (fields.id(&["task_id"])?, fields.count("seq")?);
    Ok(Told {
        ids: vec![task_id, sequence.to_string()],
        at: None,
        room_id: fields.some_id(&["room_id", "channel_id"]),
        stream_id: fields.some_id(&["mix_stream_alias", "stream_alias"]),
        user_id: fields.some_id(&["publish_id"]),
        what: What::Noted,
    })
}
