//! Recordings: by record id, of a room, and the tasks an operator ties to one.

use super::App;
use super::rooms::find_room;
use crate::live::caller::{Reader, Scope};
use crate::live::fault::Fault;
use crate::live::recording::{FileRow, Head, Pushing, RecordingRows, RunRow, Status};

/// A recording as told to callers.
#[derive(Clone, Debug)]
pub struct RecordingView {
    /// What is known as a whole.
    pub head: Head,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub reason: Option<String>,
    /// Vendor sessions: recording sessions, tasks and pushes.
    pub sessions: Vec<RunRow>,
    /// Files, in the order of their content.
    pub files: Vec<FileRow>,
}

/// A recording by its id, for whoever may see it.
pub async fn read_recording(app: &App, reader: &Reader, record_id: &str) -> Result<RecordingView, Fault> {
    let view = view(app, record_id).await?;
    may_read(app, reader, &view).await?;
    Ok(view)
}

/// Operators see every recording; others those of rooms they could enter as a viewer, closed rooms included: a replay is
/// watched after the broadcast. Whether an id without a room exists is for operators only.
async fn may_read(app: &App, reader: &Reader, view: &RecordingView) -> Result<(), Fault> {
    if reader.operator_with(Scope::Read) {
        return Ok(());
    }
    let room_id = view.head.room_id.as_deref().ok_or_else(recording_unknown)?;
    let room = app.store.room(room_id, app.now()).await?.ok_or_else(recording_unknown)?;
    if reader.user_id().is_some_and(|user_id| room.banned(user_id)) {
        return Err(super::tickets::banned());
    }
    Ok(())
}

/// A recording by its id, computed from what was told; contents that moved elsewhere are followed.
pub async fn view(app: &App, record_id: &str) -> Result<RecordingView, Fault> {
    let now = app.now();
    let mut rows = app.store.recording(record_id, now).await?.ok_or_else(recording_unknown)?;
    if let Some(into) = rows.head.merged_into.clone() {
        rows = app.store.recording(&into, now).await?.ok_or_else(recording_unknown)?;
    }
    let streams = pushing(app, &rows).await?;
    let (status, reason) = rows.status(streams, now);
    let mut sessions = rows.runs;
    sessions.extend(rows.pushes);
    sessions.sort_by_key(|run| (run.begin.as_ref().map(|begin| begin.at), run.id.clone()));
    let mut files = rows.files;
    files.sort_by(|a, b| (a.start_at, &a.file_id).cmp(&(b.start_at, &b.file_id)));
    Ok(RecordingView { head: rows.head, status, reason, sessions, files })
}

/// What the streams of its opening say, asked only when the recording itself says too little, or that it goes on: the end may
/// have been lost.
async fn pushing(app: &App, rows: &RecordingRows) -> Result<Pushing, Fault> {
    let silent = rows.runs.is_empty() && rows.pushes.is_empty();
    let goes_on = rows.runs.iter().chain(&rows.pushes).any(RunRow::runs);
    let (true, Some(opening_id), Some(room_id)) = (silent || goes_on, &rows.head.opening_id, &rows.head.room_id) else {
        return Ok(Pushing::default());
    };
    let now = app.now();
    let (opening, _) = app.store.opening(opening_id, now).await?;
    let room = app.store.room(room_id, now).await?;
    let superseded = room.filter(|room| &room.opening_id != opening_id).map(|room| room.opened_at);
    let streams = opening.streams(superseded);
    Ok(Pushing { live: streams.iter().any(|s| s.live), ended_at: streams.iter().filter_map(|s| s.ended_at).max() })
}

fn recording_unknown() -> Fault {
    Fault::new(
        "recording_unknown",
        "没有这个 record_id 的录制。请检查 record_id，并确认已在厂商侧开启录制和回调。",
        "No recording has this record_id. Check it, and that recording and callbacks are switched on at the vendor.",
    )
}

/// The recordings of a room, newest opening first, the current opening's reserved one included.
pub async fn room_recordings(app: &App, reader: &Reader, room_id: &str) -> Result<Vec<RecordingView>, Fault> {
    let room = find_room(app, room_id).await?;
    let mut ids = app.store.ties(room_id, app.now()).await?;
    for opening in room.openings.iter().filter_map(|opening| opening.record_id.clone()) {
        if !ids.contains(&opening) {
            ids.insert(0, opening);
        }
    }
    let mut views = Vec::new();
    for id in ids {
        match read_recording(app, reader, &id).await {
            Ok(view) => views.push(view),
            Err(fault) if fault.code == "recording_unknown" => {}
            Err(fault) => return Err(fault),
        }
    }
    views.sort_by(|a, b| b.head.opening_id.cmp(&a.head.opening_id));
    Ok(views)
}

/// Ties a vendor's task to a recording, whether its callbacks came already or not.
pub async fn tie_task(app: &App, record_id: &str, task_id: &str) -> Result<RecordingView, Fault> {
    if app.store.recording_head(record_id, app.now()).await?.is_none() {
        return Err(recording_unknown());
    }
    let target = app.store.set_task_target(task_id, record_id, app.now()).await?;
    if target != record_id {
        return Err(Fault::new(
            "task_taken",
            format!("任务 {task_id} 已归属另一个录制。"),
            format!("Task {task_id} belongs to another recording already."),
        ));
    }
    super::callbacks::tie_task(app, task_id, record_id).await?;
    view(app, record_id).await
}
