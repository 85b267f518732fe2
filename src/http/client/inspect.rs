//! What a pasted text is and what is wrong with it. For operators only: an answer tells whether a key made a text.

use crate::app::App;
use crate::app::inspect::{self, Finding, Question};
use crate::http::ask::Ask;
use crate::http::caller::{MayInspect, Operator};
use crate::http::fields::{Fields, Read, chars};
use crate::http::language::Language;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Body of `POST /v1/inspect`.
pub struct InspectIn(Question);

impl Read for InspectIn {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(Question {
            text: fields.need_text("text", chars(1, 64 * 1024)),
            user_id: fields.text("user_id", chars(1, 256)),
            app_id: fields.app_id("app_id").or_else(|| fields.app_id("sdk_app_id")),
            room_id: fields.text("room_id", chars(1, 256)),
            room_name: fields.text("room_name", chars(1, 256)),
            at: fields.moment("at"),
            headers: headers(fields),
            path: fields.text("path", chars(1, 2048)),
        })
    }
}

/// Headers as an object of texts, names in any case.
fn headers(fields: &mut Fields<'_>) -> BTreeMap<String, String> {
    let pairs = match fields.raw("headers") {
        None => return BTreeMap::new(),
        Some(Value::Object(pairs)) => pairs.clone(),
        Some(_) => {
            fields.refuse("headers", "malformed", "headers 须为对象", "headers must be an object");
            return BTreeMap::new();
        }
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.iter().map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect()
}

/// `POST /v1/inspect`.
pub async fn inspect(
    State(app): State<App>,
    _: Operator<MayInspect>,
    headers: HeaderMap,
    Ask(InspectIn(question)): Ask<InspectIn>,
) -> Json<Value> {
    let language = Language::of(&headers, &app.config.server.default_language);
    Json(answer(&inspect::inspect(&app, &question).await, language))
}

/// The answer as JSON in one language.
pub fn answer(report: &inspect::Report, language: Language) -> Value {
    let detail = |found: &Finding| language.pick(&found.zh, &found.en).to_owned();
    let faults: Vec<_> = report.faults.iter().map(|f| json!({ "field": f.field, "code": f.code, "detail": detail(f) })).collect();
    let warnings: Vec<_> =
        report.warnings.iter().map(|f| json!({ "field": f.field, "code": f.code, "detail": detail(f) })).collect();
    json!({
        "kind": report.kind,
        "valid": report.valid(),
        "decoded": report.decoded,
        "faults": faults,
        "warnings": warnings,
    })
}
