//! Mix plans of ZEGO rooms.

use crate::app::App;
use crate::app::mix_plan::{self, AskMix};
use crate::http::ask::{Ask, InPath};
use crate::http::caller::Caller;
use crate::http::fields::{Fields, Read, bytes};
use crate::live::caller::Scope;
use crate::live::fault::Fault;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

/// Body of `POST /v1/rooms/{room_id}/mix-plan`.
#[derive(Debug)]
pub struct MixIn {
    user_id: Option<String>,
    ask: AskMix,
}

impl Read for MixIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        let mut side = |name| {
            let pixels = fields.need(name, |fields| fields.number(name, 16..=3000));
            u32::try_from(pixels).unwrap_or_default()
        };
        let (width, height) = (side("width"), side("height"));
        let ask = AskMix {
            width,
            height,
            layout: fields.choice("layout", &["seed", "grid", "focus"]).unwrap_or("seed").to_owned(),
            streams: fields.texts("streams", 64, bytes(1, 256)),
            output_stream_id: fields.text("output_stream_id", bytes(1, 256)),
        };
        Self { user_id: fields.named_user(), ask }
    }
}

/// Answer: the plan for the client SDK and for the server API.
#[derive(Debug, Serialize)]
pub struct MixOut {
    update_mix_stream: Value,
    stop_mix_stream: Value,
    start_mix: Value,
    stop_mix: Value,
    missing_streams: Vec<String>,
}

/// `POST /v1/rooms/{room_id}/mix-plan`.
pub async fn plan(
    State(app): State<App>,
    caller: Caller,
    InPath(room_id): InPath<String>,
    Ask(body): Ask<MixIn>,
) -> Result<Json<MixOut>, Fault> {
    let operator = [Scope::Write, Scope::Issue].into_iter().any(|scope| caller.operator(scope).is_ok());
    let host = if operator { None } else { Some(caller.acting_as(body.user_id.as_deref())?.user_id) };
    let plan = mix_plan::plan(&app, host.as_deref(), &room_id, body.ask).await?;
    Ok(Json(MixOut {
        update_mix_stream: plan.update_mix_stream,
        stop_mix_stream: plan.stop_mix_stream,
        start_mix: plan.start_mix,
        stop_mix: plan.stop_mix,
        missing_streams: plan.missing_streams,
    }))
}
