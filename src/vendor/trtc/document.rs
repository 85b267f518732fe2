//! Writes the signed document of a ticket and its envelope: JSON, zlib, Tencent's base64.
//!
//! By hand, because a JSON library costs as much as everything else here; what comes from outside is escaped all the same.
//! Field orders and texts to sign: vendor page sections 1.1, 1.2, 2.1 and 2.2 (order of the Node port).

use super::alphabet;
use super::keys::{EcdsaKey, HmacKey, TicketKey};
use crate::vendor::zlib;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// Why a ticket could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Empty, over 65535 bytes, or with control characters, which could forge a line of the signed text.
    #[error("this user id cannot stand in a ticket: use 1 to 32 letters, digits, _ or -")]
    UserIdUnfit,
    /// Room number 0, or a room text that is empty or over 65535 bytes.
    #[error("this room cannot stand in a ticket: use a number from 1 to 4294967295, or a text that is not empty")]
    RoomUnfit,
    /// The system gave no random bytes.
    #[error("the ticket could not be signed because the system gives no random numbers: try again")]
    SigningFailed,
}

impl SignError {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::UserIdUnfit => "user_id_unfit",
            Self::RoomUnfit => "room_unfit",
            Self::SigningFailed => "signing_failed",
        }
    }
}

/// What a ticket says.
pub(super) struct Claims<'a> {
    pub(super) sdk_app_id: u32,
    pub(super) user_id: &'a str,
    /// Unix seconds.
    pub(super) issued: u64,
    pub(super) life_seconds: u32,
    pub(super) userbuf: Option<&'a [u8]>,
}

/// Signs the claims and wraps them up.
pub(super) fn ticket(key: &TicketKey, claims: &Claims<'_>) -> Result<String, SignError> {
    let fits = (1..=usize::from(u16::MAX)).contains(&claims.user_id.len()) && !has_control(claims.user_id);
    if !fits {
        return Err(SignError::UserIdUnfit);
    }
    let userbuf = claims.userbuf.map(|bytes| STANDARD.encode(bytes));
    let json = match key {
        TicketKey::Ecdsa(key) => version_1(key, claims, userbuf.as_deref())?,
        TicketKey::Hmac(key) => version_2(key, claims, userbuf.as_deref()),
    };
    Ok(alphabet::encode(&zlib::deflate(&json.bytes, json.marks.get(..json.marked).unwrap_or_default())))
}

/// A document as it grows. It repeats itself where names begin and where they end, which is marked for the encoder.
struct Json {
    bytes: Vec<u8>,
    marks: [usize; 2 * Self::MOST_MEMBERS],
    marked: usize,
}

impl Json {
    const MOST_MEMBERS: usize = 9;

    /// In a buffer that may have served before.
    fn new(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes, marks: [0; 2 * Self::MOST_MEMBERS], marked: 0 }
    }

    /// One name, with what closes the value before it and what opens its own.
    // Inlined, so that texts of known length are written without a call.
    #[inline(always)]
    fn name(&mut self, closing: &str, name: &str, opening: &str) {
        self.bytes.extend_from_slice(closing.as_bytes());
        self.mark();
        self.bytes.extend_from_slice(name.as_bytes());
        self.mark();
        self.bytes.extend_from_slice(opening.as_bytes());
    }

    fn mark(&mut self) {
        if let Some(next) = self.marks.get_mut(self.marked) {
            *next = self.bytes.len();
            self.marked += 1;
        }
    }
}

