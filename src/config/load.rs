//! Reading the document. A fault names the key path and the line, and never repeats a value: values may be secrets.

use super::Config;
use super::sections::known_part;
use toml::de::{DeTable, DeValue};

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
        // A quote that is missing spoils all that follows: the first complaint is nearest to it.
        let (_, spoiled) = DeTable::parse_recoverable(text);
        let error = spoiled.into_iter().min_by_key(|error| error.span().map_or(0, |span| span.start)).unwrap_or(error);
        let offset = error.span().map_or(0, |span| span.start);
        let lines = Lines::of(text);
        let line = lines.line_at(offset);
        let (whole, mut sentence) = (lines.path_at(offset), safe_sentence(error.message()));
        let mut path = known_part(&whole).to_owned();
        if let Some(name) = unknown_name(error.message()) {
            sentence = safe_unknown(error.message());
            // The innermost key at the fault is the unknown one itself; it is named only when it reads like a key's name.
            let section = whole.strip_suffix(name).map_or(path.as_str(), |section| section.trim_end_matches('.'));
            let section = known_part(section);
            let dot = if section.is_empty() { "" } else { "." };
            path = if is_word(name) { format!("{section}{dot}{name}") } else { section.to_owned() };
            if !is_word(name) {
                sentence = "holds a key that is not known".to_owned();
            }
        }
        ConfigFault { path, line, sentence }
    })
}

fn unknown_name(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split_once('`').map(|(name, _)| name)
}

fn safe_unknown(message: &str) -> String {
    match message.split_once("`, expected ") {
        Some((_, known)) => format!("is not known here; expected {}", known.lines().next().unwrap_or_default()),
        None => "is not known here".to_owned(),
    }
}

/// A secret that slipped into the place of a name has digits, or is long.
fn is_word(name: &str) -> bool {
    name.len() <= 32 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// The part of a parser's message that holds no value.
fn safe_sentence(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
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
    if message.starts_with("missing field") {
        return format!("is not complete: {message}");
    }
    if message.starts_with("duplicate key") {
        return "stands twice".to_owned();
    }
    "is not valid TOML here; is a quote or bracket missing?".to_owned()
}

/// Which key stands where in a document, also in one with mistakes.
#[derive(Debug, Default)]
pub struct Lines {
    /// Start and end in bytes, and the key path.
    keys: Vec<(usize, usize, String)>,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Lines {
    /// Reads the keys of a document.
    pub fn of(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut lines = Self { keys: Vec::new(), starts };
        let (table, _) = DeTable::parse_recoverable(text);
        lines.table("", table.get_ref());
        lines.keys.sort();
        lines
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let dot = if prefix.is_empty() { "" } else { "." };
            let path = format!("{prefix}{dot}{}", key.get_ref());
            self.keys.push((key.span().start, value.span().end.max(key.span().end), path.clone()));
            match value.get_ref() {
                DeValue::Table(below) => self.table(&path, below),
                DeValue::Array(list) => {
                    for (at, item) in list.iter().enumerate() {
                        if let DeValue::Table(below) = item.get_ref() {
                            let path = format!("{path}[{at}]");
                            self.keys.push((item.span().start, item.span().end, path.clone()));
                            self.table(&path, below);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The line of a place in bytes, from 1.
    pub fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The key at a place in bytes, or the last one before it.
    pub fn path_at(&self, offset: usize) -> String {
        let before = self.keys.iter().filter(|(start, ..)| *start <= offset);
        before
            .max_by_key(|(start, end, path)| (offset < *end, *start, path.len()))
            .map(|(.., path)| path.clone())
            .unwrap_or_default()
    }

    /// The line of a key, else of the section it would be in; 0 when neither stands there.
    pub fn line_of(&self, path: &str) -> usize {
        let section = path.rsplit_once('.').map_or(path, |(section, _)| section);
        self.line_of_key(path).or_else(|| self.line_of_key(section)).unwrap_or(0)
    }

    /// The line of a key, if it stands there.
    pub fn line_of_key(&self, path: &str) -> Option<usize> {
        self.keys.iter().find(|(.., known)| known == path).map(|(start, ..)| self.line_at(*start))
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
    fn a_key_that_slipped_out_of_its_quotes_is_not_repeated() {
        for (text, line) in [
            ("[[trtc]]\nsdk_app_id = 7\nprivate_key = \"-----BEGIN\nMIGHcanary=\n-----END\"", 3),
            ("[[zego]]\ncanary0123456789abcdef = 1", 2),
            ("canary0123456789 = 1\n[x]\na = 1", 1),
            ("[access]\nsession_keys = { canary0 = \"canary\" }", 2),
            ("[access.canary0]\nvalue = 1", 1),
            ("[access]\nsession_keys = canary", 2),
            ("[access]\n\"canary 0\" = \"a\"\n\"canary 0\" = \"b\"", 3),
            ("[zego]\napp_id = \"canary, expected canary0\"", 1),
            ("[[zego]]\napp_id = \"canary, expected canary0\"", 2),
            ("[policy.zego_login_seconds]\ndefault = 1\nmin = 1\ncanary0 = 2", 4),
        ] {
            let fault = parse(text).unwrap_err();
            assert!(!fault.to_string().contains("canary"), "{fault}");
            assert_eq!(fault.line, line, "{fault}");
        }
    }

    #[test]
    fn lines_are_found_below_texts_of_many_lines_and_in_nested_tables() {
        let text = "[[trtc]]\nprivate_key = \"\"\"\na=\nb=\"\"\"\n\n[[trtc]]\nsdk_app_id = 7\n[policy]\nquota.per_user_per_minute = 1\n\
                    user_sig_seconds = { default = 1,\n min = 1 }\n[[access.operators]]\nname = 'a'";
        let lines = Lines::of(text);
        for (path, line) in [
            ("trtc[0].private_key", 2),
            ("trtc[1].sdk_app_id", 7),
            ("trtc[1].callback_key", 6),
            ("policy.quota.per_user_per_minute", 9),
            ("policy.user_sig_seconds.min", 11),
            ("access.operators[0].key", 12),
            ("wechat.app_id", 0),
        ] {
            assert_eq!(lines.line_of(path), line, "{path}");
        }
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_known_ones() {
        assert!(parse("[server]\nlisten_on = 1").unwrap_err().sentence.contains("public_url"));
    }
}
