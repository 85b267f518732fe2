//! userSig: Tencent's proof that a user of an application is who he says. Both algorithms.
//!
//! Source: TLSSigAPI (ECDSA) and TLSSigAPIv2 (HMAC), vendor page sections 1 and 2.

use super::document::{Claims, SignError, ticket};
use super::keys::TicketKey;

/// A userSig for one user of one application, as text of letters, digits, `*`, `-` and `_`.
///
/// `now_seconds` is the Unix time of issue, `expire_seconds` the life from then on; the last second still counts. The caller
/// limits both, and user ids to `[A-Za-z0-9_-]{1,32}`; here only ids that could forge the signed text are refused.
/// Fails with `user_id_unfit`, and with `signing_failed` when ECDSA gets no random numbers. Vendor page sections 1.6 and 2.
pub fn user_sig(
    key: &TicketKey,
    sdk_app_id: u32,
    user_id: &str,
    now_seconds: i64,
    expire_seconds: u32,
) -> Result<String, SignError> {
    let issued = now_seconds.max(0).unsigned_abs();
    ticket(key, &Claims { sdk_app_id, user_id, issued, life_seconds: expire_seconds, userbuf: None })
}

#[cfg(test)]
#[path = "user_sig_tests.rs"]
mod tests;
