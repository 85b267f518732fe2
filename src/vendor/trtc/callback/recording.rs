//! Cloud recording, event group 3 (`tencent.md` section 9): 301 to 309 are progress, 310 and 311 bring files, 312 ends.

use super::parse::Head;
use crate::live::event::{Event, FileReady, RecordingRun, RunPhase, What};
use crate::live::time::UnixMs;
use crate::vendor::tencent_fields::{Fields, Missing, join_key, web_url};
use serde_json::Value;

/// What one message says about the task.
struct Said {
    phase: RunPhase,
    reason: Option<&'static str>,
    alarm: Option<&'static str>,
    files: Vec<FileReady>,
}

impl Said {
    const fn new(phase: RunPhase) -> Self {
        Self { phase, reason: None, alarm: None, files: Vec::new() }
    }

    fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    fn alarm(self, word: &'static str) -> Self {
        Self { reason: Some(word), alarm: Some(word), ..self }
    }

    fn with(self, files: Vec<FileReady>) -> Self {
        Self { files, ..self }
    }
}

/// Fills in a group-3 event. `EventInfo.UserId` is the recording robot and never becomes the event's user.
pub(super) fn event(event: &mut Event, head: &Head<'_>) -> Result<(), Missing> {
    if !(301..=312).contains(&head.kind) {
        return Ok(());
    }
    let id = head.info.text("TaskId").map_err(|_| Missing("EventInfo.TaskId"))?;
    let payload = head.info.object("Payload").map_err(|_| Missing("EventInfo.Payload"))?;
    let said = read(event, head, &id, payload)?;
    event.user_id = only_user(&said.files);
    event.stream_id = only(said.files.iter().map(|file| file.stream_id.as_ref()));
    let reason = said.reason.map(str::to_owned);
    let run = RecordingRun { kind: "task".to_owned(), id, task_id: None, phase: said.phase, reason };
    event.what = What::Recording { run: Some(run), files: said.files, alarm: said.alarm.map(str::to_owned) };
    Ok(())
}

fn read(event: &mut Event, head: &Head<'_>, task: &str, payload: Fields<'_>) -> Result<Said, Missing> {
    let status = || payload.whole("Status").map_err(|_| Missing("Payload.Status"));
    let progress = Said::new(RunPhase::Progress);
    Ok(match head.kind {
        301 if status()? == 0 => Said::new(RunPhase::Began),
        301 => Said::new(RunPhase::Failed).because("start_failed"),
        302 => Said::new(RunPhase::Ended).because(leave_reason(payload.optional_whole("LeaveCode"))),
        305 => match payload.optional_whole("LeaveCode") {
            Some(0) => progress.because("uploaded"),
            Some(1) => progress.alarm("upload_incomplete"),
            Some(2) => progress.because("upload_recovered"),
            _ => progress,
        },
        306 => progress.alarm("failover"),
        308 => progress.alarm("upload_failed"),
        309 => progress.alarm("image_failed"),
        310 if status()? == 0 => progress.with(mp4_files(head, payload)?),
        310 => progress.alarm("upload_incomplete"),
        311 => committed(event, head, task, status()?, payload)?,
        312 if payload.optional_whole("Status").unwrap_or(0) == 0 => Said::new(RunPhase::Ended),
        312 => Said::new(RunPhase::Ended).because("upload_incomplete"),
        _ => progress,
    })
}

const fn leave_reason(code: Option<i64>) -> &'static str {
    match code {
        Some(0) => "normal",
        Some(1) => "kicked",
        Some(2) => "dismissed",
        Some(3) => "kicked_by_server",
        Some(4) => "dismissed_by_server",
        Some(99) => "no_users",
        Some(100) => "timeout",
        Some(101) => "duplicate_entry",
        _ => "unknown",
    }
}

