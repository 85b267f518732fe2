//! The binary part of a privateMapKey: which room, with which powers, until when. Big endian, the same for both versions.
//!
//! Source: TLSSigAPI, vendor page sections 3.1 and 3.2.

use serde::Serialize;

/// A room as Tencent names it: by number or by text, which are two different rooms even if they read the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Room {
    /// 1..=4294967295. Keep it unsigned: half of the range does not fit a signed 32-bit number.
    Number(u32),
    /// Text of 1..=65535 bytes.
    Text(String),
}

/// What a privateMapKey allows, one bit each: 1 create the room, 2 enter, 4 send audio, 8 receive audio, 16 send video,
/// 32 receive video, 64 send the screen (auxiliary video), 128 receive the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Privileges(u32);

impl Privileges {
    /// Everything.
    pub const HOST: Self = Self(255);
    /// Create, enter, and audio and video both ways.
    pub const COHOST: Self = Self(63);
    /// Enter, and audio and video both ways.
    pub const COHOST_WITHOUT_CREATE: Self = Self(62);
    /// Enter, hear and see.
    pub const VIEWER: Self = Self(42);
    /// Enter, hear, see, and see the screen.
    pub const VIEWER_SCREEN: Self = Self(170);

    const WORDS: [&str; 8] = [
        "create_room",
        "enter_room",
        "send_audio",
        "receive_audio",
        "send_video",
        "receive_video",
        "send_screen",
        "receive_screen",
    ];

    /// Privileges from their bits, 1..=255; none for other values, which Tencent does not define.
    pub fn from_bits(bits: u32) -> Option<Self> {
        (1..=255).contains(&bits).then_some(Self(bits))
    }

    /// The bits.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// True when everything in `others` is allowed here too.
    pub fn include(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// One word for each allowed thing, lowest bit first.
    pub fn words(self) -> Vec<&'static str> {
        (0..).zip(Self::WORDS).filter(|(bit, _)| self.0 & (1 << bit) != 0).map(|(_, word)| word).collect()
    }
}

/// The fields of a userbuf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Userbuf {
    /// The user id; its length is counted in bytes.
    pub account: String,
    /// The application.
    pub sdk_app_id: u32,
    /// The room.
    pub room: Room,
    /// When it ends: absolute Unix seconds, the low 32 bits of issue time plus life.
    pub expires: u32,
    /// What it allows.
    pub privileges: Privileges,
    /// 0 everywhere today.
    pub account_type: u32,
}

impl Userbuf {
    /// The bytes of section 3.1; `None` when the account or room is empty or longer than 65535 bytes, or the room number is 0.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        layout(&self.account, self.sdk_app_id, &self.room, self.expires, self.privileges, self.account_type)
    }

    /// Reads the bytes of section 3.1; `None` when they are not exactly that.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let version = take(&mut rest).map(|[byte]| byte)?;
        let account = take_text(&mut rest)?;
        let [sdk_app_id, number, expires, bits, account_type] = take_words(&mut rest)?;
        let room = match version {
            0 => Room::Number(number),
            1 => Room::Text(take_text(&mut rest)?),
            _ => return None,
        };
        // Bits that Tencent does not define are kept as they are: this reader judges the form, not the powers.
        let privileges = Privileges(bits);
        rest.is_empty().then_some(Self { account, sdk_app_id, room, expires, privileges, account_type })
    }
}

