//! The ledger's rows: one for each credential given, where the configuration keeps them in the table.

use super::item::{Item, Read, at, row, s};
use super::keys::{self, LIST_PK, LIST_SK, TTL};
use super::{Store, StoreError};
use crate::live::event::Provider;
use crate::live::time::UnixMs;
use std::collections::HashMap;

/// What `lists` calls the ledger.
pub const LEDGER: &str = "ledger";

/// One credential given; never the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its id.
    pub id: String,
    /// What was given.
    pub kind: String,
    /// For whose media.
    pub provider: Provider,
    /// The vendor's app as text.
    pub app: String,
    /// To whom.
    pub user_id: String,
    /// Bound to this room.
    pub room_id: Option<String>,
    /// `own`, `open` or `issue`.
    pub by: String,
    /// The operator who named the user.
    pub operator: Option<String>,
    /// In words.
    pub powers: String,
    /// The place of the key in the document.
    pub key: String,
    /// When.
    pub issued_at: UnixMs,
    /// Until when.
    pub expires_at: UnixMs,
}

impl Store {
    /// Keeps a row; `gone_at` is when it may be deleted.
    pub async fn put_ledger(&self, given: &LedgerRow, gone_at: Option<UnixMs>) -> Result<(), StoreError> {
        let mut row = row(&keys::ledger(&given.id));
        let mut put = |name: &str, value| row.insert(name.to_owned(), value);
        put("ledger_id", s(&given.id));
        put("kind", s(&given.kind));
        put("provider", s(given.provider.word()));
        put("app", s(&given.app));
        put("user_id", s(&given.user_id));
        put("issued_by", s(&given.by));
        put("powers", s(&given.powers));
        put("key_place", s(&given.key));
        put("issued_at", at(given.issued_at));
        put("expires_at", at(given.expires_at));
        put(LIST_PK, s(keys::list_pk(LEDGER, keys::day(given.issued_at))));
        put(LIST_SK, s(keys::list_sk(given.issued_at, &given.id)));
        if let Some(room_id) = &given.room_id {
            put("room_id", s(room_id));
        }
        if let Some(operator) = &given.operator {
            put("operator", s(operator));
        }
        if let Some(gone_at) = gone_at {
            put(TTL, super::item::n(gone_at.seconds()));
        }
        self.put_when(row, "attribute_not_exists(#pk)", HashMap::new()).await.map(|_| ())
    }
}

/// A ledger row as kept.
pub fn read_ledger(row: &Item) -> Option<LedgerRow> {
    Some(LedgerRow {
        id: row.string("ledger_id")?,
        kind: row.string("kind")?,
        provider: Provider::from_word(row.text("provider")?)?,
        app: row.string("app")?,
        user_id: row.string("user_id")?,
        room_id: row.string("room_id"),
        by: row.string("issued_by")?,
        operator: row.string("operator"),
        powers: row.string("powers")?,
        key: row.string("key_place")?,
        issued_at: row.moment("issued_at")?,
        expires_at: row.moment("expires_at")?,
    })
}
