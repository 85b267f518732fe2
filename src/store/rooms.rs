//! Rooms: one row each, read by every room-bound credential.

use super::item::{Item, Read, at, n, row, s};
use super::keys::{self, DUE_PK, DUE_SK, LIST_PK, LIST_SK, TTL};
use super::{Query, Store, StoreError, Update, Written};
use crate::live::event::Provider;
use crate::live::opening::LiveView;
use crate::live::room::{Audio, Opening, Origin, Room, RoomStatus};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use std::sync::Arc;

/// When a vendor's room began and ended, by the vendor's telling.
#[derive(Clone, Copy, Debug)]
pub struct VendorTimes {
    /// Its session's begin, or the first that was told of it.
    pub opened_at: UnixMs,
    /// Its session's end.
    pub closed_at: Option<UnixMs>,
}

/// What `lists` calls rooms.
pub const ROOMS: &str = "rooms";

impl Store {
    /// A room as it is now.
    pub async fn room(&self, room_id: &str, now: UnixMs) -> Result<Option<Room>, StoreError> {
        Ok(self.get(&keys::room(room_id), true).await?.filter(|row| !row.gone(now)).as_ref().and_then(read_room))
    }

    /// A room as it was within the last second, for viewers: a crowd must not wear out one item.
    pub async fn room_recently(&self, room_id: &str, now: UnixMs) -> Result<Option<Room>, StoreError> {
        let pk = keys::room_pk(room_id);
        let rows = match self.recent.look(&pk, "room", now) {
            Ok(rows) => rows,
            Err(ticket) => {
                let rows = Arc::new(self.get(&keys::room(room_id), true).await?.into_iter().collect::<Vec<_>>());
                self.recent.remember(&pk, "room", ticket, now, rows.clone());
                rows
            }
        };
        Ok(rows.first().filter(|row| !row.gone(now)).and_then(read_room))
    }

    /// Puts a room where none is; answers the one that stood in the way.
    pub async fn put_room(&self, room: &Room, expires: Option<UnixMs>, now: UnixMs) -> Result<Option<Room>, StoreError> {
        match self.put_new(write_room(room, expires), now).await? {
            Written::Done(_) => Ok(None),
            Written::Refused(old) => Ok(old.as_ref().and_then(read_room)),
        }
    }

    /// Puts a new opening over a room that is still as it was read; false when another was quicker.
    pub async fn reopen_room(&self, room: &Room, was: &Room, expires: Option<UnixMs>) -> Result<bool, StoreError> {
        let values = HashMap::from([
            (":was".to_owned(), s(&was.opening_id)),
            (":status".to_owned(), s(status_word(was.status))),
            (":origin".to_owned(), s(origin_word(was.origin))),
        ]);
        let still = "#opening_id = :was AND #status = :status AND #origin = :origin";
        Ok(self.put_when(write_room(room, expires), still, values).await?.done())
    }

    /// Closes an opening, once; answers the room as it is afterwards.
    pub async fn close_room(&self, room_id: &str, opening_id: &str, now: UnixMs) -> Result<Option<Room>, StoreError> {
        let update = Update::new(format!(
            "SET #status = :closed, #closed_at = if_not_exists(#closed_at, :now) REMOVE #{DUE_PK}, #{DUE_SK}"
        ))
        .value(":closed", s(status_word(RoomStatus::Closed)))
        .value(":now", at(now))
        .value(":opening", s(opening_id))
        .when("#opening_id = :opening");
        Ok(match self.update(&keys::room(room_id), update).await? {
            Written::Done(row) => read_room(&row),
            Written::Refused(row) => row.as_ref().and_then(read_room),
        })
    }

    /// A room as it is now, and how often what lists show of it was written.
    pub async fn room_and_version(&self, room_id: &str, now: UnixMs) -> Result<Option<(Room, i64)>, StoreError> {
        let row = self.get(&keys::room(room_id), true).await?.filter(|row| !row.gone(now));
        Ok(row.as_ref().and_then(|row| Some((read_room(row)?, row.number("live_version").unwrap_or(0)))))
    }

