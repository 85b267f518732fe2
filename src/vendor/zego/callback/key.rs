//! Event keys (`zego.md` section 5.5): the same for every delivery of one event, never the nonce, signature or sending time.

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Longest key that is kept as it is; the store's key limit is 1,024 bytes.
const LONGEST: usize = 512;

/// Joins parts with `/` so that no two lists give one text: `%`, `/` and `#` inside a part are percent-escaped.
pub(super) fn join(parts: &[&str]) -> String {
    let escaped: Vec<String> =
        parts.iter().map(|part| part.replace('%', "%25").replace('/', "%2F").replace('#', "%23")).collect();
    escaped.join("/")
}

/// The key of an event: kind, app, and the ids that tell it from others of its kind. A very long one (an address is part
/// of it) is told by its hash, behind a `#` that no part can hold.
pub(super) fn event_key(kind: &str, app: &str, ids: &[&str]) -> String {
    let full = join(&[&[kind, app], ids].concat());
    if full.len() <= LONGEST { full } else { format!("{}/#{}", join(&[kind, app]), short_hash(full.as_bytes())) }
}

/// The key of an event without readable ids: a hash of all that ZEGO says, but for what changes when it is signed again.
pub(super) fn content_key(kind: &str, app: &str, members: &Map<String, Value>) -> String {
    let signing = |name: &str| ["timestamp", "nonce", "signature"].iter().any(|s| s.eq_ignore_ascii_case(name));
    let said: BTreeMap<&String, &Value> = members.iter().filter(|(name, _)| !signing(name)).collect();
    let text = serde_json::to_vec(&said).unwrap_or_default();
    format!("{}/#{}", join(&[kind, app]), short_hash(&text))
}

/// The first 128 bits of SHA-256 in hex.
pub(super) fn short_hash(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().take(16).map(|b| format!("{b:02x}")).collect()
}
