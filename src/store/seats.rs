//! Seats: one row each in the opening's partition, and the two sets on the room's row that say who sits.
//!
//! The seat's row takes the decision, then the room's row takes the place. A crash between the two leaves a seat that gives
//! no power; repeating the verb mends it. A release that overtakes a placing still on its way leaves the seat in `seats_over`,
//! which that placing meets.

use super::item::{Item, Read, at, n, row, s};
use super::keys::{self, SK, TTL};
use super::rooms::read_room;
use super::{Query, Store, StoreError, Update, Written};
use crate::live::room::Room;
use crate::live::seat::{Decision, Hand, Kind, Seat, Verb};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;

/// Tries before a contended row is called busy.
const TRIES: usize = 4;

/// Bans and overtaken seats kept on one room: its row has to stay small, because every ticket reads it.
pub const MOST_ON_ROOM: usize = 1000;

/// What became of a placing.
#[derive(Clone, Debug)]
pub enum Placing {
    /// The guest sits; the room as it is now.
    Seated(Box<Room>),
    /// Not so; the room that refused, and whether the seat was let go before it was taken.
    Refused {
        /// The room.
        room: Option<Box<Room>>,
        /// Ended or refused meanwhile.
        let_go: bool,
    },
}

impl Store {
    /// All seats of an opening.
    pub async fn seats(&self, opening_id: &str, now: UnixMs) -> Result<Vec<Seat>, StoreError> {
        let rows = self.query_all(Query::partition(keys::opening_pk(opening_id)).begins(keys::SEAT), now).await?;
        Ok(rows.iter().filter_map(read_seat).collect())
    }

    /// One user's seats in an opening as they were within the last second, for viewers.
    pub async fn seats_recently(&self, opening_id: &str, user_id: &str, now: UnixMs) -> Result<Vec<Seat>, StoreError> {
        let pk = keys::opening_pk(opening_id);
        let rows = match self.recent.look(&pk, "seats", now) {
            Ok(rows) => rows,
            Err(ticket) => {
                let rows = self.query_all(Query::partition(pk.clone()).begins(keys::SEAT), now).await?;
                let rows = std::sync::Arc::new(rows);
                self.recent.remember(&pk, "seats", ticket, now, rows.clone());
                rows
            }
        };
        Ok(rows.iter().filter_map(read_seat).filter(|seat| seat.user_id == user_id).collect())
    }

    /// One user's seats in an opening.
    pub async fn seats_of(&self, opening_id: &str, user_id: &str, now: UnixMs) -> Result<Vec<Seat>, StoreError> {
        let query = Query::partition(keys::opening_pk(opening_id)).begins(&keys::seats_of(user_id));
        let rows = self.query_all(query, now).await?;
        Ok(rows.iter().filter_map(read_seat).filter(|seat| seat.user_id == user_id).collect())
    }

    /// Puts a seat where none of this number is; false when another was quicker.
    pub async fn put_seat(
        &self,
        opening_id: &str,
        seat: &Seat,
        expires: Option<UnixMs>,
        now: UnixMs,
    ) -> Result<bool, StoreError> {
        Ok(self.put_new(write_seat(opening_id, seat, expires), now).await?.done())
    }

    /// Takes a decision in one conditional update: `live::seat::Seat::judge`, word for word. Answers the seat afterwards, or
    /// the one that refused. `seated`: the room was seen to hold it.
    pub async fn decide_seat(
        &self,
        opening_id: &str,
        seat_id: &str,
        verb: Verb,
        hand: Hand<'_>,
        seated: bool,
        now: UnixMs,
    ) -> Result<Result<Seat, Option<Seat>>, StoreError> {
        let mark = if verb == Verb::Accept { "accepted_at" } else { "over_at" };
        let mut update = Update::new(format!("SET #status = :to, #{mark} = if_not_exists(#{mark}, :now)"))
            .value(":to", s(verb.decision().word()))
            .value(":pending", s(Decision::Pending.word()))
            .value(":now", at(now));
        let from = match (verb, seated) {
            (Verb::Accept, false) => "#status IN (:pending, :to) AND #expires_at > :now",
            (Verb::Accept | Verb::Refuse, true) => "#status = :to OR (#status = :pending AND #expires_at > :now)",
            (Verb::Refuse | Verb::End, false) => "#status = :to OR (#status IN (:pending, :accepted) AND #expires_at > :now)",
            (Verb::End, true) => "#status IN (:to, :accepted) OR (#status = :pending AND #expires_at > :now)",
        };
        if from.contains(":accepted") {
            update = update.value(":accepted", s(Decision::Accepted.word()));
        }
        let (who, update) = only(verb, hand, update);
        let update = update.when(format!("attribute_exists(#seat_id) AND ({who}) AND ({from})"));
        Ok(match self.update(&keys::seat(opening_id, seat_id), update).await? {
            Written::Done(row) => read_seat(&row).ok_or(None),
            Written::Refused(row) => Err(row.as_ref().and_then(read_seat)),
        })
    }