/// The bytes of section 3.1 from borrowed parts; `None` as in [`Userbuf::to_bytes`].
pub(super) fn layout(
    account: &str,
    sdk_app_id: u32,
    room: &Room,
    expires: u32,
    privileges: Privileges,
    account_type: u32,
) -> Option<Vec<u8>> {
    let (version, number, name) = match room {
        Room::Number(0) => return None,
        Room::Number(number) => (0, *number, ""),
        // Every official port would silently write a numeric room 0 for an empty text.
        Room::Text(name) if name.is_empty() => return None,
        Room::Text(name) => (1, 0, name.as_str()),
    };
    let account_length = u16::try_from(account.len()).ok().filter(|&length| length > 0)?;
    let name_length = u16::try_from(name.len()).ok()?;

    let mut bytes = Vec::with_capacity(25 + account.len() + name.len());
    bytes.push(version);
    bytes.extend_from_slice(&account_length.to_be_bytes());
    bytes.extend_from_slice(account.as_bytes());
    for word in [sdk_app_id, number, expires, privileges.0, account_type] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    if version == 1 {
        bytes.extend_from_slice(&name_length.to_be_bytes());
        bytes.extend_from_slice(name.as_bytes());
    }
    Some(bytes)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let length = u16::from_be_bytes(take(rest)?);
    let (taken, left) = rest.split_at_checked(usize::from(length))?;
    *rest = left;
    std::str::from_utf8(taken).ok().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn take_words<const N: usize>(rest: &mut &[u8]) -> Option<[u32; N]> {
    let mut words = [0; N];
    for word in &mut words {
        *word = u32::from_be_bytes(take(rest)?);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::trtc::tests::{number, text, vectors};
    use proptest::prelude::*;

    #[test]
    fn every_layout_vector_is_written_and_read() {
        let vectors = vectors("userbuf_layout");
        assert_eq!(vectors.len(), 4);
        for vector in vectors {
            let room = match vector["room_str"].as_str() {
                Some(name) => Room::Text(name.to_owned()),
                None => Room::Number(number(&vector, "room_id") as u32),
            };
            let userbuf = Userbuf {
                account: text(&vector, "account").to_owned(),
                sdk_app_id: number(&vector, "sdkappid") as u32,
                room,
                expires: number(&vector, "expire_at") as u32,
                privileges: Privileges::from_bits(number(&vector, "privilege_map") as u32).unwrap(),
                account_type: number(&vector, "account_type") as u32,
            };
            let bytes = hex::decode(text(&vector, "hex")).unwrap();
            assert_eq!(bytes.len() as i64, number(&vector, "length"));
            assert_eq!(userbuf.to_bytes().as_ref(), Some(&bytes));
            assert_eq!(Userbuf::parse(&bytes), Some(userbuf));
        }
    }

    #[test]
    fn the_presets_are_the_documented_bits() {
        let presets = [
            (Privileges::HOST, 255),
            (Privileges::COHOST, 63),
            (Privileges::COHOST_WITHOUT_CREATE, 62),
            (Privileges::VIEWER, 42),
            (Privileges::VIEWER_SCREEN, 170),
        ];
        for (preset, bits) in presets {
            assert_eq!((preset.bits(), Privileges::from_bits(bits)), (bits, Some(preset)));
            assert!(Privileges::HOST.include(preset));
        }
        assert_eq!(Privileges::VIEWER.words(), ["enter_room", "receive_audio", "receive_video"]);
        assert!(!Privileges::VIEWER.include(Privileges::VIEWER_SCREEN));
        assert_eq!((Privileges::from_bits(0), Privileges::from_bits(256)), (None, None));
    }

    #[test]
    fn an_empty_room_or_account_is_not_written() {
        let write = |account: &str, room: Room| layout(account, 1, &room, 0, Privileges::HOST, 0);
        assert_eq!(write("u", Room::Text(String::new())), None);
        assert_eq!(write("u", Room::Number(0)), None);
        assert_eq!(write("", Room::Number(1)), None);
        assert_eq!(write("u", Room::Text("x".repeat(65_536))), None);
        assert!(write("u", Room::Text("x".repeat(65_535))).is_some());
    }

    proptest! {
        #[test]
        fn any_userbuf_comes_back_and_no_cut_or_longer_one_is_read(
            account in "[A-Za-z0-9_-]{1,32}", sdk_app_id: u32, number in 1_u32.., name in "[ -~]{1,64}",
            is_text: bool, expires: u32, bits in 1_u32..256
        ) {
            let room = if is_text { Room::Text(name) } else { Room::Number(number) };
            let privileges = Privileges::from_bits(bits).unwrap();
            let userbuf = Userbuf { account, sdk_app_id, room, expires, privileges, account_type: 0 };
            let mut bytes = userbuf.to_bytes().unwrap();
            prop_assert_eq!(Userbuf::parse(&bytes), Some(userbuf));
            for end in 0..bytes.len() {
                prop_assert_eq!(Userbuf::parse(&bytes[..end]), None);
            }
            bytes.push(0);
            prop_assert_eq!(Userbuf::parse(&bytes), None);
        }

        #[test]
        fn reading_random_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Userbuf::parse(&bytes);
        }
    }
}
