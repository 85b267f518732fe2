//! Signatures that the user's session key makes (WeChat pages "Check login state" and "Getting open data on the
//! server"; wechat.md section 1). For HMAC the key is the session key's TEXT.

use crate::secret::Secret;
use ring::{digest, hmac};
use subtle::ConstantTimeEq;

/// `hex(hmac_sha256(session key text, message))`: the `signature` of checksession and resetusersessionkey, where the message is empty.
pub fn session_signature(session_key: &Secret, message: &[u8]) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, session_key.reveal()), message))
}

/// True when `signature` is `hex(sha1(raw_data + session key text))`: the page's `rawData` is then as WeChat gave it, byte for byte.
pub fn user_data_is_genuine(session_key: &Secret, raw_data: &str, signature: &str) -> bool {
    // SHA-1 because WeChat asks for it; do not reuse.
    let mut sha1 = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    sha1.update(raw_data.as_bytes());
    sha1.update(session_key.reveal());
    hex::encode(sha1.finish()).as_bytes().ct_eq(signature.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::wechat::tests::{text, vectors};

    #[test]
    fn every_session_signature_is_reproduced() {
        let cases = vectors("session_signature");
        assert_eq!(cases.len(), 3);
        for case in cases {
            let made = session_signature(&Secret::from(text(&case["sessionKey"]).as_str()), text(&case["message"]).as_bytes());
            assert_eq!(made, text(&case["signature"]), "{case}");
        }
    }

    #[test]
    fn user_data_is_genuine_only_as_it_came() {
        let cases = vectors("user_data_signature");
        assert_eq!(cases.len(), 3);
        for case in cases {
            let key = Secret::from(text(&case["sessionKey"]).as_str());
            let genuine = user_data_is_genuine(&key, &text(&case["rawData"]), &text(&case["signature"]));
            assert_eq!(genuine, case["valid"] == true, "{case}");
        }
    }
}
