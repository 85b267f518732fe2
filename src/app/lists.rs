//! Lists, newest first, with opaque cursors.

use super::App;
use super::recordings::RecordingView;
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::inbox::{InboxEntry, Verdict};
use crate::live::recording::Status;
use crate::live::room::{Room, RoomStatus};
use crate::live::time::UnixMs;
use crate::store::inbox::{INBOX, read_entry};
use crate::store::item::{Read, s};
use crate::store::ledger::{LEDGER, LedgerRow, read_ledger};
use crate::store::lists::{Cursor, List};
use crate::store::recordings::{RECORDINGS, read_head};
use crate::store::rooms::{ROOMS, read_room};
use aws_sdk_dynamodb::types::AttributeValue;

/// How far back lists go where nothing else is asked, in days.
const DAYS_BACK: u32 = 90;

/// Rows read to fill one page of a filter that only a computation can judge.
const LOOKED_AT: usize = 500;

/// One page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
}

/// Which part of a list.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Not older.
    pub from: Option<UnixMs>,
    /// Not newer.
    pub to: Option<UnixMs>,
    /// How many, 1..=100.
    pub limit: usize,
    /// The cursor of the page before.
    pub cursor: Option<String>,
}

/// Filters of the room list.
#[derive(Clone, Debug, Default)]
pub struct RoomFilter {
    /// Open or closed.
    pub status: Option<RoomStatus>,
    /// Someone publishes.
    pub live: Option<bool>,
    /// Who carries the media.
    pub provider: Option<Provider>,
    /// Whose rooms.
    pub owner_id: Option<String>,
}

/// Rooms, newest opening first.
pub async fn rooms(app: &App, filter: &RoomFilter, part: Part) -> Result<Page<Room>, Fault> {
    let mut equal: Vec<(&'static str, AttributeValue)> = Vec::new();
    if let Some(status) = filter.status {
        equal.push(("status", s(if status == RoomStatus::Open { "open" } else { "closed" })));
    }
    if let Some(live) = filter.live {
        equal.push(("live", s(if live { "yes" } else { "no" })));
    }
    if let Some(provider) = filter.provider {
        equal.push(("provider", s(provider.word())));
    }
    if let Some(owner) = &filter.owner_id {
        equal.push(("owner_id", s(owner)));
    }
    let list = list(app, ROOMS, equal, part, app.config.retention.rooms_days)?;
    let (rows, next) = app.store.list(&list).await?;
    let now = app.now();
    let items = rows.iter().filter(|row| !row.gone(now)).filter_map(read_room).collect();
    Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_text()) })
}

/// Filters of the recording list.
#[derive(Clone, Debug, Default)]
pub struct RecordingFilter {
    /// Where it stands.
    pub status: Option<Status>,
    /// Its room.
    pub room_id: Option<String>,
    /// Its room's owner.
    pub owner_id: Option<String>,
}

/// Recordings, newest first. The status is computed, so a filter by it looks at more rows than it shows.
pub async fn recordings(app: &App, filter: &RecordingFilter, part: Part) -> Result<Page<RecordingView>, Fault> {
    let mut equal = Vec::new();
    if let Some(room_id) = &filter.room_id {
        equal.push(("room_id", s(room_id)));
    }
    if let Some(owner_id) = &filter.owner_id {
        equal.push(("owner_id", s(owner_id)));
    }
    let wanted = part.limit;
    let mut list = list(app, RECORDINGS, equal, part, app.config.retention.recordings_days)?;
    let mut items = Vec::new();
    let mut looked = 0;
    loop {
        // One at a time towards the end, so that the cursor stands exactly behind the last row shown.
        list.limit = if filter.status.is_some() { (wanted - items.len()).min(20) } else { wanted };
        let (rows, next) = app.store.list(&list).await?;
        looked += list.limit;
        for row in &rows {
            let view = match super::recordings::view(app, &read_head(row).record_id).await {
                Ok(view) => view,
                Err(fault) if fault.code == "recording_unknown" => continue,
                Err(fault) => return Err(fault),
            };
            if filter.status.is_none_or(|status| status == view.status) {
                items.push(view);
            }
        }
        match next {
            Some(next) if items.len() < wanted && looked < LOOKED_AT => list.after = Some(next),
            next => return Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_text()) }),
        }
    }
}

/// Filters of the inbox.
#[derive(Clone, Debug, Default)]
pub struct InboxFilter {
    /// The recording it went to.
    pub record_id: Option<String>,
    /// The room it names.
    pub room_id: Option<String>,
    /// The vendor.
    pub vendor: Option<Provider>,
    /// What became of it.
    pub verdict: Option<Verdict>,
}

/// Callbacks, newest first.
pub async fn callbacks(app: &App, filter: &InboxFilter, part: Part) -> Result<Page<InboxEntry>, Fault> {
    let mut equal = Vec::new();
    if let Some(record_id) = &filter.record_id {
        equal.push(("record_id", s(record_id)));
    }
    if let Some(room_id) = &filter.room_id {
        equal.push(("room_id", s(room_id)));
    }
    if let Some(vendor) = filter.vendor {
        equal.push(("provider", s(vendor.word())));
    }
    if let Some(verdict) = filter.verdict {
        equal.push(("verdict", s(verdict.word())));
    }
    let list = list(app, INBOX, equal, part, app.config.retention.inbox_days)?;
    let (rows, next) = app.store.list(&list).await?;
    let now = app.now();
    let items = rows.iter().filter(|row| !row.gone(now)).filter_map(read_entry).collect();
    Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_text()) })
}

/// Filters of the ledger.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    /// Given to this user.
    pub user_id: Option<String>,
    /// Bound to this room.
    pub room_id: Option<String>,
}

/// Credentials given, newest first.
pub async fn ledger(app: &App, filter: &LedgerFilter, part: Part) -> Result<Page<LedgerRow>, Fault> {
    let wanted = [("user_id", &filter.user_id), ("room_id", &filter.room_id)];
    let equal = wanted.into_iter().filter_map(|(name, value)| Some((name, s(value.as_ref()?)))).collect();
    let list = list(app, LEDGER, equal, part, app.config.retention.ledger_days)?;
    let (rows, next) = app.store.list(&list).await?;
    let now = app.now();
    let items = rows.iter().filter(|row| !row.gone(now)).filter_map(read_ledger).collect();
    Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_text()) })
}

/// A list as the store takes it. Nothing older than is kept is looked for.
pub(super) fn list(
    app: &App,
    kind: &'static str,
    equal: Vec<(&'static str, AttributeValue)>,
    part: Part,
    kept_days: u32,
) -> Result<List, Fault> {
    let after = match &part.cursor {
        None => None,
        Some(text) => Some(Cursor::from_text(text).ok_or_else(|| {
            Fault::new(
                "cursor_invalid",
                "cursor 无效，请使用上一页返回的 next_cursor。",
                "The cursor is not one of ours; send the next_cursor of the page before.",
            )
        })?),
    };
    let now = app.now();
    let days = if kept_days == 0 { DAYS_BACK } else { kept_days.min(366) };
    let to = part.to.unwrap_or(now).min(now.plus_seconds(86_400));
    let before = |moment: UnixMs, days: u32| moment.plus_seconds(-i64::from(days) * 86_400);
    let from = match part.from {
        None => before(now, days),
        // Every day looked at is a query: a page spans a year at most.
        Some(from) if kept_days == 0 => from.max(before(to, 366)),
        Some(from) => from.max(before(now, days)),
    };
    Ok(List { kind, equal, from, to, limit: part.limit.clamp(1, 100), after })
}
