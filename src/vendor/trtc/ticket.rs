//! Opens a userSig or privateMapKey of any official port and says what is in it. Nothing is believed here: see `verify`.
//!
//! Source: vendor page sections 1.3, 1.4, 2.2 and 4.

use super::alphabet;
use super::document::{has_control, line, number_line};
use super::userbuf::{Privileges, Room, Userbuf};
use super::verify::Fault;
use crate::live::time::{UnixMs, rfc3339};
use crate::vendor::zlib::{InflateError, inflate_capped};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The most JSON that a ticket may unfold to, in bytes.
const JSON_CAP: usize = 16 * 1024;

/// Which algorithm signed a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Version {
    /// TLSSigAPI, ECDSA-SHA256.
    #[serde(rename = "1")]
    One,
    /// TLSSigAPIv2, HMAC-SHA256.
    #[serde(rename = "2")]
    Two,
}

/// What a ticket is for. The presence of a userbuf decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Proves a user.
    UserSig,
    /// Opens a room.
    PrivateMapKey,
}

/// What a ticket says, for people. It holds neither signature nor key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decoded {
    /// What it is for.
    pub kind: Kind,
    /// Which algorithm signed it.
    pub version: Version,
    /// The user id.
    pub identifier: String,
    /// The application.
    pub sdkappid: u32,
    /// When it was issued.
    #[serde(serialize_with = "rfc3339")]
    pub issued_at: UnixMs,
    /// The last moment at which it counts.
    #[serde(serialize_with = "rfc3339")]
    pub expires_at: UnixMs,
    /// True when there is a userbuf, readable or not.
    pub has_userbuf: bool,
    /// The room of a privateMapKey.
    pub room: Option<Room>,
    /// The powers of a privateMapKey, as bits.
    pub privileges: Option<Privileges>,
}

/// An opened ticket, not yet verified.
pub struct Ticket {
    pub(super) version: Version,
    pub(super) identifier: String,
    pub(super) sdk_app_id: u32,
    /// Unix seconds.
    pub(super) issued: u64,
    /// Unix seconds, the last one that counts.
    pub(super) expires: u64,
    /// The text that its signature must cover.
    pub(super) text: Vec<u8>,
    /// Nothing when it is not base64; then it signs nothing.
    pub(super) signature: Option<Vec<u8>>,
    pub(super) has_userbuf: bool,
    pub(super) userbuf: Option<Userbuf>,
}

impl Ticket {
    /// Opens a ticket: either alphabet, with or without padding; zlib under a cap of 16 KiB; JSON of either version.
    /// Fails with `malformed`, or `unsupported_version` when TLS.ver is neither absent nor "2.0".
    pub fn open(text: &str) -> Result<Self, Fault> {
        let stream = alphabet::decode(text).ok_or(Fault::Malformed)?;
        let json = inflate_capped(&stream, JSON_CAP).map_err(|_| Fault::Malformed)?;
        let document: Document = serde_json::from_slice(&json).map_err(|_| Fault::Malformed)?;
        match document.ver.as_ref() {
            None => document.version_1().ok_or(Fault::Malformed),
            Some(Scalar::Text(version)) if version == "2.0" => document.version_2().ok_or(Fault::Malformed),
            Some(_) => Err(Fault::UnsupportedVersion),
        }
    }

    /// What it is for.
    pub fn kind(&self) -> Kind {
        if self.has_userbuf { Kind::PrivateMapKey } else { Kind::UserSig }
    }

    /// What it says.
    pub fn decoded(&self) -> Decoded {
        Decoded {
            kind: self.kind(),
            version: self.version,
            identifier: self.identifier.clone(),
            sdkappid: self.sdk_app_id,
            issued_at: moment(self.issued),
            expires_at: moment(self.expires),
            has_userbuf: self.has_userbuf,
            room: self.userbuf.as_ref().map(|userbuf| userbuf.room.clone()),
            privileges: self.userbuf.as_ref().map(|userbuf| userbuf.privileges),
        }
    }
}

fn moment(seconds: u64) -> UnixMs {
    UnixMs::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Version 1 writes all values as text, version 2 some as numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Number(u64),
    Text(String),
}

