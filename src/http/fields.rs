//! What a request says, read field by field. Every wrong field is remembered with its bounds, so that one answer names them
//! all; no value is ever repeated. Queries and JSON bodies are read the same way, because phones send numbers as text in the
//! one and as numbers in the other.

use crate::live::fault::{Fault, FieldFault};
use crate::live::time::UnixMs;
use crate::live::user_id;
use serde_json::{Map, Value};
use std::fmt;
use std::ops::RangeInclusive;

/// The members of an object.
pub type Values = Map<String, Value>;

/// What fields are read from: the members of an object, or the pairs of a query.
pub trait Members: fmt::Debug {
    /// The value of this name.
    fn member(&self, name: &str) -> Option<&Value>;
}

impl Members for Values {
    fn member(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// What a handler takes from a request.
pub trait Read: Sized {
    /// Reads all fields. A required field that is missing gives a stand-in: the request is refused before anyone sees it.
    fn read(fields: &mut Fields<'_>) -> Self;
}

/// Reads, and refuses if any field was wrong.
pub fn read<T: Read>(values: &dyn Members) -> Result<T, Fault> {
    let mut fields = Fields { values, within: String::new(), faults: Vec::new() };
    let read = T::read(&mut fields);
    if fields.faults.is_empty() { Ok(read) } else { Err(Fault::fields(fields.faults)) }
}

/// Judges one text from elsewhere than a body or query.
pub fn check(name: &str, text: &str, rule: Text) -> Result<(), Fault> {
    rule.judge(|| name.to_owned(), text).map_or(Ok(()), |fault| Err(Fault::fields(vec![fault])))
}

/// What a text may look like.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    min: usize,
    max: usize,
    bytes: bool,
    only: Option<Alphabet>,
}

#[derive(Clone, Copy, Debug)]
struct Alphabet {
    passes: fn(char) -> bool,
    says: &'static str,
}

/// A text of so many characters.
pub const fn chars(min: usize, max: usize) -> Text {
    Text { min, max, bytes: false, only: None }
}

/// A text of so many bytes in UTF-8.
pub const fn bytes(min: usize, max: usize) -> Text {
    Text { min, max, bytes: true, only: None }
}

impl Text {
    /// Only characters that pass; `says` shows them, e.g. `[A-Za-z0-9_-]`.
    pub const fn only(mut self, passes: fn(char) -> bool, says: &'static str) -> Self {
        self.only = Some(Alphabet { passes, says });
        self
    }

    /// `name` is asked for only where something is wrong with the text.
    fn judge(&self, name: impl FnOnce() -> String, text: &str) -> Option<FieldFault> {
        let length = if self.bytes { text.len() } else { text.chars().count() };
        let (min, max) = (self.min, self.max);
        if (min..=max).contains(&length) {
            let Alphabet { says, .. } = self.only.filter(|only| !text.chars().all(only.passes))?;
            let form = format!("{says}{{{min},{max}}}");
            return Some(malformed(&name(), &format!("须符合 {form}"), &format!("must match {form}")));
        }
        let code = if length > max { "too_long" } else { "too_short" };
        let (zh, en) = if self.bytes { ("字节", "bytes") } else { ("字符", "characters") };
        let name = name();
        let (zh, en) = (format!("{name} 须为 {min} 到 {max} 个{zh}"), format!("{name} must have {min} to {max} {en}"));
        Some(wrong(&name, code, zh, en))
    }
}

/// A user id that all vendors take.
pub const USER_ID: Text = chars(1, user_id::MAX).only(user_id::allows, "[A-Za-z0-9_-]");

fn wrong(field: &str, code: &'static str, zh: String, en: String) -> FieldFault {
    FieldFault { field: field.to_owned(), code, zh, en }
}

fn malformed(name: &str, zh: &str, en: &str) -> FieldFault {
    wrong(name, "malformed", format!("{name} {zh}"), format!("{name} {en}"))
}

/// The fields of one request, and what was wrong with them so far.
#[derive(Debug)]
pub struct Fields<'a> {
    values: &'a dyn Members,
    within: String,
    faults: Vec<FieldFault>,
}

impl Fields<'_> {
    /// Remembers something wrong that only the handler can know.
    pub fn refuse(&mut self, name: &str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        let field = format!("{}{name}", self.within);
        self.faults.push(wrong(&field, code, zh.into(), en.into()));
    }