    /// Gives an accepted seat its place in the room, unless the room is closed or full, the guest put out or the seat let go.
    /// Past its time a seat is only found again, never placed anew.
    pub async fn place_seat(&self, room: &Room, seat: &Seat, most: u32, now: UnixMs) -> Result<Placing, StoreError> {
        let mut update = Update::new("ADD #cohosts :users, #seated :seats")
            .value(":users", set(&seat.user_id))
            .value(":seats", set(&seat.seat_id))
            .value(":user", s(&seat.user_id))
            .value(":seat", s(&seat.seat_id))
            .value(":opening", s(&room.opening_id))
            .value(":open", s("open"));
        let mut place = "contains(#seated, :seat)".to_owned();
        if now < seat.expires_at {
            place.push_str(" OR attribute_not_exists(#seated) OR size(#seated) < :most");
            update = update.value(":most", n(most));
        }
        let update = update.when(format!(
            "#opening_id = :opening AND #status = :open AND NOT contains(#seats_over, :seat) AND NOT contains(#bans, :user) AND ({place})"
        ));
        Ok(match self.update(&keys::room(&room.room_id), update).await? {
            Written::Done(row) => match read_room(&row) {
                Some(room) => Placing::Seated(Box::new(room)),
                None => Placing::Refused { room: None, let_go: false },
            },
            Written::Refused(row) => Placing::Refused {
                let_go: row.as_ref().is_some_and(|row| row.texts("seats_over").contains(&seat.seat_id)),
                room: row.as_ref().and_then(read_room).map(Box::new),
            },
        })
    }

    /// Takes a seat's place back, also one that is still on its way.
    pub async fn release_seat(&self, room_id: &str, opening_id: &str, seat: &Seat) -> Result<(), StoreError> {
        let key = keys::room(room_id);
        for _ in 0..TRIES {
            let release = Update::new("DELETE #cohosts :users, #seated :seats")
                .value(":users", set(&seat.user_id))
                .value(":seats", set(&seat.seat_id))
                .value(":seat", s(&seat.seat_id))
                .value(":opening", s(opening_id))
                .when("#opening_id = :opening AND contains(#seated, :seat)");
            let was = match self.update(&key, release).await? {
                Written::Done(_) => return Ok(()),
                Written::Refused(was) => was,
            };
            let Some(was) = was.filter(|was| was.text("opening_id") == Some(opening_id)) else { return Ok(()) };
            if was.texts("seats_over").contains(&seat.seat_id) || was.texts("seats_over").len() >= MOST_ON_ROOM {
                return Ok(());
            }
            let note = Update::new("ADD #seats_over :seats")
                .value(":seats", set(&seat.seat_id))
                .value(":seat", s(&seat.seat_id))
                .value(":opening", s(opening_id))
                .when("#opening_id = :opening AND NOT contains(#seated, :seat)");
            if self.update(&key, note).await?.done() {
                return Ok(());
            }
        }
        Err(StoreError::Busy("a seat's room changes too often".into()))
    }

    /// Writes a ban and takes the user's power in the same update; answers the room, or none when it holds too many bans.
    pub async fn ban(&self, room_id: &str, user_id: &str, seat_ids: Vec<String>) -> Result<Option<Room>, StoreError> {
        let mut expression = "ADD #bans :users DELETE #cohosts :users".to_owned();
        let mut update =
            Update::default().value(":users", set(user_id)).value(":user", s(user_id)).value(":most", n(MOST_ON_ROOM));
        if !seat_ids.is_empty() {
            expression.push_str(", #seated :seats");
            update = update.value(":seats", AttributeValue::Ss(seat_ids));
        }
        update.expression = expression;
        let update = update
            .when("attribute_exists(#pk) AND (contains(#bans, :user) OR attribute_not_exists(#bans) OR size(#bans) < :most)");
        Ok(match self.update(&keys::room(room_id), update).await? {
            Written::Done(row) => read_room(&row),
            Written::Refused(_) => None,
        })
    }
}

