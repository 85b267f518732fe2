//! Chores: what is to be asked of a vendor about a room, kept until it is done. They stand in `due` under [`DUE_KIND`];
//! `Store::due(DUE_KIND, ...)` gives their keys.

use super::item::{Item, Read, at, n, s};
use super::keys::{self, DUE_PK, DUE_SK, Key, SCHEMA, TTL};
use super::{Store, StoreError, Update, Written};
use crate::live::event::Provider;
use crate::live::room::{Room, RoomStatus};
use crate::live::time::UnixMs;

/// What `due` calls chores.
pub const DUE_KIND: &str = "kick";

/// What is to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Put this user out of the vendor's room, and stop what it publishes.
    Kick {
        /// The user.
        user_id: String,
    },
    /// End the vendor's room.
    Close,
}

impl Errand {
    fn word(&self) -> String {
        match self {
            Self::Kick { user_id } => format!("kick:{user_id}"),
            Self::Close => "close".into(),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        match word.split_once(':') {
            Some(("kick", user_id)) => Some(Self::Kick { user_id: user_id.into() }),
            None if word == "close" => Some(Self::Close),
            _ => None,
        }
    }
}

/// One chore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chore {
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app.
    pub app: String,
    /// The room.
    pub room_id: String,
    /// The opening it was asked in.
    pub opening_id: String,
    /// What is to be asked.
    pub errand: Errand,
    /// When it was asked: the guard of `chore_done` and `chore_later`.
    pub asked_at: UnixMs,
    /// How often the vendor was asked in vain.
    pub tries: u32,
}

impl Chore {
    /// Where it is kept.
    pub fn key(&self) -> Key {
        keys::chore(self.provider, &self.app, &self.room_id, &self.errand.word())
    }

    /// False when the room has moved on: opened again since it was to be closed, or without the ban any more. Asking the vendor
    /// then would hit the wrong people.
    pub fn wanted(&self, room: &Room) -> bool {
        match &self.errand {
            Errand::Kick { user_id } => room.banned(user_id),
            Errand::Close => room.opening_id == self.opening_id && room.status == RoomStatus::Closed,
        }
    }
}

impl Store {
    /// Puts a chore, due now. A kick is asked anew each time, because the user may have come back on an old credential; an
    /// opening is closed once. Answers whether the vendor is still to be asked.
    pub async fn put_chore(&self, chore: &Chore) -> Result<bool, StoreError> {
        let key = chore.key();
        let update = Update::new(format!(
            "SET #provider = :provider, #app = :app, #room_id = :room, #opening_id = :opening, #errand = :errand, \
             #asked_at = :now, #tries = :none, #schema = :schema, #{DUE_PK} = :due_pk, #{DUE_SK} = :due_sk REMOVE #{TTL}, #done_at"
        ))
        .value(":provider", s(chore.provider.word()))
        .value(":app", s(&chore.app))
        .value(":room", s(&chore.room_id))
        .value(":opening", s(&chore.opening_id))
        .value(":errand", s(chore.errand.word()))
        .value(":now", at(chore.asked_at))
        .value(":none", n(0))
        .value(":schema", n(SCHEMA))
        .value(":due_pk", s(keys::due_pk(&key)))
        .value(":due_sk", s(keys::due_sk(chore.asked_at, DUE_KIND)));
        let update = match chore.errand {
            Errand::Kick { .. } => update,
            Errand::Close => update.when("attribute_not_exists(#pk) OR #opening_id <> :opening"),
        };
        Ok(match self.update(&key, update).await? {
            Written::Done(_) => true,
            Written::Refused(row) => row.is_some_and(|row| row.text(DUE_PK).is_some()),
        })
    }

    /// A chore as it is now; none when it is done.
    pub async fn chore(&self, key: &Key) -> Result<Option<Chore>, StoreError> {
        let row = self.get(key, true).await?;
        Ok(row.filter(|row| row.text(DUE_PK).is_some()).as_ref().and_then(read_chore))
    }

