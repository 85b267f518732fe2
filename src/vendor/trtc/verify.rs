//! Judges a userSig or privateMapKey: the procedure of vendor page section 4, in its order, so that one cause gives one fault.

use super::keys::{EcdsaPublicKey, HmacKey};
use super::ticket::{Decoded, Kind, Ticket, Version};
use super::userbuf::Room;
use ring::hmac;

/// Why a ticket does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Not a ticket: alphabet, zlib, JSON, a missing field, or an unreadable userbuf.
    #[error("this is not a whole ticket: copy it again, all of it and nothing else")]
    Malformed,
    /// TLS.ver is unknown, or the application has no key for this algorithm.
    #[error("the ticket is of a version that this application does not use: compare ECDSA (1) and HMAC (2) in the console")]
    UnsupportedVersion,
    /// A privateMapKey where a userSig belongs, or the other way round.
    #[error("userSig and privateMapKey are mixed up: the one with a userbuf is the privateMapKey")]
    WrongKind,
    /// Issued for another user.
    #[error("the ticket was issued for another user id: ask for one with the id that enters the room")]
    IdentifierMismatch,
    /// Issued for another application.
    #[error("the ticket was issued for another SDKAppID: use one application on both sides")]
    SdkappidMismatch,
    /// There is no key at all to judge it by.
    #[error("no key of this application is known here, so the signature cannot be judged")]
    KeyUnknown,
    /// No valid key made this signature.
    #[error("the signature does not match: the key is of another application or outdated, or the ticket was changed")]
    BadSignature,
    /// Its time is over.
    #[error("the ticket is expired: ask for a new one")]
    Expired,
    /// It opens another room.
    #[error("the privateMapKey opens another room: mind that room 12 and room \"12\" are two rooms")]
    RoomMismatch,
}

impl Fault {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnsupportedVersion => "unsupported_version",
            Self::WrongKind => "wrong_kind",
            Self::IdentifierMismatch => "identifier_mismatch",
            Self::SdkappidMismatch => "sdkappid_mismatch",
            Self::KeyUnknown => "key_unknown",
            Self::BadSignature => "bad_signature",
            Self::Expired => "expired",
            Self::RoomMismatch => "room_mismatch",
        }
    }
}

/// What a ticket must be. What is `None` is not asked for; an inspector may know little.
#[derive(Clone, Copy, Default)]
pub struct Expectations<'a> {
    /// userSig or privateMapKey.
    pub kind: Option<Kind>,
    /// The user, exactly.
    pub user_id: Option<&'a str>,
    /// The application.
    pub sdk_app_id: Option<u32>,
    /// The room; asked of a privateMapKey only.
    pub room: Option<&'a Room>,
    /// Keys of version 2; each that is valid now may have signed.
    pub hmac: &'a [&'a HmacKey],
    /// Keys of version 1; each that is valid now may have signed.
    pub ecdsa: &'a [&'a EcdsaPublicKey],
    /// The moment to judge by, Unix seconds.
    pub now_seconds: i64,
}

/// Opens a ticket and judges it; the first fault in the order of vendor page section 4.
pub fn verify(text: &str, expected: &Expectations<'_>) -> Result<Decoded, Fault> {
    let ticket = Ticket::open(text)?;
    ticket.judge(expected)?;
    Ok(ticket.decoded())
}

impl Ticket {
    /// Judges an opened ticket (vendor page section 4, steps 5 to 9).
    pub fn judge(&self, expected: &Expectations<'_>) -> Result<(), Fault> {
        holds(expected.kind.is_none_or(|kind| kind == self.kind()), Fault::WrongKind)?;
        holds(expected.user_id.is_none_or(|user_id| user_id == self.identifier), Fault::IdentifierMismatch)?;
        holds(expected.sdk_app_id.is_none_or(|app| app == self.sdk_app_id), Fault::SdkappidMismatch)?;
        self.judge_signature(expected)?;
        // A clock before 1970 is no clock; nothing is expired then.
        let now = u64::try_from(expected.now_seconds).unwrap_or(0);
        holds(now <= self.expires, Fault::Expired)?;
        if self.has_userbuf { self.judge_userbuf(expected.room, now) } else { Ok(()) }
    }

    fn judge_signature(&self, expected: &Expectations<'_>) -> Result<(), Fault> {
        holds(!(expected.hmac.is_empty() && expected.ecdsa.is_empty()), Fault::KeyUnknown)?;
        let keys = match self.version {
            Version::One => expected.ecdsa.len(),
            Version::Two => expected.hmac.len(),
        };
        holds(keys > 0, Fault::UnsupportedVersion)?;
        let signature = self.signature.as_deref().ok_or(Fault::BadSignature)?;
        let text = &self.text;
        let signed = match self.version {
            Version::One => expected.ecdsa.iter().any(|key| key.verifies(text, signature)),
            // ring compares in constant time.
            Version::Two => expected.hmac.iter().any(|key| hmac::verify(&key.0, text, signature).is_ok()),
        };
        holds(signed, Fault::BadSignature)
    }

    fn judge_userbuf(&self, room: Option<&Room>, now: u64) -> Result<(), Fault> {
        let userbuf = self.userbuf.as_ref().ok_or(Fault::Malformed)?;
        holds(userbuf.account == self.identifier, Fault::IdentifierMismatch)?;
        holds(userbuf.sdk_app_id == self.sdk_app_id, Fault::SdkappidMismatch)?;
        holds(room.is_none_or(|room| *room == userbuf.room), Fault::RoomMismatch)?;
        // The 32-bit end wraps in 2106; the wrapped form of the outer end, which was judged, says nothing new.
        let wrapped = self.expires as u32 == userbuf.expires;
        holds(wrapped || now <= u64::from(userbuf.expires), Fault::Expired)
    }
}

fn holds(condition: bool, otherwise: Fault) -> Result<(), Fault> {
    if condition { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
