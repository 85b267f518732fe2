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

impl Store {
    /// Takes or renews a place: true unless the room is full of living leases. Whoever has a place keeps it.
    pub async fn take_lease(&self, ask: LeaseAsk<'_>, now: UnixMs) -> Result<bool, StoreError> {
        let key = keys::leases(ask.opening_id);
        let mut made = false;
        for _ in 0..TRIES {
            let update = Update::new("SET #leases.#user = :until")
                .name("#user", ask.user_id)
                .value(":until", at(ask.until))
                .value(":capacity", n(ask.capacity))
                .when("attribute_exists(#leases) AND (attribute_exists(#leases.#user) OR size(#leases) < :capacity)");
            let old = match self.update(&key, update).await? {
                Written::Done(_) => return Ok(true),
                Written::Refused(old) => old,
            };
            let Some(map) = old.as_ref().and_then(|old| old.map("leases")) else {
                if made {
                    continue;
                }
                self.put_new(empty(&ask), now).await?;
                made = true;
                continue;
            };
            let Some((expired, until)) = oldest_expired(map, now) else { return Ok(false) };
            let swap = Update::new("SET #leases.#user = :until REMOVE #leases.#expired")
                .name("#user", ask.user_id)
                .name("#expired", &expired)
                .value(":until", at(ask.until))
                .value(":was", at(until))
                .when("#leases.#expired = :was AND attribute_not_exists(#leases.#user)");
            if self.update(&key, swap).await?.done() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Gives a place back; giving back what one has not is not an error.
    pub async fn end_lease(&self, opening_id: &str, user_id: &str) -> Result<(), StoreError> {
        let update = Update::new("REMOVE #leases.#user").name("#user", user_id).when("attribute_exists(#leases.#user)");
        self.update(&keys::leases(opening_id), update).await.map(|_| ())
    }

    /// The living leases of an opening.
    pub async fn leases(&self, opening_id: &str, now: UnixMs) -> Result<Vec<(String, UnixMs)>, StoreError> {
        let row = self.get(&keys::leases(opening_id), true).await?;
        Ok(row.as_ref().map(|row| living(row, now)).unwrap_or_default())
    }
}

fn empty(ask: &LeaseAsk<'_>) -> Item {
    let key = keys::leases(ask.opening_id);
    let mut row = row(&key);
    row.insert("leases".into(), AttributeValue::M(HashMap::new()));
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
