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
    Ok(alphabet::encode(&zlib::deflate(json.as_bytes())))
}

fn version_1(key: &EcdsaKey, claims: &Claims<'_>, userbuf: Option<&str>) -> Result<String, SignError> {
    let mut text = String::with_capacity(256);
    line(&mut text, "TLS.appid_at_3rd:", "0");
    line(&mut text, "TLS.account_type:", &key.account_type);
    line(&mut text, "TLS.identifier:", claims.user_id);
    number_line(&mut text, "TLS.sdk_appid:", claims.sdk_app_id.into());
    number_line(&mut text, "TLS.time:", claims.issued);
    number_line(&mut text, "TLS.expire_after:", claims.life_seconds.into());
    if let Some(userbuf) = userbuf {
        line(&mut text, "TLS.userbuf:", userbuf);
    }

    let mut json = String::with_capacity(448);
    json.push_str(r#"{"TLS.account_type":""#);
    push_escaped(&mut json, &key.account_type);
    json.push_str(r#"","TLS.identifier":""#);
    push_escaped(&mut json, claims.user_id);
    json.push_str(r#"","TLS.appid_at_3rd":"0","TLS.sdk_appid":""#);
    push_decimal(&mut json, claims.sdk_app_id.into());
    json.push_str(r#"","TLS.expire_after":""#);
    push_decimal(&mut json, claims.life_seconds.into());
    json.push_str(r#"","TLS.version":"201512300000","TLS.time":""#);
    push_decimal(&mut json, claims.issued);
    if let Some(userbuf) = userbuf {
        json.push_str(r#"","TLS.userbuf":""#);
        json.push_str(userbuf);
    }
    json.push_str(r#"","TLS.sig":""#);
    if !key.sign(text.as_bytes(), |signature| STANDARD.encode_string(signature, &mut json)) {
        return Err(SignError::SigningFailed);
    }
    json.push_str(r#""}"#);
    Ok(json)
}

fn version_2(key: &HmacKey, claims: &Claims<'_>, userbuf: Option<&str>) -> String {
    let mut text = String::with_capacity(192);
    line(&mut text, "TLS.identifier:", claims.user_id);
    number_line(&mut text, "TLS.sdkappid:", claims.sdk_app_id.into());
    number_line(&mut text, "TLS.time:", claims.issued);
    number_line(&mut text, "TLS.expire:", claims.life_seconds.into());
    if let Some(userbuf) = userbuf {
        line(&mut text, "TLS.userbuf:", userbuf);
    }

    let mut json = String::with_capacity(320);
    json.push_str(r#"{"TLS.ver":"2.0","TLS.identifier":""#);
    push_escaped(&mut json, claims.user_id);
    json.push_str(r#"","TLS.sdkappid":"#);
    push_decimal(&mut json, claims.sdk_app_id.into());
    json.push_str(r#","TLS.time":"#);
    push_decimal(&mut json, claims.issued);
    json.push_str(r#","TLS.expire":"#);
    push_decimal(&mut json, claims.life_seconds.into());
    if let Some(userbuf) = userbuf {
        json.push_str(r#","TLS.userbuf":""#);
        json.push_str(userbuf);
        json.push('"');
    }
    json.push_str(r#","TLS.sig":""#);
    STANDARD.encode_string(hmac::sign(&key.0, text.as_bytes()), &mut json);
    json.push_str(r#""}"#);
    json
}

/// True for a text that could end a line of the signed text early.
pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// One line of the text to sign.
pub(super) fn line(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str(value);
    text.push('\n');
}

/// One line of the text to sign, with a number.
pub(super) fn number_line(text: &mut String, name: &str, value: u64) {
    text.push_str(name);
    push_decimal(text, value);
    text.push('\n');
}

fn push_decimal(to: &mut String, mut number: u64) {
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
    to.push_str(digits.get(start..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default());
}

/// Text as the inside of a JSON string (RFC 8259 section 7).
fn push_escaped(to: &mut String, text: &str) {
    // User ids almost never need an escape.
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        return to.push_str(text);
    }
    for letter in text.chars() {
        match letter {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\0'..='\x1f' => {
                to.push_str("\\u00");
                to.extend([u32::from(letter) >> 4, u32::from(letter) & 15].iter().filter_map(|&d| char::from_digit(d, 16)));
            }
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
            let mut json = String::from("\"");
            push_escaped(&mut json, &text);
            json.push('"');
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }

        #[test]
        fn numbers_are_written_as_everywhere_else(number: u64) {
            let mut text = String::new();
            push_decimal(&mut text, number);
            prop_assert_eq!(text, number.to_string());
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        let mut json = String::new();
        push_escaped(&mut json, "\0\n\x1f\"\\");
        assert_eq!(json, "\\u0000\\u000a\\u001f\\\"\\\\");
        let mut zero = String::new();
        push_decimal(&mut zero, 0);
        assert_eq!(zero, "0");
    }
}
