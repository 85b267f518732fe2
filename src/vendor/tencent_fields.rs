//! Reading Tencent's callback bodies: a scalar may come as number or text, a moment as seconds or milliseconds.

use crate::live::time::UnixMs;
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};

/// Numbers of seconds above this lie after the year 5138, so they are milliseconds.
const MOST_SECONDS: i64 = 100_000_000_000;
/// Whole numbers up to here are exact as floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A documented member that is not there or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is missing or not what the vendor documents")]
pub(crate) struct Missing(pub(crate) &'static str);

/// One JSON object of a body.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// Text that is not empty; a whole number counts as its decimal text, so 64-bit ids stay exact.
    pub(crate) fn optional_text(self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The same, required.
    pub(crate) fn text(self, name: &'static str) -> Result<String, Missing> {
        self.optional_text(name).ok_or(Missing(name))
    }

    /// A whole number, or text that is one.
    pub(crate) fn optional_whole(self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            Value::String(text) => text.trim().parse().ok(),
            Value::Number(number) => number.as_i64().or_else(|| {
                let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < EXACT)?;
                #[allow(clippy::cast_possible_truncation)]
                Some(float as i64)
            }),
            _ => None,
        }
    }

    /// The same, required.
    pub(crate) fn whole(self, name: &'static str) -> Result<i64, Missing> {
        self.optional_whole(name).ok_or(Missing(name))
    }

    /// A size: a whole number from zero to 2^64-1.
    pub(crate) fn optional_size(self, name: &str) -> Option<u64> {
        self.optional_text(name)?.parse().ok()
    }

    /// A length of time in the member's own unit; never negative, never endless.
    pub(crate) fn optional_length(self, name: &str) -> Option<f64> {
        let length: f64 = match self.0.get(name)? {
            Value::String(text) => text.trim().parse().ok()?,
            Value::Number(number) => number.as_f64()?,
            _ => return None,
        };
        (length.is_finite() && (0.0..EXACT).contains(&length)).then_some(length)
    }

    /// A moment in seconds or milliseconds, told apart by size: Tencent's kinds of events differ.
    pub(crate) fn optional_moment(self, name: &str) -> Option<UnixMs> {
        self.optional_whole(name).map(|n| if n > MOST_SECONDS { UnixMs(n) } else { UnixMs::from_seconds(n) })
    }

    /// The same, required.
    pub(crate) fn moment(self, name: &'static str) -> Result<UnixMs, Missing> {
        self.optional_moment(name).ok_or(Missing(name))
    }

    /// An object inside.
    pub(crate) fn object(self, name: &'static str) -> Result<Fields<'a>, Missing> {
        self.0.get(name).and_then(Value::as_object).map(Fields).ok_or(Missing(name))
    }

    /// The entries of a list inside; empty when there is none.
    pub(crate) fn list(self, name: &str) -> &'a [Value] {
        self.0.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// Joins the parts of an event key so that different parts never give the same key.
pub(crate) fn join_key(parts: &[&str]) -> String {
    let escaped: Vec<String> = parts.iter().map(|part| part.replace('%', "%25").replace('/', "%2F")).collect();
    escaped.join("/")
}

/// Lower-case hex SHA-256 of an object without the members that differ between two deliveries of one event.
pub(crate) fn hash_without(fields: &Map<String, Value>, left_out: &[&str]) -> String {
    let kept: Vec<(&String, &Value)> = fields.iter().filter(|(name, _)| !left_out.contains(&name.as_str())).collect();
    hash_bytes(&serde_json::to_vec(&kept).unwrap_or_default())
}

/// Lower-case hex SHA-256.
pub(crate) fn hash_bytes(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// The address, if it is http or https and holds no space or control character.
pub(crate) fn web_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let plain = !rest.is_empty() && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    (known && plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_come_as_number_or_text_and_big_ids_stay_exact() {
        let body = json!({"a": 18_446_744_073_709_551_615_u64, "b": "12", "c": 1.5, "d": "", "e": null, "f": 3.0});
        let fields = Fields(body.as_object().unwrap());
        assert_eq!(fields.optional_text("a").as_deref(), Some("18446744073709551615"));
        assert_eq!(fields.optional_size("a"), Some(u64::MAX));
        assert_eq!(fields.whole("b"), Ok(12));
        assert_eq!(fields.whole("c"), Err(Missing("c")));
        assert_eq!(fields.whole("f"), Ok(3));
        assert_eq!(fields.text("d"), Err(Missing("d")));
        assert_eq!(fields.text("e"), Err(Missing("e")));
        assert_eq!(Missing("e").to_string(), "`e` is missing or not what the vendor documents");
    }

    #[test]
    fn parts_of_a_key_cannot_run_into_each_other() {
        assert_ne!(join_key(&["a/b", "c"]), join_key(&["a", "b/c"]));
        assert_ne!(join_key(&["a%2Fb"]), join_key(&["a/b"]));
        assert_ne!(join_key(&["a", ""]), join_key(&["a"]));
    }

    #[test]
    fn only_web_addresses_are_kept() {
        for bad in ["javascript://x", "ftp://a", "http://", "http://a b", "a", "http://a\n"] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
        assert!(web_url("HTTPS://a/b?c").is_some());
    }
}
