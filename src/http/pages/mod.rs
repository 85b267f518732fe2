//! What a browser opens: the console at `/`, the API page at `/docs`, and the files they are made of; and what a monitor asks.

pub mod assets;
pub mod console;
pub mod health;

/// Text as JSON that may stand inside an HTML script element: nothing in it can end the element or begin another.
pub(crate) fn json_in_html(value: &serde_json::Value) -> String {
    let mut safe = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}