/// 310: file names of one message; `FileMessage` says more than `FileList`, which may hold further names.
fn mp4_files(head: &Head<'_>, payload: Fields<'_>) -> Result<Vec<FileReady>, Missing> {
    let mut files = Vec::new();
    for message in payload.list("FileMessage").iter().filter_map(Value::as_object).map(Fields) {
        let name = message.text("FileName").map_err(|_| Missing("FileMessage.FileName"))?;
        files.push(FileReady { url: web_url(&name), format: "mp4".to_owned(), ..file(head, message, name) });
    }
    for name in payload.list("FileList").iter().filter_map(Value::as_str) {
        if !name.is_empty() && !files.iter().any(|file: &FileReady| file.file_id == name) {
            files.push(FileReady { url: web_url(name), format: "mp4".to_owned(), ..bare(name) });
        }
    }
    Ok(files)
}

/// 311: one file given to VOD. The status is part of the key: a file that is stuck first is told again when it is there.
fn committed(event: &mut Event, head: &Head<'_>, task: &str, status: i64, payload: Fields<'_>) -> Result<Said, Missing> {
    let vod = payload.object("TencentVod");
    let text = |name: &str| vod.ok().and_then(|vod| vod.optional_text(name)).unwrap_or_default();
    let (id, cache) = (text("FileId"), text("CacheFile"));
    // The name in the cache counts only while there is no id, and cannot be mistaken for one.
    let (id_part, cache_part) = if id.is_empty() { ("", cache.as_str()) } else { (id.as_str(), "") };
    if !id.is_empty() || !cache.is_empty() {
        event.key = join_key(&["3", "311", &status.to_string(), task, id_part, cache_part]);
    }
    match status {
        0 => {}
        1 => return Ok(Said::new(RunPhase::Progress).alarm("upload_stuck")),
        _ => return Ok(Said::new(RunPhase::Failed).because("upload_failed")),
    }
    let vod = vod.map_err(|_| Missing("Payload.TencentVod"))?;
    let file_id = if id.is_empty() { cache } else { id };
    if file_id.is_empty() {
        return Err(Missing("TencentVod.FileId"));
    }
    let url = vod.optional_text("VideoUrl");
    let named = url.clone().or_else(|| vod.optional_text("CacheFile")).unwrap_or_default();
    let ready = FileReady { url: url.as_deref().and_then(web_url), format: format_of(&named), ..file(head, vod, file_id) };
    Ok(Said::new(RunPhase::Progress).with(vec![ready]))
}

/// What 310 and 311 say alike of a file. A mixed recording names no user and belongs to no one stream.
fn file(head: &Head<'_>, said: Fields<'_>, file_id: String) -> FileReady {
    let (start_at, end_at) = (said.optional_moment("StartTimeStamp"), said.optional_moment("EndTimeStamp"));
    let media = said.optional_text("MediaId").unwrap_or_default().to_ascii_lowercase();
    let user_id = said.optional_text("UserId").filter(|_| media != "mix");
    let stream_id = user_id.as_deref().zip(head.room.as_deref()).map(|(user, room)| head.stream_id(room, user, media == "aux"));
    let duration_seconds = start_at.zip(end_at).and_then(|(start, end)| length(start, end));
    FileReady { start_at, end_at, duration_seconds, stream_id, user_id, ..bare(&file_id) }
}

#[allow(clippy::cast_precision_loss)]
fn length(start: UnixMs, end: UnixMs) -> Option<f64> {
    end.0.checked_sub(start.0).filter(|ms| *ms >= 0).map(|ms| ms as f64 / 1000.0)
}

fn bare(file_id: &str) -> FileReady {
    FileReady {
        file_id: file_id.to_owned(),
        format: String::new(),
        url: None,
        start_at: None,
        end_at: None,
        duration_seconds: None,
        size_bytes: None,
        stream_id: None,
        user_id: None,
    }
}

/// The format a name's ending tells; empty when it tells none.
fn format_of(name: &str) -> String {
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("m3u8" | "hls") => "hls".to_owned(),
        Some(ending @ ("mp4" | "flv" | "aac" | "mp3")) => ending.to_owned(),
        _ => String::new(),
    }
}

fn only_user(files: &[FileReady]) -> Option<String> {
    only(files.iter().map(|file| file.user_id.as_ref()))
}

/// The one value all have; none when they differ, lack it or are none.
fn only<'a>(mut values: impl Iterator<Item = Option<&'a String>>) -> Option<String> {
    let first = values.next()??;
    values.all(|other| other == Some(first)).then(|| first.clone())
}
