//! One entry of a list, judged and normalised; and whether one address would pass (WeChat guide "Network", wechat.md
//! section 5). An entry is scheme and host, matched exactly: no path, no wildcard, no parent domain.

use super::List;

/// Why an entry or address is unusable. `code()` is the stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Nothing there.
    #[error("the entry is empty")]
    Empty,
    /// No `scheme://`.
    #[error("write the scheme too, such as https://")]
    SchemeMissing,
    /// Another list's scheme, or http and ws.
    #[error("this list takes another scheme: https for request, upload and download, wss for socket")]
    SchemeNotAllowed,
    /// `user@host`.
    #[error("user names and @ are not allowed")]
    UserinfoNotAllowed,
    /// An address of numbers.
    #[error("an IP address is not allowed; use a domain name")]
    IpNotAllowed,
    /// A colon without 1 to 65535 behind it.
    #[error("the port must be 1 to 65535")]
    PortInvalid,
    /// Chinese and other letters.
    #[error("write the host in punycode (xn--...)")]
    HostNotAscii,
    /// A star.
    #[error("wildcards are not allowed; list each host")]
    WildcardNotAllowed,
    /// The phone is not your computer.
    #[error("localhost is not allowed; a phone cannot reach it")]
    LocalhostNotAllowed,
    /// WeChat's own API.
    #[error("api.weixin.qq.com can never be listed; call it from your server")]
    ForbiddenHost,
    /// Not a domain name.
    #[error("this is not a domain name")]
    HostInvalid,
    /// `wss://https://host`; its word is `host_invalid`.
    #[error("two schemes stand before the host; keep one")]
    DoubledScheme,
    /// Something behind the host.
    #[error("drop the path, such as /ws; an entry is scheme and host")]
    PathNotAllowed,
    /// A question mark.
    #[error("drop everything from the question mark on")]
    QueryNotAllowed,
    /// A hash sign.
    #[error("drop everything from the # on")]
    FragmentNotAllowed,
    /// A port in a business domain.
    #[error("a business domain takes no port")]
    PortNotAllowed,
    /// The address is fine, the list does not hold it.
    #[error("no entry of this list is exactly this scheme, host and port")]
    NotInList,
}

impl EntryFault {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::SchemeMissing => "scheme_missing",
            Self::SchemeNotAllowed => "scheme_not_allowed",
            Self::UserinfoNotAllowed => "userinfo_not_allowed",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::PortInvalid => "port_invalid",
            Self::HostNotAscii => "host_not_ascii",
            Self::WildcardNotAllowed => "wildcard_not_allowed",
            Self::LocalhostNotAllowed => "localhost_not_allowed",
            Self::ForbiddenHost => "forbidden_host",
            Self::HostInvalid | Self::DoubledScheme => "host_invalid",
            Self::PathNotAllowed => "path_not_allowed",
            Self::QueryNotAllowed => "query_not_allowed",
            Self::FragmentNotAllowed => "fragment_not_allowed",
            Self::PortNotAllowed => "port_not_allowed",
            Self::NotInList => "not_in_list",
        }
    }
}

/// Odd, but usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Blanks around it.
    Trimmed,
    /// One `/` at the end, as WeChat's own replies have it.
    TrailingSlashRemoved,
    /// `https://host:443` allows only addresses that spell out the port.
    ExplicitDefaultPort,
    /// A socket entry allows every port.
    PortIgnoredForWss,
}

impl Oddity {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Trimmed => "trimmed",
            Self::TrailingSlashRemoved => "trailing_slash_removed",
            Self::ExplicitDefaultPort => "explicit_default_port",
            Self::PortIgnoredForWss => "port_ignored_for_wss",
        }
    }
}

/// A usable entry in its one normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `scheme://host[:port]`, lower case.
    pub text: String,
    /// What was odd about it.
    pub oddities: Vec<Oddity>,
}

/// An address taken apart, host in lower case.
pub(super) struct Address<'a> {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// Whatever follows host and port.
    pub(super) rest: &'a str,
}

fn split_scheme(text: &str) -> Result<(&str, &str), EntryFault> {
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    text.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).ok_or(EntryFault::SchemeMissing)
}

