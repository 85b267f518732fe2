//! The inbox: which callbacks came, and what became of them.

use crate::app::App;
use crate::app::lists::{self, InboxFilter, Part};
use crate::http::ask::Params;
use crate::http::caller::{MayRead, Operator};
use crate::http::client::outs::{PageOut, app_value};
use crate::http::client::rooms::part;
use crate::http::fields::{Fields, Read, chars};
use crate::live::event::{Provider, What};
use crate::live::fault::Fault;
use crate::live::inbox::{InboxEntry, Verdict};
use crate::live::time::{UnixMs, rfc3339};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

/// Query of `GET /v1/callbacks`.
#[derive(Debug)]
pub struct CallbacksIn {
    filter: InboxFilter,
    part: Part,
}

impl Read for CallbacksIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let verdicts = ["applied", "late", "noted", "unknown_kind", "unreadable", "failed"];
        Self {
            filter: InboxFilter {
                record_id: fields.text("record_id", chars(1, 256)),
                room_id: fields.text("room_id", chars(1, 256)),
                vendor: fields.choice("vendor", &["zego", "trtc", "css"]).and_then(Provider::from_word),
                verdict: fields.choice("verdict", &verdicts).and_then(Verdict::from_word),
            },
            part: part(fields),
        }
    }
}

/// One callback.
#[derive(Debug, Serialize)]
pub struct CallbackOut {
    callback_id: String,
    vendor: Provider,
    app: Value,
    kind: String,
    event_key: String,
    verdict: &'static str,
    reason: Option<String>,
    #[serde(serialize_with = "rfc3339")]
    received_at: UnixMs,
    #[serde(serialize_with = "rfc3339")]
    happened_at: UnixMs,
    deliveries: i64,
    room_id: Option<String>,
    stream_id: Option<String>,
    user_id: Option<String>,
    record_id: Option<String>,
}

impl From<InboxEntry> for CallbackOut {
    fn from(entry: InboxEntry) -> Self {
        let event = entry.event;
        Self {
            callback_id: entry.callback_id,
            vendor: event.provider,
            app: app_value(event.provider, &event.app),
            kind: event.kind,
            event_key: event.key,
            verdict: entry.verdict.word(),
            reason: match event.what {
                What::Unreadable { reason } => Some(reason),
                _ => None,
            },
            received_at: entry.received_at,
            happened_at: event.at,
            deliveries: entry.deliveries,
            room_id: event.room_id,
            stream_id: event.stream_id,
            user_id: event.user_id,
            record_id: entry.record_id,
        }
    }
}

/// `GET /v1/callbacks`.
pub async fn list(
    State(app): State<App>,
    _: Operator<MayRead>,
    Params(ask): Params<CallbacksIn>,
) -> Result<Json<PageOut<CallbackOut>>, Fault> {
    let page = lists::callbacks(&app, &ask.filter, ask.part).await?;
    Ok(Json(PageOut::new(page, CallbackOut::from)))
}
