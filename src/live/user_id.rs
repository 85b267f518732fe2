//! User ids that every vendor takes, and how other names become one. A WeChat openid has 28 characters and hyphens, a JWT's
//! `sub` may be anything; Tencent's old rule takes neither.

use super::ids::{is_user_id, mapped_user_id};

/// Longest user id.
pub const MAX: usize = 32;

/// True for a character of `[A-Za-z0-9_-]`.
pub fn allows(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// The user id of a host app's account: the `sub` itself where it fits, else the mapped one.
pub fn of_subject(issuer: &str, sub: &str) -> String {
    if is_user_id(sub) { sub.to_owned() } else { mapped_user_id(&[issuer, sub]) }
}

/// The user id of a WeChat user, from the mini program's app id and the openid.
pub fn of_wechat(app_id: &str, openid: &str) -> String {
    mapped_user_id(&[app_id, openid])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_id_is_stable_valid_and_belongs_to_one_realm() {
        let id = of_wechat("wx0000000000000000", "oABC-def_0123456789012345678");
        assert_eq!(id, of_wechat("wx0000000000000000", "oABC-def_0123456789012345678"));
        assert!(is_user_id(&id) && id.len() == 23, "{id}");
        assert_ne!(id, of_wechat("wx0000000000000001", "oABC-def_0123456789012345678"));
    }

    #[test]
    fn the_mapping_never_changes() {
        // Computed apart: ids are stored at vendors, so a change would make strangers of everyone.
        assert_eq!(of_wechat("wx1", "o1"), "uikDNZzCOHVRKUOPnzQKWiM");
    }

    #[test]
    fn a_subject_that_fits_is_kept() {
        assert_eq!(of_subject("https://id.example", "user-1"), "user-1");
        assert!(of_subject("https://id.example", "用户").starts_with('u'));
        assert!(is_user_id(&of_subject("https://id.example", &"x".repeat(33))));
    }
}
