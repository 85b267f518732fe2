//! A room and its openings: what may enter, who may publish, and which opening a moment belongs to.

use super::event::Provider;
use super::fault::Fault;
use super::time::UnixMs;
use serde::{Deserialize, Serialize};

/// A vendor's event belongs to the latest opening that began at most this much after it: clocks differ.
pub const CLOCK_SLACK_SECONDS: i64 = 5;

/// Openings remembered on the room itself.
pub const OPENINGS_KEPT: usize = 10;

/// Who made the room known to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// `POST /v1/rooms`.
    Api,
    /// A verified callback about a room we did not know.
    Vendor,
}

/// Whether tickets are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoomStatus {
    /// Tickets are given.
    Open,
    /// No longer.
    Closed,
}

/// Audio-only push of a Tencent room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audio {
    /// Push without recording (pureAudioPushMod 1).
    Push,
    /// Push and record as mp3 (pureAudioPushMod 2).
    Mp3,
}

impl Audio {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Mp3 => "mp3",
        }
    }

    /// The vendor's number.
    pub const fn pure_audio_push_mod(self) -> u8 {
        match self {
            Self::Push => 1,
            Self::Mp3 => 2,
        }
    }
}

/// One run of a room, from open to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Its id, which begins with the moment it was opened.
    pub opening_id: String,
    /// The record id it claimed.
    pub record_id: Option<String>,
}

impl Opening {
    /// A new id: the moment in milliseconds and eight random characters.
    pub fn new_id(at: UnixMs, random: [u8; 8]) -> String {
        format!("{:013}-{}", at.0.max(0), super::ids::base62(&random, 8))
    }

    /// When it was opened, read from its id.
    pub fn opened_at(&self) -> UnixMs {
        UnixMs(self.opening_id.split('-').next().and_then(|ms| ms.parse().ok()).unwrap_or(0))
    }

    /// The recording of this opening: its record id, else the opening's own id stands for it.
    pub fn recording_id(&self) -> &str {
        self.record_id.as_deref().unwrap_or(&self.opening_id)
    }

    /// As kept in the room's list.
    pub fn to_text(&self) -> String {
        match &self.record_id {
            Some(record_id) => format!("{}/{record_id}", self.opening_id),
            None => self.opening_id.clone(),
        }
    }

    /// Reads what `to_text` wrote.
    pub fn from_text(text: &str) -> Self {
        match text.split_once('/') {
            Some((id, record)) => Self { opening_id: id.to_owned(), record_id: Some(record.to_owned()) },
            None => Self { opening_id: text.to_owned(), record_id: None },
        }
    }
}

/// A room as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// Its id, the vendor's too.
    pub room_id: String,
    /// Who carries its media.
    pub provider: Provider,
    /// The vendor's app as text.
    pub app: String,
    /// Who made it known.
    pub origin: Origin,
    /// Open or closed.
    pub status: RoomStatus,
    /// Shown in lists.
    pub title: Option<String>,
    /// The app's own text.
    pub info: Option<String>,
    /// The host; none in a vendor's room.
    pub owner_id: Option<String>,
    /// How many may be inside, the host too.
    pub capacity: Option<u32>,
    /// Audio-only push.
    pub audio: Option<Audio>,
    /// The roomType of a room made by the RTCRoom calls; none in every other room.
    pub kind: Option<String>,
    /// The current (or last) opening.
    pub opening_id: String,
    /// When it was opened.
    pub opened_at: UnixMs,
    /// When it was closed.
    pub closed_at: Option<UnixMs>,
    /// The openings made through our API, oldest first, at most `OPENINGS_KEPT`.
    pub openings: Vec<Opening>,
    /// Users whose seat was accepted in this opening.
    pub cohosts: Vec<String>,
    /// The seats they sit on.
    pub seated: Vec<String>,
    /// Users put out.
    pub bans: Vec<String>,
    /// Projection for lists: someone publishes.
    pub live: bool,
    /// Projection: since when.
    pub live_since: Option<UnixMs>,
    /// Projection: last begin or end of a stream.
    pub last_live_at: Option<UnixMs>,
    /// Hash of the Idempotency-Key the opening was asked with.
    pub asked_with: Option<String>,
}

impl Room {
    /// A room just opened, with nobody in it and nothing said about it: no owner, no opening made through our API.
    pub fn opened(room_id: &str, provider: Provider, app: &str, origin: Origin, opening_id: String, opened_at: UnixMs) -> Self {
        Self {
            room_id: room_id.to_owned(),
            provider,
            app: app.to_owned(),
            origin,
            status: RoomStatus::Open,
            title: None,
            info: None,
            owner_id: None,
            capacity: None,
            audio: None,
            kind: None,
            opening_id,
            opened_at,
            closed_at: None,
            openings: Vec::new(),
            cohosts: Vec::new(),
            seated: Vec::new(),
            bans: Vec::new(),
            live: false,
            live_since: None,
            last_live_at: None,
            asked_with: None,
        }
    }

