//! Facts as rows: each is one conditional update. The rule is `live::fact::Model::apply`'s, word for word.

use super::item::{Item, Read, at, b, n, s};
use super::keys::{self, Key, SCHEMA, TTL};
use super::{Query, Store, StoreError, Update, Written};
use crate::live::event::Provider;
use crate::live::fact::{Fact, Half, Place, Value};
use crate::live::opening::{End, MemberRow, OpeningRows, SessionRow, StreamRow, Told};
use crate::live::recording::{FileRow, RunRow};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;

/// The key of a fact's row.
pub fn key(place: &Place) -> Key {
    match place {
        Place::Stream { opening, run } => keys::stream(opening, run),
        Place::Member { opening, session, user, member_session } => keys::member(opening, session, user, member_session),
        Place::Session { opening, session } => keys::session_end(opening, session),
        Place::Run { recording, kind, id } => keys::recording_run(recording, kind, id),
        Place::Push { recording, run } => keys::recording_push(recording, run),
        Place::File { recording, id } => keys::recording_file(recording, id),
    }
}

fn attribute(value: &Value) -> AttributeValue {
    match value {
        Value::Text(text) => s(text),
        Value::Int(number) => n(number),
        Value::Real(number) => n(number),
        Value::Flag(flag) => b(*flag),
    }
}

impl Store {
    /// Applies a fact unless a newer one of its group is there; answers whether it was news.
    /// `expires` is when the row may go; none keeps it.
    pub async fn apply(&self, fact: &Fact, expires: Option<UnixMs>) -> Result<bool, StoreError> {
        let guard = fact.half.guard();
        let mut set = vec![format!("#{guard} = :guard"), format!("#{} = :at", fact.half.at()), "#schema = :schema".to_owned()];
        let mut remove = Vec::new();
        let mut update = Update::default().value(":guard", n(fact.guard)).value(":at", at(fact.at)).value(":schema", n(SCHEMA));
        for (name, value) in &fact.group {
            match value {
                Some(value) => {
                    set.push(format!("#{name} = :{name}"));
                    update = update.value(&format!(":{name}"), attribute(value));
                }
                None => remove.push(format!("#{name}")),
            }
        }
        for (name, value) in &fact.about {
            set.push(format!("#{name} = if_not_exists(#{name}, :{name})"));
            update = update.value(&format!(":{name}"), attribute(value));
        }
        if let Some(expires) = expires {
            set.push(format!("#{TTL} = :ttl"));
            update = update.value(":ttl", n(expires.seconds()));
        }
        update.expression = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update.expression.push_str(&format!(" REMOVE {}", remove.join(", ")));
        }
        let update = update.when(format!("attribute_not_exists(#{guard}) OR #{guard} < :guard"));
        Ok(matches!(self.update(&key(&fact.place), update).await?, Written::Done(_)))
    }

    /// Puts a recording's row under another key, each group under its guard as if its fact were applied there.
    pub(super) async fn copy_row(&self, item: &Item, to: &Key) -> Result<(), StoreError> {
        let is_file = item.text(keys::SK).is_some_and(|sk| sk.starts_with("file#"));
        for half in [Half::Begin, Half::End, Half::Fail] {
            let Some(guard) = item.number(half.guard()) else { continue };
            let prefix = half.guard().trim_end_matches("guard");
            // A file is one group; a run's groups are told by the names' beginning, the rest is about the row.
            let of_row = |name: &str| [TTL, "schema"].contains(&name);
            let in_group = |name: &str| name.starts_with(prefix) || (is_file && !of_row(name));
            let in_another = |name: &str| ["begin_", "end_", "fail_"].iter().any(|other| name.starts_with(other));
            let mut set = Vec::new();
            let mut update = Update::default().value(":limit", n(guard));
            for (name, value) in item.iter().filter(|(name, _)| ![keys::PK, keys::SK].contains(&name.as_str())) {
                match (in_group(name), in_another(name)) {
                    (true, _) => set.push(format!("#{name} = :{name}")),
                    (false, false) => set.push(format!("#{name} = if_not_exists(#{name}, :{name})")),
                    (false, true) => continue,
                }
                update = update.value(&format!(":{name}"), value.clone());
            }
            update.expression = format!("SET {}", set.join(", "));
            let reason = format!("{prefix}reason");
            if !is_file && !item.contains_key(&reason) {
                update.expression.push_str(&format!(" REMOVE #{reason}"));
            }
            let guard = half.guard();
            self.update(to, update.when(format!("attribute_not_exists(#{guard}) OR #{guard} < :limit"))).await?;
        }
        Ok(())
    }

    /// When a publication ended by its own telling, if it has.
    pub async fn stream_ended_at(&self, opening_id: &str, run: &str) -> Result<Option<UnixMs>, StoreError> {
        let row = self.get(&keys::stream(opening_id, run), true).await?;
        Ok(row.as_ref().and_then(stream_row).filter(|row| !row.runs()).and_then(|row| row.end).map(|end| end.told.at))
    }

    /// All rows of an opening, as they are now.
    pub async fn opening(&self, opening_id: &str, now: UnixMs) -> Result<(OpeningRows, Vec<Item>), StoreError> {
        Ok(opening_rows(&self.query_all(Query::partition(keys::opening_pk(opening_id)), now).await?))
    }

    /// The same as it was within the last second, for viewers.
    pub async fn opening_recently(&self, opening_id: &str, now: UnixMs) -> Result<OpeningRows, StoreError> {
        let pk = keys::opening_pk(opening_id);
        let rows = match self.recent.look(&pk, "opening", now) {
            Ok(rows) => rows,
            Err(ticket) => {
                let rows = std::sync::Arc::new(self.query_all(Query::partition(pk.clone()), now).await?);
                self.recent.remember(&pk, "opening", ticket, now, rows.clone());
                rows
            }
        };
        Ok(opening_rows(&rows).0)
    }
}

