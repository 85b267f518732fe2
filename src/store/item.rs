//! Reading and writing attributes without ceremony.

use super::keys::{Key, PK, SCHEMA, SK, TTL};
use crate::live::time::UnixMs;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// One row.
pub type Item = HashMap<String, AttributeValue>;

/// A text attribute.
pub fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number attribute.
pub fn n(number: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A yes or no attribute.
pub fn b(flag: bool) -> AttributeValue {
    AttributeValue::Bool(flag)
}

/// A time attribute, in milliseconds.
pub fn at(moment: UnixMs) -> AttributeValue {
    n(moment.0)
}

/// A new row with its key and schema number.
pub fn row(key: &Key) -> Item {
    HashMap::from([(PK.to_owned(), s(&key.pk)), (SK.to_owned(), s(&key.sk)), ("schema".to_owned(), n(SCHEMA))])
}

/// How rows are read.
pub trait Read {
    /// A text.
    fn text(&self, name: &str) -> Option<&str>;
    /// A whole number.
    fn number(&self, name: &str) -> Option<i64>;
    /// A number with a fraction.
    fn real(&self, name: &str) -> Option<f64>;
    /// A yes; absent is no.
    fn flag(&self, name: &str) -> bool;
    /// A map.
    fn map(&self, name: &str) -> Option<&Item>;
    /// A list of texts.
    fn texts(&self, name: &str) -> Vec<String>;
    /// A moment.
    fn moment(&self, name: &str) -> Option<UnixMs> {
        self.number(name).map(UnixMs)
    }
    /// A text of our own.
    fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }
    /// The row's key.
    fn key(&self) -> Key {
        Key { pk: self.string(PK).unwrap_or_default(), sk: self.string(SK).unwrap_or_default() }
    }
    /// True when its time to live has passed: DynamoDB deletes late, so readers look too.
    fn gone(&self, now: UnixMs) -> bool {
        self.number(TTL).is_some_and(|ttl| ttl <= now.seconds())
    }
}

impl Read for Item {
    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_s().ok().map(String::as_str)
    }
    fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_n().ok()?.parse().ok()
    }
    fn real(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_n().ok()?.parse().ok()
    }
    fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(AttributeValue::Bool(true)))
    }
    fn map(&self, name: &str) -> Option<&Item> {
        self.get(name)?.as_m().ok()
    }
    fn texts(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(AttributeValue::L(list)) => list.iter().filter_map(|v| v.as_s().ok().cloned()).collect(),
            Some(AttributeValue::Ss(set)) => set.clone(),
            _ => Vec::new(),
        }
    }
}
