//! `POST /callbacks/trtc/{sdk_app_id}/{path_token}` (tencent.md section 9).

use super::{answer, check_path, keys_now, refused, unknown_address};
use crate::app::App;
use crate::app::take_callback::Proof;
use crate::http::ask::{InPath, Raw};
use crate::live::fault::Fault;
use crate::vendor::trtc::callback;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;

/// Verifies, parses, takes.
pub async fn receive(
    State(app): State<App>,
    InPath((sdk_app_id, token)): InPath<(String, String)>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Json<Value>, Fault> {
    let trtc = sdk_app_id.parse().ok().and_then(|id| app.config.trtc_app(id)).ok_or_else(unknown_address)?;
    check_path(&app, &token)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let keys = keys_now(&app, &trtc.callback_key);
    let signed = callback::verify(&body, header("sign"), header("sdkappid"), &keys, trtc.accept_unsigned, trtc.sdk_app_id)
        .map_err(|refusal| refused("trtc", refusal.code(), &refusal))?;
    answer(&app, callback::parse(&signed, trtc.sdk_app_id), Proof::default()).await
}
