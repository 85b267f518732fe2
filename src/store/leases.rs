//! Leases: places in a room that free themselves unless renewed. One map in one row per opening, so that "how many" and
//! "one more" are one conditional write.

use super::item::{Item, Read, at, n, row, s};
use super::keys::{self, DUE_PK, DUE_SK, TTL};
use super::{Store, StoreError, Update, Written};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// A lease to take or renew.
#[derive(Clone, Copy, Debug)]
pub struct LeaseAsk<'a> {
    /// The room, for the idle rule.
    pub room_id: &'a str,
    /// Its opening.
    pub opening_id: &'a str,
    /// Whose place.
    pub user_id: &'a str,
    /// Until when.
    pub until: UnixMs,
    /// At most so many places.
    pub capacity: u32,
    /// When an abandoned room shall be looked at.
    pub idle_at: UnixMs,
    /// When the row may go.
    pub expires: Option<UnixMs>,
}

/// Tries. A swap fails only where another's has succeeded, so nobody needs more than there are places (100), and a few to begin.
const TRIES: usize = 104;

/// What became of asking for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is held.
    Held,
    /// The room is full of living leases.
    Full,
    /// The last one inside has left, and nobody may enter this opening any more.
    Over,
}

/// Someone inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub user_id: String,
    /// The name it came with.
    pub nickname: Option<String>,
    /// Until when.
    pub until: UnixMs,
}

impl Store {
    /// Takes or renews a place: true unless the room is full of living leases. Whoever has a place keeps it.
    pub async fn take_lease(&self, ask: LeaseAsk<'_>, now: UnixMs) -> Result<bool, StoreError> {
        self.take_place(ask, None, now).await.map(|place| place == Place::Held)
    }

    /// The same, with the name shown to the others, and telling a full room from one that is over.
    pub async fn take_place(&self, ask: LeaseAsk<'_>, nickname: Option<&str>, now: UnixMs) -> Result<Place, StoreError> {
        let key = keys::leases(ask.opening_id);
        let (named, unnamed) = (nickname.map_or("", |_| ", #names.#user = :name"), nickname.map_or("", |_| ", #names.#expired"));
        let name = |update: Update| match nickname {
            Some(nickname) => update.value(":name", s(nickname)),
            None => update,
        };
        let mut made = false;
        for _ in 0..TRIES {
            let update = Update::new(format!("SET #leases.#user = :until{named}"))
                .name("#user", ask.user_id)
                .value(":until", at(ask.until))
                .value(":capacity", n(ask.capacity))
                .when(
                    "attribute_exists(#leases) AND attribute_not_exists(#over) \
                     AND (attribute_exists(#leases.#user) OR size(#leases) < :capacity)",
                );
            let old = match self.update(&key, name(update)).await? {
                Written::Done(_) => return Ok(Place::Held),
                Written::Refused(old) => old,
            };
            if old.as_ref().is_some_and(|old| old.contains_key("over")) {
                return Ok(Place::Over);
            }
            let Some(map) = old.as_ref().and_then(|old| old.map("leases")) else {
                if made {
                    continue;
                }
                self.put_new(empty(&ask), now).await?;
                made = true;
                continue;
            };
            let Some((expired, until)) = oldest_expired(map, now) else { return Ok(Place::Full) };
            let swap = Update::new(format!("SET #leases.#user = :until{named} REMOVE #leases.#expired{unnamed}"))
                .name("#user", ask.user_id)
                .name("#expired", &expired)
                .value(":until", at(ask.until))
                .value(":was", at(until))
                .when("#leases.#expired = :was AND attribute_not_exists(#leases.#user) AND attribute_not_exists(#over)");
            if self.update(&key, name(swap)).await?.done() {
                return Ok(Place::Held);
            }
        }
        Ok(Place::Full)
    }

    /// Gives a place back; giving back what one has not is not an error. Answers the row as it is afterwards.
    pub async fn end_lease(&self, opening_id: &str, user_id: &str) -> Result<Option<Item>, StoreError> {
        let update = Update::new("REMOVE #leases.#user").name("#user", user_id).when("attribute_exists(#leases.#user)");
        Ok(match self.update(&keys::leases(opening_id), update).await? {
            Written::Done(row) => Some(row),
            Written::Refused(row) => row,
        })
    }

    /// Shuts an opening that nobody is in: from now on every place in it is refused. `row` is what `end_lease` answered;
    /// false when someone is inside by it, or came in since.
    pub async fn end_leases(&self, opening_id: &str, row: &Item, now: UnixMs) -> Result<bool, StoreError> {
        let Some(map) = row.map("leases").filter(|_| living(row, now).is_empty()) else { return Ok(false) };
        let mut still = vec!["size(#leases) = :count".to_owned()];
        let mut update = Update::new("SET #over = :now").value(":now", at(now)).value(":count", n(map.len()));
        for (place, user) in map.keys().enumerate() {
            still.push(format!("#leases.#user_{place} = :until_{place}"));
            update = update
                .name(&format!("#user_{place}"), user)
                .value(&format!(":until_{place}"), at(map.moment(user).unwrap_or(now)));
        }
        Ok(self.update(&keys::leases(opening_id), update.when(still.join(" AND "))).await?.done())
    }

