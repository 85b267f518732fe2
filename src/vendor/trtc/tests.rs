//! What the tests of several formats share: the vectors and their test keys.

use serde_json::Value;
use std::sync::LazyLock;

static FILE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../tests/vectors/tencent-vectors.json")).unwrap());

/// All vectors of one kind.
pub(super) fn vectors(kind: &str) -> Vec<Value> {
    FILE["vectors"].as_array().unwrap().iter().filter(|vector| vector["kind"] == kind).cloned().collect()
}

/// A text field that must be there.
pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {}", value["id"]))
}

/// A number field that must be there.
pub(super) fn number(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_else(|| panic!("{field} in {}", value["id"]))
}

/// PEM text of a test key: `p256`, `p256other` or `k256`; `pkcs8`, `sec1`, `sec1params` or `pub`.
pub(super) fn pem(key: &str, form: &str) -> &'static str {
    FILE["keys"][key][form].as_str().unwrap()
}
