//! What a text is, told by its look alone. Nothing is judged here.

use super::Question;
use crate::app::access::{jwt, sessions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Whose callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vendor {
    Zego,
    Css,
    Trtc,
}

/// What a text seems to be.
#[derive(Debug)]
pub(super) enum Form<'a> {
    LoginToken(Pasted),
    SealedToken(Pasted),
    Ticket(Pasted),
    CssUrl(&'a str),
    RoomUrl(&'a str),
    RoomSigRequest { url: String, body: Option<Value> },
    Voip(Map<String, Value>),
    Callback(Vendor),
    LoginSession(&'a str),
    Jwt(&'a str),
    Unknown,
}

/// A token's text without what pasting added, and what that was.
#[derive(Debug, Default)]
pub(super) struct Pasted {
    pub(super) text: String,
    pub(super) quoted: bool,
    pub(super) line_breaks: bool,
    pub(super) percent_encoded: bool,
}

/// Looks at the path and headers first, then at the text.
pub(super) fn recognise(asked: &Question) -> Form<'_> {
    if let Some(vendor) = asked.path.as_deref().and_then(by_path) {
        return Form::Callback(vendor);
    }
    if asked.headers.contains_key("sdkappid") || asked.headers.contains_key("sign") {
        return Form::Callback(Vendor::Trtc);
    }
    let text = asked.text.trim();
    if let Some(form) = by_scheme(text) {
        return form;
    }
    if let Some(form) = members(text).and_then(by_members) {
        return form;
    }
    let bare = text.strip_prefix("Bearer ").unwrap_or(text).trim().trim_matches(['"', '\'']);
    if sessions::is_session(bare) {
        return Form::LoginSession(bare);
    }
    if jwt::is_jwt(bare) {
        return Form::Jwt(bare);
    }
    by_letters(pasted(text))
}

/// The vendor behind a callback address, which may have a host before it.
fn by_path(path: &str) -> Option<Vendor> {
    let mut parts = path.split('/').skip_while(|part| *part != "callbacks").skip(1);
    match parts.next()? {
        "zego" => Some(Vendor::Zego),
        "css" => Some(Vendor::Css),
        "trtc" => Some(Vendor::Trtc),
        _ => None,
    }
}

fn by_scheme(text: &str) -> Option<Form<'_>> {
    let (scheme, rest) = text.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "room" => Some(Form::RoomUrl(text)),
        "rtmp" | "rtmps" | "webrtc" | "srt" => Some(Form::CssUrl(text)),
        "http" | "https" if rest.contains(ROOMSIG) => Some(Form::RoomSigRequest { url: text.to_owned(), body: None }),
        "http" | "https" => {
            let path = rest.split(['?', '#']).next().unwrap_or_default();
            let media = path.ends_with(".flv") || path.ends_with(".m3u8") || rest.contains("txSecret=");
            Some(if media { Form::CssUrl(text) } else { Form::Unknown })
        }
        _ => None,
    }
}

/// The path of the roomsig request (`tencent.md` section 5).
const ROOMSIG: &str = "/openim/jsonvideoapp";

/// A JSON object, plain or percent-encoded, or a form.
fn members(text: &str) -> Option<Map<String, Value>> {
    if text.starts_with('{') {
        return serde_json::from_str(text).ok();
    }
    if text.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("%7b")) {
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
        return serde_json::from_slice(&decoded).ok();
    }
    if !(text.contains('&') && text.contains('=')) {
        return None;
    }
    let query = text.strip_prefix('?').unwrap_or(text);
    Some(form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect())
}

fn by_members(values: Map<String, Value>) -> Option<Form<'static>> {
    let has = |name: &str| values.contains_key(name);
    let either = |one: &str, other: &str| has(one) || has(other);
    if either("groupId", "group_id") && either("nonceStr", "nonce_str") {
        return Some(Form::Voip(values));
    }
    if has("EventGroupId") || has("EventInfo") {
        return Some(Form::Callback(Vendor::Trtc));
    }
    if has("timestamp") && has("nonce") && has("signature") {
        return Some(Form::Callback(Vendor::Zego));
    }
    if (has("sign") && has("t")) || (has("event_type") && either("stream_id", "stream_param")) {
        return Some(Form::Callback(Vendor::Css));
    }
    if has("ver") && has("hash") {
        return Some(Form::LoginToken(Pasted { text: Value::Object(values).to_string(), ..Pasted::default() }));
    }
    let url = values.get("url").and_then(Value::as_str).filter(|url| url.contains(ROOMSIG))?;
    Some(Form::RoomSigRequest { url: url.to_owned(), body: values.get("data").cloned() })
}

/// Takes away what copying adds around and into a token.
fn pasted(text: &str) -> Pasted {
    let bare = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let unquoted = bare.trim_matches(['"', '\'', '`', ',', ';']).trim();
    let joined: String = unquoted.chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
    let mut pasted = Pasted {
        quoted: unquoted.len() != bare.len(),
        line_breaks: joined.len() != unquoted.len(),
        percent_encoded: false,
        text: joined,
    };
    if pasted.text.contains('%')
        && let Ok(decoded @ Cow::Owned(_)) = percent_encoding::percent_decode_str(&pasted.text).decode_utf8()
    {
        let decoded = decoded.into_owned();
        pasted.percent_encoded = decoded != pasted.text;
        pasted.text = decoded;
    }
    pasted
}

fn by_letters(pasted: Pasted) -> Form<'static> {
    let text = pasted.text.as_str();
    // The expiry's first two bytes are zero, also in milliseconds, and three letters A are more than that.
    if text.starts_with('0') && text.get(2..5) == Some("AAA") {
        return Form::SealedToken(pasted);
    }
    let head = first_bytes(text);
    let json = String::from_utf8_lossy(&head);
    if json.trim_start().starts_with('{') && ["\"ver\"", "\"hash\"", "\"nonce\"", "\"expired\""].iter().any(|m| json.contains(m))
    {
        return Form::LoginToken(pasted);
    }
    match head.as_slice() {
        // The two bytes that begin a zlib stream (RFC 1950).
        [first @ 0x78, second, ..] if (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0 && text.len() >= 16 => {
            Form::Ticket(pasted)
        }
        _ => Form::Unknown,
    }
}

/// As many bytes from the start as any base64 gives; where the alphabets differ, some may be wrong.
fn first_bytes(text: &str) -> Vec<u8> {
    let letters: Vec<u8> = text
        .bytes()
        .map(|b| match b {
            b'*' | b' ' => b'+',
            b'-' => b'/',
            other => other,
        })
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
        .collect();
    let whole = letters.len() - letters.len() % 4;
    letters.get(..whole).and_then(|groups| STANDARD_NO_PAD.decode(groups).ok()).unwrap_or_default()
}
