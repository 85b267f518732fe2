//! The OpenAPI document, written by hand in `openapi/*.json`, one file per group, and the page that shows it.
//!
//! What is served is what is told: operations whose address this process does not mount are left out, and a test fails
//! when an address is mounted that the document does not know.

use super::pages::assets::{self, HTML};
use super::routes;
use axum::response::Response;
use serde_json::{Map, Value};

const DOCUMENT: &str = include_str!("openapi/document.json");
const GROUPS: &[&str] = &[
    include_str!("openapi/credentials.json"),
    include_str!("openapi/rooms.json"),
    include_str!("openapi/recordings.json"),
    include_str!("openapi/domains.json"),
    include_str!("openapi/tools.json"),
    include_str!("openapi/operator.json"),
    include_str!("openapi/callbacks.json"),
    include_str!("openapi/compat.json"),
    include_str!("openapi/pages.json"),
];
const PAGE: &str = include_str!("pages/docs.html");

/// `GET /openapi.json`: the document of what is mounted.
pub async fn serve() -> Response {
    assets::guarded("application/json; charset=utf-8", "no-cache", document(routes::served()).to_string())
}

/// `GET /docs`: the page that shows the document.
pub async fn page() -> Response {
    assets::guarded(HTML, "no-cache", PAGE)
}

/// The document with the operations of the served addresses only.
pub fn document<'a>(served: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let served: Vec<(String, &str)> = served.into_iter().map(|(method, path)| (method.to_ascii_lowercase(), path)).collect();
    let mut document = whole();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths.iter_mut() {
            if let Some(item) = item.as_object_mut() {
                item.retain(|method, _| served.iter().any(|(m, p)| m == method && p == path));
            }
        }
        paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    }
    document
}

/// Everything the contract names.
pub fn whole() -> Value {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let mut document = read(DOCUMENT);
    let paths: Map<String, Value> = GROUPS.iter().flat_map(|group| read(group)).collect();
    document.insert("paths".to_owned(), Value::Object(paths));
    Value::Object(document)
}

#[cfg(test)]
mod tests;