impl Scalar {
    fn text(&self) -> Option<&str> {
        match self {
            // A control character could stand for another line of the signed text.
            Self::Text(text) => Some(text.as_str()).filter(|text| !has_control(text)),
            Self::Number(_) => None,
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }

    /// Decimal digits only: the ISO time of tickets from before 2015 is not read.
    fn decimal(&self) -> Option<(&str, u64)> {
        let text = self.text().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((text, text.parse().ok()?))
    }
}

/// Both versions' fields. A name that comes twice is refused, so that no two readers see two tickets in one.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "TLS.ver")]
    ver: Option<Scalar>,
    #[serde(rename = "TLS.appid_at_3rd")]
    appid_at_3rd: Option<Scalar>,
    #[serde(rename = "TLS.account_type")]
    account_type: Option<Scalar>,
    #[serde(rename = "TLS.identifier")]
    identifier: Option<Scalar>,
    #[serde(rename = "TLS.sdk_appid")]
    sdk_appid: Option<Scalar>,
    #[serde(rename = "TLS.sdkappid")]
    sdkappid: Option<Scalar>,
    #[serde(rename = "TLS.time")]
    time: Option<Scalar>,
    #[serde(rename = "TLS.expire_after")]
    expire_after: Option<Scalar>,
    #[serde(rename = "TLS.expire")]
    expire: Option<Scalar>,
    #[serde(rename = "TLS.userbuf")]
    userbuf: Option<Scalar>,
    #[serde(rename = "TLS.sig")]
    sig: Option<Scalar>,
}

impl Document {
    fn version_1(&self) -> Option<Ticket> {
        let (app_text, app) = self.sdk_appid.as_ref()?.decimal()?;
        let (time_text, issued) = self.time.as_ref()?.decimal()?;
        let (life_text, life) = self.expire_after.as_ref()?.decimal()?;
        let mut text = Vec::with_capacity(256);
        if let Some(third) = &self.appid_at_3rd {
            line(&mut text, "TLS.appid_at_3rd:", third.text()?);
        }
        line(&mut text, "TLS.account_type:", self.account_type.as_ref()?.text()?);
        line(&mut text, "TLS.identifier:", self.identifier.as_ref()?.text()?);
        line(&mut text, "TLS.sdk_appid:", app_text);
        line(&mut text, "TLS.time:", time_text);
        line(&mut text, "TLS.expire_after:", life_text);
        self.ticket(Version::One, app, issued, life, text)
    }

    fn version_2(&self) -> Option<Ticket> {
        let app = self.sdkappid.as_ref()?.number()?;
        let issued = self.time.as_ref()?.number()?;
        let life = self.expire.as_ref()?.number()?;
        let mut text = Vec::with_capacity(192);
        line(&mut text, "TLS.identifier:", self.identifier.as_ref()?.text()?);
        number_line(&mut text, "TLS.sdkappid:", app);
        number_line(&mut text, "TLS.time:", issued);
        number_line(&mut text, "TLS.expire:", life);
        self.ticket(Version::Two, app, issued, life, text)
    }

    /// What both versions share; the userbuf line is the last of both texts.
    fn ticket(&self, version: Version, app: u64, issued: u64, life: u64, mut text: Vec<u8>) -> Option<Ticket> {
        let userbuf = match &self.userbuf {
            Some(userbuf) => Some(userbuf.text()?),
            None => None,
        };
        if let Some(userbuf) = userbuf {
            line(&mut text, "TLS.userbuf:", userbuf);
        }
        Some(Ticket {
            version,
            identifier: self.identifier.as_ref()?.text()?.to_owned(),
            sdk_app_id: u32::try_from(app).ok()?,
            issued,
            expires: issued.saturating_add(life),
            text,
            signature: STANDARD.decode(self.sig.as_ref()?.text()?).ok(),
            has_userbuf: userbuf.is_some(),
            userbuf: userbuf.and_then(|letters| STANDARD.decode(letters).ok()).and_then(|bytes| Userbuf::parse(&bytes)),
        })
    }
}

/// What happened to a ticket's text on its way, for an inspector that wants to help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Letters of standard base64 in it: read here, but a query string would change them.
    pub standard_base64: bool,
    /// A space where `+` stood: standard base64 that went through a query string unescaped.
    pub plus_became_space: bool,
    /// The end is missing.
    pub truncated: bool,
    /// The algorithm, when it can still be told.
    pub version: Option<Version>,
}

/// Looks at the text of a ticket without believing any of it.
pub fn diagnose(text: &str) -> Diagnosis {
    let text = text.trim();
    let plus_became_space = text.contains(' ');
    let mended = text.replace(' ', "+");
    let cut_off = |letters: &str| {
        alphabet::decode(letters).is_some_and(|stream| inflate_capped(&stream, JSON_CAP) == Err(InflateError::CutOff))
    };
    // A cut can leave one to three letters of the last four; whole groups of four are enough to see that the stream stops early.
    let whole = mended.len() - mended.len() % 4;
    Diagnosis {
        standard_base64: mended.contains(['+', '/', '=']),
        plus_became_space,
        truncated: mended.get(..whole).is_some_and(cut_off),
        version: Ticket::open(&mended).ok().map(|ticket| ticket.version),
    }
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