    /// The living leases of an opening.
    pub async fn leases(&self, opening_id: &str, now: UnixMs) -> Result<Vec<(String, UnixMs)>, StoreError> {
        let row = self.get(&keys::leases(opening_id), true).await?;
        Ok(row.as_ref().map(|row| living(row, now)).unwrap_or_default())
    }

    /// Who has a place in each of these openings, also those whose lease has run out and who were not swapped out yet.
    pub async fn holders(&self, opening_ids: &[&str]) -> Result<HashMap<String, Vec<Holder>>, StoreError> {
        let rows = self.get_each(opening_ids.iter().map(|id| keys::leases(id)).collect()).await?;
        Ok(rows.iter().filter_map(|row| Some((row.string("opening_id")?, holders(row)))).collect())
    }
}

fn holders(row: &Item) -> Vec<Holder> {
    let nickname = |user: &str| row.map("names").and_then(|names| names.string(user));
    let told = living(row, UnixMs(i64::MIN));
    told.into_iter().map(|(user_id, until)| Holder { nickname: nickname(&user_id), user_id, until }).collect()
}

fn empty(ask: &LeaseAsk<'_>) -> Item {
    let key = keys::leases(ask.opening_id);
    let mut row = row(&key);
    row.insert("leases".into(), AttributeValue::M(HashMap::new()));
    row.insert("names".into(), AttributeValue::M(HashMap::new()));
    row.insert("room_id".into(), s(ask.room_id));
    row.insert("opening_id".into(), s(ask.opening_id));
    row.insert(DUE_PK.into(), s(keys::due_pk(&key)));
    row.insert(DUE_SK.into(), s(keys::due_sk(ask.idle_at, "idle")));
    row.extend(ask.expires.map(|expires| (TTL.into(), n(expires.seconds()))));
    row
}

fn oldest_expired(map: &Item, now: UnixMs) -> Option<(String, UnixMs)> {
    map.keys()
        .filter_map(|user| Some((user.clone(), map.moment(user)?)))
        .filter(|(_, until)| *until <= now)
        .min_by_key(|(_, until)| *until)
}

/// The living leases in a leases row, the soonest to end first.
pub fn living(row: &Item, now: UnixMs) -> Vec<(String, UnixMs)> {
    let Some(map) = row.map("leases") else { return Vec::new() };
    let mut leases: Vec<_> =
        map.keys().filter_map(|user| Some((user.clone(), map.moment(user)?))).filter(|(_, until)| *until > now).collect();
    leases.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    leases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::StoreConfig;

    fn ask<'a>(user_id: &'a str, until: i64) -> LeaseAsk<'a> {
        LeaseAsk {
            room_id: "r",
            opening_id: "o",
            user_id,
            until: UnixMs(until),
            capacity: 3,
            idle_at: UnixMs(1_000_000),
            expires: None,
        }
    }

    async fn store() -> Store {
        Store::open(&StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() }, None).await.unwrap()
    }

    #[tokio::test]
    async fn a_full_room_takes_nobody_until_a_lease_has_run_out() {
        let store = store().await;
        for user in ["a", "b", "c"] {
            assert!(store.take_lease(ask(user, 100), UnixMs(0)).await.unwrap());
        }
        assert!(!store.take_lease(ask("d", 150), UnixMs(50)).await.unwrap());
        assert!(store.take_lease(ask("a", 160), UnixMs(50)).await.unwrap(), "re-entry always succeeds");
        assert!(store.take_lease(ask("d", 250), UnixMs(100)).await.unwrap(), "an expired lease is swapped out");
        assert_eq!(store.leases("o", UnixMs(100)).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn an_opening_that_the_last_one_left_lets_nobody_in() {
        let store = store().await;
        assert_eq!(store.take_place(ask("a", 100), Some("Ann"), UnixMs(0)).await.unwrap(), Place::Held);
        assert_eq!(store.take_place(ask("b", 50), None, UnixMs(0)).await.unwrap(), Place::Held);
        let told = store.holders(&["o"]).await.unwrap().remove("o").unwrap();
        assert_eq!(
            told.iter().map(|h| (h.user_id.as_str(), h.nickname.as_deref())).collect::<Vec<_>>(),
            [("b", None), ("a", Some("Ann"))]
        );
        let row = store.end_lease("o", "a").await.unwrap().unwrap();
        assert!(!store.end_leases("o", &row, UnixMs(49)).await.unwrap(), "b is inside");
        assert!(store.take_lease(ask("c", 100), UnixMs(60)).await.unwrap());
        assert!(!store.end_leases("o", &row, UnixMs(60)).await.unwrap(), "c came in since");
        let row = store.end_lease("o", "c").await.unwrap().unwrap();
        assert!(store.end_leases("o", &row, UnixMs(60)).await.unwrap());
        assert_eq!(store.take_place(ask("d", 100), None, UnixMs(60)).await.unwrap(), Place::Over);
    }

    #[tokio::test]
    async fn of_64_at_once_exactly_as_many_get_in_as_there_are_places() {
        let store = store().await;
        let mut asked = tokio::task::JoinSet::new();
        for i in 0..64 {
            let store = store.clone();
            asked.spawn(async move { store.take_lease(ask(&format!("u{i}"), 100), UnixMs(0)).await.unwrap() });
        }
        let got = asked.join_all().await.into_iter().filter(|got| *got).count();
        assert_eq!(got, 3);
    }
}
