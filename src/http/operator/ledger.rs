//! The ledger: who was given which credential. Filled where `[policy] ledger = "table"`.

use crate::app::App;
use crate::app::lists::{self, LedgerFilter, Part};
use crate::http::ask::Params;
use crate::http::caller::{MayRead, Operator};
use crate::http::client::outs::{PageOut, app_value};
use crate::http::client::rooms::part;
use crate::http::fields::{Fields, Read, chars};
use crate::live::event::Provider;
use crate::live::fault::Fault;
use crate::live::time::{UnixMs, rfc3339};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

/// Query of `GET /v1/ledger`.
#[derive(Debug)]
pub struct LedgerIn {
    filter: LedgerFilter,
    part: Part,
}

impl Read for LedgerIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let filter =
            LedgerFilter { user_id: fields.text("user_id", chars(1, 64)), room_id: fields.text("room_id", chars(1, 128)) };
        Self { filter, part: part(fields) }
    }
}

/// One credential given; never the credential.
#[derive(Debug, Serialize)]
pub struct GivenOut {
    ledger_id: String,
    kind: String,
    provider: Provider,
    app: Value,
    user_id: String,
    room_id: Option<String>,
    issued_by: String,
    operator: Option<String>,
    powers: String,
    key: String,
    #[serde(serialize_with = "rfc3339")]
    issued_at: UnixMs,
    #[serde(serialize_with = "rfc3339")]
    expires_at: UnixMs,
}

/// `GET /v1/ledger`.
pub async fn list(
    State(app): State<App>,
    _: Operator<MayRead>,
    Params(ask): Params<LedgerIn>,
) -> Result<Json<PageOut<GivenOut>>, Fault> {
    let page = lists::ledger(&app, &ask.filter, ask.part).await?;
    Ok(Json(PageOut::new(page, |row| GivenOut {
        ledger_id: row.id,
        kind: row.kind,
        provider: row.provider,
        app: app_value(row.provider, &row.app),
        user_id: row.user_id,
        room_id: row.room_id,
        issued_by: row.by,
        operator: row.operator,
        powers: row.powers,
        key: row.key,
        issued_at: row.issued_at,
        expires_at: row.expires_at,
    })))
}
