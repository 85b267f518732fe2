//! The Tencent vectors as the tests read them.

use serde_json::Value;

/// Every vector of one kind; fails when there is none, so that a renamed kind is noticed.
pub(crate) fn of_kind(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/tencent-vectors.json")).unwrap();
    let found: Vec<Value> = all["vectors"].as_array().unwrap().iter().filter(|v| v["kind"] == kind).cloned().collect();
    assert!(!found.is_empty(), "no vector of kind {kind}");
    found
}
