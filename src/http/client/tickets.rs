//! Tickets: one call that returns all a phone needs to enter a room.

use super::{Credential, credential};
use crate::app::{App, tickets};
use crate::http::ask::{Ask, InPath};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, chars};
use crate::live::fault::Fault;
use crate::live::ticket::{Role, Ticket};
use axum::extract::State;

/// Body of `POST /v1/rooms/{room_id}/tickets`.
#[derive(Debug)]
pub struct TicketIn {
    user_id: Option<String>,
    role: Option<Role>,
    nickname: Option<String>,
}

impl Read for TicketIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            user_id: fields.named_user(),
            role: Role::from_word(fields.need_choice("role", &["host", "cohost", "viewer"])),
            nickname: fields.text("nickname", chars(1, 64)),
        }
    }
}

/// `POST /v1/rooms/{room_id}/tickets`.
pub async fn issue(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<TicketIn>,
) -> Result<Credential<Ticket>, Fault> {
    let actor = caller.acting_as(body.user_id.as_deref())?;
    let role = body.role.ok_or_else(|| Fault::missing("role"))?;
    tickets::issue(&app, &actor, &room_id, role, body.nickname).await.map(credential)
}
