//! A seat: a cohost place, asked for by a guest or offered by the host. A seat only moves forward, and a guest has at most one
//! at a time. What the seat's row says is consent; the room's row says who sits, and only that gives power to publish.

use super::fault::Fault;
use super::time::UnixMs;
use serde::Serialize;

/// Seats that one guest may ask for or be offered in one opening.
pub const MOST_PER_GUEST: u32 = 50;

/// Who began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The guest asks to come on stage.
    Request,
    /// The host asks the guest.
    Invite,
}

impl Kind {
    /// The word in JSON and in the row.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Invite => "invite",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Request, Self::Invite].into_iter().find(|kind| kind.word() == word)
    }
}

/// What was decided, as kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    Pending,
    /// The other side agreed.
    Accepted,
    /// The other side declined.
    Refused,
    /// Over.
    Ended,
}

impl Decision {
    /// The word in the row.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Accepted, Self::Refused, Self::Ended].into_iter().find(|decision| decision.word() == word)
    }
}

/// Where a seat stands, as told to callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatStatus {
    /// The guest waits for the host.
    Requested,
    /// The host waits for the guest.
    Invited,
    /// The guest may publish.
    Accepted,
    /// The other side declined.
    Refused,
    /// One of them ended it.
    Ended,
    /// Nobody answered in time.
    TimedOut,
}

impl SeatStatus {
    /// True where there is no way back.
    pub const fn over(self) -> bool {
        matches!(self, Self::Refused | Self::Ended | Self::TimedOut)
    }
}

/// What can be done with a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// By the side that was asked.
    Accept,
    /// By the side that was asked.
    Refuse,
    /// By the guest or the house.
    End,
}

impl Verb {
    /// What it leaves in the row.
    pub const fn decision(self) -> Decision {
        match self {
            Self::Accept => Decision::Accepted,
            Self::Refuse => Decision::Refused,
            Self::End => Decision::Ended,
        }
    }
}

/// Who does it: a user, and whether the house (the room's host, or an operator with `write`).
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// The user, unless an operator acts as itself.
    pub user_id: Option<&'a str>,
    /// Acts for the house.
    pub house: bool,
}

/// A seat as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Guest and number.
    pub seat_id: String,
    /// Who began it.
    pub kind: Kind,
    /// The guest.
    pub user_id: String,
    /// Who asked; none where an operator invites to a room without owner.
    pub from_user_id: Option<String>,
    /// Counts the guest's seats in this opening from 1.
    pub number: u32,
    /// When it was asked.
    pub created_at: UnixMs,
    /// When it times out unless accepted.
    pub expires_at: UnixMs,
    /// What was decided.
    pub decision: Decision,
    /// When it was accepted.
    pub accepted_at: Option<UnixMs>,
    /// When it was refused or ended.
    pub over_at: Option<UnixMs>,
    /// Hash of the Idempotency-Key it was asked with.
    pub asked_with: Option<String>,
}

impl Seat {
    /// The id of a guest's seat of this number.
    pub fn id(user_id: &str, number: u32) -> String {
        format!("{user_id}-{number}")
    }

    /// Where it stands. `seated`: the room's row holds it. An acceptance that never reached the room counts for nothing.
    pub fn status(&self, seated: bool, now: UnixMs) -> SeatStatus {
        match (self.decision, self.kind) {
            (Decision::Refused, _) => SeatStatus::Refused,
            (Decision::Ended, _) => SeatStatus::Ended,
            (Decision::Accepted, _) if seated => SeatStatus::Accepted,
            _ if now >= self.expires_at => SeatStatus::TimedOut,
            (_, Kind::Request) => SeatStatus::Requested,
            (_, Kind::Invite) => SeatStatus::Invited,
        }
    }

    /// When the last decision was made.
    pub fn decided_at(&self, status: SeatStatus) -> Option<UnixMs> {
        match status {
            SeatStatus::Accepted => self.accepted_at,
            SeatStatus::Refused | SeatStatus::Ended => self.over_at,
            SeatStatus::TimedOut => Some(self.expires_at),
            SeatStatus::Requested | SeatStatus::Invited => None,
        }
    }

    /// True for those who may do this: the invitee answers an invitation, the house a request, either side ends.
    pub fn allows(&self, verb: Verb, hand: Hand<'_>) -> bool {
        let guest = hand.user_id == Some(self.user_id.as_str());
        match (verb, self.kind) {
            (Verb::End, _) => guest || hand.house,
            (_, Kind::Invite) => guest,
            (_, Kind::Request) => hand.house,
        }
    }

    /// Whether a verb holds, or why not. Doing again what was done is fine; from over there is no way back.
    pub fn judge(&self, verb: Verb, hand: Hand<'_>, seated: bool, now: UnixMs) -> Result<(), Fault> {
        if !self.allows(verb, hand) {
            return Err(not_allowed(verb, self.kind));
        }
        match (verb, self.status(seated, now)) {
            (_, SeatStatus::Requested | SeatStatus::Invited)
            | (Verb::Accept | Verb::End, SeatStatus::Accepted)
            | (Verb::Refuse, SeatStatus::Refused)
            | (Verb::End, SeatStatus::Ended) => Ok(()),
            (Verb::Refuse, SeatStatus::Accepted) => Err(Fault::new(
                "seat_accepted",
                "席位已被接受，不能再拒绝；如需下麦请调用 end。",
                "The seat is accepted and cannot be refused any more; call end to leave the stage.",
            )),
            _ => Err(over()),
        }
    }
}

