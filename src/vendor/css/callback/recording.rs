//! What is kept of a push: 100 a file is there, 332 a recording session changes (`tencent.md` section 8).

use crate::live::event::{Event, FileReady, RecordingRun, RunPhase, What};
use crate::live::time::UnixMs;
use crate::vendor::tencent_fields::{Fields, Missing, join_key, web_url};
use serde_json::{Map, Value};

/// 100. The content begins at end minus duration: `start_time` is when the writing of the file began.
pub(super) fn file(event: &mut Event, fields: Fields<'_>) -> Result<(), Missing> {
    let stream_id = fields.text("stream_id")?;
    let end_at = fields.moment("end_time")?;
    let format = fields.optional_text("file_format").unwrap_or_default().to_ascii_lowercase();
    let (key, file_id) = match fields.optional_text("file_id") {
        Some(id) => (join_key(&["100", &id]), id),
        None => {
            let task = fields.optional_text("task_id").ok_or(Missing("file_id"))?;
            let start = fields.text("start_time")?;
            (join_key(&["100", &task, &start, &format]), join_key(&[&task, &start, &format]))
        }
    };
    let duration_seconds = fields.optional_length("duration");
    #[allow(clippy::cast_possible_truncation)]
    let start_at = duration_seconds.map(|seconds| UnixMs(end_at.0.saturating_sub((seconds * 1000.0).round() as i64)));
    event.at = end_at;
    event.key = key;
    let file = FileReady {
        file_id,
        format,
        url: fields.optional_text("video_url").as_deref().and_then(web_url),
        start_at,
        end_at: Some(end_at),
        duration_seconds,
        size_bytes: fields.optional_size("file_size"),
        stream_id: Some(stream_id),
        user_id: event.user_id.clone(),
    };
    event.what = What::Recording { run: session_of_file(fields), files: vec![file], alarm: None };
    Ok(())
}

/// `callback_ext` is text that holds JSON with, among others, the recording session.
fn session_of_file(fields: Fields<'_>) -> Option<RecordingRun> {
    let text = fields.optional_text("callback_ext")?;
    let ext: Map<String, Value> = serde_json::from_str(&text).ok()?;
    let id = Fields(&ext).optional_text("session_id")?;
    let task_id = fields.optional_text("task_id");
    Some(RecordingRun { kind: "session".to_owned(), id, task_id, phase: RunPhase::Progress, reason: None })
}

/// 332. A word of `record_event` that is not documented leaves the event an unknown kind.
pub(super) fn status(event: &mut Event, fields: Fields<'_>) -> Result<(), Missing> {
    let (id, seq) = (fields.text("session_id")?, fields.text("seq")?);
    let word = fields.text("record_event")?;
    fields.text("stream_id")?;
    event.at = fields.moment("event_time")?;
    event.key = join_key(&["332", &id, &seq]);
    let (phase, reason) = match word.as_str() {
        "record_start_succeeded" => (RunPhase::Began, None),
        "record_start_failed" => (RunPhase::Failed, Some("start_failed")),
        "record_error" => (RunPhase::Failed, Some("error")),
        "record_ended" => (RunPhase::Ended, None),
        "record_paused" => (RunPhase::Progress, Some("paused")),
        "record_resumed" => (RunPhase::Progress, Some("resumed")),
        _ => return Ok(()),
    };
    let task_id = fields.optional_text("task_id");
    let run = RecordingRun { kind: "session".to_owned(), id, task_id, phase, reason: reason.map(str::to_owned) };
    event.what = What::Recording { run: Some(run), files: vec![], alarm: None };
    Ok(())
}
