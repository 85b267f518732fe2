//! The vendors' known answers, for stories.

use serde_json::Value;

/// A file of vectors.
pub fn load(vendor: &str) -> Value {
    let text = match vendor {
        "zego" => include_str!("../vectors/zego-vectors.json"),
        "tencent" => include_str!("../vectors/tencent-vectors.json"),
        _ => include_str!("../vectors/wechat-vectors.json"),
    };
    serde_json::from_str(text).unwrap()
}

/// The vectors of one kind; there is at least one.
pub fn of_kind(vendor: &str, kind: &str) -> Vec<Value> {
    let mut all = load(vendor)["vectors"].as_array().unwrap().clone();
    all.retain(|vector| vector["kind"] == kind);
    assert!(!all.is_empty(), "{kind}");
    all
}

/// A member that is text.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}