    /// Writes what lists show of an opening, unless someone else did since `version` was read: then it must be read again,
    /// or what is older could come last. `vendor` is given for a vendor's room.
    pub async fn project(
        &self,
        room: &Room,
        version: i64,
        view: &LiveView,
        vendor: Option<VendorTimes>,
    ) -> Result<bool, StoreError> {
        let mut set = vec!["#live = :live".to_owned(), "#live_version = :next".to_owned()];
        let mut remove = Vec::new();
        let mut update = Update::default()
            .value(":live", s(if view.live { "yes" } else { "no" }))
            .value(":next", n(version + 1))
            .value(":opening", s(&room.opening_id));
        let mut moments = vec![("live_since", view.live_since), ("last_live_at", view.last_live_at)];
        if let Some(times) = vendor {
            moments.extend([("closed_at", times.closed_at), ("opened_at", Some(times.opened_at))]);
            let status = if times.closed_at.is_some() { RoomStatus::Closed } else { RoomStatus::Open };
            for (name, text) in [
                ("status", status_word(status).to_owned()),
                (LIST_PK, keys::list_pk(ROOMS, keys::day(times.opened_at))),
                (LIST_SK, keys::list_sk(times.opened_at, &room.room_id)),
            ] {
                set.push(format!("#{name} = :{name}"));
                update = update.value(&format!(":{name}"), s(text));
            }
        }
        for (name, moment) in moments {
            match moment {
                Some(moment) => {
                    set.push(format!("#{name} = :{name}"));
                    update = update.value(&format!(":{name}"), at(moment));
                }
                None => remove.push(format!("#{name}")),
            }
        }
        update.expression = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update.expression.push_str(&format!(" REMOVE {}", remove.join(", ")));
        }
        let unchanged = if version == 0 {
            "attribute_not_exists(#live_version)"
        } else {
            update = update.value(":version", n(version));
            "#live_version = :version"
        };
        let update = update.when(format!("#opening_id = :opening AND {unchanged}"));
        Ok(self.update(&keys::room(&room.room_id), update).await?.done())
    }

    /// Recordings tied to a room, newest opening first.
    pub async fn ties(&self, room_id: &str, now: UnixMs) -> Result<Vec<String>, StoreError> {
        let query = Query { descending: true, ..Query::partition(keys::room_pk(room_id)).begins(keys::TIE) };
        let rows = self.query_all(query, now).await?;
        Ok(rows.iter().filter_map(|row| row.string("record_id")).collect())
    }
}

fn status_word(status: RoomStatus) -> &'static str {
    match status {
        RoomStatus::Open => "open",
        RoomStatus::Closed => "closed",
    }
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Api => "api",
        Origin::Vendor => "vendor",
    }
}

fn write_room(room: &Room, expires: Option<UnixMs>) -> Item {
    let mut row = row(&keys::room(&room.room_id));
    let mut put = |name: &str, value: Option<AttributeValue>| {
        row.extend(value.map(|v| (name.to_owned(), v)));
    };
    put("room_id", Some(s(&room.room_id)));
    put("provider", Some(s(room.provider.word())));
    put("app", Some(s(&room.app)));
    put("origin", Some(s(origin_word(room.origin))));
    put("status", Some(s(status_word(room.status))));
    put("title", room.title.as_ref().map(s));
    put("info", room.info.as_ref().map(s));
    put("owner_id", room.owner_id.as_ref().map(s));
    put("capacity", room.capacity.map(n));
    put("audio", room.audio.map(|audio| s(audio.word())));
    put("kind", room.kind.as_ref().map(s));
    put("opening_id", Some(s(&room.opening_id)));
    put("opened_at", Some(at(room.opened_at)));
    put("closed_at", room.closed_at.map(at));
    put("openings", Some(AttributeValue::L(room.openings.iter().map(|o| s(o.to_text())).collect())));
    put("bans", (!room.bans.is_empty()).then(|| AttributeValue::Ss(room.bans.clone())));
    put("asked_with", room.asked_with.as_ref().map(s));
    put("live", Some(s(if room.live { "yes" } else { "no" })));
    put("live_since", room.live_since.map(at));
    put("last_live_at", room.last_live_at.map(at));
    put(LIST_PK, Some(s(keys::list_pk(ROOMS, keys::day(room.opened_at)))));
    put(LIST_SK, Some(s(keys::list_sk(room.opened_at, &room.room_id))));
    put(TTL, expires.map(|expires| n(expires.seconds())));
    row
}

/// A room from its row.
pub fn read_room(row: &Item) -> Option<Room> {
    Some(Room {
        room_id: row.string("room_id")?,
        provider: Provider::from_word(row.text("provider")?)?,
        app: row.string("app")?,
        origin: if row.text("origin") == Some("vendor") { Origin::Vendor } else { Origin::Api },
        status: if row.text("status") == Some("closed") { RoomStatus::Closed } else { RoomStatus::Open },
        title: row.string("title"),
        info: row.string("info"),
        owner_id: row.string("owner_id"),
        capacity: row.number("capacity").and_then(|c| u32::try_from(c).ok()),
        audio: match row.text("audio") {
            Some("push") => Some(Audio::Push),
            Some("mp3") => Some(Audio::Mp3),
            _ => None,
        },
        kind: row.string("kind"),
        opening_id: row.string("opening_id")?,
        opened_at: row.moment("opened_at")?,
        closed_at: row.moment("closed_at"),
        openings: row.texts("openings").iter().map(|text| Opening::from_text(text)).collect(),
        cohosts: row.texts("cohosts"),
        seated: row.texts("seated"),
        bans: row.texts("bans"),
        live: row.text("live") == Some("yes"),
        live_since: row.moment("live_since"),
        last_live_at: row.moment("last_live_at"),
        asked_with: row.string("asked_with"),
    })
}