/// Whose hands a verb takes, as a condition: `live::seat::Seat::allows`.
fn only(verb: Verb, hand: Hand<'_>, update: Update) -> (String, Update) {
    let me = |update: Update, user: &str| update.value(":me", s(user));
    let invite = |update: Update| update.value(":invite", s(Kind::Invite.word()));
    let request = |update: Update| update.value(":request", s(Kind::Request.word()));
    // DynamoDB refuses doubled parentheses, so there are none around a lone condition.
    let invited = "#kind = :invite AND #user_id = :me";
    match (verb, hand.user_id, hand.house) {
        (Verb::End, _, true) => ("attribute_exists(#seat_id)".to_owned(), update),
        (Verb::End, Some(user), false) => ("#user_id = :me".to_owned(), me(update, user)),
        (_, Some(user), false) => (invited.to_owned(), me(invite(update), user)),
        (_, Some(user), true) => (format!("#kind = :request OR ({invited})"), me(invite(request(update)), user)),
        (_, None, true) => ("#kind = :request".to_owned(), request(update)),
        (_, None, false) => ("attribute_not_exists(#seat_id)".to_owned(), update),
    }
}

fn set(one: &str) -> AttributeValue {
    AttributeValue::Ss(vec![one.to_owned()])
}

fn write_seat(opening_id: &str, seat: &Seat, expires: Option<UnixMs>) -> Item {
    let mut row = row(&keys::seat(opening_id, &seat.seat_id));
    let mut put = |name: &str, value: AttributeValue| row.insert(name.to_owned(), value);
    put("seat_id", s(&seat.seat_id));
    put("kind", s(seat.kind.word()));
    put("user_id", s(&seat.user_id));
    put("number", n(seat.number));
    put("created_at", at(seat.created_at));
    put("expires_at", at(seat.expires_at));
    put("status", s(seat.decision.word()));
    if let Some(from) = &seat.from_user_id {
        put("from_user_id", s(from));
    }
    if let Some(hash) = &seat.asked_with {
        put("asked_with", s(hash));
    }
    if let Some(expires) = expires {
        put(TTL, n(expires.seconds()));
    }
    row
}

/// A seat from its row; none for rows of other things.
pub fn read_seat(row: &Item) -> Option<Seat> {
    row.text(SK)?.strip_prefix(keys::SEAT)?;
    Some(Seat {
        seat_id: row.string("seat_id")?,
        kind: Kind::from_word(row.text("kind")?)?,
        user_id: row.string("user_id")?,
        from_user_id: row.string("from_user_id"),
        number: row.number("number").and_then(|number| u32::try_from(number).ok())?,
        created_at: row.moment("created_at")?,
        expires_at: row.moment("expires_at")?,
        decision: Decision::from_word(row.text("status")?)?,
        accepted_at: row.moment("accepted_at"),
        over_at: row.moment("over_at"),
        asked_with: row.string("asked_with"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::StoreConfig;

    const HANDS: [Hand<'_>; 4] = [
        Hand { user_id: Some("guest"), house: false },
        Hand { user_id: Some("host"), house: true },
        Hand { user_id: None, house: true },
        Hand { user_id: Some("other"), house: false },
    ];

    fn seat(number: u32, kind: Kind, decision: Decision) -> Seat {
        Seat {
            seat_id: Seat::id("guest", number),
            kind,
            user_id: "guest".into(),
            from_user_id: None,
            number,
            created_at: UnixMs(0),
            expires_at: UnixMs(60_000),
            decision,
            accepted_at: None,
            over_at: None,
            asked_with: None,
        }
    }

    #[tokio::test]
    async fn the_table_decides_as_the_model_does() {
        let store = Store::open(&StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() }, None).await.unwrap();
        let mut number = 0;
        for kind in [Kind::Request, Kind::Invite] {
            for decision in [Decision::Pending, Decision::Accepted, Decision::Refused, Decision::Ended] {
                for (verb, hand) in [Verb::Accept, Verb::Refuse, Verb::End].into_iter().flat_map(|v| HANDS.map(|hand| (v, hand)))
                {
                    for (seated, now) in [(false, 59_999), (false, 60_000), (true, 59_999), (true, 60_000)] {
                        number += 1;
                        let (seat, now) = (seat(number, kind, decision), UnixMs(now));
                        store.put_seat("o", &seat, None, now).await.unwrap();
                        let done = store.decide_seat("o", &seat.seat_id, verb, hand, seated, now).await.unwrap();
                        let held = done.as_ref().is_ok_and(|seat| seat.decision == verb.decision());
                        assert_eq!(
                            held,
                            seat.judge(verb, hand, seated, now).is_ok(),
                            "{seat:?} {verb:?} {hand:?} {seated} {now:?}"
                        );
                        assert!(held || done == Err(Some(seat)), "what refuses stays as it was");
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_seat_that_is_not_there_is_not_made() {
        let store = Store::open(&StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() }, None).await.unwrap();
        for (verb, hand) in [Verb::Accept, Verb::Refuse, Verb::End].into_iter().flat_map(|v| HANDS.map(|hand| (v, hand))) {
            assert_eq!(store.decide_seat("o", "guest-1", verb, hand, false, UnixMs(1)).await.unwrap(), Err(None));
        }
        assert!(store.seats("o", UnixMs(1)).await.unwrap().is_empty());
    }
}
