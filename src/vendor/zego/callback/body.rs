//! The forms a callback's body comes in (`zego.md` section 5.1): JSON, percent-encoded JSON, or a form for older projects.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// Reads a body; the first non-blank byte decides, then the content type.
pub(super) fn read(body: &[u8], content_type: Option<&str>) -> Option<Map<String, Value>> {
    let body = body.trim_ascii();
    if body.starts_with(b"{") {
        return serde_json::from_slice(body).ok();
    }
    if body.starts_with(b"%7B") || body.starts_with(b"%7b") {
        let decoded: Vec<u8> = percent_decode(body).collect();
        return serde_json::from_slice(&decoded).ok();
    }
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded").then(|| read_form(body))
}

/// Pairs as text members; `rtmp_url[]` and the like as lists.
fn read_form(body: &[u8]) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in form_urlencoded::parse(body) {
        let value = Value::String(value.into_owned());
        match name.strip_suffix("[]") {
            None => {
                members.insert(name.into_owned(), value);
            }
            Some(list) => match members.entry(list).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(value),
                other => *other = value,
            },
        }
    }
    members
}
