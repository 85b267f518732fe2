//! The rules of Tencent's RTCRoom backend (tencent.md section 6), which published mini programs call unchanged: its numbers,
//! its user ids, and what of ours each of its codes stands for.

use super::fault::Fault;
use super::ids::is_user_id;

/// All is well.
pub const OK: u32 = 0;
/// A parameter is missing, or unusable.
pub const MISSING: u32 = 2;
/// There is no such room; also when no credential can be made.
pub const NO_ROOM: u32 = 3;
/// The userID does not fit the rule.
pub const BAD_USER: u32 = 7;
/// Not of the reference: no proof of who calls, or not allowed in.
pub const UNAUTHORISED: u32 = 8;
/// Not of the reference: a quota is used up.
pub const RATE_LIMITED: u32 = 9;
/// roomInfo is too long.
pub const LONG_INFO: u32 = 11;
/// The room is full.
pub const FULL: u32 = 5001;
/// Not of the reference: the room was closed.
pub const CLOSED: u32 = 5003;

/// The longest roomInfo, in characters.
pub const INFO_MAX: usize = 1024;

/// The life of userSig and privateMapKey, in seconds.
pub const TICKET_SECONDS: u32 = 3600;

/// A heartbeat that comes so long after its lease still finds its place: the reference swept every five seconds.
pub const GRACE_SECONDS: i64 = 5;

/// Which user ids are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserIds {
    /// `[A-Za-z0-9_-]{1,32}`: openids and kaibo's own ids fit.
    Standard,
    /// `[a-zA-Z][a-zA-Z0-9_]{3,23}`, as the reference.
    Reference,
}

impl UserIds {
    /// Reads the word of the configuration.
    pub fn from_word(word: &str) -> Self {
        if word == "reference" { Self::Reference } else { Self::Standard }
    }

    /// True for an id that the rule takes.
    pub fn takes(self, id: &str) -> bool {
        match self {
            Self::Standard => is_user_id(id),
            Self::Reference => {
                (4..=24).contains(&id.len())
                    && id.starts_with(|c: char| c.is_ascii_alphabetic())
                    && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            }
        }
    }
}

/// The id of someone who brings none: `user_xxxxxxxx_xxxx`, from six random bytes.
pub fn made_user_id(random: [u8; 6]) -> String {
    let [a, b, c, d, e, f] = random;
    format!("user_{}_{}", hex::encode([a, b, c, d]), hex::encode([e, f]))
}

/// The number that stands for one of our code words; none for an outage, which is told by its status.
pub fn number(fault: &Fault) -> Option<u32> {
    Some(match fault.code {
        "store_busy" | "internal" => return None,
        "proof_missing" | "session_expired" | "session_invalid" | "key_invalid" | "scope_missing" | "not_yourself" | "banned"
        | "role_not_allowed" => UNAUTHORISED,
        "quota_exceeded" => RATE_LIMITED,
        "room_full" => FULL,
        "room_closed" => CLOSED,
        "room_unknown" | "provider_off" | "app_unknown" => NO_ROOM,
        "field_invalid" if fault.fields.iter().any(|field| field.field == "userID") => BAD_USER,
        "field_invalid" if fault.fields.iter().any(|field| field.field == "roomInfo" && field.code == "too_long") => LONG_INFO,
        _ => MISSING,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_fits_the_standard_rule_and_not_the_references() {
        let openid = "oABC-def_0123456789012345678";
        assert!(UserIds::Standard.takes(openid) && !UserIds::Reference.takes(openid));
        for (id, fits) in [("user_1", true), ("abc", false), ("1user", false), ("a".repeat(25).as_str(), false), ("us-er", false)]
        {
            assert_eq!(UserIds::Reference.takes(id), fits, "{id}");
        }
        assert!(!UserIds::Standard.takes("") && !UserIds::Standard.takes(&"a".repeat(33)));
    }

    #[test]
    fn a_made_id_fits_both_rules() {
        let id = made_user_id([0, 1, 2, 0xff, 4, 5]);
        assert_eq!(id, "user_000102ff_0405");
        assert!(UserIds::Standard.takes(&id) && UserIds::Reference.takes(&id));
    }

    #[test]
    fn outages_have_no_number() {
        assert_eq!(number(&Fault::store_busy()), None);
        assert_eq!(number(&Fault::missing("roomID")), Some(MISSING));
        assert_eq!(number(&Fault::field("userID", "malformed", "", "")), Some(BAD_USER));
        assert_eq!(number(&Fault::field("roomInfo", "too_long", "", "")), Some(LONG_INFO));
    }
}
