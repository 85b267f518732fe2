//! `POST /callbacks/zego/{app_id}/{path_token}` (zego.md section 5).

use super::{answer, check_path, keys_now, refused, unknown_address};
use crate::app::App;
use crate::app::take_callback::Proof;
use crate::http::ask::{InPath, Raw};
use crate::live::fault::Fault;
use crate::vendor::zego::callback;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::Value;

/// Verifies, parses, takes.
pub async fn receive(
    State(app): State<App>,
    InPath((app_id, token)): InPath<(String, String)>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Json<Value>, Fault> {
    let zego = app_id.parse().ok().and_then(|app_id| app.config.zego_app(app_id)).ok_or_else(unknown_address)?;
    check_path(&app, &token)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let secrets = keys_now(&app, &zego.callback_secret);
    let window = app.config.callbacks.zego_window_seconds;
    let signed = callback::verify(&body, content_type, &secrets, zego.app_id, app.now().seconds(), window)
        .map_err(|refusal| refused("zego", refusal.code(), &refusal))?;
    let proof = Proof { late: false, triple: Some(signed.replay_triple()) };
    answer(&app, callback::parse(&signed), proof).await
}
