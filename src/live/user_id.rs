//! User ids that every vendor takes, and how other names become one. A WeChat openid has 28 characters and hyphens, a JWT's
//! `sub` may be anything; Tencent's old rule takes neither.

use ring::digest::{SHA256, digest};

/// Longest user id.
pub const MAX: usize = 32;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// True for a character of `[A-Za-z0-9_-]`.
pub fn allows(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// True for `[A-Za-z0-9_-]{1,32}`.
pub fn is_valid(id: &str) -> bool {
    (1..=MAX).contains(&id.len()) && id.chars().all(allows)
}

/// The user id of a host app's account: the `sub` itself where it fits, else the mapped one.
pub fn of_subject(issuer: &str, sub: &str) -> String {
    if is_valid(sub) { sub.to_owned() } else { mapped(issuer, sub) }
}

/// The user id of a WeChat user, from the mini program's app id and the openid.
pub fn of_wechat(app_id: &str, openid: &str) -> String {
    mapped(app_id, openid)
}

/// `u` and 22 base62 characters of SHA-256 over realm, a zero byte and name: the 22 lowest digits of the hash, read as one
/// big-endian number, lowest digit first. 131 bits, so two users never meet. Stable: ids are stored at vendors.
fn mapped(realm: &str, name: &str) -> String {
    let hash = digest(&SHA256, [realm.as_bytes(), b"\0", name.as_bytes()].concat().as_slice());
    let mut number = hash.as_ref().to_vec();
    let mut id = String::from("u");
    for _ in 0..22 {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        id.push(BASE62.get(rest as usize).copied().map_or('0', char::from));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_id_is_stable_valid_and_belongs_to_one_realm() {
        let id = of_wechat("wx0000000000000000", "oABC-def_0123456789012345678");
        assert_eq!(id, of_wechat("wx0000000000000000", "oABC-def_0123456789012345678"));
        assert!(is_valid(&id) && id.len() == 23, "{id}");
        assert_ne!(id, of_wechat("wx0000000000000001", "oABC-def_0123456789012345678"));
        assert_ne!(mapped("a", "b\0c"), mapped("a", "bc"));
    }

    #[test]
    fn the_mapping_never_changes() {
        // SHA-256 of "wx1", a zero byte and "o1", mod 62 again and again, computed apart.
        assert_eq!(of_wechat("wx1", "o1"), "uuYbzD1Gm99zVJLNFIc7vMO");
    }

    #[test]
    fn a_subject_that_fits_is_kept() {
        assert_eq!(of_subject("https://id.example", "user-1"), "user-1");
        assert!(of_subject("https://id.example", "用户").starts_with('u'));
        assert!(is_valid(&of_subject("https://id.example", &"x".repeat(33))));
    }
}