fn not_allowed(verb: Verb, kind: Kind) -> Fault {
    let (zh, en) = match (verb, kind) {
        (Verb::End, _) => (
            "只有该嘉宾、房主或有 write 权限的运营密钥可以结束席位。",
            "Only the guest, the host, or an operator key with scope write may end a seat.",
        ),
        (_, Kind::Invite) => ("只有被邀请的人可以答复邀请。", "Only the invited user may answer an invitation."),
        (_, Kind::Request) => (
            "只有房主或有 write 权限的运营密钥可以答复连麦申请。",
            "Only the host, or an operator key with scope write, may answer a request for a seat.",
        ),
    };
    Fault::new("role_not_allowed", zh, en)
}

/// There is no way back.
pub fn over() -> Fault {
    Fault::new(
        "seat_over",
        "席位已被拒绝、结束或超时，不能恢复；请重新申请或邀请。",
        "The seat was refused, ended or timed out and does not come back; ask or invite again.",
    )
}

/// No such seat in this opening.
pub fn unknown() -> Fault {
    Fault::new(
        "seat_unknown",
        "本场没有这个席位。请从房间的 seats[] 里取 seat_id。",
        "There is no such seat in this opening; take seat_id from the room's seats[].",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUEST: Hand<'_> = Hand { user_id: Some("guest"), house: false };
    const HOST: Hand<'_> = Hand { user_id: Some("host"), house: true };
    const OPERATOR: Hand<'_> = Hand { user_id: None, house: true };
    const OTHER: Hand<'_> = Hand { user_id: Some("other"), house: false };

    fn seat(kind: Kind, decision: Decision) -> Seat {
        Seat {
            seat_id: Seat::id("guest", 1),
            kind,
            user_id: "guest".into(),
            from_user_id: Some("host".into()),
            number: 1,
            created_at: UnixMs(0),
            expires_at: UnixMs(60_000),
            decision,
            accepted_at: None,
            over_at: None,
            asked_with: None,
        }
    }

    fn code(seat: &Seat, verb: Verb, hand: Hand<'_>, seated: bool, now: i64) -> &'static str {
        seat.judge(verb, hand, seated, UnixMs(now)).map_or_else(|fault| fault.code, |()| "ok")
    }

    #[test]
    fn only_the_side_that_was_asked_answers() {
        let invite = seat(Kind::Invite, Decision::Pending);
        let request = seat(Kind::Request, Decision::Pending);
        for verb in [Verb::Accept, Verb::Refuse] {
            for (hand, on_invite, on_request) in [
                (GUEST, "ok", "role_not_allowed"),
                (HOST, "role_not_allowed", "ok"),
                (OPERATOR, "role_not_allowed", "ok"),
                (OTHER, "role_not_allowed", "role_not_allowed"),
            ] {
                assert_eq!(code(&invite, verb, hand, false, 1), on_invite, "{verb:?} {hand:?}");
                assert_eq!(code(&request, verb, hand, false, 1), on_request, "{verb:?} {hand:?}");
            }
        }
        for (hand, says) in [(GUEST, "ok"), (HOST, "ok"), (OPERATOR, "ok"), (OTHER, "role_not_allowed")] {
            assert_eq!(code(&request, Verb::End, hand, false, 1), says, "{hand:?}");
        }
    }

    #[test]
    fn from_refused_ended_and_timed_out_there_is_no_way_back() {
        for (decision, now, again) in
            [(Decision::Refused, 1, Some(Verb::Refuse)), (Decision::Ended, 1, Some(Verb::End)), (Decision::Pending, 60_000, None)]
        {
            let over = seat(Kind::Request, decision);
            for verb in [Verb::Accept, Verb::Refuse, Verb::End] {
                let says = if Some(verb) == again { "ok" } else { "seat_over" };
                assert_eq!(code(&over, verb, HOST, false, now), says, "{decision:?} {verb:?}");
            }
        }
    }

    #[test]
    fn an_acceptance_that_never_reached_the_room_can_be_repeated_until_it_times_out() {
        let half = seat(Kind::Request, Decision::Accepted);
        assert_eq!(half.status(false, UnixMs(1)), SeatStatus::Requested);
        assert_eq!(code(&half, Verb::Accept, HOST, false, 1), "ok");
        assert_eq!(half.status(false, UnixMs(60_000)), SeatStatus::TimedOut);
        assert_eq!(code(&half, Verb::Accept, HOST, false, 60_000), "seat_over");
        assert_eq!(half.status(true, UnixMs(9_000_000)), SeatStatus::Accepted);
        assert_eq!(code(&half, Verb::Refuse, HOST, true, 1), "seat_accepted");
    }
}
