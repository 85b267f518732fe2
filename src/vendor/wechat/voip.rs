//! The signature of `wx.joinVoIPChat` (WeChat guide "Multi-person audio/video conversation"; wechat.md section 2).
//!
//! `hex(hmac_sha256(session_key text, the four values sorted and joined))`. The key is the base64 TEXT of the
//! session key: decoding it first is the mistake that WeChat answers with "invalid signature".

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use subtle::ConstantTimeEq;

/// From here on a number of "seconds" can only be milliseconds: as seconds it is the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// WeChat wants a nonce shorter than 128 characters.
const NONCE_MAX: usize = 127;

/// Why an input is not signed. `code()` is the stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoipRefusal {
    /// Milliseconds where seconds belong.
    #[error("timeStamp is in milliseconds; WeChat wants whole Unix seconds")]
    TimestampNotSeconds,
    /// Negative, fractional or no number.
    #[error("timeStamp is not a positive whole number of Unix seconds")]
    TimestampInvalid,
    /// 128 characters or more.
    #[error("nonceStr must be shorter than 128 characters")]
    NonceTooLong,
    /// No nonce.
    #[error("nonceStr is empty")]
    NonceEmpty,
    /// Outside ASCII the sort order of WeChat and ours could differ.
    #[error("nonceStr may hold ASCII characters only")]
    NonceNotAscii,
    /// No group.
    #[error("groupId is empty")]
    GroupEmpty,
    /// No session key is known for this user.
    #[error("no session key is known for this user; call wx.login and POST /v1/sessions first")]
    SessionMissing,
}

impl VoipRefusal {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TimestampNotSeconds => "timestamp_not_seconds",
            Self::TimestampInvalid => "timestamp_invalid",
            Self::NonceTooLong => "nonce_too_long",
            Self::NonceEmpty => "nonce_empty",
            Self::NonceNotAscii => "nonce_not_ascii",
            Self::GroupEmpty => "group_empty",
            Self::SessionMissing => "session_missing",
        }
    }
}

/// What a signature binds: the four values that the page hands to `wx.joinVoIPChat`.
#[derive(Clone, Copy, Debug)]
pub struct VoipJoin<'a> {
    /// The mini program's app id.
    pub app_id: &'a str,
    /// The room's name, any UTF-8 text.
    pub group_id: &'a str,
    /// 1 to 127 ASCII characters.
    pub nonce: &'a str,
    /// Unix seconds.
    pub time_stamp: i64,
}

/// Reads a time stamp given as text or as the text of a JSON number, in Unix seconds.
pub fn time_stamp(text: &str) -> Result<i64, VoipRefusal> {
    let seconds = text.parse().map_err(|_| VoipRefusal::TimestampInvalid)?;
    check_time(seconds).map(|()| seconds)
}

fn check_time(seconds: i64) -> Result<(), VoipRefusal> {
    match seconds {
        ..=0 => Err(VoipRefusal::TimestampInvalid),
        MILLISECONDS_FROM.. => Err(VoipRefusal::TimestampNotSeconds),
        _ => Ok(()),
    }
}

