//! What a code means and what to do about it.

use crate::http::ask::InPath;
use crate::live::codes::{Entry, VENDORS, lookup};
use crate::live::fault::Fault;
use axum::Json;

/// `GET /v1/codes/{vendor}/{code}`.
pub async fn explain(InPath((vendor, code)): InPath<(String, String)>) -> Result<Json<Entry>, Fault> {
    lookup(&vendor, &code).map(Json).ok_or_else(|| {
        let known = VENDORS.join(", ");
        Fault::new(
            "code_unknown",
            format!("没有这个代码的说明。vendor 须为 {known} 之一。"),
            format!("There is no entry for this code; vendor must be one of {known}."),
        )
    })
}
