//! Seats: ask for one, offer one, accept, refuse, end.

use super::rooms::{NamedIn, idempotency_key};
use super::{Credential, credential};
use crate::app::App;
use crate::app::rooms::RoomView;
use crate::app::seats::{self, AskSeat, SeatView};
use crate::http::ask::{Ask, InPath};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, USER_ID};
use crate::live::fault::Fault;
use crate::live::seat::{Kind, SeatStatus, Verb};
use crate::live::ticket::Ticket;
use crate::live::time::{UnixMs, rfc3339, rfc3339_opt};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;

/// A seat.
#[derive(Debug, Serialize)]
pub struct SeatOut {
    seat_id: String,
    room_id: String,
    kind: Kind,
    status: SeatStatus,
    user_id: String,
    from_user_id: Option<String>,
    #[serde(serialize_with = "rfc3339")]
    created_at: UnixMs,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
    #[serde(serialize_with = "rfc3339_opt")]
    decided_at: Option<UnixMs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<Ticket>,
}

impl SeatOut {
    /// Of a room.
    pub fn new(view: SeatView, room_id: &str) -> Self {
        let SeatView { seat, status } = view;
        Self {
            decided_at: seat.decided_at(status),
            seat_id: seat.seat_id,
            room_id: room_id.to_owned(),
            kind: seat.kind,
            status,
            user_id: seat.user_id,
            from_user_id: seat.from_user_id,
            created_at: seat.created_at,
            expires_at: seat.expires_at,
            ticket: None,
        }
    }
}

/// The seats of an opening, newest first.
pub fn seats_out(view: &RoomView, now: UnixMs) -> Vec<SeatOut> {
    seats::of_view(view, now).into_iter().map(|seat| SeatOut::new(seat, &view.room.room_id)).collect()
}

/// Body of `POST /v1/rooms/{room_id}/seats`. In a request `user_id` may name who acts; in an invitation it is the guest.
#[derive(Debug)]
pub struct SeatIn {
    kind: Option<Kind>,
    user_id: Option<String>,
}

impl Read for SeatIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let kind = Kind::from_word(fields.need_choice("kind", &["request", "invite"]));
        let user_id = match kind {
            Some(Kind::Invite) => Some(fields.need_text("user_id", USER_ID)),
            _ => fields.named_user(),
        };
        Self { kind, user_id }
    }
}

/// `POST /v1/rooms/{room_id}/seats`.
pub async fn ask(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<SeatIn>,
) -> Result<(StatusCode, Json<SeatOut>), Fault> {
    let ask = match (body.kind, body.user_id) {
        (Some(Kind::Invite), Some(guest)) => AskSeat::Invite { by: caller.manager(None)?, guest },
        (_, named) => AskSeat::Request { guest: caller.acting_as(named.as_deref())? },
    };
    let seat = seats::ask(&app, &room_id, ask, idempotency_key(&headers)?.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(SeatOut::new(seat, &room_id))))
}

async fn decide(app: &App, caller: &Caller, path: (String, String), body: &NamedIn, verb: Verb) -> Result<Json<SeatOut>, Fault> {
    let (room_id, seat_id) = path;
    let by = caller.manager(body.user_id.as_deref())?;
    let seat = seats::decide(app, &by, &room_id, &seat_id, verb).await?;
    Ok(Json(SeatOut::new(seat, &room_id)))
}

/// `POST /v1/rooms/{room_id}/seats/{seat_id}/accept`: the seat, with `ticket` when the guest accepts.
pub async fn accept(
    State(app): State<App>,
    caller: Caller,
    InPath(path): InPath<(String, String)>,
    Ask(body): Ask<NamedIn>,
) -> Result<Credential<SeatOut>, Fault> {
    let (room_id, seat_id) = path;
    let by = caller.manager(body.user_id.as_deref())?;
    let (seat, ticket) = seats::accept(&app, &by, &room_id, &seat_id).await?;
    Ok(credential(SeatOut { ticket, ..SeatOut::new(seat, &room_id) }))
}

/// `POST /v1/rooms/{room_id}/seats/{seat_id}/refuse`.
pub async fn refuse(
    State(app): State<App>,
    caller: Caller,
    InPath(path): InPath<(String, String)>,
    Ask(body): Ask<NamedIn>,
) -> Result<Json<SeatOut>, Fault> {
    decide(&app, &caller, path, &body, Verb::Refuse).await
}

/// `POST /v1/rooms/{room_id}/seats/{seat_id}/end`.
pub async fn end(
    State(app): State<App>,
    caller: Caller,
    InPath(path): InPath<(String, String)>,
    Ask(body): Ask<NamedIn>,
) -> Result<Json<SeatOut>, Fault> {
    decide(&app, &caller, path, &body, Verb::End).await
}