    /// The record id of the current opening.
    pub fn record_id(&self) -> Option<&str> {
        self.openings.iter().rev().find(|o| o.opening_id == self.opening_id).and_then(|o| o.record_id.as_deref())
    }

    /// The recording of the current opening: its record id, else the opening's own id stands for it.
    pub fn recording_id(&self) -> &str {
        self.record_id().unwrap_or(&self.opening_id)
    }

    /// True for a room of this provider and app: callbacks touch no other.
    pub fn is_of(&self, provider: Provider, app: &str) -> bool {
        self.provider == provider && self.app == app
    }

    /// True when the user owns it. A vendor's room has no owner.
    pub fn owned_by(&self, user_id: &str) -> bool {
        self.owner_id.as_deref() == Some(user_id)
    }

    /// True for a room of the RTCRoom calls, which know no seats: whoever is inside publishes.
    pub fn is_rtcroom(&self) -> bool {
        self.kind.is_some()
    }

    /// True for the owner and for accepted seats, and for everyone in a room of the RTCRoom calls.
    pub fn may_publish(&self, user_id: &str) -> bool {
        self.is_rtcroom() || self.owned_by(user_id) || self.cohosts.iter().any(|id| id == user_id)
    }

    /// True for a user who was put out.
    pub fn banned(&self, user_id: &str) -> bool {
        self.bans.iter().any(|id| id == user_id)
    }

    /// The opening a moment belongs to: the latest one of ours opened at most five seconds after it.
    pub fn opening_at(&self, moment: UnixMs) -> Option<&Opening> {
        let limit = moment.plus_seconds(CLOCK_SLACK_SECONDS);
        self.openings.iter().filter(|opening| opening.opened_at() <= limit).max_by_key(|opening| opening.opened_at())
    }
}

/// The room id rules of each provider; `None` when the id is fine.
pub fn room_id_fault(provider: Provider, room_id: &str) -> Option<Fault> {
    let plain = |allowed: &[char]| room_id.chars().all(|c| c.is_ascii_alphanumeric() || allowed.contains(&c));
    let bad = |zh: &str, en: &str| Some(Fault::field("room_id", "malformed", zh, en));
    match provider {
        Provider::Zego if room_id.is_empty() || room_id.len() > 127 || !plain(&['_', '-']) => {
            bad("room_id 须为 1 至 127 个字母、数字、_ 或 -", "room_id must be 1 to 127 letters, digits, _ or -")
        }
        Provider::Voip | Provider::Trtc if room_id.is_empty() || room_id.len() > 64 || !plain(&['_', '-']) => {
            bad("room_id 须为 1 至 64 个字母、数字、_ 或 -", "room_id must be 1 to 64 letters, digits, _ or -")
        }
        Provider::Css if room_id.is_empty() || room_id.len() > 64 || !plain(&['-']) => bad(
            "css 的 room_id 须为 1 至 64 个字母、数字或 -，不能有下划线（流名以下划线分隔房间和用户）",
            "a css room_id must be 1 to 64 letters, digits or -; no underscore, which separates room and user in stream names",
        ),
        Provider::Trtc if room_id.bytes().all(|b| b.is_ascii_digit()) && numeric_room(room_id).is_none() => bad(
            "数字房间号须在 1 至 4294967295 之间且不以 0 开头",
            "a numeric room_id must be 1 to 4294967295 without a leading zero",
        ),
        _ => None,
    }
}

/// The number of a Tencent room whose id is all digits and canonical; text rooms have none.
pub fn numeric_room(room_id: &str) -> Option<u32> {
    if room_id.starts_with('0') || !room_id.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    room_id.parse().ok()
}

/// A record id as a JSON number inside tickets: only when canonical and 1..2147483647.
pub fn record_number(record_id: &str) -> Option<u32> {
    numeric_room(record_id).filter(|number| *number <= i32::MAX as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_carries_its_moment_and_record_id_through_text() {
        let opening = Opening { opening_id: Opening::new_id(UnixMs(1_700_000_000_123), [7; 8]), record_id: Some("43567".into()) };
        assert_eq!(Opening::from_text(&opening.to_text()), opening);
        assert_eq!(opening.opened_at(), UnixMs(1_700_000_000_123));
    }

    #[test]
    fn numeric_rooms_are_canonical() {
        assert_eq!(numeric_room("4294967295"), Some(u32::MAX));
        for bad in ["0", "01", "4294967296", "12a", ""] {
            assert_eq!(numeric_room(bad), None, "{bad}");
        }
        assert!(room_id_fault(Provider::Trtc, "01").is_some());
        assert!(room_id_fault(Provider::Trtc, "evening-show").is_none());
        assert!(room_id_fault(Provider::Css, "a_b").is_some());
        assert_eq!(record_number("2147483648"), None);
    }
}
