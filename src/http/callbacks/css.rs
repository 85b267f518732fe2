//! `POST /callbacks/css/{name}/{path_token}` (tencent.md section 8).

use super::{answer, check_path, keys_now, refused, unknown_address};
use crate::app::App;
use crate::app::take_callback::Proof;
use crate::http::ask::{InPath, Raw};
use crate::live::fault::Fault;
use crate::vendor::css::callback;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::Value;

/// Verifies, parses, takes.
pub async fn receive(
    State(app): State<App>,
    InPath((name, token)): InPath<(String, String)>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Json<Value>, Fault> {
    let css = app.config.css_app(&name).ok_or_else(unknown_address)?;
    check_path(&app, &token)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let keys = keys_now(&app, &css.callback_key);
    let late = app.config.callbacks.css_late_seconds;
    let signed = callback::verify(&body, content_type, &keys, css.accept_unsigned, app.now().seconds(), late)
        .map_err(|refusal| refused("css", refusal.code(), &refusal))?;
    let appid = (css.appid != 0).then_some(css.appid);
    if !callback::belongs(&signed, &css.push_domain, appid, &css.domains) {
        return Err(refused("css", "other_app", &"the callback is about a domain or appid that is not configured here"));
    }
    let proof = Proof { late: signed.late, triple: None };
    answer(&app, callback::parse(&signed, &css.name), proof).await
}
