//! The `record` event: one file of a recording made on ZEGO's CDN (`zego.md` section 5.4). It names no room and no record,
//! only the stream and its times.

use super::fields::{Fields, Unread};
use super::key::short_hash;
use super::parse::Told;
use crate::live::event::{FileReady, What};
use crate::live::time::UnixMs;
use serde_json::{Map, Value};

/// Bytes of an address that is kept.
const LONGEST_URL: usize = 2048;

/// Reads a `record` event.
pub(super) fn record(fields: Fields<'_>) -> Result<Told, Unread> {
    let stream = fields.id(&["stream_alias"])?;
    let address = fields.text("replay_url").ok_or_else(|| Unread("replay_url is missing".to_owned()))?;
    let (begin, end) = (fields.count("begin_time")?, fields.count("end_time")?);
    let extra = extra_params(fields);
    let extra = Fields(&extra);
    let span = end.checked_sub(begin).filter(|seconds| *seconds >= 0).map(|seconds| seconds as f64);
    let file = FileReady {
        file_id: extra.some_id(&["FileID"]).unwrap_or_else(|| short_hash(address.as_bytes())),
        format: format_of_address(&address),
        url: web_address(&address),
        start_at: fields.moment("begin_time"),
        end_at: fields.moment("end_time"),
        duration_seconds: decimal(extra.0, "Duration").or(span),
        size_bytes: extra.text("FileSize").and_then(|size| size.parse().ok()),
        stream_id: Some(stream.clone()),
        user_id: None,
    };
    Ok(Told {
        ids: vec![stream.clone(), begin.to_string(), end.to_string(), address],
        at: fields.moment("end_time"),
        room_id: None,
        stream_id: Some(stream),
        user_id: None,
        what: What::Recording { run: None, files: vec![file], alarm: None },
    })
}

/// Whether `extra_params` is JSON text is unconfirmed: read it if it is.
fn extra_params(fields: Fields<'_>) -> Map<String, Value> {
    match fields.0.get("extra_params") {
        Some(Value::Object(members)) => members.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// A length in seconds, as a number or as text.
fn decimal(members: &Map<String, Value>, name: &str) -> Option<f64> {
    let number = match members.get(name)? {
        Value::String(text) => text.parse().ok()?,
        other => other.as_f64()?,
    };
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// An address that may be shown and opened: http or https, of sensible length, without blanks.
pub(super) fn web_address(address: &str) -> Option<String> {
    let scheme = |name: &str| address.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    ((scheme("http://") || scheme("https://")) && clean && address.len() <= LONGEST_URL).then(|| address.to_owned())
}

/// A format's word: lower case, and `hls` for playlists.
pub(super) fn format_word(word: &str) -> String {
    let word = word.trim().trim_start_matches('.').to_ascii_lowercase();
    match word.as_str() {
        "m3u8" => "hls".to_owned(),
        _ if word.len() <= 8 && word.bytes().all(|b| b.is_ascii_alphanumeric()) => word,
        _ => String::new(),
    }
}

fn format_of_address(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, ending)| format_word(ending)).unwrap_or_default()
}

/// Later by a length in milliseconds.
pub(super) fn later(start: UnixMs, length_ms: i64) -> UnixMs {
    UnixMs(start.0.saturating_add(length_ms))
}
