//! Recordings: a head, vendor sessions and files in one partition, so that one query reads it all.

use super::facts::{file_row, run_row};
use super::item::{Item, Read, at, b, n, row, s};
use super::keys::{self, Key, LIST_PK, PK, SCHEMA, SK, TTL};
use super::{Query, Store, StoreError, Update, Written};
use crate::live::event::{Event, Provider};
use crate::live::recording::{Head, RecordingRows};
use crate::live::room::{Opening, Room};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;

/// What `lists` calls recordings.
pub const RECORDINGS: &str = "recordings";

/// Which recording a room's opening wants.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The room.
    pub room: &'a Room,
    /// Its opening.
    pub opening: &'a Opening,
    /// When a recording that no vendor ever names may go.
    pub expires: Option<UnixMs>,
}

/// A stream's pointer to the opening its facts are in.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamAt {
    /// When the publication began.
    pub begin: UnixMs,
    /// The vendor's identity of it.
    pub run: String,
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app.
    pub app: String,
    /// Where its facts are.
    pub opening_id: String,
    /// The room, if known.
    pub room_id: Option<String>,
    /// The record id it carries.
    pub record_id: Option<String>,
}

/// A recording that came without a record id and waits beside its stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// When its content began.
    pub begin: UnixMs,
    /// The vendor.
    pub provider: Provider,
    /// The vendor's app.
    pub app: String,
    /// Its own id.
    pub recording_id: String,
}

impl Store {
    /// All of a recording, as it is now.
    pub async fn recording(&self, recording_id: &str, now: UnixMs) -> Result<Option<RecordingRows>, StoreError> {
        let items = self.query_all(Query::partition(keys::recording_pk(recording_id)), now).await?;
        if items.is_empty() {
            return Ok(None);
        }
        let mut rows =
            RecordingRows { head: Head { record_id: recording_id.to_owned(), ..Head::default() }, ..RecordingRows::default() };
        for item in &items {
            match item.text(keys::SK).and_then(|sk| sk.split('#').next()) {
                Some("head") => rows.head = read_head(item),
                Some("run") => rows.runs.push(run_row(item, "task")),
                Some("push") => rows.pushes.push(run_row(item, "push")),
                Some("file") => rows.files.push(file_row(item)),
                _ => {}
            }
        }
        Ok(Some(rows))
    }

    /// The head of a recording.
    pub async fn recording_head(&self, recording_id: &str, now: UnixMs) -> Result<Option<Head>, StoreError> {
        Ok(self.get(&keys::recording(recording_id), true).await?.filter(|row| !row.gone(now)).as_ref().map(read_head))
    }

    /// Reserves a record id for an opening: only an id nobody has heard of, or one this opening has already.
    pub async fn claim_fresh(&self, record_id: &str, claim: Claim<'_>, now: UnixMs) -> Result<bool, StoreError> {
        self.claim(record_id, claim, now, "attribute_not_exists(#pk) OR #opening_id = :opening").await
    }

    /// Ties a record id to an opening, also one that vendors have named already; one id, one opening.
    pub async fn claim_any(&self, record_id: &str, claim: Claim<'_>, now: UnixMs) -> Result<bool, StoreError> {
        self.claim(record_id, claim, now, "attribute_not_exists(#opening_id) OR #opening_id = :opening").await
    }

    async fn claim(&self, record_id: &str, claim: Claim<'_>, now: UnixMs, condition: &str) -> Result<bool, StoreError> {
        let room = claim.room;
        let mut set = vec![
            "#record_id = :record",
            "#opening_id = :opening",
            "#room_id = :room",
            "#provider = :provider",
            "#app = :app",
            "#schema = :schema",
            "#created_at = if_not_exists(#created_at, :now)",
            "#list_pk = if_not_exists(#list_pk, :list_pk)",
            "#list_sk = if_not_exists(#list_sk, :list_sk)",
        ];
        let mut update = Update::default();
        if let Some(owner) = &room.owner_id {
            set.push("#owner_id = :owner");
            update = update.value(":owner", s(owner));
        }
        if let Some(expires) = claim.expires {
            set.push("#ttl = if_not_exists(#ttl, :ttl)");
            update = update.value(":ttl", n(expires.seconds()));
        }
        update.expression = format!("SET {}", set.join(", "));
        let update = update
            .value(":record", s(record_id))
            .value(":opening", s(&claim.opening.opening_id))
            .value(":room", s(&room.room_id))
            .value(":provider", s(room.provider.word()))
            .value(":app", s(&room.app))
            .value(":schema", n(SCHEMA))
            .value(":now", at(now))
            .value(":list_pk", s(keys::list_pk(RECORDINGS, keys::day(now))))
            .value(":list_sk", s(keys::list_sk(now, record_id)))
            .when(condition);
        Ok(self.update(&keys::recording(record_id), update).await?.done())
    }