fn opening_rows(items: &[Item]) -> (OpeningRows, Vec<Item>) {
    let mut rows = OpeningRows::default();
    let mut others = Vec::new();
    for item in items {
        match item.text(keys::SK).and_then(|sk| sk.split('#').next()) {
            Some("stream") => rows.streams.extend(stream_row(item)),
            Some("member") => rows.members.push(member_row(item)),
            Some("end") => rows.sessions.push(SessionRow {
                session: item.string("session").unwrap_or_default(),
                begin: told(item, Half::Begin),
                end: end(item, Half::End),
            }),
            _ => others.push(item.clone()),
        }
    }
    (rows, others)
}

fn told(item: &Item, half: Half) -> Option<Told> {
    Some(Told { guard: item.number(half.guard())?, at: item.moment(half.at()).unwrap_or_default() })
}

fn end(item: &Item, half: Half) -> Option<End> {
    let reason = if half == Half::Fail { "fail_reason" } else { "end_reason" };
    Some(End {
        told: told(item, half)?,
        reason: item.string(reason).unwrap_or_default(),
        code: item.string("end_code"),
        began_at: item.moment("end_began_at"),
        for_good: item.flag("for_good"),
    })
}

fn stream_row(item: &Item) -> Option<StreamRow> {
    Some(StreamRow {
        run: item.string("run_key").unwrap_or_default(),
        stream_id: item.string("stream_id")?,
        session: item.string("session").unwrap_or_default(),
        provider: item.text("provider").and_then(Provider::from_word)?,
        app: item.string("app").unwrap_or_default(),
        user_id: item.string("user_id"),
        record_id: item.string("record_id"),
        begin: told(item, Half::Begin),
        end: end(item, Half::End),
    })
}

fn member_row(item: &Item) -> MemberRow {
    MemberRow {
        user_id: item.string("user_id").unwrap_or_default(),
        session: item.string("session").unwrap_or_default(),
        nickname: item.string("nickname"),
        audience: item.flag("audience"),
        robot: item.flag("robot"),
        begin: told(item, Half::Begin),
        end: end(item, Half::End),
    }
}

/// A recording's session, task or push from its row.
pub fn run_row(item: &Item, kind: &str) -> RunRow {
    RunRow {
        kind: item.string("kind").unwrap_or_else(|| kind.to_owned()),
        id: item.string("id").unwrap_or_else(|| item.string("stream_id").unwrap_or_default()),
        stream_id: item.string("stream_id"),
        task_id: item.string("task_id"),
        begin: told(item, Half::Begin),
        end: end(item, Half::End),
        fail: end(item, Half::Fail),
    }
}

/// A recording's file from its row.
pub fn file_row(item: &Item) -> FileRow {
    FileRow {
        file_id: item.string("file_id").unwrap_or_default(),
        format: item.string("format").unwrap_or_default(),
        url: item.string("url"),
        start_at: item.moment("start_at"),
        end_at: item.moment("stop_at"),
        duration_seconds: item.real("duration_seconds"),
        size_bytes: item.number("size_bytes"),
        stream_id: item.string("stream_id"),
        user_id: item.string("user_id"),
    }
}
