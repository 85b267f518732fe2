//! The members of a callback body, whichever way it is written.

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// Reads JSON, percent-encoded JSON, or a form (whose values are text). None for anything else.
pub(super) fn read(body: &[u8], content_type: Option<&str>) -> Option<Map<String, Value>> {
    let body = body.trim_ascii();
    if let Ok(fields) = serde_json::from_slice(body) {
        return Some(fields);
    }
    if starts_encoded(body) {
        return read_encoded(body);
    }
    let said_json = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    if said_json { None } else { read_form(body) }
}

fn starts_encoded(body: &[u8]) -> bool {
    body.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"%7B"))
}

/// A plus is itself first (base64 inside); only if that is no JSON, it is the space of a form encoder.
fn read_encoded(body: &[u8]) -> Option<Map<String, Value>> {
    let decode = |text: &[u8]| serde_json::from_slice(&percent_decode(text).collect::<Vec<u8>>()).ok();
    decode(body).or_else(|| decode(&body.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect::<Vec<u8>>()))
}

fn read_form(body: &[u8]) -> Option<Map<String, Value>> {
    if !body.contains(&b'=') {
        return None;
    }
    let pairs: Map<String, Value> =
        form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect();
    (!pairs.is_empty()).then_some(pairs)
}
