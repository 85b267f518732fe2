//! Opens and judges tokens 03 and 04 of any of ZEGO's generators, by the checks of ZEGO's own browser tool
//! (`zego.md` section 3): version, base64, lengths, decryption, member types, app, user, room, expiry.

use super::envelope::{Envelope, Mode, Version};
use super::fault::{Fault, Verdict, Warning, expiry_fault};
use super::privileges::{Privileges, powers};
use super::server_secret::ServerSecret;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// What a token 03 or 04 says, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedToken {
    /// Generation.
    pub version: Version,
    /// How it was sealed.
    pub mode: Mode,
    /// App.
    pub app_id: u32,
    /// User.
    pub user_id: String,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds.
    pub expires: i64,
    /// 32 bits in version 04, 64 in 03.
    pub nonce: i64,
    /// Version 04: the raw payload; empty when there is none.
    pub payload: String,
    /// What it allows: the payload of 04 when it is a privilege text, always in 03. No stream list in 03.
    pub privileges: Option<Privileges>,
}

/// What a token is asked to be good for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The app.
    pub app_id: u32,
    /// The id used at login, if it is to be compared.
    pub user_id: Option<&'a str>,
    /// The room to enter, if it is to be compared.
    pub room_id: Option<&'a str>,
}

/// Judges a token as ZEGO would. Any of `secrets` may have sealed it, so that a secret can be changed; `now` in Unix
/// seconds. The second of expiry still counts as valid, as in ZEGO's tool.
pub fn verify(token: &str, secrets: &[&ServerSecret], wanted: &Wanted<'_>, now: i64) -> Verdict<SealedToken> {
    let envelope = match Envelope::read(token) {
        Ok(envelope) => envelope,
        Err(fault) => return Verdict::unread(fault),
    };
    let said = match open(&envelope, secrets) {
        Ok(said) => said,
        Err(fault) => return Verdict::unread(fault),
    };
    let faults = judge(&envelope, &said, wanted, now);
    let mut warnings = Vec::new();
    if !said.payload.is_empty() && said.privileges.is_none() {
        warnings.push(Warning::PayloadNotPrivileges);
    }
    if said.user_id.chars().count() > 64 {
        warnings.push(Warning::UserIdLong);
    }
    Verdict { decoded: Some(said), faults, warnings }
}

fn judge(envelope: &Envelope, said: &SealedToken, wanted: &Wanted<'_>, now: i64) -> Vec<Fault> {
    let mut faults = Vec::new();
    if said.app_id != wanted.app_id {
        faults.push(Fault::AppIdMismatch { found: said.app_id, wanted: wanted.app_id });
    }
    if wanted.user_id.is_some_and(|user| user != said.user_id) {
        faults.push(Fault::IdentifierMismatch { found: said.user_id.clone() });
    }
    let room = said.privileges.as_ref().map_or("", |p| p.room_id.as_str());
    if wanted.room_id.is_some_and(|wanted| !room.is_empty() && wanted != room) {
        faults.push(Fault::RoomMismatch { found: room.to_owned() });
    }
    if envelope.expires == said.expires {
        faults.extend(expiry_fault(said.expires, now, true));
    } else {
        let detail = "the expiry outside the seal differs from the one inside: the token was changed";
        faults.push(Fault::BadSignature { field: "expire", detail });
    }
    faults
}

fn open(envelope: &Envelope, secrets: &[&ServerSecret]) -> Result<SealedToken, Fault> {
    if secrets.is_empty() {
        return Err(Fault::KeyUnknown);
    }
    // A wrong secret passes CBC's padding once in 256 times; then what comes out is no JSON.
    let object = |secret: &&ServerSecret| serde_json::from_slice::<Map<String, Value>>(&envelope.open(secret)?).ok();
    let detail = "the token does not open with this server secret, or it was changed";
    let members = secrets.iter().find_map(object).ok_or(Fault::BadSignature { field: "ciphertext", detail })?;
    match envelope.version {
        Version::V03 => read03(envelope.mode, &members),
        Version::V04 => read04(envelope.mode, &members),
    }
}

fn read04(mode: Mode, members: &Map<String, Value>) -> Result<SealedToken, Fault> {
    let payload = match members.get("payload") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(wrong("payload", "payload must be a JSON text inside a string, or be left out")),
    };
    Ok(SealedToken {
        version: Version::V04,
        mode,
        app_id: app_id(members)?,
        user_id: text(members, "user_id", "user_id is missing, empty or not a JSON string")?,
        created: number(members, "ctime", "ctime is missing or not a whole JSON number")?,
        expires: number(members, "expire", "expire is missing or not a whole JSON number")?,
        nonce: number(members, "nonce", "nonce is missing or not a whole JSON number")?,
        privileges: Privileges::parse(&payload),
        payload,
    })
}

fn read03(mode: Mode, members: &Map<String, Value>) -> Result<SealedToken, Fault> {
    let map = members.get("privilege").cloned().and_then(|map| serde_json::from_value(map).ok());
    let (login, publish) = powers(&map.ok_or(wrong("privilege", "privilege is missing or not a map of numbers"))?);
    let room_id = match members.get("room_id") {
        Some(Value::String(room)) => room.clone(),
        _ => return Err(wrong("room_id", "room_id is missing or not a JSON string")),
    };
    Ok(SealedToken {
        version: Version::V03,
        mode,
        app_id: app_id(members)?,
        user_id: text(members, "user_id", "user_id is missing, empty or not a JSON string")?,
        created: number(members, "create_time", "create_time is missing or not a whole JSON number")?,
        expires: number(members, "expire_time", "expire_time is missing or not a whole JSON number")?,
        nonce: number(members, "nonce", "nonce is missing or not a whole JSON number")?,
        payload: String::new(),
        privileges: Some(Privileges { room_id, login, publish, stream_ids: Vec::new() }),
    })
}

const fn wrong(field: &'static str, detail: &'static str) -> Fault {
    Fault::Malformed { field, detail }
}

fn app_id(members: &Map<String, Value>) -> Result<u32, Fault> {
    let number = members.get("app_id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
    number.filter(|id| *id != 0).ok_or(wrong("app_id", "app_id is missing or not a JSON number from 1 to 4294967295"))
}

fn number(members: &Map<String, Value>, field: &'static str, detail: &'static str) -> Result<i64, Fault> {
    members.get(field).and_then(Value::as_i64).ok_or(wrong(field, detail))
}

fn text(members: &Map<String, Value>, field: &'static str, detail: &'static str) -> Result<String, Fault> {
    members.get(field).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned).ok_or(wrong(field, detail))
}
