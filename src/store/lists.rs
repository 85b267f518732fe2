//! Lists newest first, over the `lists` index: one partition per kind and day, walked backwards.

use super::item::{Item, Read};
use super::keys::{self, Key, LISTS};
use super::{Query, Store, StoreError};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashMap;
use tokio::task::JoinSet;

/// What is listed.
#[derive(Clone, Debug)]
pub struct List {
    /// `rooms`, `recordings`, `inbox`, `ledger`.
    pub kind: &'static str,
    /// Attributes that must equal these.
    pub equal: Vec<(&'static str, AttributeValue)>,
    /// Not older than this.
    pub from: UnixMs,
    /// Not newer than this.
    pub to: UnixMs,
    /// How many.
    pub limit: usize,
    /// Goes on after this entry.
    pub after: Option<Cursor>,
}

/// A place in a list: a day and an entry of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    day: i64,
    sk: String,
}

impl Cursor {
    /// Opaque text.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{}", self.day, self.sk))
    }

    /// Reads what `to_text` wrote; anything else is none.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (day, sk) = text.split_once('\n')?;
        (!sk.is_empty() && sk.len() < 600).then_some(Self { day: day.parse().ok()?, sk: sk.to_owned() })
    }
}

/// Days asked at once when a list runs thin.
const DAYS_AT_ONCE: i64 = 8;

impl Store {
    /// A page of rows, newest first, and where the next begins (none at the end).
    pub async fn list(&self, list: &List) -> Result<(Vec<Item>, Option<Cursor>), StoreError> {
        let first_day = keys::day(list.from);
        let mut day = list.after.as_ref().map_or(keys::day(list.to), |cursor| cursor.day.min(keys::day(list.to)));
        let mut entries: Vec<(i64, Item)> = Vec::new();
        let mut at_once = 1;
        while day >= first_day && entries.len() <= list.limit {
            let until = (day - at_once + 1).max(first_day);
            entries.extend(self.days(list, until, day).await?);
            day = until - 1;
            at_once = DAYS_AT_ONCE;
        }
        let more = entries.len() > list.limit;
        entries.truncate(list.limit);
        let next = if more {
            entries.last().map(|(day, row)| Cursor { day: *day, sk: row.string(keys::LIST_SK).unwrap_or_default() })
        } else {
            None
        };
        Ok((self.get_each(entries.into_iter().map(|(_, entry)| entry.key()).collect()).await?, next))
    }

    /// Entries of several days, the newest day first.
    async fn days(&self, list: &List, from: i64, to: i64) -> Result<Vec<(i64, Item)>, StoreError> {
        let mut asked = JoinSet::new();
        for day in from..=to {
            let (store, list) = (self.clone(), list.clone());
            asked.spawn(async move { (day, store.day(&list, day).await) });
        }
        let mut days = Vec::new();
        while let Some(answer) = asked.join_next().await {
            let (day, entries) = answer.map_err(|e| StoreError::Busy(e.to_string()))?;
            days.push((day, entries?));
        }
        days.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
        Ok(days.into_iter().flat_map(|(day, entries)| entries.into_iter().map(move |entry| (day, entry))).collect())
    }

    async fn day(&self, list: &List, day: i64) -> Result<Vec<Item>, StoreError> {
        let before = match &list.after {
            Some(cursor) if cursor.day == day => cursor.sk.clone(),
            _ => keys::list_sk(UnixMs(list.to.0.saturating_add(1)), ""),
        };
        // BETWEEN includes both ends; the cursor's own entry is dropped below.
        let mut values = HashMap::from([
            (":from".to_owned(), AttributeValue::S(keys::list_sk(list.from, ""))),
            (":before".to_owned(), AttributeValue::S(before.clone())),
        ]);
        let mut filters = Vec::new();
        for (name, value) in &list.equal {
            filters.push(format!("#{name} = :{name}"));
            values.insert(format!(":{name}"), value.clone());
        }
        let mut query = Query {
            index: Some(LISTS),
            pk: keys::list_pk(list.kind, day),
            sk: Some("#sk BETWEEN :from AND :before".to_owned()),
            filter: (!filters.is_empty()).then(|| filters.join(" AND ")),
            values,
            descending: true,
            limit: filters.is_empty().then(|| i32::try_from(list.limit + 2).unwrap_or(i32::MAX)),
            ..Query::default()
        };
        let mut entries: Vec<Item> = Vec::new();
        loop {
            let (rows, next) = self.query(query.clone()).await?;
            entries.extend(rows.into_iter().filter(|row| row.text(keys::LIST_SK) != Some(&before)));
            match next {
                Some(next) if entries.len() <= list.limit => query.after = Some(next),
                _ => return Ok(entries),
            }
        }
    }

    /// Rows by key, at once, in the order asked; rows that are gone are left out.
    pub async fn get_each(&self, wanted: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        let mut asked = JoinSet::new();
        for (place, key) in wanted.into_iter().enumerate() {
            let store = self.clone();
            asked.spawn(async move { (place, store.get(&key, true).await) });
        }
        let mut rows = Vec::new();
        while let Some(answer) = asked.join_next().await {
            let (place, row) = answer.map_err(|e| StoreError::Busy(e.to_string()))?;
            rows.extend(row?.map(|row| (place, row)));
        }
        rows.sort_by_key(|(place, _)| *place);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}
