//! What the tests of several formats share: the vectors and their test keys.

use super::keys::{EcdsaKey, HmacKey, TicketKey};
use super::userbuf::Room;
use crate::clock::signing_nonces;
use crate::secret::Secret;
use serde_json::Value;
use std::sync::LazyLock;

static FILE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../tests/vectors/tencent-vectors.json")).unwrap());

/// All vectors of one kind.
pub(super) fn vectors(kind: &str) -> Vec<Value> {
    FILE["vectors"].as_array().unwrap().iter().filter(|vector| vector["kind"] == kind).cloned().collect()
}

/// A text field that must be there.
pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {}", value["id"]))
}

/// A number field that must be there.
pub(super) fn number(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_else(|| panic!("{field} in {}", value["id"]))
}

/// PEM text of a test key: `p256`, `p256other` or `k256`; `pkcs8`, `sec1`, `sec1params` or `pub`.
pub(super) fn pem(key: &str, form: &str) -> &'static str {
    FILE["keys"][key][form].as_str().unwrap()
}

/// The ticket key of a vector: its secret, or its named test key.
pub(super) fn ticket_key(vector: &Value) -> TicketKey {
    match vector["secret_key"].as_str() {
        Some(secret) => TicketKey::Hmac(HmacKey::new(&Secret::from(secret)).unwrap()),
        None => TicketKey::Ecdsa(EcdsaKey::from_pem(pem(text(vector, "key"), "pkcs8"), signing_nonces()).unwrap()),
    }
}

/// The room of a vector's userbuf.
pub(super) fn room(userbuf: &Value) -> Room {
    match userbuf["room_str"].as_str() {
        Some(name) => Room::Text(name.to_owned()),
        None => Room::Number(number(userbuf, "room_id") as u32),
    }
}

/// The JSON of a ticket, opened by other hands than ours: the alphabet back by letters, then base64, then flate2.
pub(super) fn json_of(ticket: &str) -> String {
    use base64::Engine as _;
    use std::io::Read as _;
    let standard = ticket.replace('*', "+").replace('-', "/").replace('_', "=");
    let stream = base64::engine::general_purpose::STANDARD.decode(standard).unwrap();
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(stream.as_slice()).read_to_string(&mut json).unwrap();
    json
}

/// Repeatable numbers for the tests with many cases (splitmix64).
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(super) fn bytes(&mut self) -> [u8; 32] {
        std::array::from_fn(|_| self.next() as u8)
    }

    /// A user id by Tencent's rule.
    pub(super) fn user_id(&mut self) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
        (0..=self.below(32)).map(|_| char::from(LETTERS[self.below(64)])).collect()
    }
}
