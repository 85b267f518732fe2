//! Seats: asking for one, offering one, answering, ending. The decision is written on the seat, then the place in the room's
//! row; only the second gives power to publish, and repeating the verb mends what a crash left out.

use super::App;
use super::callbacks::expiry;
use super::rooms::{RoomView, find_room};
use super::streams::open_room_or_fault;
use super::tickets;
use crate::live::caller::{Actor, Manager};
use crate::live::fault::Fault;
use crate::live::ids::{base62, digest};
use crate::live::policy::{banned, room_closed};
use crate::live::room::{Room, RoomStatus};
use crate::live::seat::{self, Decision, Hand, Kind, MOST_PER_GUEST, Seat, SeatStatus, Verb};
use crate::live::ticket::{Role, Ticket};
use crate::live::time::UnixMs;
use crate::store::seats::{Placing, read_seat};

/// A seat as it stands.
#[derive(Clone, Debug)]
pub struct SeatView {
    /// The seat.
    pub seat: Seat,
    /// Where it stands.
    pub status: SeatStatus,
}

impl SeatView {
    /// As the room's row and the time say.
    pub fn new(seat: Seat, room: &Room, now: UnixMs) -> Self {
        let seated = room.seated.contains(&seat.seat_id);
        Self { status: seat.status(seated, now), seat }
    }
}

/// What a caller asks for.
#[derive(Clone, Debug)]
pub enum AskSeat {
    /// A guest asks to come on stage.
    Request {
        /// The guest.
        guest: Actor,
    },
    /// The house offers a seat.
    Invite {
        /// Who offers it.
        by: Manager,
        /// To whom.
        guest: String,
    },
}

impl AskSeat {
    fn guest(&self) -> &str {
        match self {
            Self::Request { guest } => &guest.user_id,
            Self::Invite { guest, .. } => guest,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Request { .. } => Kind::Request,
            Self::Invite { .. } => Kind::Invite,
        }
    }

    fn from<'a>(&'a self, room: &'a Room) -> Option<&'a str> {
        match self {
            Self::Request { guest } => Some(&guest.user_id),
            Self::Invite { by, .. } => by.user_id().or(room.owner_id.as_deref()),
        }
    }
}

/// Asks for a seat or offers one. A guest has one seat at a time: while one waits or is taken, it is answered again.
pub async fn ask(app: &App, room_id: &str, ask: AskSeat, idempotency_key: Option<&str>) -> Result<SeatView, Fault> {
    let room = open_room_or_fault(app, room_id).await?;
    may_ask(&room, &ask)?;
    let guest = ask.guest();
    let asked_with = idempotency_key.map(|key| {
        let caller = ask.from(&room).unwrap_or_default();
        base62(&digest(&["seat", &room.opening_id, caller, guest, key]), 22)
    });
    for _ in 0..4 {
        let now = app.now();
        let seats = app.store.seats_of(&room.opening_id, guest, now).await?;
        if let Some(same) = seats.iter().find(|seat| seat.asked_with.is_some() && seat.asked_with == asked_with) {
            return Ok(SeatView::new(same.clone(), &room, now));
        }
        let last = seats.into_iter().max_by_key(|seat| seat.number);
        if let Some(last) = &last {
            let view = SeatView::new(last.clone(), &room, now);
            if !view.status.over() {
                return Ok(view);
            }
        }
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        if number > MOST_PER_GUEST {
            return Err(seats_spent());
        }
        let seat = Seat {
            seat_id: Seat::id(guest, number),
            kind: ask.kind(),
            user_id: guest.to_owned(),
            from_user_id: ask.from(&room).map(str::to_owned),
            number,
            created_at: now,
            expires_at: now.plus_seconds(i64::from(app.config.policy.seat_timeout_seconds)),
            decision: Decision::Pending,
            accepted_at: None,
            over_at: None,
            asked_with: asked_with.clone(),
        };
        if app.store.put_seat(&room.opening_id, &seat, expiry(app, app.config.retention.rooms_days), now).await? {
            return Ok(SeatView::new(seat, &room, now));
        }
    }
    Err(Fault::store_busy())
}

fn may_ask(room: &Room, ask: &AskSeat) -> Result<(), Fault> {
    if let AskSeat::Invite { by, .. } = ask
        && !by.runs(room)
    {
        return Err(Fault::new(
            "role_not_allowed",
            "只有房主或有 write 权限的运营密钥可以邀请连麦。",
            "Only the host, or an operator key with scope write, may invite to a seat.",
        ));
    }
    if room.owned_by(ask.guest()) {
        return Err(Fault::new(
            "seat_not_needed",
            "房主本来就在台上，不需要席位。",
            "The host is on stage already and needs no seat.",
        ));
    }
    match ask {
        _ if !room.banned(ask.guest()) => Ok(()),
        AskSeat::Request { .. } => Err(banned()),
        AskSeat::Invite { .. } => Err(Fault::new(
            "banned",
            "该用户已被请出此房间，不能邀请。",
            "This user was put out of the room and cannot be invited.",
        )),
    }
}

fn seats_spent() -> Fault {
    Fault::new(
        "quota_exceeded",
        format!("每位嘉宾每场最多 {MOST_PER_GUEST} 次连麦申请或邀请。"),
        format!("A guest may have at most {MOST_PER_GUEST} requests and invitations in one opening."),
    )
    .retry_after(3600)
}

