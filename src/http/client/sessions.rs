//! Login sessions.

use super::{Credential, credential};
use crate::app::App;
use crate::app::wechat::login::log_in;
use crate::http::ask::Ask;
use crate::http::fields::{Fields, Read, chars};
use crate::live::fault::Fault;
use crate::live::time::{UnixMs, rfc3339};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

/// Body of `POST /v1/sessions`.
#[derive(Debug)]
pub struct SessionIn {
    code: String,
}

impl Read for SessionIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        // Judged, not kept: a name is told with each ticket.
        let _ = fields.text("nickname", chars(0, 64));
        let visible = chars(1, 256).only(|c| c.is_ascii_graphic(), "[!-~]");
        Self { code: fields.need_text("code", visible) }
    }
}

/// A login session.
#[derive(Serialize)]
pub struct SessionOut {
    session_token: String,
    user_id: String,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `POST /v1/sessions`: 201 the session.
pub async fn create(State(app): State<App>, Ask(body): Ask<SessionIn>) -> Result<(StatusCode, Credential<SessionOut>), Fault> {
    let given = log_in(&app, &body.code).await?;
    let out = SessionOut { session_token: given.session_token, user_id: given.user_id, expires_at: given.expires_at };
    Ok((StatusCode::CREATED, credential(out)))
}