    /// Notes that a vendor has named a recording, making its head if need be; alarms stay once raised.
    pub async fn notify(
        &self,
        recording_id: &str,
        event: &Event,
        alarm: Option<&str>,
        now: UnixMs,
        expires: Option<UnixMs>,
    ) -> Result<(), StoreError> {
        let (provider, app) = crate::live::fact::home(event);
        let mut set = vec![
            "#record_id = :record",
            "#notified = :yes",
            "#schema = :schema",
            "#provider = if_not_exists(#provider, :provider)",
            "#app = if_not_exists(#app, :app)",
            "#created_at = if_not_exists(#created_at, :now)",
        ];
        let mut update = Update::default();
        if let Some(expires) = expires {
            set.push("#ttl = :ttl");
            update = update.value(":ttl", n(expires.seconds()));
        }
        update.expression = format!("SET {}", set.join(", "));
        let mut news = "attribute_not_exists(#notified)".to_owned();
        if let Some(alarm) = alarm {
            update.expression.push_str(" ADD #alarms :alarms");
            update = update.value(":alarms", AttributeValue::Ss(vec![alarm.to_owned()])).value(":alarm", s(alarm));
            news.push_str(" OR NOT contains(#alarms, :alarm)");
        }
        let update = update
            .value(":record", s(recording_id))
            .value(":yes", b(true))
            .value(":schema", n(SCHEMA))
            .value(":provider", s(provider.word()))
            .value(":app", s(app))
            .value(":now", at(now))
            .when(news);
        match self.update(&keys::recording(recording_id), update).await? {
            Written::Done(row) if row.contains_key(LIST_PK) => Ok(()),
            // Listed in a second, conditional step: a recording whose contents moved elsewhere must not come back into lists.
            _ => self.list_recording(recording_id, now).await,
        }
    }

    /// Says that the contents of one recording stand under another. The first to say so is believed, but for an operator.
    pub async fn merge_recording(&self, from: &str, into: &str, by_operator: bool) -> Result<(), StoreError> {
        let mut update = Update::new("SET #merged_into = :into REMOVE #list_pk, #list_sk").value(":into", s(into));
        if !by_operator {
            update = update.when("attribute_not_exists(#merged_into)");
        }
        self.update(&keys::recording(from), update).await.map(|_| ())
    }

    /// Puts the sessions and files of one recording under another, each group where no newer one is, and makes the other's
    /// head if need be. Alarms come along.
    pub async fn copy_recording(&self, from: &str, to: &str, now: UnixMs, expires: Option<UnixMs>) -> Result<(), StoreError> {
        let items = self.query_all(Query::partition(keys::recording_pk(from)), now).await?;
        for item in items.iter().filter(|item| item.text(SK) != Some("head")) {
            self.copy_row(item, &Key { pk: keys::recording_pk(to), sk: item.string(SK).unwrap_or_default() }).await?;
        }
        let Some(head) = items.iter().find(|item| item.text(SK) == Some("head")) else { return Ok(()) };
        let mut made = head.clone();
        made.retain(|name, _| ["provider", "app", "created_at", "notified", "schema"].contains(&name.as_str()));
        made.insert("record_id".into(), s(to));
        made.extend(expires.map(|expires| (TTL.into(), n(expires.seconds()))));
        let mut update = if_absent(&made);
        if let Some(alarms) = head.get("alarms") {
            update.expression.push_str(" ADD #alarms :alarms");
            update = update.value(":alarms", alarms.clone());
        }
        match self.update(&keys::recording(to), update).await? {
            Written::Done(row) if row.contains_key(LIST_PK) => Ok(()),
            _ => self.list_recording(to, now).await,
        }
    }

    /// Lists a recording unless its contents moved elsewhere.
    async fn list_recording(&self, recording_id: &str, now: UnixMs) -> Result<(), StoreError> {
        let list = Update::new("SET #list_pk = :list_pk, #list_sk = :list_sk")
            .value(":list_pk", s(keys::list_pk(RECORDINGS, keys::day(now))))
            .value(":list_sk", s(keys::list_sk(now, recording_id)))
            .when("attribute_not_exists(#list_pk) AND attribute_not_exists(#merged_into)");
        self.update(&keys::recording(recording_id), list).await.map(|_| ())
    }

    /// Writes that a recording belongs to a room's opening, for the room's own list.
    pub async fn tie(
        &self,
        room_id: &str,
        opening: &Opening,
        recording_id: &str,
        now: UnixMs,
        expires: Option<UnixMs>,
    ) -> Result<(), StoreError> {
        let mut tie = row(&keys::tie(room_id, opening.opened_at(), recording_id));
        tie.insert("record_id".into(), s(recording_id));
        if let Some(expires) = expires {
            tie.insert(TTL.into(), n(expires.seconds()));
        }
        self.put_new(tie, now).await.map(|_| ())
    }