    /// The value as sent; `null` is the same as nothing.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.values.member(name).filter(|value| !value.is_null())
    }

    /// A text. A whole number is taken as its digits. An empty one counts as missing unless `rule` allows it.
    pub fn text(&mut self, name: &str, rule: Text) -> Option<String> {
        let text = match self.raw(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return self.mistyped(name, "须为文本", "must be a text"),
        };
        if text.is_empty() && rule.min > 0 {
            return None;
        }
        match rule.judge(|| format!("{}{name}", self.within), &text) {
            None => Some(text),
            Some(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn need_text(&mut self, name: &str, rule: Text) -> String {
        let read = |fields: &mut Self| fields.text(name, rule);
        self.need(name, read)
    }

    /// One of several words.
    pub fn choice(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(name, chars(1, 64))?;
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            let (path, list) = (format!("{}{name}", self.within), words.join(", "));
            self.refuse(name, "unknown_value", format!("{path} 须为 {list} 之一"), format!("{path} must be one of {list}"));
        }
        found
    }

    /// One of several words, which must be there.
    pub fn need_choice(&mut self, name: &str, words: &[&'static str]) -> &'static str {
        self.need(name, |fields| fields.choice(name, words))
    }

    /// A whole number; digits in a text are taken too.
    pub fn number(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let whole = |real: f64| (real.fract() == 0.0 && real.abs() < 9e15).then_some(real as i64);
        let number = match self.raw(name)? {
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) if text.is_empty() => return None,
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let (min, max) = (range.start(), range.end());
        match number {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                let path = format!("{}{name}", self.within);
                let (zh, en) = (format!("{path} 须在 {min} 到 {max} 之间"), format!("{path} must be {min} to {max}"));
                self.refuse(name, "out_of_range", zh, en);
                None
            }
            None => {
                self.mistyped(name, &format!("须为 {min} 到 {max} 的整数"), &format!("must be a whole number, {min} to {max}"))
            }
        }
    }

    /// A vendor's app id.
    pub fn app_id(&mut self, name: &str) -> Option<u32> {
        self.number(name, 1..=i64::from(u32::MAX)).and_then(|number| u32::try_from(number).ok())
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.raw(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) if text == "true" || text == "1" => Some(true),
            Value::String(text) if text == "false" || text == "0" => Some(false),
            _ => self.mistyped(name, "须为 true 或 false", "must be true or false"),
        }
    }

    /// A moment as RFC 3339.
    pub fn moment(&mut self, name: &str) -> Option<UnixMs> {
        let text = self.text(name, chars(1, 40))?;
        let moment = UnixMs::parse_rfc3339(&text);
        if moment.is_none() {
            return self.mistyped(name, "须为 2026-01-31T00:00:00Z 这样的时间", "must be a time like 2026-01-31T00:00:00Z");
        }
        moment
    }

    /// A list of texts; in a query one text with commas.
    pub fn texts(&mut self, name: &str, most: usize, rule: Text) -> Option<Vec<String>> {
        let list: Vec<String> = match self.raw(name)? {
            Value::String(text) => text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect(),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => return self.mistyped(name, "须为文本列表", "must be a list of texts"),
        };
        let path = format!("{}{name}", self.within);
        if list.len() > most {
            self.refuse(name, "too_long", format!("{path} 最多 {most} 项"), format!("{path} may hold at most {most} entries"));
            return None;
        }
        let fault = list.iter().enumerate().find_map(|(at, text)| rule.judge(|| format!("{path}[{at}]"), text));
        if let Some(fault) = fault {
            self.faults.push(fault);
            return None;
        }
        Some(list)
    }

    /// An object inside.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        let Value::Object(values) = self.raw(name)? else {
            return self.mistyped(name, "须为对象", "must be an object");
        };
        let mut inner = Fields { values, within: format!("{}{name}.", self.within), faults: Vec::new() };
        let read = read(&mut inner);
        let faults = std::mem::take(&mut inner.faults);
        self.faults.extend(faults);
        Some(read)
    }

    /// The user the request names, as `user_id` or, as the vendors' demos spell it, `id_name`.
    pub fn named_user(&mut self) -> Option<String> {
        self.text("user_id", USER_ID).or_else(|| self.text("id_name", USER_ID))
    }

    /// What `read` gives, which must be there.
    pub fn need<T: Default>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> T {
        let before = self.faults.len();
        let value = read(self);
        if value.is_none() && self.faults.len() == before {
            let path = format!("{}{name}", self.within);
            self.refuse(name, "missing", format!("缺少 {path}"), format!("{path} is missing"));
        }
        value.unwrap_or_default()
    }

    fn mistyped<T>(&mut self, name: &str, zh: &str, en: &str) -> Option<T> {
        let fault = malformed(&format!("{}{name}", self.within), zh, en);
        self.faults.push(fault);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq)]
    struct Ask {
        app_id: Option<u32>,
        name: String,
        kind: &'static str,
        inner: Option<Option<bool>>,
    }

    impl Read for Ask {
        fn read(fields: &mut Fields<'_>) -> Self {
            Self {
                app_id: fields.app_id("app_id"),
                name: fields.need_text("name", USER_ID),
                kind: fields.need_choice("kind", &["a", "b"]),
                inner: fields.object("inner", |inner| inner.flag("on")),
            }
        }
    }

    fn ask(value: Value) -> Result<Ask, Fault> {
        read(value.as_object().unwrap())
    }

    #[test]
    fn numbers_in_texts_and_texts_in_numbers_are_taken() {
        let same = ask(json!({ "app_id": "7", "name": 12, "kind": "a", "inner": { "on": true }, "more": [1] })).unwrap();
        assert_eq!(same, Ask { app_id: Some(7), name: "12".into(), kind: "a", inner: Some(Some(true)) });
    }

    #[test]
    fn every_wrong_field_is_named_and_no_value_is_repeated() {
        let fault = ask(json!({ "app_id": "canary1", "name": "canary 2", "inner": { "on": "canary3" } })).unwrap_err();
        let named: Vec<_> = fault.fields.iter().map(|f| (f.field.as_str(), f.code)).collect();
        assert_eq!(named, [("app_id", "malformed"), ("name", "malformed"), ("kind", "missing"), ("inner.on", "malformed")]);
        assert!(!format!("{fault:?}").contains("canary"));
    }

    #[test]
    fn a_request_that_only_lacks_fields_says_so() {
        assert_eq!(ask(json!({ "name": "", "kind": null })).unwrap_err().code, "field_missing");
    }

    #[test]
    fn bounds_are_told() {
        let fault = ask(json!({ "app_id": 0, "name": "x".repeat(33), "kind": "c" })).unwrap_err();
        assert!(fault.en.contains("app_id must be 1 to 4294967295"), "{}", fault.en);
        assert!(fault.en.contains("name must have 1 to 32 characters"), "{}", fault.en);
        assert!(fault.en.contains("kind must be one of a, b"), "{}", fault.en);
    }
}
