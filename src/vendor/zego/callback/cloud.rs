//! Cloud recording (`zego.md` section 5.4): what a recording task did. These events have no `event`, only `event_type`.
//!
//! ZEGO sends nothing when a task begins, and a task's end (2, 5, 7) and its files (1) come in any order.

use super::fields::{Fields, Unread};
use super::files::{format_word, later, web_address};
use super::key::short_hash;
use super::parse::Told;
use crate::live::event::{FileReady, RecordingRun, RunPhase, What};
use serde_json::{Map, Value};

/// Reads a cloud recording event.
pub(super) fn cloud(fields: Fields<'_>, event_type: i64) -> Result<Told, Unread> {
    let task_id = fields.id(&["task_id"])?;
    let sequence = fields.count("sequence")?;
    let detail = detail(fields)?;
    let what = match phase(event_type, Fields(&detail)) {
        None => What::UnknownKind,
        Some((phase, reason)) => {
            let (files, alarm, reason) = if event_type == 1 { files(&detail)? } else { (Vec::new(), None, reason) };
            let reason = reason.map(str::to_owned);
            let run = RecordingRun { kind: "task".to_owned(), id: task_id.clone(), task_id: None, phase, reason };
            What::Recording { run: Some(run), files, alarm: alarm.map(str::to_owned) }
        }
    };
    Ok(Told {
        ids: vec![task_id, sequence.to_string()],
        // No member says when it happened; the moment of signing is the nearest.
        at: None,
        room_id: fields.some_id(&["room_id"]),
        stream_id: None,
        user_id: None,
        what,
    })
}

/// What an event type means for the task; the words say why.
fn phase(event_type: i64, detail: Fields<'_>) -> Option<(RunPhase, Option<&'static str>)> {
    Some(match event_type {
        1 => (RunPhase::Progress, None),
        2 => (RunPhase::Failed, Some(quit_reason(detail.code("quit_reason")))),
        3 => (RunPhase::Progress, Some("image_failed")),
        4 => (RunPhase::Progress, Some("no_stream")),
        5 => (RunPhase::Ended, None),
        6 => (RunPhase::Progress, Some("stream_missing")),
        // Recording is over, the files are on their way.
        7 => (RunPhase::Ended, Some("uploading")),
        102 => (RunPhase::Progress, Some("playlist")),
        201 => (RunPhase::Progress, Some("paused")),
        202 => (RunPhase::Progress, Some("resumed")),
        _ => return None,
    })
}

fn quit_reason(code: Option<i64>) -> &'static str {
    match code {
        Some(1) => "start_failed",
        Some(2) => "login_failed",
        Some(3) => "idle_timeout",
        Some(4) => "time_limit",
        Some(5) => "internal",
        Some(6) => "network",
        Some(1001..=1011) => "write_failed",
        _ => "unknown",
    }
}

/// `detail` is an object; projects on form encoding send it as text.
fn detail(fields: Fields<'_>) -> Result<Map<String, Value>, Unread> {
    let wrong = || Unread("detail is not an object".to_owned());
    match fields.0.get("detail") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members.clone()),
        Some(Value::String(text)) if text.is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

type Files = (Vec<FileReady>, Option<&'static str>, Option<&'static str>);

/// Files, alarm and reason of an upload. A file that failed to upload is not a file.
fn files(detail: &Map<String, Value>) -> Result<Files, Unread> {
    let listed = match detail.get("file_info") {
        None | Some(Value::Null) => &Vec::new(),
        Some(Value::Array(listed)) => listed,
        Some(_) => return Err(Unread("detail.file_info is not a list".to_owned())),
    };
    let (mut files, mut spare, mut failed) = (Vec::new(), false, false);
    for (place, item) in listed.iter().enumerate() {
        let Value::Object(members) = item else {
            return Err(Unread(format!("detail.file_info[{place}] is not an object")));
        };
        match Fields(members).code("status") {
            Some(5) => failed = true,
            status => {
                spare |= status == Some(4);
                files.push(file(Fields(members), place)?);
            }
        }
    }
    // The spare store keeps files for 3 days only: that cannot wait, a failed upload is already lost.
    let alarm = if spare { Some("spare_store") } else { failed.then_some("upload_failed") };
    Ok((files, alarm, listed.is_empty().then_some("no_stream")))
}

fn file(fields: Fields<'_>, place: usize) -> Result<FileReady, Unread> {
    let address = fields.text("file_url");
    let by_address = || address.as_ref().map(|address| short_hash(address.as_bytes()));
    let named = fields.some_id(&["file_id", "video_id"]).or_else(by_address);
    let start_at = fields.moment("begin_timestamp");
    let length = fields.code("duration").filter(|ms| *ms >= 0);
    Ok(FileReady {
        file_id: named.ok_or_else(|| Unread(format!("detail.file_info[{place}].file_id is missing")))?,
        format: format_word(&fields.text("output_file_format").unwrap_or_default()),
        url: address.as_deref().and_then(web_address),
        start_at,
        end_at: start_at.zip(length).map(|(start, ms)| later(start, ms)),
        duration_seconds: length.map(|ms| ms as f64 / 1000.0),
        size_bytes: fields.text("file_size").and_then(|size| size.parse().ok()),
        stream_id: fields.some_id(&["stream_id"]),
        user_id: fields.some_id(&["user_id"]),
    })
}