    /// Points from a stream id to the opening its facts are in. Put if absent: a begin never moves.
    pub async fn point_stream(
        &self,
        stream_id: &str,
        to: &StreamAt,
        now: UnixMs,
        expires: Option<UnixMs>,
    ) -> Result<bool, StoreError> {
        let mut pointer = row(&keys::stream_run(stream_id, to.begin, to.provider, &to.app, &to.run));
        pointer.insert("run_key".into(), s(&to.run));
        pointer.insert("begin".into(), at(to.begin));
        pointer.insert("provider".into(), s(to.provider.word()));
        pointer.insert("app".into(), s(&to.app));
        pointer.insert("opening_id".into(), s(&to.opening_id));
        pointer.extend(to.room_id.as_ref().map(|id| ("room_id".into(), s(id))));
        pointer.extend(to.record_id.as_ref().map(|id| ("record_id".into(), s(id))));
        pointer.extend(expires.map(|expires| (TTL.into(), n(expires.seconds()))));
        Ok(self.put_new(pointer, now).await?.done())
    }

    /// Leaves a recording without record id beside its stream, for the stream's begin to find.
    pub async fn wait_at_stream(
        &self,
        stream_id: &str,
        waiting: &Waiting,
        now: UnixMs,
        expires: Option<UnixMs>,
    ) -> Result<(), StoreError> {
        let mut place = row(&keys::stream_file(stream_id, waiting.begin, waiting.provider, &waiting.app, &waiting.recording_id));
        place.insert("begin".into(), at(waiting.begin));
        place.insert("provider".into(), s(waiting.provider.word()));
        place.insert("app".into(), s(&waiting.app));
        place.insert("recording_id".into(), s(&waiting.recording_id));
        place.extend(expires.map(|expires| (TTL.into(), n(expires.seconds()))));
        self.put_new(place, now).await.map(|_| ())
    }

    /// What is known at a stream id: its publications newest first, and the recordings that wait there.
    pub async fn at_stream(&self, stream_id: &str, now: UnixMs) -> Result<(Vec<StreamAt>, Vec<Waiting>), StoreError> {
        let query = Query { descending: true, ..Query::partition(keys::stream_pk(stream_id)) };
        let (mut runs, mut waiting) = (Vec::new(), Vec::new());
        for row in self.query_all(query, now).await? {
            let (Some(begin), Some(provider), Some(app)) =
                (row.moment("begin"), row.text("provider").and_then(Provider::from_word), row.string("app"))
            else {
                continue;
            };
            if row.text(keys::SK).is_some_and(|sk| sk.starts_with(keys::STREAM_RUN)) {
                runs.push(StreamAt {
                    begin,
                    run: row.string("run_key").unwrap_or_default(),
                    provider,
                    app,
                    opening_id: row.string("opening_id").unwrap_or_default(),
                    room_id: row.string("room_id"),
                    record_id: row.string("record_id"),
                });
            } else {
                waiting.push(Waiting { begin, provider, app, recording_id: row.string("recording_id").unwrap_or_default() });
            }
        }
        Ok((runs, waiting))
    }

    /// Which recording an operator said a vendor's task belongs to.
    pub async fn task_target(&self, task_id: &str, now: UnixMs) -> Result<Option<String>, StoreError> {
        let row = self.get(&keys::task(task_id), true).await?.filter(|row| !row.gone(now));
        Ok(row.and_then(|row| row.string("record_id")))
    }

    /// Says that a vendor's task belongs to a recording; answers the recording it belongs to. An update, not a put: whoever ties
    /// tasks may not make rows of other kinds.
    pub async fn set_task_target(&self, task_id: &str, record_id: &str, now: UnixMs) -> Result<String, StoreError> {
        let update = Update::new("SET #record_id = :record, #schema = :schema")
            .value(":record", s(record_id))
            .value(":schema", n(SCHEMA))
            .when("attribute_not_exists(#record_id) OR #record_id = :record");
        Ok(match self.update(&keys::task(task_id), update).await? {
            Written::Refused(Some(old)) if !old.gone(now) => old.string("record_id").unwrap_or_default(),
            _ => record_id.to_owned(),
        })
    }
}

/// Sets each attribute of a row where there is none yet.
fn if_absent(item: &Item) -> Update {
    let mut update = Update::default();
    let mut set = Vec::new();
    for (name, value) in item.iter().filter(|(name, _)| name.as_str() != PK && name.as_str() != SK) {
        set.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
        update = update.value(&format!(":{name}"), value.clone());
    }
    update.expression = format!("SET {}", set.join(", "));
    update
}

/// All alarms raised, as one text that does not depend on which came first.
fn alarms(row: &Item) -> Option<String> {
    let mut words = row.texts("alarms");
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A head from its row.
pub fn read_head(row: &Item) -> Head {
    Head {
        record_id: row.string("record_id").unwrap_or_default(),
        room_id: row.string("room_id"),
        opening_id: row.string("opening_id"),
        owner_id: row.string("owner_id"),
        provider: row.text("provider").and_then(Provider::from_word),
        app: row.string("app"),
        created_at: row.moment("created_at").unwrap_or_default(),
        notified: row.flag("notified"),
        listed: row.text(LIST_PK).is_some(),
        alarm: alarms(row),
        merged_into: row.string("merged_into"),
    }
}
