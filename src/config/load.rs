//! Reading the document. A fault names the key path and the line, and never repeats a value: values may be secrets.

use super::Config;
use std::collections::BTreeMap;

/// Something wrong in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Key path, e.g. `zego[0].app_key`; empty where only the line is known.
    pub path: String,
    /// Line, from 1; 0 where none is known.
    pub line: usize,
    /// What to do about it.
    pub sentence: String,
}

impl std::fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = if self.line > 0 { format!("line {}: ", self.line) } else { String::new() };
        let path = if self.path.is_empty() { String::new() } else { format!("{} ", self.path) };
        write!(f, "{line}{path}{}", self.sentence)
    }
}

/// Reads a document's text. It is not judged yet.
pub fn parse(text: &str) -> Result<Config, ConfigFault> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let line = text.get(..offset).map_or(0, |before| before.matches('\n').count() + 1);
        let path = Lines::of(text).path_at(line);
        ConfigFault { path, line, sentence: safe_sentence(error.message()) }
    })
}

/// The part of a parser's message that holds no value.
fn safe_sentence(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    if let Some(name) = message.strip_prefix("unknown field ") {
        return format!("is unknown: {name}");
    }
    if message.starts_with("a secret must be") || message.starts_with("a list of secrets") || message.starts_with("not_") {
        return format!("is wrong: {message}");
    }
    let typed = ["invalid type", "invalid value", "invalid length", "unknown variant", "data did not match"];
    if typed.iter().any(|start| message.starts_with(start)) {
        return match message.rsplit_once(", expected ") {
            Some((_, expected)) => format!("has a wrong value: expected {expected}"),
            None => "has a wrong value".to_owned(),
        };
    }
    if message.starts_with("duplicate key") {
        return "stands twice".to_owned();
    }
    "is not valid TOML here; is a quote or bracket missing?".to_owned()
}

/// Which key stands on which line: enough of TOML to point at a place.
#[derive(Debug, Default)]
pub struct Lines(BTreeMap<usize, String>);

impl Lines {
    /// Reads the keys and headers of a document.
    pub fn of(text: &str) -> Self {
        let mut lines = BTreeMap::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut section = String::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(name) = line.strip_prefix("[[").and_then(|rest| rest.split("]]").next()) {
                let count = counts.entry(name.trim().to_owned()).or_insert(0);
                section = format!("{}[{count}]", name.trim());
                *count += 1;
                lines.insert(at + 1, section.clone());
                continue;
            }
            let mut rest = line;
            if let Some((name, after)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                section = name.trim().to_owned();
                lines.insert(at + 1, section.clone());
                rest = after.trim();
            }
            if let Some((key, _)) = rest.split_once('=')
                && key.trim().chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
                && !key.trim().is_empty()
            {
                let dot = if section.is_empty() { "" } else { "." };
                lines.insert(at + 1, format!("{section}{dot}{}", key.trim()));
            }
        }
        Self(lines)
    }

    /// The key at a line, or the last one before it.
    pub fn path_at(&self, line: usize) -> String {
        self.0.range(..=line).next_back().map(|(_, path)| path.clone()).unwrap_or_default()
    }

    /// The line of a key, else of its section; 0 when neither stands there.
    pub fn line_of(&self, path: &str) -> usize {
        let exact = self.0.iter().find(|(_, known)| *known == path);
        let section = path.rsplit_once('.').map_or(path, |(section, _)| section);
        exact.or_else(|| self.0.iter().find(|(_, known)| *known == section)).map_or(0, |(line, _)| *line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_key_and_line_and_repeats_no_value() {
        for (text, line, path) in [
            ("production = \"canary\"", 1, "production"),
            ("[[zego]]\napp_id = 1\n[[zego]]\napp_id = \"canary\"", 4, "zego[1].app_id"),
            ("[wechat]\napp_secret = 987654321", 2, "wechat.app_secret"),
            ("[access]\nsession_keys = [{ value = 5, canary = \"canary\" }]", 2, "access.session_keys"),
            ("[server]\nlisten = \"canary", 2, "server.listen"),
            ("[server]\ncanray = \"canary\"", 2, "server.canray"),
            ("[policy]\nuser_sig_seconds = \"canary\"", 2, "policy.user_sig_seconds"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.path.as_str()), (line, path), "{fault}");
            assert!(!fault.to_string().contains("canary") && !fault.to_string().contains("987654321"), "{fault}");
        }
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_known_ones() {
        assert!(parse("[server]\nlisten_on = 1").unwrap_err().sentence.contains("public_url"));
    }
}