fn version_1(key: &EcdsaKey, claims: &Claims<'_>, userbuf: Option<&str>) -> Result<Json, SignError> {
    let mut text = Vec::with_capacity(256);
    line(&mut text, "TLS.appid_at_3rd:", "0");
    line(&mut text, "TLS.account_type:", &key.account_type);
    line(&mut text, "TLS.identifier:", claims.user_id);
    number_line(&mut text, "TLS.sdk_appid:", claims.sdk_app_id.into());
    number_line(&mut text, "TLS.time:", claims.issued);
    number_line(&mut text, "TLS.expire_after:", claims.life_seconds.into());
    if let Some(userbuf) = userbuf {
        line(&mut text, "TLS.userbuf:", userbuf);
    }

    let mut json = Json::new(Vec::with_capacity(448));
    json.name("{", r#""TLS.account_type"#, r#"":""#);
    push_escaped(&mut json.bytes, &key.account_type);
    json.name(r#"","#, r#""TLS.identifier"#, r#"":""#);
    push_escaped(&mut json.bytes, claims.user_id);
    json.name(r#"","#, r#""TLS.appid_at_3rd"#, r#"":"0"#);
    json.name(r#"","#, r#""TLS.sdk_appid"#, r#"":""#);
    push_decimal(&mut json.bytes, claims.sdk_app_id.into());
    json.name(r#"","#, r#""TLS.expire_after"#, r#"":""#);
    push_decimal(&mut json.bytes, claims.life_seconds.into());
    json.name(r#"","#, r#""TLS.version"#, r#"":"201512300000"#);
    json.name(r#"","#, r#""TLS.time"#, r#"":""#);
    push_decimal(&mut json.bytes, claims.issued);
    if let Some(userbuf) = userbuf {
        json.name(r#"","#, r#""TLS.userbuf"#, r#"":""#);
        json.bytes.extend_from_slice(userbuf.as_bytes());
    }
    json.name(r#"","#, r#""TLS.sig"#, r#"":""#);
    if !key.sign(&text, |signature| push_base64(&mut json.bytes, signature)) {
        return Err(SignError::SigningFailed);
    }
    json.bytes.extend_from_slice(br#""}"#);
    Ok(json)
}

fn version_2(key: &HmacKey, claims: &Claims<'_>, userbuf: Option<&str>) -> Json {
    let mut text = Vec::with_capacity(320);
    line(&mut text, "TLS.identifier:", claims.user_id);
    number_line(&mut text, "TLS.sdkappid:", claims.sdk_app_id.into());
    number_line(&mut text, "TLS.time:", claims.issued);
    number_line(&mut text, "TLS.expire:", claims.life_seconds.into());
    if let Some(userbuf) = userbuf {
        line(&mut text, "TLS.userbuf:", userbuf);
    }
    let signature = hmac::sign(&key.0, &text);

    let mut json = Json::new(text);
    json.name("{", r#""TLS.ver"#, r#"":"2.0"#);
    json.name(r#"","#, r#""TLS.identifier"#, r#"":""#);
    push_escaped(&mut json.bytes, claims.user_id);
    json.name(r#"","#, r#""TLS.sdkappid"#, r#"":"#);
    push_decimal(&mut json.bytes, claims.sdk_app_id.into());
    json.name(",", r#""TLS.time"#, r#"":"#);
    push_decimal(&mut json.bytes, claims.issued);
    json.name(",", r#""TLS.expire"#, r#"":"#);
    push_decimal(&mut json.bytes, claims.life_seconds.into());
    let closing = match userbuf {
        Some(userbuf) => {
            json.name(",", r#""TLS.userbuf"#, r#"":""#);
            json.bytes.extend_from_slice(userbuf.as_bytes());
            r#"","#
        }
        None => ",",
    };
    json.name(closing, r#""TLS.sig"#, r#"":""#);
    push_base64(&mut json.bytes, signature.as_ref());
    json.bytes.extend_from_slice(br#""}"#);
    json
}

/// True for a text that could end a line of the signed text early.
pub(super) fn has_control(text: &str) -> bool {
    // Most ids are ASCII, which needs no decoding.
    if text.is_ascii() { text.bytes().any(|byte| byte.is_ascii_control()) } else { text.chars().any(char::is_control) }
}

/// One line of the text to sign.
pub(super) fn line(text: &mut Vec<u8>, name: &str, value: &str) {
    text.extend_from_slice(name.as_bytes());
    text.extend_from_slice(value.as_bytes());
    text.push(b'\n');
}

/// One line of the text to sign, with a number.
pub(super) fn number_line(text: &mut Vec<u8>, name: &str, value: u64) {
    text.extend_from_slice(name.as_bytes());
    push_decimal(text, value);
    text.push(b'\n');
}

fn push_decimal(to: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// Standard base64, padded.
fn push_base64(to: &mut Vec<u8>, bytes: &[u8]) {
    let start = to.len();
    to.resize(start + bytes.len().div_ceil(3) * 4, b'=');
    // The room is exactly what the padded text takes.
    let _ = STANDARD.encode_slice(bytes, to.get_mut(start..).unwrap_or_default());
}

/// Text as the inside of a JSON string (RFC 8259 section 7).
fn push_escaped(to: &mut Vec<u8>, text: &str) {
    // User ids almost never need an escape.
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        return to.extend_from_slice(text.as_bytes());
    }
    for byte in text.bytes() {
        match byte {
            b'"' => to.extend_from_slice(b"\\\""),
            b'\\' => to.extend_from_slice(b"\\\\"),
            0..=0x1f => to.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            // Bytes of a letter outside ASCII are all above 0x7f.
            other => to.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_escaped_as_serde_json_reads_it(text in any::<String>()) {
            let mut json = vec![b'"'];
            push_escaped(&mut json, &text);
            json.push(b'"');
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }

        #[test]
        fn numbers_are_written_as_everywhere_else(number: u64) {
            let mut text = Vec::new();
            push_decimal(&mut text, number);
            prop_assert_eq!(text, number.to_string().into_bytes());
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        let mut json = Vec::new();
        push_escaped(&mut json, "\0\n\x1f\"\\");
        assert_eq!(json, b"\\u0000\\u000a\\u001f\\\"\\\\");
        let mut zero = Vec::new();
        push_decimal(&mut zero, 0);
        assert_eq!(zero, b"0");
    }
}