/// The same, but the list's scheme is demanded first: a wrong scheme is the fault to name, whatever else is wrong.
fn take_apart_for(list: List, text: &str) -> Result<Address<'_>, EntryFault> {
    if split_scheme(text)?.0.eq_ignore_ascii_case(list.scheme()) { take_apart(text) } else { Err(EntryFault::SchemeNotAllowed) }
}

/// Takes `scheme://host[:port]rest` apart; the host is not judged yet.
pub(super) fn take_apart(text: &str) -> Result<Address<'_>, EntryFault> {
    let (scheme, after) = split_scheme(text)?;
    let (authority, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
    if authority.contains('@') {
        return Err(EntryFault::UserinfoNotAllowed);
    }
    if authority.contains('[') {
        return Err(EntryFault::IpNotAllowed);
    }
    if authority.ends_with(':') && rest.starts_with("//") {
        return Err(EntryFault::DoubledScheme);
    }
    let (host, port) = match authority.split_once(':') {
        None => (authority, None),
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, Some(port.parse().ok().filter(|p| *p != 0).ok_or(EntryFault::PortInvalid)?))
        }
        Some(_) => return Err(EntryFault::PortInvalid),
    };
    Ok(Address { scheme: scheme.to_ascii_lowercase(), host: host.to_lowercase(), port, rest })
}

/// Judges and normalises one entry of a list (wechat.md section 5, rules 1 to 15 in their order).
pub fn normalise(list: List, text: &str) -> Result<Entry, EntryFault> {
    let mut oddities = Vec::new();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(EntryFault::Empty);
    }
    if trimmed.len() != text.len() {
        oddities.push(Oddity::Trimmed);
    }
    let address = take_apart_for(list, trimmed)?;
    judge_host(&address.host)?;
    match address.rest {
        "" => {}
        "/" => oddities.push(Oddity::TrailingSlashRemoved),
        rest if rest.starts_with('#') => return Err(EntryFault::FragmentNotAllowed),
        rest if rest.starts_with('?') => return Err(EntryFault::QueryNotAllowed),
        _ => return Err(EntryFault::PathNotAllowed),
    }
    let port = match (list, address.port) {
        (List::Business, Some(_)) => return Err(EntryFault::PortNotAllowed),
        (List::Socket, Some(_)) => {
            oddities.push(Oddity::PortIgnoredForWss);
            None
        }
        (_, Some(443)) if list.scheme() == "https" => {
            oddities.push(Oddity::ExplicitDefaultPort);
            Some(443)
        }
        (_, port) => port,
    };
    Ok(Entry { text: entry_text(&address.scheme, &address.host, port), oddities })
}

fn judge_host(host: &str) -> Result<(), EntryFault> {
    if !host.is_ascii() {
        return Err(EntryFault::HostNotAscii);
    }
    if host.contains('*') {
        return Err(EntryFault::WildcardNotAllowed);
    }
    if host == "localhost" {
        return Err(EntryFault::LocalhostNotAllowed);
    }
    if !host.is_empty() && host.split('.').all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit())) {
        return Err(EntryFault::IpNotAllowed);
    }
    if host == "api.weixin.qq.com" {
        return Err(EntryFault::ForbiddenHost);
    }
    let sound = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.contains('.') || !host.split('.').all(sound) {
        return Err(EntryFault::HostInvalid);
    }
    Ok(())
}

fn entry_text(scheme: &str, host: &str, port: Option<u16>) -> String {
    port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}"))
}

/// Would a call to this address pass the configured list? Host and port must equal an entry; a socket ignores the port.
pub fn allows(list: List, configured: &[String], url: &str) -> Result<(), EntryFault> {
    let address = take_apart_for(list, url.trim())?;
    if address.host == "api.weixin.qq.com" {
        return Err(EntryFault::ForbiddenHost);
    }
    let port = address.port.filter(|_| list != List::Socket);
    let wanted = entry_text(&address.scheme, &address.host, port);
    let listed = configured.iter().filter_map(|entry| normalise(list, entry).ok()).any(|entry| entry.text == wanted);
    if listed { Ok(()) } else { Err(EntryFault::NotInList) }
}