    /// Takes a chore off `due`, unless it was asked anew meanwhile; `expires` is when its row may go.
    pub async fn chore_done(&self, chore: &Chore, now: UnixMs, expires: UnixMs) -> Result<bool, StoreError> {
        let update = Update::new(format!("SET #done_at = :now, #{TTL} = :ttl REMOVE #{DUE_PK}, #{DUE_SK}"))
            .value(":now", at(now))
            .value(":ttl", n(expires.seconds()))
            .value(":asked", at(chore.asked_at))
            .when("#asked_at = :asked");
        Ok(self.update(&chore.key(), update).await?.done())
    }

    /// Puts a chore off after a vain try, unless it was asked anew meanwhile.
    pub async fn chore_later(&self, chore: &Chore, again_at: UnixMs) -> Result<bool, StoreError> {
        let update = Update::new(format!("SET #{DUE_SK} = :due_sk, #tries = :tries"))
            .value(":due_sk", s(keys::due_sk(again_at, DUE_KIND)))
            .value(":tries", n(chore.tries.saturating_add(1)))
            .value(":asked", at(chore.asked_at))
            .when(format!("#asked_at = :asked AND attribute_exists(#{DUE_PK})"));
        Ok(self.update(&chore.key(), update).await?.done())
    }
}

/// A chore from its row.
pub fn read_chore(row: &Item) -> Option<Chore> {
    Some(Chore {
        provider: Provider::from_word(row.text("provider")?)?,
        app: row.string("app")?,
        room_id: row.string("room_id")?,
        opening_id: row.string("opening_id")?,
        errand: Errand::from_word(row.text("errand")?)?,
        asked_at: row.moment("asked_at")?,
        tries: row.number("tries").and_then(|tries| u32::try_from(tries).ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::StoreConfig;

    fn chore(errand: Errand, asked_at: i64) -> Chore {
        Chore {
            provider: Provider::Zego,
            app: "1".into(),
            room_id: "r".into(),
            opening_id: "o".into(),
            errand,
            asked_at: UnixMs(asked_at),
            tries: 0,
        }
    }

    async fn due(store: &Store, now: i64) -> usize {
        store.due(DUE_KIND, UnixMs(now), 10).await.unwrap().len()
    }

    #[tokio::test]
    async fn a_chore_is_due_until_it_is_done_and_a_kick_can_be_asked_anew() {
        let store = Store::open(&StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() }, None).await.unwrap();
        let kick = chore(Errand::Kick { user_id: "u:1".into() }, 1_000);
        assert!(store.put_chore(&kick).await.unwrap());
        assert_eq!(store.chore(&kick.key()).await.unwrap(), Some(kick.clone()));
        assert!(store.chore_later(&kick, UnixMs(5_000)).await.unwrap());
        assert_eq!((due(&store, 4_000).await, due(&store, 5_000).await), (0, 1));
        let again = Chore { asked_at: UnixMs(2_000), ..kick.clone() };
        assert!(store.put_chore(&again).await.unwrap());
        assert!(!store.chore_done(&kick, UnixMs(3_000), UnixMs(9_000)).await.unwrap(), "an old answer ends no newer question");
        assert!(store.chore_done(&again, UnixMs(3_000), UnixMs(9_000)).await.unwrap());
        assert_eq!((due(&store, 9_000).await, store.chore(&kick.key()).await.unwrap()), (0, None));
    }

    #[tokio::test]
    async fn an_opening_is_closed_once_and_the_next_one_again() {
        let store = Store::open(&StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() }, None).await.unwrap();
        let close = chore(Errand::Close, 1_000);
        assert!(store.put_chore(&close).await.unwrap() && store.put_chore(&close).await.unwrap());
        assert!(store.chore_done(&close, UnixMs(2_000), UnixMs(9_000)).await.unwrap());
        assert!(!store.put_chore(&close).await.unwrap(), "done is done");
        assert!(store.put_chore(&Chore { opening_id: "o2".into(), ..close }).await.unwrap());
    }
}
