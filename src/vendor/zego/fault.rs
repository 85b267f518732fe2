//! What a verifier of ZEGO tokens finds: faults that make a token useless, and warnings that do not.
//! The code words are those of kaibo's inspector, the same for every vendor.

use thiserror::Error;

/// Unix seconds beyond this are milliseconds by mistake: the year 5138.
const LAST_SECOND: i64 = 99_999_999_999;

/// Why ZEGO would refuse a token. Nothing of a key is ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The text is not a token, or a member is missing or of the wrong type.
    #[error("{detail}")]
    Malformed {
        /// The member, or `token` for the whole.
        field: &'static str,
        /// What is wrong with it.
        detail: &'static str,
    },
    /// URL-safe base64 where ZEGO takes only the standard one.
    #[error("the token uses URL-safe base64; ZEGO takes the standard alphabet with + / and padding")]
    WrongAlphabet,
    /// A version that this verifier does not judge.
    #[error("version {found} is not one of {known}")]
    UnsupportedVersion {
        /// What the token says.
        found: String,
        /// What would be judged.
        known: &'static str,
    },
    /// The hash or the seal does not hold with the key and values given.
    #[error("{detail}")]
    BadSignature {
        /// `hash` or `ciphertext`.
        field: &'static str,
        /// What to compare first.
        detail: &'static str,
    },
    /// No key to judge with.
    #[error("there is no key for this app, so the token cannot be judged")]
    KeyUnknown,
    /// Its time is over.
    #[error("the token expired at {expires}, and it is {now} (Unix seconds); issue a fresh one for each login")]
    Expired {
        /// Unix seconds.
        expires: i64,
        /// Unix seconds.
        now: i64,
    },
    /// Expiry written in milliseconds.
    #[error("the expiry {expires} is in milliseconds; ZEGO reads Unix seconds")]
    Milliseconds {
        /// As the token has it.
        expires: i64,
    },
    /// Made for another app.
    #[error("the token is for app {found}, not {wanted}")]
    AppIdMismatch {
        /// In the token.
        found: u32,
        /// Asked for.
        wanted: u32,
    },
    /// Made for another user.
    #[error("the token is for user {found:?}; it must equal the id used at login")]
    IdentifierMismatch {
        /// In the token.
        found: String,
    },
    /// Made for another room.
    #[error("the token is for room {found:?} only")]
    RoomMismatch {
        /// In the token.
        found: String,
    },
}

impl Fault {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed",
            Self::WrongAlphabet => "wrong_alphabet",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::BadSignature { .. } => "bad_signature",
            Self::KeyUnknown => "key_unknown",
            Self::Expired { .. } => "expired",
            Self::Milliseconds { .. } => "milliseconds",
            Self::AppIdMismatch { .. } => "app_id_mismatch",
            Self::IdentifierMismatch { .. } => "identifier_mismatch",
            Self::RoomMismatch { .. } => "room_mismatch",
        }
    }

    /// The member of the token that is at fault.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Malformed { field, .. } | Self::BadSignature { field, .. } => field,
            Self::WrongAlphabet | Self::KeyUnknown => "token",
            Self::UnsupportedVersion { .. } => "version",
            Self::Expired { .. } | Self::Milliseconds { .. } => "expire",
            Self::AppIdMismatch { .. } => "app_id",
            Self::IdentifierMismatch { .. } => "user_id",
            Self::RoomMismatch { .. } => "room_id",
        }
    }
}

/// Something odd that ZEGO accepts all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Warning {
    /// A 01 nonce of 13 or 32 characters, as some of ZEGO's samples make.
    #[error("the nonce has {length} characters; 16 are documented, and only a fixed length keeps id and nonce apart")]
    NonceLength {
        /// Characters found.
        length: usize,
    },
    /// A 04 payload that is not the documented privilege text.
    #[error("the payload is not a privilege text; ZEGO checks it only where privilege checks are switched on")]
    PayloadNotPrivileges,
    /// A user id beyond ZEGO's limit.
    #[error("the user id is longer than 64 characters; some of ZEGO's services refuse it")]
    UserIdLong,
}

impl Warning {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NonceLength { .. } => "nonce_length",
            Self::PayloadNotPrivileges => "payload_not_privileges",
            Self::UserIdLong => "user_id_long",
        }
    }
}

/// What a verifier says about one token.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict<T> {
    /// What the token says, as far as it could be read. Proven only when there is no fault.
    pub decoded: Option<T>,
    /// One cause, one fault.
    pub faults: Vec<Fault>,
    /// Odd, but accepted.
    pub warnings: Vec<Warning>,
}

impl<T> Verdict<T> {
    /// True when ZEGO would accept the token.
    pub fn valid(&self) -> bool {
        self.decoded.is_some() && self.faults.is_empty()
    }

    /// A token of which nothing could be read.
    pub(super) fn unread(fault: Fault) -> Self {
        Self { decoded: None, faults: vec![fault], warnings: Vec::new() }
    }
}

/// Judges an expiry in Unix seconds; `last_valid` says whether the second of expiry itself still counts
/// (unconfirmed for version 01, documented by ZEGO's tool for 04).
pub(super) fn expiry_fault(expires: i64, now: i64, last_valid: bool) -> Option<Fault> {
    if expires > LAST_SECOND {
        Some(Fault::Milliseconds { expires })
    } else if expires < now || (expires == now && !last_valid) {
        Some(Fault::Expired { expires, now })
    } else {
        None
    }
}

/// Reads standard base64 with padding, telling the URL-safe alphabet apart from other damage.
pub(super) fn standard_base64(text: &str) -> Result<Vec<u8>, Fault> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(text).map_err(|_| {
        let url_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=');
        if text.contains(['-', '_']) && text.bytes().all(url_safe) {
            Fault::WrongAlphabet
        } else {
            Fault::Malformed { field: "token", detail: "the token is not standard base64" }
        }
    })
}
