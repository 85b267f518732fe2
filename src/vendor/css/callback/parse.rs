//! From a proven body to an event, kind by kind (`tencent.md` section 8).

use super::super::stream_param::StreamParam;
use super::{Signed, end_reason, recording};
use crate::live::event::{Event, Provider, StreamRun, What};
use crate::live::time::UnixMs;
use crate::vendor::tencent_fields::{Fields, Missing, join_key};

/// Reads a proven callback as an event of the css app that kaibo calls `app_name_in_kaibo` (`tencent.md` sections 8, 8.1, 8.2).
///
/// Never fails: a body that lacks what its kind needs is `What::Unreadable`, and a kind that is not known `What::UnknownKind`.
/// Where a body names no moment, `Event::at` is the time of sending, ten minutes before `t`.
pub fn parse(signed: &Signed, app_name_in_kaibo: &str) -> Event {
    let fields = Fields(&signed.fields);
    let event_type = fields.whole("event_type");
    let kind = event_type.map_or_else(|_| "css.unreadable".to_owned(), |n| format!("css.{n}"));
    let mut event = Event {
        provider: Provider::Css,
        app: app_name_in_kaibo.to_owned(),
        key: join_key(&[&event_type.map_or_else(|_| "unreadable".to_owned(), |n| n.to_string()), &signed.hash]),
        kind,
        at: UnixMs::from_seconds(signed.sent_at_seconds),
        room_id: None,
        stream_id: None,
        user_id: None,
        record_id: None,
        relayed_from: None,
        what: What::UnknownKind,
    };
    if let Some(problem) = signed.problem {
        event.what = What::Unreadable { reason: problem.to_owned() };
        return event;
    }
    name_stream(&mut event, fields);
    // A half-read body must not leave its half behind in the event.
    let before = event.clone();
    let done = event_type.and_then(|n| fill(&mut event, n, fields));
    match done {
        Ok(()) => event,
        Err(missing) => Event { what: What::Unreadable { reason: missing.to_string() }, ..before },
    }
}

fn fill(event: &mut Event, event_type: i64, fields: Fields<'_>) -> Result<(), Missing> {
    match event_type {
        0 | 1 => push(event, event_type, fields),
        100 => recording::file(event, fields),
        332 => recording::status(event, fields),
        200 => {
            noted(event, fields, "create_time");
            if let Some(picture) = fields.optional_text("pic_url").or_else(|| fields.optional_text("pic_full_url")) {
                event.key = join_key(&["200", &picture]);
            }
            Ok(())
        }
        8 => {
            noted(event, fields, "timestamp");
            Ok(())
        }
        317 => {
            noted(event, fields, "screenshotTime");
            Ok(())
        }
        321 => {
            noted(event, fields, "data_time");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn noted(event: &mut Event, fields: Fields<'_>, moment: &str) {
    event.at = fields.optional_moment(moment).unwrap_or(event.at);
    event.what = What::Noted;
}

/// Stream, room, user and record id, as far as the body names them. A relayed stream belongs to the RTC room in its
/// `stream_param`; any other is named `{room_id}_{user_id}`, and css room ids hold no underscore.
fn name_stream(event: &mut Event, fields: Fields<'_>) {
    let param = StreamParam::parse(&fields.optional_text("stream_param").unwrap_or_default());
    // 317 alone writes its names in camelCase.
    event.stream_id = ["stream_id", "streamId", "channel_id", "channelId"].into_iter().find_map(|n| fields.optional_text(n));
    event.record_id.clone_from(&param.record_id);
    if param.interactive {
        event.room_id = param.room().map(str::to_owned);
        event.user_id = param.user_id;
        event.relayed_from = param.sdk_app_id;
    } else if let Some((room, user)) = event.stream_id.as_deref().and_then(|id| id.split_once('_')) {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (event.room_id, event.user_id) = (part(room), part(user));
    }
}

/// 1 a push begins, 0 it ends; one `sequence` for both.
fn push(event: &mut Event, event_type: i64, fields: Fields<'_>) -> Result<(), Missing> {
    let stream_id = fields.text("stream_id")?;
    let sequence = fields.text("sequence")?;
    event.at = fields.moment("event_time")?;
    event.key = join_key(&[&event_type.to_string(), &stream_id, &sequence]);
    let key = join_key(&[&stream_id, &sequence]);
    let run = StreamRun { key, stream_id, session: String::new(), track: "main".to_owned(), guard: 0 };
    event.what = if event_type == 1 { What::StreamBegan { run } } else { ended(run, event.at, fields) };
    Ok(())
}

fn ended(run: StreamRun, at: UnixMs, fields: Fields<'_>) -> What {
    let code = fields.optional_text("errcode");
    let message = fields.optional_text("errmsg").unwrap_or_default();
    let began_at = fields.optional_whole("push_duration").filter(|ms| *ms >= 0).map(|ms| UnixMs(at.0.saturating_sub(ms)));
    let reason = end_reason::word(code.as_deref().unwrap_or_default(), &message).to_owned();
    What::StreamEnded { run, began_at, reason, code }
}