/// Accepts a seat; a guest who accepts an invitation gets the ticket to the stage with it.
pub async fn accept(app: &App, by: &Manager, room_id: &str, seat_id: &str) -> Result<(SeatView, Option<Ticket>), Fault> {
    let view = decide(app, by, room_id, seat_id, Verb::Accept).await?;
    let ticket = match by {
        Manager::User(actor) if actor.user_id == view.seat.user_id => {
            Some(tickets::issue(app, actor, room_id, Role::Cohost, None).await?)
        }
        _ => None,
    };
    Ok((view, ticket))
}

/// Accepts, refuses or ends a seat.
pub async fn decide(app: &App, by: &Manager, room_id: &str, seat_id: &str, verb: Verb) -> Result<SeatView, Fault> {
    let room = find_room(app, room_id).await?;
    if verb == Verb::Accept {
        may_enter(&room, by)?;
    }
    let now = app.now();
    let hand = Hand { user_id: by.user_id(), house: by.runs(&room) };
    let seated = room.seated.iter().any(|id| id == seat_id);
    let seat = match app.store.decide_seat(&room.opening_id, seat_id, verb, hand, seated, now).await? {
        Ok(seat) => seat,
        Err(None) => return Err(seat::unknown()),
        Err(Some(seat)) => {
            seat.judge(verb, hand, seated, now)?;
            return Err(Fault::store_busy());
        }
    };
    match verb {
        Verb::Accept => place(app, &room, seat, now).await,
        Verb::Refuse | Verb::End => {
            if seat.accepted_at.is_some() {
                app.store.release_seat(room_id, &room.opening_id, &seat).await?;
            }
            let status = seat.status(false, now);
            Ok(SeatView { seat, status })
        }
    }
}

fn may_enter(room: &Room, by: &Manager) -> Result<(), Fault> {
    if room.status == RoomStatus::Closed {
        return Err(room_closed());
    }
    match by.user_id() {
        Some(user) if room.banned(user) => Err(banned()),
        _ => Ok(()),
    }
}

async fn place(app: &App, room: &Room, seat: Seat, now: UnixMs) -> Result<SeatView, Fault> {
    let most = app.config.policy.seats_per_room;
    let (found, let_go) = match app.store.place_seat(room, &seat, most, now).await? {
        Placing::Seated(room) => return Ok(SeatView::new(seat, &room, now)),
        Placing::Refused { room, let_go } => (room, let_go),
    };
    Err(match found {
        Some(now_room) if now_room.opening_id != room.opening_id || now_room.status == RoomStatus::Closed => room_closed(),
        Some(now_room) if now_room.banned(&seat.user_id) => {
            Fault::new("banned", "该用户已被请出此房间。", "This user was put out of the room.")
        }
        _ if let_go || now >= seat.expires_at => seat::over(),
        _ => Fault::new(
            "seats_full",
            format!("连麦席位已满（{most} 个），请先结束一个席位。"),
            format!("All {most} seats are taken; end one first."),
        ),
    })
}

/// Ends whatever seat a user has in the room's opening.
pub async fn end_seats_of(app: &App, room: &Room, user_id: &str) -> Result<(), Fault> {
    let now = app.now();
    let hand = Hand { user_id: Some(user_id), house: false };
    for seat in app.store.seats_of(&room.opening_id, user_id, now).await? {
        let seated = room.seated.contains(&seat.seat_id);
        let alive = !matches!(seat.decision, Decision::Refused | Decision::Ended) && !seat.status(seated, now).over();
        if !seated && !alive {
            continue;
        }
        let ended = app.store.decide_seat(&room.opening_id, &seat.seat_id, Verb::End, hand, seated, now).await?;
        if seated || ended.is_ok_and(|seat| seat.accepted_at.is_some()) {
            app.store.release_seat(&room.room_id, &room.opening_id, &seat).await?;
        }
    }
    Ok(())
}

/// The seats of a room's opening, newest first.
pub fn of_view(view: &RoomView, now: UnixMs) -> Vec<SeatView> {
    let mut seats: Vec<SeatView> =
        view.others.iter().filter_map(read_seat).map(|seat| SeatView::new(seat, &view.room, now)).collect();
    newest_first(&mut seats);
    seats
}

/// What concerns a user: for the host every seat, for a guest its own; those that are over only for a while, so that a phone
/// learns of it.
pub async fn concerning(app: &App, room: &Room, user_id: &str) -> Result<Vec<SeatView>, Fault> {
    let now = app.now();
    let seats = if room.owned_by(user_id) {
        app.store.seats(&room.opening_id, now).await?
    } else {
        app.store.seats_recently(&room.opening_id, user_id, now).await?
    };
    let news = now.plus_seconds(-2 * i64::from(app.config.policy.seat_timeout_seconds));
    let mut seats: Vec<SeatView> = seats.into_iter().map(|seat| SeatView::new(seat, room, now)).collect();
    seats.retain(|view| !view.status.over() || view.seat.decided_at(view.status).is_some_and(|at| at >= news));
    newest_first(&mut seats);
    seats.truncate(100);
    Ok(seats)
}

fn newest_first(seats: &mut [SeatView]) {
    seats.sort_by(|a, b| b.seat.created_at.cmp(&a.seat.created_at).then_with(|| a.seat.seat_id.cmp(&b.seat.seat_id)));
}
