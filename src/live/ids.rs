//! Ids made from random bytes or from a hash, in characters every vendor takes.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The first `length` base62 digits of the bytes read as one big number, most significant digit last.
/// Deterministic; good for random bytes and for hashes alike.
pub fn base62(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut text = String::with_capacity(length);
    for _ in 0..length {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        text.push(char::from(DIGITS.get(rest as usize).copied().unwrap_or(b'0')));
    }
    text
}

/// A number 1..=2147483647 from four random bytes: it fits the vendors' int32 record id and every numeric room.
pub fn int31(random: [u8; 4]) -> u32 {
    (u32::from_be_bytes(random) & 0x7fff_ffff).max(1)
}

/// `u` and 22 base62 digits of SHA-256 over the parts, each preceded by its length: the user id of someone whose own id
/// does not fit all vendors (a WeChat openid, a foreign JWT's `sub`).
pub fn mapped_user_id(parts: &[&str]) -> String {
    format!("u{}", base62(&digest(parts), 22))
}

/// SHA-256 over the parts, each preceded by its length, so that no two lists of parts meet by joining.
pub fn digest(parts: &[&str]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    bytes
}

/// True for `[A-Za-z0-9_-]{1,32}`, the user ids all vendors take.
pub fn is_user_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_ids_are_stable_and_fit_all_vendors() {
        let id = mapped_user_id(&["wx1a2b3c4d5e6f7081", "oABC-_1234567890123456789012"]);
        assert_eq!(id, mapped_user_id(&["wx1a2b3c4d5e6f7081", "oABC-_1234567890123456789012"]));
        assert_eq!(id.len(), 23);
        assert!(is_user_id(&id));
        assert_ne!(mapped_user_id(&["ab", "c"]), mapped_user_id(&["a", "bc"]));
    }

    #[test]
    fn record_numbers_are_never_zero() {
        assert_eq!(int31([0; 4]), 1);
        assert_eq!(int31([0x80, 0, 0, 0]), 1);
        assert_eq!(int31([0xff; 4]), 2_147_483_647);
    }
}
