//! What wants attention at a time, over the `due` index: failed callbacks, rooms to look at, things to ask of vendors.

use super::item::{Item, Read, s};
use super::keys::{self, DUE, DUE_SK, Key};
use super::{Query, Store, StoreError, Update};
use crate::live::time::UnixMs;
use std::collections::HashMap;

impl Store {
    /// Keys of what is due until now, from all shards.
    pub async fn due(&self, what: &str, now: UnixMs, limit: usize) -> Result<Vec<Key>, StoreError> {
        let mut found = Vec::new();
        for shard in 0..keys::DUE_SHARDS {
            let mut query = Query {
                index: Some(DUE),
                pk: keys::due_shard(shard),
                sk: Some("#sk <= :until".to_owned()),
                values: HashMap::from([(":until".to_owned(), s(keys::due_sk(UnixMs(now.0 + 1), "")))]),
                ..Query::default()
            };
            loop {
                let (rows, next) = self.query(query.clone()).await?;
                let wanted = |row: &&Item| row.text(DUE_SK).is_some_and(|sk| sk.split('#').nth(1) == Some(what));
                found.extend(rows.iter().filter(wanted).map(Read::key));
                match next {
                    Some(next) if found.len() < limit => query.after = Some(next),
                    _ => break,
                }
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Sets when a row is due next, or never, unless another run was quicker.
    pub async fn rearm(&self, key: &Key, was: &str, next: Option<UnixMs>) -> Result<(), StoreError> {
        let what = was.split('#').nth(1).unwrap_or_default();
        let update = match next {
            Some(at) => Update::new("SET #due_sk = :next").value(":next", s(keys::due_sk(at, what))),
            None => Update::new("REMOVE #due_pk, #due_sk"),
        };
        self.update(key, update.value(":was", s(was)).when("#due_sk = :was")).await.map(|_| ())
    }

    /// Makes a room due that is not yet.
    pub async fn arm_room(&self, room_id: &str, opening_id: &str, at: UnixMs) -> Result<(), StoreError> {
        let key = keys::room(room_id);
        let update = Update::new("SET #due_pk = :due_pk, #due_sk = :due_sk")
            .value(":due_pk", s(keys::due_pk(&key)))
            .value(":due_sk", s(keys::due_sk(at, "idle")))
            .value(":opening", s(opening_id))
            .when("#opening_id = :opening AND attribute_not_exists(#due_sk)");
        self.update(&key, update).await.map(|_| ())
    }
}
