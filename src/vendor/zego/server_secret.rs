//! The ServerSecret that seals tokens 03 and 04, and the reasons a token is not issued (`zego.md` section 3).
//! It is not the AppKey of version 01 and not the CallbackSecret.

use crate::secret::Secret;
use thiserror::Error;

/// Why a token is not issued. Numbers are those of ZEGO's Node, Python, PHP and Java ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IssueError {
    /// App id 0.
    #[error("app id 0 is not an app; take the number from ZEGO's console")]
    AppId,
    /// Empty, or longer than ZEGO allows.
    #[error("the user id must have 1 to 64 characters")]
    UserId,
    /// Not 32 bytes.
    #[error("the server secret must have exactly 32 bytes; copy ServerSecret, not AppSign, from ZEGO's console")]
    Secret,
    /// Expiry not after creation.
    #[error("a token must expire after it is made")]
    Validity,
    /// More than the token's 16-bit length can say.
    #[error("the token would be too long; name fewer streams")]
    TooLong,
}

impl IssueError {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AppId => "app_id_invalid",
            Self::UserId => "user_id_invalid",
            Self::Secret => "server_secret_invalid",
            Self::Validity => "ttl_invalid",
            Self::TooLong => "token_too_long",
        }
    }

    /// ZEGO's own number for it, where there is one.
    pub const fn vendor_code(self) -> Option<u8> {
        match self {
            Self::AppId => Some(1),
            Self::UserId => Some(3),
            Self::Secret => Some(5),
            Self::Validity => Some(6),
            Self::TooLong => None,
        }
    }
}

/// The 32 bytes of a ServerSecret, used as they are (never hex-decoded). It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSecret([u8; 32]);

impl ServerSecret {
    /// Takes the configured secret (`zego.md` section 3).
    ///
    /// # Errors
    /// Not exactly 32 bytes; bytes count, not characters.
    pub fn new(secret: &Secret) -> Result<Self, IssueError> {
        secret.reveal().try_into().map(Self).map_err(|_| IssueError::Secret)
    }

    pub(super) const fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerSecret(…)")
    }
}

/// What ZEGO's generators check of every sealed token; times in Unix seconds.
pub(super) fn check_claims(app_id: u32, user_id: &str, created: i64, expires: i64) -> Result<(), IssueError> {
    if app_id == 0 {
        Err(IssueError::AppId)
    } else if user_id.is_empty() || user_id.chars().count() > 64 {
        Err(IssueError::UserId)
    } else if expires <= created {
        Err(IssueError::Validity)
    } else {
        Ok(())
    }
}
