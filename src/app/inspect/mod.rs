//! The inspector: what a pasted text is, what it says, and why a vendor would refuse it. It judges with the keys of the
//! configuration and names the usual mistakes; nothing of a key and no right signature is ever in an answer.

mod callback;
mod css;
mod form;
mod roomsig;
mod session;
mod ticket;
mod time;
mod voip;
mod zego;

use super::App;
use crate::live::time::UnixMs;
use crate::vendor::trtc::userbuf::Room;
use form::Form;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is asked about a text.
#[derive(Clone, Default)]
pub struct Question {
    /// The text as it was pasted.
    pub text: String,
    /// Who is to use it.
    pub user_id: Option<String>,
    /// The vendor's app it is to be for.
    pub app_id: Option<u32>,
    /// The room it is to open, a number or a text.
    pub room_id: Option<String>,
    /// The room it is to open, a text even if it reads like a number.
    pub room_name: Option<String>,
    /// The moment to judge by; else now.
    pub at: Option<UnixMs>,
    /// Headers that came with a callback, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The path a callback was sent to.
    pub path: Option<String>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which part of the text or of the question.
    pub field: String,
    /// The stable word.
    pub code: &'static str,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the text is; `unknown` when nothing fits.
    pub kind: &'static str,
    /// What it says, as far as it could be read. Proven only when it is valid.
    pub decoded: Option<Map<String, Value>>,
    /// One cause, one fault.
    pub faults: Vec<Finding>,
    /// Odd, but accepted.
    pub warnings: Vec<Finding>,
}

impl Report {
    fn new(kind: &'static str) -> Self {
        Self { kind, decoded: None, faults: Vec::new(), warnings: Vec::new() }
    }

    /// True when the vendor would take it.
    pub fn valid(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, field: &str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.faults.push(Finding { field: field.to_owned(), code, zh: zh.into(), en: en.into() });
    }

    fn warn(&mut self, field: &str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.warnings.push(Finding { field: field.to_owned(), code, zh: zh.into(), en: en.into() });
    }

    fn tell(&mut self, name: &str, value: impl Into<Value>) {
        self.decoded.get_or_insert_default().insert(name.to_owned(), value.into());
    }

    fn malformed(mut self, field: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.fault(field, "malformed", zh, en);
        self
    }
}

/// A question with what it is judged by.
struct Case<'a> {
    app: &'a App,
    asked: &'a Question,
    at: UnixMs,
}

impl Case<'_> {
    fn now(&self) -> i64 {
        self.at.seconds()
    }

    fn user(&self) -> Option<&str> {
        self.asked.user_id.as_deref()
    }

    fn room(&self) -> Option<&str> {
        self.asked.room_name.as_deref().or(self.asked.room_id.as_deref())
    }

    /// As Tencent tells rooms: a number and the text that reads the same are two.
    fn tencent_room(&self) -> Option<Room> {
        if let Some(name) = &self.asked.room_name {
            return Some(Room::Text(name.clone()));
        }
        let id = self.asked.room_id.as_ref()?;
        let number = id.parse().ok().filter(|number: &u32| number.to_string() == *id);
        Some(number.map_or_else(|| Room::Text(id.clone()), Room::Number))
    }
}

/// Judges a text. Never fails: what cannot be recognised is `unknown` and malformed.
pub async fn inspect(app: &App, asked: &Question) -> Report {
    let case = Case { app, asked, at: asked.at.unwrap_or_else(|| app.now()) };
    match form::recognise(asked) {
        Form::LoginToken(text) => zego::login_token(&case, &text),
        Form::SealedToken(text) => zego::sealed_token(&case, &text),
        Form::Ticket(text) => ticket::judge(&case, &text),
        Form::CssUrl(text) => css::url(&case, text),
        Form::RoomUrl(text) => roomsig::room_url(&case, text),
        Form::RoomSigRequest { url, body } => roomsig::request(&case, &url, body.as_ref()),
        Form::Voip(values) => voip::judge(&case, &values).await,
        Form::Callback(vendor) => callback::judge(&case, vendor),
        Form::LoginSession(text) => session::login_session(&case, text),
        Form::Jwt(text) => session::jwt(&case, text).await,
        Form::Unknown => Report::new("unknown").malformed(
            "text",
            "无法识别这段文本：它不是任何已知的凭证、地址或回调。请整段复制，不要带引号和换行。",
            "This text is no known credential, address or callback; copy all of it, without quotes and line breaks.",
        ),
    }
}
