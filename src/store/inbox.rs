//! The inbox: the callbacks taken. An item means applied, or says why not.

use super::item::{Item, Read, at, n, row, s};
use super::keys::{self, DUE_PK, DUE_SK, Key, LIST_PK, LIST_SK, TTL};
use super::{Store, StoreError, Update, Written};
use crate::live::event::{Event, Provider};
use crate::live::inbox::{InboxEntry, Verdict};
use crate::live::time::UnixMs;
use std::collections::HashMap;

/// What `lists` calls the inbox.
pub const INBOX: &str = "inbox";

fn inbox_key(event: &Event) -> Key {
    keys::inbox(event.provider, &event.app, &event.key)
}

impl Store {
    /// Whether a callback was taken, and what became of it.
    pub async fn inbox(&self, event: &Event, now: UnixMs) -> Result<Option<Verdict>, StoreError> {
        let row = self.get(&inbox_key(event), true).await?.filter(|row| !row.gone(now));
        Ok(row.as_ref().and_then(|row| row.text("verdict").and_then(Verdict::from_word)))
    }

    /// Counts a repetition.
    pub async fn count_delivery(&self, event: &Event) -> Result<(), StoreError> {
        let update = Update::new("ADD #deliveries :one").value(":one", n(1)).when("attribute_exists(#pk)");
        self.update(&inbox_key(event), update).await.map(|_| ())
    }

    /// Puts the inbox item if none says "applied" yet. A lost race counts as a repetition.
    pub async fn put_inbox(&self, entry: &InboxEntry, expires: Option<UnixMs>) -> Result<(), StoreError> {
        let event = &entry.event;
        let mut item = row(&inbox_key(event));
        item.insert("callback_id".into(), s(&entry.callback_id));
        item.insert("verdict".into(), s(entry.verdict.word()));
        item.insert("received_at".into(), at(entry.received_at));
        item.insert("deliveries".into(), n(entry.deliveries));
        item.insert("provider".into(), s(event.provider.word()));
        item.insert("app".into(), s(&event.app));
        item.insert("kind".into(), s(&event.kind));
        item.insert("event_key".into(), s(&event.key));
        item.insert("event".into(), s(serde_json::to_string(event).unwrap_or_default()));
        for (name, value) in [
            ("room_id", &event.room_id),
            ("stream_id", &event.stream_id),
            ("user_id", &event.user_id),
            ("record_id", &entry.record_id),
        ] {
            item.extend(value.as_ref().map(|value| (name.into(), s(value))));
        }
        item.insert(LIST_PK.into(), s(keys::list_pk(INBOX, keys::day(entry.received_at))));
        item.insert(LIST_SK.into(), s(keys::list_sk(entry.received_at, &entry.callback_id)));
        if entry.verdict == Verdict::Failed {
            let key = inbox_key(event);
            item.insert(DUE_PK.into(), s(keys::due_pk(&key)));
            item.insert(DUE_SK.into(), s(keys::due_sk(entry.received_at, "inbox")));
        }
        item.extend(expires.map(|expires| (TTL.into(), n(expires.seconds()))));
        let condition = "attribute_not_exists(#pk) OR #verdict = :failed";
        let values = HashMap::from([(":failed".to_owned(), s(Verdict::Failed.word()))]);
        if let Written::Refused(_) = self.put_when(item, condition, values).await? {
            self.count_delivery(event).await?;
        }
        Ok(())
    }

    /// Remembers which event a ZEGO signature triple was used for; false when it was another.
    pub async fn remember_triple(
        &self,
        app: &str,
        triple_hash: &str,
        event_hash: &str,
        expires: UnixMs,
        now: UnixMs,
    ) -> Result<bool, StoreError> {
        let mut item = row(&keys::replay(app, triple_hash));
        item.insert("event_hash".into(), s(event_hash));
        item.insert(TTL.into(), n(expires.seconds()));
        match self.put_new(item, now).await? {
            Written::Done(_) => Ok(true),
            Written::Refused(old) => Ok(old.is_none_or(|old| old.text("event_hash") == Some(event_hash))),
        }
    }
}

/// An inbox entry from its row.
pub fn read_entry(row: &Item) -> Option<InboxEntry> {
    let event: Event = serde_json::from_str(row.text("event")?).ok()?;
    Some(InboxEntry {
        callback_id: row.string("callback_id")?,
        verdict: row.text("verdict").and_then(Verdict::from_word)?,
        received_at: row.moment("received_at")?,
        deliveries: row.number("deliveries").unwrap_or(1),
        record_id: row.string("record_id"),
        event: Event { provider: row.text("provider").and_then(Provider::from_word)?, ..event },
    })
}
