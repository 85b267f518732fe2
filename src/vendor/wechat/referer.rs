//! The referer that WeChat sets on `wx.request` (WeChat guide "Network"; wechat.md section 4). For logs, metrics and
//! the language of an answer: anyone outside WeChat can write it, so it is never proof.

/// Which build of the mini program calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The developer tools.
    Devtools,
    /// Development, trial and review builds; they cannot be told apart.
    Nonrelease,
    /// A published version.
    Release,
    /// No mini program's referer.
    Unknown,
}

impl Environment {
    /// The word for logs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Devtools => "devtools",
            Self::Nonrelease => "nonrelease",
            Self::Release => "release",
            Self::Unknown => "unknown",
        }
    }
}

/// A mini program's referer, parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referer<'a> {
    /// The mini program that says it calls.
    pub app_id: &'a str,
    /// `devtools`, `0`, or a counter of published versions (not `1.0.3`).
    pub version: &'a str,
    /// What the version means.
    pub environment: Environment,
}

/// Reads `https://servicewechat.com/{appid}/{version}/page-frame.html`, and nothing that is longer, shorter or elsewhere
/// (wechat.md section 4).
pub fn parse(referer: &str) -> Option<Referer<'_>> {
    let rest = referer.strip_prefix("https://servicewechat.com/")?.strip_suffix("/page-frame.html")?;
    let (app_id, version) = rest.split_once('/')?;
    if app_id.is_empty() || !app_id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let environment = match version {
        "devtools" => Environment::Devtools,
        "0" => Environment::Nonrelease,
        _ if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => Environment::Release,
        _ => return None,
    };
    Some(Referer { app_id, version, environment })
}

/// The environment alone; a missing header is `Unknown`.
pub fn environment(referer: Option<&str>) -> Environment {
    referer.and_then(parse).map_or(Environment::Unknown, |r| r.environment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::wechat::tests::vectors;

    #[test]
    fn only_a_whole_referer_of_wechat_is_read() {
        let cases = vectors("referer");
        assert_eq!(cases.len(), 13);
        for case in cases {
            let input = case["input"].as_str();
            let read = input.and_then(parse);
            assert_eq!(read.is_some(), case["ok"] == true, "{case}");
            assert_eq!(read.map(|r| r.app_id), case["appid"].as_str(), "{case}");
            assert_eq!(read.map(|r| r.version), case["version"].as_str(), "{case}");
            assert_eq!(Some(environment(input).word()), case["env"].as_str(), "{case}");
        }
    }
}
