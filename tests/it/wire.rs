//! What `wx.request` puts on the wire and makes of the answer (wechat.md section 3), so that tests call as a phone does.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A request as the device would send it.
#[derive(Debug, PartialEq)]
pub struct Wire {
    pub method: String,
    pub url: String,
    pub content_type: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// From the options of `wx.request`.
pub fn wire(options: &Value) -> Wire {
    let method = options["method"].as_str().unwrap_or("GET").to_ascii_uppercase();
    let mut content_type = "application/json".to_owned();
    let mut headers = Vec::new();
    for (name, value) in options["header"].as_object().unwrap_or(&Map::new()) {
        match name.to_ascii_lowercase().as_str() {
            "content-type" => content_type = value.as_str().unwrap().to_owned(),
            // Page code cannot set it.
            "referer" => {}
            _ => headers.push((name.clone(), value.as_str().unwrap().to_owned())),
        }
    }
    let mut url = options["url"].as_str().unwrap().to_owned();
    let mut body = None;
    match &options["data"] {
        Value::Object(data) if method == "GET" => url = with_query(&url, data),
        Value::Null => {}
        Value::String(text) if method != "GET" => body = Some(text.clone()),
        Value::Object(data) if content_type.starts_with("application/x-www-form-urlencoded") => {
            body = Some(pairs(data).join("&"))
        }
        data => body = Some(data.to_string()),
    }
    Wire { method, url, content_type, headers, body }
}

fn pairs(data: &Map<String, Value>) -> Vec<String> {
    let encode = |text: &str| utf8_percent_encode(text, COMPONENT).to_string();
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    data.iter().map(|(name, value)| format!("{}={}", encode(name), encode(&plain(value)))).collect()
}

fn with_query(url: &str, data: &Map<String, Value>) -> String {
    let (path, old) = url.split_once('?').unwrap_or((url, ""));
    let kept = old.split('&').filter(|pair| !pair.is_empty() && !data.contains_key(pair.split('=').next().unwrap()));
    let all: Vec<String> = kept.map(str::to_owned).chain(pairs(data)).collect();
    if all.is_empty() { path.to_owned() } else { format!("{path}?{}", all.join("&")) }
}

/// What `res.data` is.
pub fn data(body: &str, data_type: &str) -> Value {
    let text = || Value::String(body.to_owned());
    if data_type == "json" { serde_json::from_str(body).unwrap_or_else(|_| text()) } else { text() }
}
