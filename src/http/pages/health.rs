//! Is it alive, and does its store answer. Nothing about versions or configuration is told here.

use crate::app::App;
use crate::live::fault::Fault;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// The process answers.
pub async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The store answers too; else 503 `store_busy`.
pub async fn ready(State(app): State<App>) -> Result<Json<Value>, Fault> {
    app.store.ping().await?;
    Ok(Json(json!({ "status": "ok" })))
}
