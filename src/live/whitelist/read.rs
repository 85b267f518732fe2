//! Reads a pasted list: JSON with WeChat's field names, or plain text with a list's name before its entries.
//!
//! Text may be `requestdomain: https://a.example.com`, a heading (`[requestdomain]`, `request合法域名`) with entries
//! below it, or several entries in a line separated by blanks, `;` or `,`. `#` starts a comment.

use super::{List, Lists};
use serde_json::Value;

/// A list that cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ListUnreadable {
    /// Counted from 1.
    pub line: usize,
    /// One sentence to act on.
    pub why: &'static str,
}

const NO_FIELD: &str = "no list found; name one, such as requestdomain";
const NOT_TEXTS: &str = "a list must hold texts, such as [\"https://api.example.com\"]";
const NO_LIST_YET: &str = "write the list's name before its entries, such as requestdomain: https://api.example.com";
const NEITHER: &str = "this is neither a list's name (requestdomain, wsrequestdomain, uploaddomain, downloaddomain) nor an entry";

/// Reads JSON when the text starts with `{`, plain text otherwise.
pub fn read(text: &str) -> Result<Lists, ListUnreadable> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') { read_json(text) } else { read_text(text) }
}

fn read_json(text: &str) -> Result<Lists, ListUnreadable> {
    let document: Value = serde_json::from_str(text)
        .map_err(|fault| ListUnreadable { line: fault.line().max(1), why: "this is not JSON from here on" })?;
    // WeChat's own answers group the lists; phones obey `effective_domain`.
    let lists = document.get("effective_domain").unwrap_or(&document);
    let line_of = |name: &str| text.lines().position(|line| line.contains(&format!("\"{name}\""))).map_or(1, |n| n + 1);
    let mut read = Lists::default();
    let mut named = false;
    for (name, value) in lists.as_object().into_iter().flatten() {
        let Some(list) = List::from_word(name) else { continue };
        named = true;
        let unreadable = || ListUnreadable { line: line_of(name), why: NOT_TEXTS };
        match value {
            Value::Null => {}
            Value::String(entries) => pieces(entries).for_each(|entry| read.add(list, entry)),
            Value::Array(entries) => {
                for entry in entries {
                    read.add(list, entry.as_str().ok_or_else(unreadable)?);
                }
            }
            _ => return Err(unreadable()),
        }
    }
    if named { Ok(read) } else { Err(ListUnreadable { line: 1, why: NO_FIELD }) }
}

fn read_text(text: &str) -> Result<Lists, ListUnreadable> {
    let mut read = Lists::default();
    let mut current = None;
    for (number, line) in text.lines().enumerate() {
        let unreadable = |why| ListUnreadable { line: number + 1, why };
        for piece in pieces(line.split(" #").next().unwrap_or_default()) {
            if piece.starts_with('#') {
                break;
            }
            let (name, entry) = heading(piece);
            if let Some(list) = List::from_word(name) {
                current = Some(list);
            } else if !piece.contains('.') && !piece.contains("://") {
                return Err(unreadable(NEITHER));
            }
            let entry = if List::from_word(name).is_some() { entry } else { piece };
            if !entry.is_empty() {
                read.add(current.ok_or_else(|| unreadable(NO_LIST_YET))?, entry);
            }
        }
    }
    if current.is_some() { Ok(read) } else { Err(ListUnreadable { line: 1, why: NO_FIELD }) }
}

/// Splits `requestdomain:https://a` into name and entry, and frees a heading of its brackets.
fn heading(piece: &str) -> (&str, &str) {
    let (name, entry) = piece
        .find([':', '：', '='])
        .map_or((piece, ""), |at| (piece.get(..at).unwrap_or(piece), piece.get(at..).unwrap_or_default()));
    (name.trim_matches(['[', ']', '【', '】']), entry.trim_start_matches([':', '：', '=']))
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '；' | '，' | '、'))
        .map(|piece| piece.trim_matches(['"', '\'']))
        .filter(|piece| !piece.is_empty() && !matches!(*piece, "=" | ":" | "：" | "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, list: List) -> Vec<String> {
        read(text).expect("readable").of(list).to_vec()
    }

    #[test]
    fn json_with_wechats_names_is_read() {
        let text = "{\"errcode\":0,\n\"requestdomain\":[\"https://a.example.com\"],\n\"wsrequestdomain\":\"wss://a.example.com;wss://b.example.com\"}";
        assert_eq!(of(text, List::Request), ["https://a.example.com"]);
        assert_eq!(of(text, List::Socket), ["wss://a.example.com", "wss://b.example.com"]);
        let grouped = r#"{"mp_domain":{"requestdomain":["https://no.example.com"]},"effective_domain":{"requestdomain":["https://a.example.com"]}}"#;
        assert_eq!(of(grouped, List::Request), ["https://a.example.com"]);
    }

    #[test]
    fn text_is_read_as_lines_sections_and_from_the_console() {
        assert_eq!(of("requestdomain: https://a.example.com\nrequest:https://b.example.com", List::Request).len(), 2);
        let sections = "# ours\n[requestdomain]\nhttps://a.example.com # api\n\n[wsrequestdomain]\nwss://a.example.com/ws\r\n";
        assert_eq!(of(sections, List::Request), ["https://a.example.com"]);
        assert_eq!(of(sections, List::Socket), ["wss://a.example.com/ws"]);
        let console = "request合法域名\thttps://a.example.com；https://b.example.com\nsocket合法域名\twss://a.example.com";
        assert_eq!(of(console, List::Request).len(), 2);
        assert_eq!(of("downloaddomain = https://d.example.com", List::Download), ["https://d.example.com"]);
    }

    #[test]
    fn a_faulty_line_is_named() {
        let line = |text: &str| read(text).expect_err("unreadable").line;
        assert_eq!(line("requestdomain: https://a.example.com\nrequstdomain:\n"), 2);
        assert_eq!(line("\nhttps://a.example.com"), 2);
        assert_eq!(line("{\n\"requestdomain\": [\n\"https://a.example.com\"\n"), 4);
        assert_eq!(line("{\n\"errcode\":0,\n\"requestdomain\": [1]}"), 3);
        assert_eq!(line("{}"), 1);
        assert_eq!(line(""), 1);
    }

    #[test]
    fn an_entry_without_scheme_is_kept_for_the_check_to_judge() {
        assert_eq!(of("request: api.example.com", List::Request), ["api.example.com"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}", json in "\\{[\"a-z\\[\\]:,0-9 \n]{0,60}\\}?") {
            let _ = (read(&text), read(&json));
        }
    }
}