/// True for `[A-Za-z0-9_-]{1,64}`: what kaibo accepts as a group id (WeChat publishes no limit).
pub fn group_id_is_plain(group_id: &str) -> bool {
    (1..=64).contains(&group_id.len()) && group_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Signs a join: 64 lower-case hex digits (wechat.md section 2). `session_key` is the base64 text that code2Session gave.
/// Sign per join and use at once: how long WeChat accepts a time stamp is not published.
pub fn sign(session_key: &Secret, join: &VoipJoin<'_>) -> Result<String, VoipRefusal> {
    check_time(join.time_stamp)?;
    match join.nonce.len() {
        0 => return Err(VoipRefusal::NonceEmpty),
        _ if !join.nonce.is_ascii() => return Err(VoipRefusal::NonceNotAscii),
        1..=NONCE_MAX => {}
        _ => return Err(VoipRefusal::NonceTooLong),
    }
    if join.group_id.is_empty() {
        return Err(VoipRefusal::GroupEmpty);
    }
    if session_key.is_empty() {
        return Err(VoipRefusal::SessionMissing);
    }
    let mut time = Decimal::default();
    Ok(signature(session_key.reveal(), [join.app_id, join.group_id, join.nonce, time.write(join.time_stamp)]))
}

/// The bare algorithm over the four values as text, in any order, with no check of their meaning.
pub fn signature(key: &[u8], mut values: [&str; 4]) -> String {
    values.sort_unstable();
    hashed(key, values)
}

fn hashed(key: &[u8], values: [&str; 4]) -> String {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for value in values {
        mac.update(value.as_bytes());
    }
    let mut digits = [0; 64];
    let written = hex::encode_to_slice(mac.sign(), &mut digits);
    debug_assert!(written.is_ok(), "SHA-256 gives 32 bytes");
    String::from_utf8_lossy(&digits).into_owned()
}

/// Decimal text of a positive number on the stack; a join is signed in a microsecond, an allocation is a tenth of it.
#[derive(Default)]
struct Decimal([u8; 20]);

impl Decimal {
    fn write(&mut self, number: i64) -> &str {
        let mut rest = number.unsigned_abs();
        let mut start = self.0.len();
        for slot in self.0.iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        self.0.get(start..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// What is wrong with a signature someone made. `code()` is one of the inspector's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoipFault {
    /// The time stamp is in milliseconds, or the signature was made over milliseconds.
    #[error("the time is in milliseconds; sign and send whole Unix seconds")]
    Milliseconds,
    /// The key was base64-decoded before signing.
    #[error("the session key was base64-decoded; the HMAC key is its text as it came")]
    DecodedKey,
    /// The values were joined unsorted.
    #[error("the four values were joined as appId, groupId, nonceStr, timeStamp; sort the values first")]
    NotSorted,
    /// Right, but printed in capitals.
    #[error("the signature is right but in capitals; WeChat wants lower-case hex")]
    UpperCase,
    /// Made by WeChat's getvoipsign; its key is WeChat's.
    #[error("this signature was made by WeChat (getvoipsign); only WeChat can check it")]
    MadeByWechat,
    /// None of the known mistakes.
    #[error("the signature does not fit; the session key is likely older than the user's last wx.login, or a value differs")]
    Other,
}

impl VoipFault {
    /// The inspector's word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::MadeByWechat => "key_unknown",
            Self::DecodedKey | Self::NotSorted | Self::UpperCase | Self::Other => "bad_signature",
        }
    }
}

/// Judges a signature over four values as text (wechat.md section 2), and recognises the usual mistakes.
pub fn verify(session_key: &Secret, app_id: &str, group_id: &str, nonce: &str, time: &str, given: &str) -> Result<(), VoipFault> {
    let key = session_key.reveal();
    let values = [app_id, group_id, nonce, time];
    let fits = |made: String| bool::from(made.as_bytes().ct_eq(given.as_bytes()));
    if fits(signature(key, values)) {
        return match time_stamp(time) {
            Err(VoipRefusal::TimestampNotSeconds) => Err(VoipFault::Milliseconds),
            _ => Ok(()),
        };
    }
    if signature(key, values).eq_ignore_ascii_case(given) {
        return Err(VoipFault::UpperCase);
    }
    if STANDARD.decode(key).is_ok_and(|decoded| fits(signature(&decoded, values))) {
        return Err(VoipFault::DecodedKey);
    }
    if fits(hashed(key, values)) {
        return Err(VoipFault::NotSorted);
    }
    // Seconds were sent, but `Date.now()` of the same second was signed: the last three digits are at most 1000 tries.
    if time_stamp(time).is_ok() && (0..1000).any(|ms| fits(signature(key, [app_id, group_id, nonce, &format!("{time}{ms:03}")])))
    {
        return Err(VoipFault::Milliseconds);
    }
    if given.len() > 64 && given.is_char_boundary(64) && given.split_at(64).1.starts_with('_') {
        return Err(VoipFault::MadeByWechat);
    }
    Err(VoipFault::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::wechat::tests::{text, vectors};
    use proptest::prelude::*;

    fn key(of: &serde_json::Value) -> Secret {
        Secret::from(of["sessionKey"].as_str().unwrap_or_default())
    }

    #[test]
    fn every_published_signature_is_reproduced() {
        let cases = vectors("voip");
        assert_eq!(cases.len(), 12);
        for case in cases {
            let (app, group, nonce, time) =
                (text(&case["appId"]), text(&case["groupId"]), text(&case["nonceStr"]), text(&case["timeStamp"]));
            let want = text(&case["signature"]);
            assert_eq!(signature(key(&case).reveal(), [&app, &group, &nonce, &time]), want, "{case}");
            let mut sorted = [app.as_str(), &group, &nonce, &time];
            sorted.sort_unstable();
            assert_eq!(sorted.concat(), text(&case["joined"]));
            let judge = |given: &serde_json::Value| verify(&key(&case), &app, &group, &nonce, &time, &text(given));
            assert_eq!(judge(&case["wrong_if_key_is_base64_decoded"]), Err(VoipFault::DecodedKey));
            assert_eq!(judge(&case["wrong_if_not_sorted"]), Err(VoipFault::NotSorted));
            if case["hash_only"] == true {
                assert_eq!(judge(&case["signature"]), Err(VoipFault::Milliseconds));
                assert_eq!(time_stamp(&time), Err(VoipRefusal::TimestampNotSeconds));
            } else {
                assert_eq!(judge(&case["signature"]), Ok(()));
                let join =
                    VoipJoin { app_id: &app, group_id: &group, nonce: &nonce, time_stamp: time_stamp(&time).expect("seconds") };
                assert_eq!(sign(&key(&case), &join).as_deref(), Ok(want.as_str()));
            }
        }
    }

    #[test]
    fn every_refusal_names_its_reason() {
        let cases = vectors("voip_reject");
        assert_eq!(cases.len(), 8);
        for case in cases {
            let input = &case["input"];
            let (app, group, nonce) = (text(&input["appId"]), text(&input["groupId"]), text(&input["nonceStr"]));
            let made = time_stamp(&text(&input["timeStamp"]))
                .and_then(|t| sign(&key(input), &VoipJoin { app_id: &app, group_id: &group, nonce: &nonce, time_stamp: t }));
            assert_eq!(made.expect_err("refused").code(), text(&case["reason"]), "{case}");
        }
    }

    #[test]
    fn signing_checks_the_time_itself() {
        let join = |time_stamp| VoipJoin { app_id: "wx", group_id: "g", nonce: "n", time_stamp };
        let sign = |time| sign(&Secret::from("a2V5"), &join(time));
        assert_eq!(sign(1_700_000_000_123), Err(VoipRefusal::TimestampNotSeconds));
        assert_eq!(sign(0), Err(VoipRefusal::TimestampInvalid));
        assert_eq!(sign(i64::MIN), Err(VoipRefusal::TimestampInvalid));
    }

    #[test]
    fn a_signature_over_the_milliseconds_of_the_same_second_is_recognised() {
        let made = signature(b"a2V5", ["wx1", "g", "n", "1700000000417"]);
        assert_eq!(verify(&Secret::from("a2V5"), "wx1", "g", "n", "1700000000", &made), Err(VoipFault::Milliseconds));
    }

    #[test]
    fn capitals_and_cloud_signatures_are_told_apart() {
        let made = signature(b"a2V5", ["wx1", "g", "n", "1700000000"]);
        let judge = |given: &str| verify(&Secret::from("a2V5"), "wx1", "g", "n", "1700000000", given);
        assert_eq!(judge(&made.to_uppercase()), Err(VoipFault::UpperCase));
        assert_eq!(judge(&format!("{}_cAm38Yw", "0".repeat(64))), Err(VoipFault::MadeByWechat));
        assert_eq!(judge("语音"), Err(VoipFault::Other));
        assert_eq!(VoipFault::MadeByWechat.code(), "key_unknown");
    }

    #[test]
    fn group_ids_are_plain_and_short() {
        assert!(group_id_is_plain("room_1-A") && group_id_is_plain(&"a".repeat(64)));
        assert!(!group_id_is_plain("") && !group_id_is_plain(&"a".repeat(65)) && !group_id_is_plain("a.b"));
    }

    proptest! {
        #[test]
        fn an_independent_hmac_agrees(key in "[A-Za-z0-9+/]{22}==", group in ".{1,40}", nonce in "[ -~]{1,127}", time in 1i64..99_999_999_999) {
            use ::hmac::{Hmac, KeyInit, Mac};
            let time_text = time.to_string();
            let mut values = ["wx1a2b3c4d5e6f7081", &group, &nonce, &time_text];
            values.sort();
            let mut other = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).expect("any key");
            other.update(values.concat().as_bytes());
            let join = VoipJoin { app_id: "wx1a2b3c4d5e6f7081", group_id: &group, nonce: &nonce, time_stamp: time };
            prop_assert_eq!(sign(&Secret::from(key.as_str()), &join), Ok(hex::encode(other.finalize().into_bytes())));
        }
    }
}
