//! Recordings by time and state, and the tasks tied to one.

use crate::app::lists::{self, Part, RecordingFilter};
use crate::app::{App, recordings};
use crate::http::ask::{Ask, InPath, Params};
use crate::http::caller::{MayRead, MayWrite, Operator};
use crate::http::client::outs::{PageOut, RecordingOut};
use crate::http::client::rooms::part;
use crate::http::fields::{Fields, Read, USER_ID, chars};
use crate::live::fault::Fault;
use crate::live::recording::Status;
use axum::Json;
use axum::extract::State;

/// Query of `GET /v1/recordings`.
#[derive(Debug)]
pub struct RecordingsIn {
    filter: RecordingFilter,
    part: Part,
}

impl Read for RecordingsIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let words = Status::ALL.map(Status::word);
        let status = fields.choice("status", &words);
        Self {
            filter: RecordingFilter {
                status: Status::ALL.into_iter().find(|known| Some(known.word()) == status),
                room_id: fields.text("room_id", chars(1, 256)),
                owner_id: fields.text("owner_id", USER_ID),
            },
            part: part(fields),
        }
    }
}

/// `GET /v1/recordings`.
pub async fn list(
    State(app): State<App>,
    _: Operator<MayRead>,
    Params(ask): Params<RecordingsIn>,
) -> Result<Json<PageOut<RecordingOut>>, Fault> {
    let page = lists::recordings(&app, &ask.filter, ask.part).await?;
    Ok(Json(PageOut::new(page, |view| RecordingOut::new(view, &app.config.recordings.hosts))))
}

/// Body of `POST /v1/recordings/{record_id}/tasks`.
#[derive(Debug)]
pub struct TaskIn {
    task_id: String,
}

impl Read for TaskIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { task_id: fields.need_text("task_id", chars(1, 128)) }
    }
}

/// `POST /v1/recordings/{record_id}/tasks`.
pub async fn add_task(
    State(app): State<App>,
    _: Operator<MayWrite>,
    InPath(record_id): InPath<String>,
    Ask(body): Ask<TaskIn>,
) -> Result<Json<RecordingOut>, Fault> {
    let view = recordings::tie_task(&app, &record_id, &body.task_id).await?;
    Ok(Json(RecordingOut::new(view, &app.config.recordings.hosts)))
}
