//! Recordings by record id and of a room.

use super::outs::{PageOut, RecordingOut};
use crate::app::{App, recordings};
use crate::http::ask::InPath;
use crate::live::caller::Reader;
use crate::live::fault::Fault;
use axum::Json;
use axum::extract::State;

/// `GET /v1/recordings/{record_id}`.
pub async fn read(
    State(app): State<App>,
    reader: Reader,
    InPath(record_id): InPath<String>,
) -> Result<Json<RecordingOut>, Fault> {
    let view = recordings::read_recording(&app, &reader, &record_id).await?;
    Ok(Json(RecordingOut::new(view, &app.config.recordings.hosts)))
}

/// `GET /v1/rooms/{room_id}/recordings`.
pub async fn of_room(
    State(app): State<App>,
    reader: Reader,
    InPath(room_id): InPath<String>,
) -> Result<Json<PageOut<RecordingOut>>, Fault> {
    let views = recordings::room_recordings(&app, &reader, &room_id).await?;
    Ok(Json(PageOut::whole(views.into_iter().map(|view| RecordingOut::new(view, &app.config.recordings.hosts)).collect())))
}
