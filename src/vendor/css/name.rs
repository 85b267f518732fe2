//! What may stand in a css address. Names enter addresses and hashes unescaped, so they are checked before either.

use thiserror::Error;

/// Longest stream or app name taken.
const MOST_NAME: usize = 128;

/// Why no address is made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UrlError {
    /// The stream name holds something that would have to be escaped.
    #[error("a stream name is 1 to 128 letters, digits, `_` or `-`")]
    StreamName,
    /// The app name holds something that would have to be escaped.
    #[error("an app name (the path before the stream, `live` by default) is 1 to 128 letters, digits, `_` or `-`")]
    AppName,
    /// Not a bare host name.
    #[error("a css domain is a bare host name such as push.example.com, without scheme, port or path")]
    Domain,
    /// One domain for both directions; Tencent serves each from its own.
    #[error("the push domain and the play domain must differ; add the second one in the css console")]
    SameDomain,
    /// An extra parameter that would change the signature's own ones, or cannot be a parameter name.
    #[error("an extra parameter name is 1 to 128 letters, digits, `_` or `-`, and neither txSecret nor txTime")]
    Parameter,
    /// An expiry before 1970.
    #[error("the expiry must be Unix seconds above zero")]
    Expiry,
}

impl UrlError {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::StreamName => "css_stream_name_invalid",
            Self::AppName => "css_app_name_invalid",
            Self::Domain => "css_domain_invalid",
            Self::SameDomain => "css_domains_equal",
            Self::Parameter => "css_parameter_invalid",
            Self::Expiry => "css_expiry_invalid",
        }
    }
}

/// Where a stream lives: domain, app name and stream name, all checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    domain: &'a str,
    app_name: &'a str,
    stream_name: &'a str,
}

impl<'a> Place<'a> {
    /// Checks the three parts (`tencent.md` section 7).
    ///
    /// # Errors
    /// [`UrlError`] naming the first part that is wrong.
    pub fn new(domain: &'a str, app_name: &'a str, stream_name: &'a str) -> Result<Self, UrlError> {
        check_domain(domain)?;
        if !is_name(app_name) {
            return Err(UrlError::AppName);
        }
        if !is_name(stream_name) {
            return Err(UrlError::StreamName);
        }
        Ok(Self { domain, app_name, stream_name })
    }

    /// The host name.
    pub const fn domain(&self) -> &'a str {
        self.domain
    }

    /// The path before the stream.
    pub const fn app_name(&self) -> &'a str {
        self.app_name
    }

    /// The bare stream name, which is what is signed.
    pub const fn stream_name(&self) -> &'a str {
        self.stream_name
    }
}

/// True for 1 to 128 characters of `[A-Za-z0-9_-]`.
pub fn is_name(text: &str) -> bool {
    (1..=MOST_NAME).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Takes a bare host name only.
///
/// # Errors
/// [`UrlError::Domain`].
pub fn check_domain(domain: &str) -> Result<(), UrlError> {
    // By bytes: this runs for every address.
    let label = |label: &[u8]| {
        label.len() <= 63
            && label.first().is_some_and(|first| *first != b'-')
            && label.last() != Some(&b'-')
            && label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    if domain.len() <= 253 && domain.as_bytes().split(|b| *b == b'.').all(label) { Ok(()) } else { Err(UrlError::Domain) }
}

/// Push and play must have a domain each (`tencent.md` section 7). Compared without regard to case.
///
/// # Errors
/// [`UrlError::Domain`] or [`UrlError::SameDomain`].
pub fn check_domains(push: &str, play: &str) -> Result<(), UrlError> {
    check_domain(push)?;
    check_domain(play)?;
    if push.eq_ignore_ascii_case(play) { Err(UrlError::SameDomain) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_need_escaping_are_refused_by_part() {
        for bad in ["", "a b", "a/b", "a?b", "流", "a.b", &"a".repeat(129)] {
            assert_eq!(Place::new("push.example.com", "live", bad), Err(UrlError::StreamName), "{bad}");
            assert_eq!(Place::new("push.example.com", bad, "s"), Err(UrlError::AppName), "{bad}");
        }
        for bad in ["", "push.example.com:80", "http://x", "a..b", "-a.com", "a/b", "a b", ".a"] {
            assert_eq!(Place::new(bad, "live", "s"), Err(UrlError::Domain), "{bad}");
        }
        assert!(Place::new("push.example.com", "live", "room-1_u9").is_ok());
    }

    #[test]
    fn one_domain_cannot_push_and_play() {
        assert_eq!(check_domains("a.example.com", "A.example.com"), Err(UrlError::SameDomain));
        assert_eq!(check_domains("a.example.com", "b.example.com"), Ok(()));
    }
}