/// The entry that an address needs, and its list: `wss` socket, `https` request; path dropped, a port other than the
/// default kept (zego.md section 9).
pub fn of_address(address: &str) -> Result<(List, String), EntryFault> {
    let parts = take_apart(address.trim())?;
    let list = match parts.scheme.as_str() {
        "https" => List::Request,
        "wss" => List::Socket,
        _ => return Err(EntryFault::SchemeNotAllowed),
    };
    judge_host(&parts.host)?;
    Ok((list, entry_text(&parts.scheme, &parts.host, parts.port.filter(|port| *port != 443))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn wechat(kind: &str) -> Vec<Value> {
        let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/wechat-vectors.json")).expect("JSON");
        all[kind].as_array().expect("cases").clone()
    }

    fn list(case: &Value) -> List {
        case["category"].as_str().and_then(List::from_word).expect("a list")
    }

    #[test]
    fn every_entry_is_judged_as_wechat_does() {
        let cases = wechat("domain_entry");
        assert_eq!(cases.len(), 41);
        for case in cases {
            let judged = normalise(list(&case), case["input"].as_str().expect("text"));
            assert_eq!(judged.is_ok(), case["valid"] == true, "{case}");
            match judged {
                Ok(entry) => {
                    assert_eq!(Some(entry.text.as_str()), case["normalized"].as_str(), "{case}");
                    let words: Vec<_> = entry.oddities.iter().map(|o| o.code()).collect();
                    assert_eq!(serde_json::json!(words), case["warnings"], "{case}");
                }
                Err(fault) => assert_eq!(Some(fault.code()), case["reason"].as_str(), "{case}"),
            }
        }
    }

    #[test]
    fn an_address_passes_only_on_an_exact_host_and_port() {
        let cases = wechat("domain_match");
        assert_eq!(cases.len(), 16);
        for case in cases {
            let configured: Vec<String> = serde_json::from_value(case["configured"].clone()).expect("texts");
            let passed = allows(list(&case), &configured, case["url"].as_str().expect("text"));
            assert_eq!(passed.is_ok(), case["allowed"] == true, "{case}");
            assert_eq!(passed.err().map(EntryFault::code), case["reason"].as_str(), "{case}");
        }
    }

    #[test]
    fn zegos_addresses_become_entries_by_their_scheme() {
        let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/zego-vectors.json")).expect("JSON");
        let cases: Vec<_> =
            all["vectors"].as_array().expect("cases").iter().filter(|v| v["kind"] == "zego_domain_entry").collect();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let (list, entry) = of_address(case["input"]["address"].as_str().expect("text")).expect("an entry");
            assert_eq!(Some(entry.as_str()), case["expected"]["entry"].as_str(), "{case}");
            assert_eq!(Some(list.kind()), case["expected"]["list"].as_str(), "{case}");
        }
        assert_eq!(of_address("wss://a.zego.im:8282/ws"), Ok((List::Socket, "wss://a.zego.im:8282".into())));
        assert_eq!(of_address("http://127.0.0.1:3000"), Err(EntryFault::SchemeNotAllowed));
    }

    #[test]
    fn strange_entries_are_refused_without_a_panic() {
        for text in ["://", "https://", "https://:443", "https://.", "https://a.b:99999999999", "wss://语", "https:///x"] {
            for list in List::ALL {
                assert!(normalise(list, text).is_err(), "{text}");
            }
            assert!(allows(List::Request, &[], text).is_err() && of_address(text).is_err(), "{text}");
        }
        assert_eq!(normalise(List::Request, "a.example.com/?u=http://b.example.com"), Err(EntryFault::SchemeMissing));
        assert_eq!(normalise(List::Socket, "wss://wss://a.example.com"), Err(EntryFault::DoubledScheme));
    }

    proptest! {
        #[test]
        fn a_normal_form_stays_as_it_is_and_allows_its_own_addresses(text in "[ ]?(https|wss|HTTPS)://[a-zA-Z0-9.*:@/-]{0,30}") {
            for list in List::ALL {
                if let Ok(entry) = normalise(list, &text) {
                    prop_assert_eq!(&normalise(list, &entry.text).expect("usable").text, &entry.text);
                    prop_assert_eq!(allows(list, std::slice::from_ref(&text), &format!("{}/a?b#c", entry.text)), Ok(()));
                }
            }
        }
    }
}
